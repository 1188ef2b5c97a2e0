"""Builds a copy of the project once, then each mutation of it out of the few objects that differ.

A mutation is an overlay: a folder with the changed files only, searched before the copy. What
depends on them (gcc's -MMD says so) is compiled again, but only those objects that a test links,
and only when that test is about to run.
"""
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import threading
import time

CRITERION = ["-j1", "--fail-fast"]

# Optimisation costs more time than all tests: what the tests see is the same with less of it.
FLAGS = {"Release": "-O1 -DNDEBUG", "Debug": "-O0"}


def run(command, timeout=None, **more):
    """Exit status and output; None where the time was up."""
    try:
        p = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           timeout=timeout, text=True, errors="replace", **more)
        return p.returncode, p.stdout
    except subprocess.TimeoutExpired:
        return None, ""


def digest(*parts):
    h = hashlib.sha256()
    for part in parts:
        h.update(part if isinstance(part, bytes) else part.encode())
        h.update(b"\0")
    return h.hexdigest()


def slurp(path):
    with open(path, "rb") as f:
        return f.read()


class Unit:
    """One translation unit: how it is compiled, and what it reads."""

    def __init__(self, command, source, objects, copy):
        words = shlex.split(command)
        self.source = os.path.relpath(source, copy)
        keep, skip = [], False
        for word in words:
            if skip or word in ("-o", "-c"):
                skip = word in ("-o", "-c") and not skip
                continue
            if not word.startswith(("-W", "-g")):
                keep.append(word)
        self.command = keep + ["-w"]
        self.object = os.path.join(objects, self.source.replace("/", "_") + ".o")
        self.copy = copy
        self.reads = set()
        self.seconds = 0.0  # to compile

    def compile(self, overlay, out):
        changed = os.path.join(overlay, self.source) if overlay else None
        source = changed if changed and os.path.exists(changed) else os.path.join(self.copy,
                                                                                 self.source)
        first = [f"-I{overlay}/include", f"-I{overlay}/src"] if overlay else ["-MMD"]
        command = self.command[:1] + first + self.command[1:] + ["-c", source, "-o", out]
        return run(command, cwd=self.copy)

    def learn_reads(self):
        with open(self.object[:-2] + ".d") as f:
            words = f.read().replace("\\\n", " ").split()[1:]
        for word in words:
            path = os.path.relpath(os.path.normpath(os.path.join(self.copy, word)), self.copy)
            if not path.startswith(".."):
                self.reads.add(path)


class Program:
    """One test program."""

    def __init__(self, unit, path):
        self.unit, self.path = unit, path
        self.name = re.sub(r"^tests/|\.c$", "", unit.source)
        self.criterion = os.path.basename(unit.source).startswith("test_")
        self.pulled = set()  # objects of the library that it links
        self.fingerprint = ""  # of all sources that are in it
        self.seconds = 0.0
        self.lines = {}  # of the library that it executes, by file

    def run(self, binary, seconds, **more):
        """Seconds of each process's own: a busy machine is no finding."""
        command = [binary] + (CRITERION if self.criterion else [])
        environment = {**os.environ, "MALLOC_PERTURB_": "165",  # as ctest runs it
                       "OPENBLAS_NUM_THREADS": "1", **more}
        return run(["prlimit", f"--cpu={int(seconds) + 1}"] + command, timeout=100 * seconds,
                   cwd=os.path.dirname(binary), env=environment)


