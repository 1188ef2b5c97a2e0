#!/usr/bin/env python3
"""Breaks the library in many small ways and expects a test to turn red every time.

See README.md in this folder. Ends with 0 where every mutation was found.
"""
import argparse
import collections
import fnmatch
import glob
import json
import os
import shutil
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lines  # noqa: E402
import rows  # noqa: E402
from build import SOON, Build, digest, each, slurp  # noqa: E402
from switch import Switch  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
FOUND_BY = os.path.join(HERE, "found_by")
COPIED = ["CMakeLists.txt", "cmake", "examples", "include", "src", "tests"]


def arguments():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("pattern", nargs="*", help="only mutations whose name contains one of these, or "
                   "matches it as a shell pattern (a name is FILE:LINE WHAT)")
    p.add_argument("-j", type=int, default=os.cpu_count(), help="mutations at a time")
    p.add_argument("--build", choices=["Release", "Debug", "both"], default="both")
    p.add_argument("--rows", action="store_true", help="only the tables of functions")
    p.add_argument("--sample", type=int, default=1, metavar="N", help="only every N-th")
    p.add_argument("--skip", type=int, default=0, metavar="K", help="... beginning with the K-th")
    p.add_argument("--patience", type=float, default=float("inf"), metavar="SECONDS",
                   help="of processors for tests, after which a mutation counts as alive: for "
                   "a first look")
    p.add_argument("--keep", action="store_true",
                   help="write into found_by what is known of which test finds what")
    p.add_argument("--list", action="store_true", help="print the mutations and end")
    p.add_argument("--folder", default=os.path.join(ROOT, "build", "mutate"),
                   help="for everything that is written (default build/mutate)")
    p.add_argument("--source", default=ROOT, help="the project to break (default: this one)")
    return p.parse_args()


def equivalent(path):
    """{(file, old line, new line): reason}: mutations that change nothing anyone could observe."""
    known, entry = {}, {}
    with open(path) as f:
        for line in f:
            key, _, rest = line.rstrip("\n").partition(" ")
            if key in ("file", "old", "new", "why"):
                entry[key] = rest.strip()
            if key == "why":
                known[entry["file"], entry["old"], entry["new"]] = entry["why"]
    return known


def say_what_is_stale(known, read):
    """Entries whose line is no longer there."""
    for path, old, _ in known:
        try:
            lines = [line.strip() for line in read(path).split("\n")]
        except FileNotFoundError:
            lines = []
        if old not in lines:
            print(f"stale in equivalent: {path}: {old}")


def brief(name):
    return digest(name)[:8]


def read_found_by(path):
    """{brief name: test}, of which each line of the file has a test and all that it found."""
    if not os.path.exists(path):
        return {}
    with open(path) as f:
        lines = [line.split(" ") for line in f.read().splitlines()]
    return {name: words[0] for words in lines for name in words[1:]}


def write_found_by(path, found):
    by_test = collections.defaultdict(set)
    for name, (test, _) in found.items():
        by_test[test].add(brief(name.split(" ", 1)[1]))
    with open(path, "w") as f:
        for test in sorted(by_test):
            f.write(" ".join([test] + sorted(by_test[test])) + "\n")


def key_of(m):
    return m.path, m.old.strip(), m.new.strip()


def fits(name, patterns):
    return not patterns or any(p in name or fnmatch.fnmatch(name, p) for p in patterns)