class Coverage:
    """Which lines of the library each test executes: the others it cannot notice."""

    def __init__(self, build, jobs):
        self.build = build
        self.folder = os.path.join(build.folder, "coverage")
        os.makedirs(self.folder, exist_ok=True)
        self.known = {p: self.remembered(p) for p in build.programs}
        unknown = [p for p in build.programs if self.known[p] is None]
        if unknown:
            each(self.compile_one, build.sources + build.helpers, jobs)
            self.archive = os.path.join(self.folder, "liball.a")
            if os.path.exists(self.archive):
                os.remove(self.archive)
            run(["ar", "rc", self.archive]
                + [self.object_of(u) for u in build.sources + build.helpers])
            each(self.learn, unknown, jobs)
        self.code = {}  # lines that are code at all, by file
        for lines in self.known.values():
            for path, counts in lines.items():
                self.code.setdefault(path, set()).update(int(n) for n in counts)

    def remembered(self, program):
        path = program.path + ".lines"
        if not os.path.exists(path):
            return None
        with open(path) as f:
            fingerprint, lines = json.load(f)
        return lines if fingerprint == program.fingerprint else None

    def object_of(self, unit):
        return os.path.join(self.folder, os.path.basename(unit.object))

    def compile_one(self, unit):
        """As far as anything has changed that the unit reads."""
        stamp = self.object_of(unit) + ".stamp"
        if os.path.exists(stamp) and slurp(stamp) == slurp(unit.object + ".stamp"):
            return
        command = unit.command + ["-O0", "--coverage", "-fprofile-update=atomic", "-c",
                                  os.path.join(self.build.copy, unit.source), "-o",
                                  self.object_of(unit)]
        status, output = run(command, cwd=self.build.copy)
        if status:
            raise SystemExit(output)
        shutil.copyfile(unit.object + ".stamp", stamp)

    def learn(self, program):
        """Runs the test with all that it links instrumented; {file: {line: executed}}."""
        binary = program.path + "-coverage"
        status, output = run([self.build.compiler, "--coverage", program.unit.object, self.archive]
                             + self.build.libraries + ["-o", binary])
        written = os.path.join(self.folder, os.path.basename(program.path))
        shutil.rmtree(written, ignore_errors=True)
        if status == 0:
            status, output = program.run(binary, 6000, GCOV_PREFIX=written)
        if status:
            raise SystemExit(f"{program.name} is red with --coverage\n{output}")
        data = [os.path.join(d, f) for d, _, files in os.walk(written) for f in files]
        for path in data:
            os.symlink(os.path.join(self.folder, os.path.basename(path)[:-5] + ".gcno"),
                       path[:-5] + ".gcno")
        lines = {}
        report = subprocess.run(["gcov", "--json-format", "--stdout"] + data, check=True,
                                cwd=written, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for text in report.stdout.splitlines():
            for file in json.loads(text)["files"]:
                path = os.path.relpath(os.path.normpath(
                    os.path.join(self.build.copy, file["file"])), self.build.copy)
                if path.startswith("src/"):
                    counts = lines.setdefault(path, {})
                    for line in file["lines"]:
                        number = str(line["line_number"])
                        counts[number] = counts.get(number, False) or line["count"] > 0
        shutil.rmtree(written)
        os.remove(binary)
        self.known[program] = lines
        with open(program.path + ".lines", "w") as f:
            json.dump([program.fingerprint, lines], f)

    def reaches(self, program, mutation):
        """Whether the test can notice; lines that are no code of their own may be anything's."""
        if mutation.line not in self.code.get(mutation.path, ()):
            return True
        return self.known[program].get(mutation.path, {}).get(str(mutation.line), False)


class Build:
    """One configuration of the copy, all objects and test programs built."""

    def __init__(self, kind, copy, folder, jobs, say):
        self.kind, self.copy, self.folder, self.say = kind, copy, folder, say
        self.objects = os.path.join(folder, "objects")
        os.makedirs(self.objects, exist_ok=True)
        self.configure()
        self.compile_all(jobs)
        self.link_all(jobs)
        self.coverage = Coverage(self, jobs)

    def configure(self):
        status, output = run(["cmake", "-G", "Ninja", "-S", self.copy, "-B", self.folder + "/cmake",
                              f"-DCMAKE_BUILD_TYPE={self.kind}", "-DFLUXION_BUILD_EXAMPLES=OFF",
                              f"-DCMAKE_C_FLAGS_{self.kind.upper()}={FLAGS[self.kind]}",
                              "-DFLUXION_INSTALL=OFF", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"])
        if status:
            raise SystemExit(output)
        with open(self.folder + "/cmake/compile_commands.json") as f:
            entries = [e for e in json.load(f) if e["file"].endswith(".c")]
        units = [Unit(e["command"], e["file"], self.objects, self.copy) for e in entries]
        self.sources = [u for u in units if u.source.startswith("src/")]
        tests = [u for u in units if re.match(r"tests/\w+/(test|plain)_\w+\.c$", u.source)]
        # A main among the helpers would be linked in place of the tests' own.
        self.helpers = [u for u in units if u.source.startswith("tests/") and u not in tests
                        and not re.search(rb"^int main\(", slurp(os.path.join(self.copy, u.source)),
                                          re.M)]
        self.programs = [Program(u, os.path.join(self.folder, u.source.replace("/", "_")[:-2]))
                         for u in tests]
        with open(self.folder + "/cmake/build.ninja") as f:  # as CMake links tests
            words = re.findall(r"^  LINK_LIBRARIES = (.*)$", f.read(), re.M)
        self.libraries = list(dict.fromkeys(w for line in words for w in line.split()
                                            if not w.endswith(".a")) | {"-lpthread": None})
        self.compiler = units[0].command[0]

    def compile_one(self, unit):
        stamp = unit.object + ".stamp"
        if os.path.exists(stamp):
            unit.learn_reads()
            parts = [slurp(os.path.join(self.copy, p)) for p in sorted(unit.reads)
                     if os.path.exists(os.path.join(self.copy, p))]
            known, seconds = slurp(stamp).decode().split()
            if known == digest(*unit.command, *parts):
                unit.seconds = float(seconds)
                return
            unit.reads.clear()
        start = time.time()
        status, output = unit.compile(None, unit.object)
        if status:
            raise SystemExit(output)
        unit.seconds = time.time() - start
        unit.learn_reads()
        parts = [slurp(os.path.join(self.copy, p)) for p in sorted(unit.reads)]
        with open(stamp, "w") as f:
            f.write(f"{digest(*unit.command, *parts)} {unit.seconds}")

    def compile_all(self, jobs):
        each(self.compile_one, self.sources + self.helpers + [p.unit for p in self.programs], jobs)
        self.archive = os.path.join(self.folder, "liball.a")
        if os.path.exists(self.archive):
            os.remove(self.archive)
        run(["ar", "rc", self.archive] + [u.object for u in self.sources + self.helpers])
        self.by_object = {os.path.basename(u.object): u for u in self.sources + self.helpers}

    def link(self, objects, out, more=()):
        return run([self.compiler] + objects + [self.archive] + self.libraries + ["-o", out, *more])

    def learn_pulled(self, program, map_file):
        with open(map_file) as f:
            text = f.read().split("\n\n\n")[0]
        program.pulled = {self.by_object[m] for m in re.findall(r"liball\.a\((.+?)\)", text)
                          if m in self.by_object}
        units = sorted(program.pulled | {program.unit}, key=lambda u: u.source)
        paths = sorted(set().union(*[u.reads for u in units]))
        program.fingerprint = digest(*[w for u in units for w in u.command], *[
            part for p in paths for part in (p, slurp(os.path.join(self.copy, p)))])

    def link_one(self, program):
        map_file, green = program.path + ".map", program.path + ".green"
        if os.path.exists(green):  # as of the last run
            self.learn_pulled(program, map_file)
            known, seconds = slurp(green).decode().split()
            if known == program.fingerprint:
                program.seconds = float(seconds)
                return
        status, output = self.link([program.unit.object], program.path, [f"-Wl,-Map={map_file}"])
        if status:
            raise SystemExit(output)
        self.learn_pulled(program, map_file)
        start = time.time()
        status, output = program.run(program.path, 600)
        program.seconds = time.time() - start
        if status:
            raise SystemExit(f"{self.kind}: {program.name} is red without any mutation\n{output}")
        with open(green, "w") as f:
            f.write(f"{program.fingerprint} {program.seconds}")

    def link_all(self, jobs):
        each(self.link_one, self.programs, jobs)

    def trial(self, mutation, files, folder, order, patience):
        """(verdict, test): the first test that turns red; 'alive', 'same' or 'broken' else. Gives up
        after tests that take `patience` seconds."""
        shutil.rmtree(folder, ignore_errors=True)
        for path, text in files.items():
            os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
            with open(os.path.join(folder, path), "w") as f:
                f.write(text)
        affected = {u for u in self.sources + self.helpers if u.reads & files.keys()}
        compiled, same = {}, True
        try:
            rest = [p for p in self.programs if self.coverage.reaches(p, mutation)]
            if not rest:
                return "alive", "no test executes it"
            while rest:
                program = min(rest, key=lambda p: order(p, self.cost(p, affected, files, compiled)))
                rest.remove(program)
                if patience <= 0.0:
                    return "alive", f"{len(rest) + 1} tests not tried"
                verdict = self.attempt(program, affected, files, folder, compiled)
                if verdict is None:
                    continue
                patience -= program.seconds
                same = False
                if verdict == "broken":
                    return "broken", compiled["error"]
                if verdict != "green":
                    return verdict, program.name
            return ("same" if same else "alive"), ""
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def cost(self, program, affected, files, compiled):
        """Seconds until this test has said what it thinks."""
        units = affected & program.pulled
        if program.unit.reads & files.keys():
            units = units | {program.unit}
        return program.seconds + sum(u.seconds for u in units if u not in compiled)

    def attempt(self, program, affected, files, folder, compiled):
        """Links and runs one test; None where the mutation does not reach it."""
        units = affected & program.pulled
        if program.unit.reads & files.keys():
            units = units | {program.unit}
        changed = []
        for unit in sorted(units, key=lambda u: u.source):
            if unit not in compiled:
                out = os.path.join(folder, os.path.basename(unit.object))
                status, output = unit.compile(folder, out)
                if status:
                    compiled["error"] = output
                    return "broken"
                compiled[unit] = None if slurp(out) == slurp(unit.object) else out
            if compiled[unit]:
                changed.append(unit)
        if not changed:
            return None
        objects = [compiled.get(u) or u.object for u in [program.unit] + changed
                   if u is not program.unit or u not in changed]
        if program.unit in changed:
            objects.append(compiled[program.unit])
        binary = os.path.join(folder, "test")
        status, output = self.link(list(dict.fromkeys(objects)), binary)
        if status:
            compiled["error"] = output
            return "broken"
        status, output = program.run(binary, 10 * program.seconds + 5)
        return "green" if status == 0 else "slow" if status is None else "red"


def each(f, items, jobs):
    """f(item) for every item, jobs at a time; the first exception ends it."""
    items, errors, lock = list(items), [], threading.Lock()

    def work():
        while True:
            with lock:
                if not items or errors:
                    return
                item = items.pop(0)
            try:
                f(item)
            except BaseException as e:  # SystemExit too
                errors.append(e)
    threads = [threading.Thread(target=work, daemon=True) for _ in range(jobs)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if errors:
        raise errors[0]