class Ledger:
    """What was found by which test, kept between runs: a mutation stays found while nothing has
    changed that is in that test's program. After a change that test is tried first, wherever the
    line has moved. Which tests did not find it is kept in the same way: with more patience, or one
    test more, no other is run again."""

    def __init__(self, path, copy, mutations):
        self.path, self.lock, self.added = path, threading.Lock(), 0
        self.hints = read_found_by(FOUND_BY)
        self.found, self.missed = {}, {}
        if os.path.exists(path):
            with open(path) as f:
                self.found, self.missed = json.load(f)
        count = collections.Counter()
        self.names = {}
        for m in mutations:
            count[m.path, m.what] += 1
            self.names[m] = f"{m.path} {m.what} #{count[m.path, m.what]}"
        data = sorted(glob.glob(os.path.join(copy, "tests", "data", "*")))
        self.data = digest(*[part for p in data for part in (os.path.basename(p), slurp(p))])
        self.by_file = collections.Counter(
            (name.split(" ")[1], test) for name, (test, _) in self.found.items())
        self.nearby = collections.defaultdict(lambda: collections.deque(maxlen=4))

    def key(self, m, build, test):
        program = test.split(":")[0]
        fingerprint = next((p.fingerprint for p in build.programs if p.name == program), "")
        return digest(build.kind, self.names[m], m.old, m.new, self.data, test, fingerprint)

    def known(self, m, build):
        """The test that found it before, under the same circumstances."""
        with self.lock:
            hint = self.found.get(f"{build.kind} {self.names[m]}")
        return hint and hint[1] == self.key(m, build, hint[0]) and hint[0]

    def hint(self, m):
        with self.lock:
            for kind in ("Release", "Debug"):
                hint = self.found.get(f"{kind} {self.names[m]}")
                if hint:
                    return hint[0]
        return self.hints.get(brief(self.names[m]), "")

    def add(self, m, build, test):
        key = self.key(m, build, test)
        with self.lock:
            self.found[f"{build.kind} {self.names[m]}"] = [test, key]
            self.by_file[m.path, test] += 1
            self.nearby[m.path].append(test)
            self.count_one()

    def missed_by(self, m, build):
        """{test: key} of the tests that have been run and did not find it."""
        with self.lock:
            known = self.missed.get(f"{build.kind} {self.names[m]}", {})
        return {test: key for test, key in known.items() if key == self.key(m, build, test)}

    def add_missed(self, m, build, missed):
        with self.lock:
            self.missed[f"{build.kind} {self.names[m]}"] = {t: self.key(m, build, t) for t in missed}
            self.count_one()

    def count_one(self):
        self.added += 1
        if self.added % 100 == 0:
            self.save()

    def save(self):
        with open(self.path + ".new", "w") as f:
            json.dump([self.found, self.missed], f)
        os.replace(self.path + ".new", self.path)


def judge(m, builds, ledger, read, folder, patience, excused):
    """{build: (verdict, test)}, as far as each build's tests notice. What is excused they are asked
    about once, and not for long: that is enough for most entries that are wrong."""
    files, verdicts = m.apply(read), {}
    stem = os.path.splitext(os.path.basename(m.path))[0]
    for build in builds:
        test = ledger.known(m, build)
        if test:
            verdicts[build.kind] = ("red", test)
            continue
        hint = ledger.hint(m)

        def order(c):
            """What found this mutation in the other build; else what is quick and often finds, as
            tests do that are named as the file is, and those that found its neighbours."""
            program = c.program.name
            finds = min(ledger.by_file[m.path, c.name] + 3 * (stem in program), 9)
            near = 20 * (c.name in ledger.nearby[m.path])
            return (c.name != hint, program != hint.split(":")[0], c.seconds / (1 + finds + near))
        missed = set(ledger.missed_by(m, build))
        if excused and missed:
            verdict, test = "alive", ""
        elif excused:
            verdict, test = build.trial(m, files, folder, order, min(patience, SOON), missed)
        else:
            verdict, test = build.try_all(m, files, read, folder, order, patience, missed)
        if verdict == "alive":
            ledger.add_missed(m, build, missed)
        verdicts[build.kind] = (verdict, test)
        if verdict in ("red", "slow"):
            ledger.add(m, build, test)
        elif verdict != "same":
            break
    for left in (folder, folder + "-was"):
        shutil.rmtree(left, ignore_errors=True)
    return verdicts


def state_of(verdicts, known):
    states = {v for v, _ in verdicts.values()}
    if "no C" in states:
        return "no C"
    if "alive" in states:
        return "equivalent" if known else "ALIVE"
    return "same code" if states == {"same"} else "found"


def report(results, kinds):
    per_file = collections.OrderedDict()
    for m, state, _ in results:
        per_file.setdefault(m.path, collections.Counter())[state] += 1
    columns = ["found", "equivalent", "same code", "ALIVE", "no C"]
    print(f"\n{'file':42}{'mutations':>10}" + "".join(f"{c:>12}" for c in columns))
    total = collections.Counter()
    for path, states in per_file.items():
        total += states
        print(f"{path:42}{sum(states.values()):10}" + "".join(f"{states[c]:12}" for c in columns))
    print(f"{'all':42}{sum(total.values()):10}" + "".join(f"{total[c]:12}" for c in columns))
    tests = collections.Counter(t for _, s, v in results if s == "found" for _, t in v.values())
    print("\nfound first by, in " + " and ".join(kinds) + ":")
    for test, count in tests.most_common():
        print(f"{count:8}  {test}")
    for m, state, verdicts in results:
        if state in ("ALIVE", "no C"):
            print(f"\n{state}: {m.name}")
            print(f"  old {m.old.strip()}\n  new {m.new.strip()}")
            for kind, (verdict, test) in verdicts.items():
                print(f"  {kind}: {verdict} {test.strip().splitlines()[0] if test else ''}")
    return total["ALIVE"]  # without its mutations the copy was compiled: what is no C is a pattern's fault


def main():
    a = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was found is kept
    copy = os.path.join(os.path.abspath(a.folder), "source")
    texts = {}

    def read(path):
        """The project's file, as it was when the run began."""
        if path not in texts:
            with open(os.path.join(copy, path)) as f:
                texts[path] = f.read()
        return texts[path]
    for left in glob.glob(os.path.join(a.folder, "m[0-9]*")) + [copy]:  # by a run that was ended
        shutil.rmtree(left, ignore_errors=True)
    os.makedirs(copy)
    for name in COPIED:
        source = os.path.join(a.source, name)
        copier = shutil.copytree if os.path.isdir(source) else shutil.copy2
        copier(source, os.path.join(copy, name))
    of_rows, of_lines = list(rows.all_rows(read)), list(lines.all_lines(copy, read))
    mutations = [m for m in (of_rows if a.rows else of_rows + of_lines)
                 if fits(m.name, a.pattern)][a.skip::a.sample]
    if a.list:
        for m in mutations:
            print(f"{m.name}\n  {m.old.strip()}\n  {m.new.strip()}")
        return 0
    # Release runs faster, and the test that turns red there goes first in Debug.
    kinds = ["Release", "Debug"] if a.build == "both" else [a.build]
    start = time.time()
    known = equivalent(os.path.join(HERE, "equivalent"))
    say_what_is_stale(known, read)
    switch = Switch(read, of_rows + of_lines, os.path.join(a.folder, "places.json"))
    switch.write(copy)
    builds = [Build(k, copy, os.path.join(os.path.abspath(a.folder), k), switch, a.j)
              for k in kinds]
    alone = sum(len(switch.numbers(m)) > 1 for m in mutations)
    print(f"{len(mutations)} mutations in {' and '.join(kinds)}, {alone} of them compiled apart, "
          f"{len(builds[0].programs)} test programs green without them "
          f"({time.time() - start:.0f} s)", flush=True)
    ledger = Ledger(os.path.join(a.folder, "ledger.json"), copy, of_rows + of_lines)
    results, lock = {}, threading.Lock()

    def one(item):
        k, m = item
        folder = os.path.join(os.path.abspath(a.folder), f"m{k}")
        excused = key_of(m) in known
        verdicts = judge(m, builds, ledger, read, folder, a.patience, excused)
        state = state_of(verdicts, excused)
        with lock:
            results[k] = (m, state, verdicts)
            if state in ("ALIVE", "no C"):
                print(f"{state}: {m.name}\n  {next(iter(verdicts.values()))[1][:200]}", flush=True)
            if len(results) % 100 == 0:
                print(f"{len(results)} of {len(mutations)}, {time.time() - start:.0f} s", flush=True)
    try:
        each(one, sorted(enumerate(mutations), key=lambda t: len(switch.numbers(t[1])) > 1), a.j)
    finally:
        ledger.save()  # of an interrupted run as well
        if a.keep:
            write_found_by(FOUND_BY, ledger.found)
    failures = report([results[k] for k in sorted(results)], kinds)
    print(f"\n{time.time() - start:.0f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
