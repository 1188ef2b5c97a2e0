"""Builds a copy of the project that holds all mutations, and runs its tests with one of them.

What the copy cannot hold (see switch.py) is an overlay: a folder with the changed files only,
searched before the project's own. Of the objects that read them those are compiled again that a
test links, when that test is about to run.
"""
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import threading
import zlib

CRITERION = ["-j1", "--fail-fast"]
SOON = 5.0  # seconds of tests that nearly all take that are found
LONG = 0.5  # seconds from which on a program's tests are run one by one

# Optimisation costs more time than all tests, most of all inlining: what they see is the same.
# What a mutation leaves unset is never by chance what it should be.
UNSET = "-ftrivial-auto-var-init=pattern"
FLAGS = {"Release": f"-O1 -fno-inline -DNDEBUG {UNSET}", "Debug": f"-O0 {UNSET}"}

MEMORY = 1 << 34  # of a process: a loop that does not end may ask for all there is


def run(command, timeout=None, **more):
    """Exit status and output; None where the time was up."""
    try:
        p = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           timeout=timeout, text=True, errors="replace", **more)
        return p.returncode, p.stdout
    except subprocess.TimeoutExpired:
        return None, ""


def run_timed(command, timeout, **more):
    """Exit status and output as run gives them, and the seconds of processors that it took: how
    long it took by the clock depends on what else the machine does."""
    with tempfile.TemporaryFile() as out:
        p = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, **more)
        up = threading.Event()
        clock = threading.Timer(timeout, lambda: (up.set(), p.kill()))
        clock.start()
        _, status, usage = os.wait4(p.pid, 0)
        clock.cancel()
        p.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return (None if up.is_set() else p.returncode, out.read().decode(errors="replace"),
                usage.ru_utime + usage.ru_stime)


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
        self.command = keep + ["-w", "-Werror=implicit-function-declaration", "-fmax-errors=0",
                               "-fdiagnostics-plain-output"]
        self.object = os.path.join(objects, self.source.replace("/", "_") + ".o")
        self.copy = copy
        self.reads = set()

    def compile(self, overlay, *more):
        changed = os.path.join(overlay, self.source) if overlay else None
        source = changed if changed and os.path.exists(changed) else os.path.join(self.copy,
                                                                                 self.source)
        first = [f"-I{overlay}/include", f"-I{overlay}/src"] if overlay else []
        command = self.command[:1] + first + self.command[1:] + [source, *more]
        return run(command, cwd=self.copy)

    def build(self):
        """The object, where anything has changed that it is made of; the compiler's errors."""
        stamp = self.object + ".stamp"
        if os.path.exists(stamp):
            self.learn_reads()
            if slurp(stamp).decode() == self.fingerprint():
                return ""
        status, output = self.compile(None, "-MMD", "-c", "-o", self.object)
        if status:
            return output
        self.learn_reads()
        with open(stamp, "w") as f:
            f.write(self.fingerprint())
        return ""

    def fingerprint(self):
        paths = [os.path.join(self.copy, p) for p in sorted(self.reads)]
        return digest(*self.command, *[slurp(p) for p in paths if os.path.exists(p)])

    def learn_reads(self):
        with open(self.object[:-2] + ".d") as f:
            words = f.read().replace("\\\n", " ").split()[1:]
        paths = [os.path.relpath(os.path.normpath(os.path.join(self.copy, w)), self.copy)
                 for w in words]
        self.reads = {p for p in paths if not p.startswith("..")}


class Case:
    """A test program, or one test of a long one."""

    def __init__(self, program, test, seconds, reached):
        self.program, self.test, self.seconds = program, test, seconds
        self.name = f"{program.name}:{test}" if test else program.name
        self.reached = reached  # not 0 where it evaluates the mutation of that number


class Program:
    """One test program."""

    def __init__(self, unit, path):
        self.unit, self.path = unit, path
        self.name = re.sub(r"^tests/|\.c$", "", unit.source)
        self.criterion = os.path.basename(unit.source).startswith("test_")
        self.pulled = set()  # objects of the library that it links
        self.fingerprint = ""  # of all sources that are in it
        self.cases = []

    def tests(self):
        """Their names, as its filter takes them."""
        suite, names = "", []
        for line in run([self.path, "--list"])[1].splitlines():
            m = re.match(r"(\w+): \d+ tests?$|\W+ (\w+)$", line)
            suite = m.group(1) or suite
            names += [f"{suite}/{m.group(2)}"] if m.group(2) else []
        return names

    def run(self, binary, seconds, test="", **more):
        """Exit status, output and seconds of processors: a busy machine is no finding."""
        command = [binary] + (CRITERION if self.criterion else [])
        command += [f"--filter={test}"] if test else []
        environment = {**os.environ, "MALLOC_PERTURB_": "165",  # as ctest runs it
                       "OPENBLAS_NUM_THREADS": "1", **more}
        return run_timed(["prlimit", f"--cpu={int(seconds) + 1}", f"--as={MEMORY}"] + command,
                         timeout=100 * seconds, cwd=os.path.dirname(binary), env=environment)


class Overlay:
    """The project with changed files that the copy does not have, compiled as far as asked for."""

    def __init__(self, build, files, folder):
        self.build, self.folder = build, folder
        shutil.rmtree(folder, ignore_errors=True)
        for path, text in files.items():
            os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
            with open(os.path.join(folder, path), "w") as f:
                f.write(text)
        self.units = [u for u in build.units if u.reads & files.keys()]
        self.objects, self.error = {}, ""

    def object_of(self, unit):
        if unit in self.units and unit not in self.objects:
            self.objects[unit] = os.path.join(self.folder, os.path.basename(unit.object))
            status, output = unit.compile(self.folder, "-c", "-o", self.objects[unit])
            self.error = self.error or (output if status else "")
        return self.objects.get(unit, unit.object)

    def link(self, program):
        objects = [self.object_of(u) for u in self.units if u in program.pulled]
        binary = os.path.join(self.folder, "test")
        if not self.error:
            status, output = self.build.link([self.object_of(program.unit)] + objects, binary)
            self.error = output if status else ""
        return binary


class Build:
    """One configuration of the copy, all objects and test programs built."""

    def __init__(self, kind, copy, folder, switch, jobs):
        self.kind, self.copy, self.folder, self.switch = kind, copy, folder, switch
        self.objects = os.path.join(folder, "objects")
        os.makedirs(self.objects, exist_ok=True)
        self.configure()
        self.compile_all(jobs)
        each(self.prove, self.programs, jobs)

    def configure(self):
        status, output = run(["cmake", "-G", "Ninja", "-S", self.copy, "-B", self.folder + "/cmake",
                              f"-DCMAKE_BUILD_TYPE={self.kind}", "-DFLUXION_BUILD_EXAMPLES=OFF",
                              f"-DCMAKE_C_FLAGS=-include {self.copy}/src/mutant.h",
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
        self.units = self.sources + self.helpers + tests
        with open(self.folder + "/cmake/build.ninja") as f:  # as CMake links tests
            words = re.findall(r"^  LINK_LIBRARIES = (.*)$", f.read(), re.M)
        self.libraries = list(dict.fromkeys(w for line in words for w in line.split()
                                            if not w.endswith(".a")) | {"-lpthread": None})
        self.compiler = units[0].command[0]

    def compile_all(self, jobs):
        """Until all compiles: what does not is written elsewhere, or taken out of the copy."""
        errors = {}

        def check(unit):
            errors[unit] = unit.compile(None, "-fsyntax-only")
            errors[unit] = errors[unit][1] if errors[unit][0] else ""

        def build(unit):
            errors[unit] = unit.build()
        doubtful = [] if self.switch.settled else self.units
        while True:
            while doubtful:  # faster, and one mistake in a template is in many objects
                each(check, doubtful, jobs)
                doubtful = [u for u in doubtful if errors[u]]
                self.give_way([errors[u] for u in doubtful])
            each(build, self.units, jobs)
            doubtful = [u for u in self.units if errors[u]]
            if not doubtful:
                break
            self.give_way([errors[u] for u in doubtful])
        self.switch.settled = True
        self.archive = os.path.join(self.folder, "liball.a")
        if os.path.exists(self.archive):
            os.remove(self.archive)
        run(["ar", "rc", self.archive] + [u.object for u in self.sources + self.helpers])
        self.by_object = {os.path.basename(u.object): u for u in self.sources + self.helpers}

    def give_way(self, messages):
        moved = self.switch.blame(messages, lambda p: os.path.relpath(
            os.path.normpath(os.path.join(self.copy, p)), self.copy))
        if messages and not moved:
            raise SystemExit(messages[0])
        self.switch.write(self.copy)

    def link(self, objects, out, more=()):
        return run([self.compiler] + objects + [self.archive] + self.libraries + ["-o", out, *more])

    def learn_pulled(self, program, map_file):
        with open(map_file) as f:
            text = f.read().split("\n\n\n")[0]
        program.pulled = {self.by_object[m] for m in re.findall(r"liball\.a\((.+?)\)", text)
                          if m in self.by_object}
        units = sorted(program.pulled | {program.unit}, key=lambda u: u.source)
        program.fingerprint = digest(*[slurp(u.object + ".stamp") for u in units])

    def prove(self, program):
        """Links and runs it without a mutation; what it and its tests reach."""
        map_file, green = program.path + ".map", program.path + ".green"
        if os.path.exists(green):  # as of the last run
            self.learn_pulled(program, map_file)
            with open(green) as f:
                known = json.load(f)
            if known["fingerprint"] == program.fingerprint:
                program.cases = [Case(program, test, seconds, zlib.decompress(bytes.fromhex(reached)))
                                 for test, seconds, reached in known["cases"]]
                return
        status, output = self.link([program.unit.object], program.path, [f"-Wl,-Map={map_file}"])
        if status:
            raise SystemExit(output)
        self.learn_pulled(program, map_file)
        program.cases = [self.prove_case(program, "")]
        if program.criterion and program.cases[0].seconds > LONG:
            program.cases = [self.prove_case(program, test) for test in program.tests()]
        with open(green, "w") as f:
            json.dump({"fingerprint": program.fingerprint,
                       "cases": [(c.test, c.seconds, zlib.compress(c.reached).hex())
                                 for c in program.cases]}, f)

    def prove_case(self, program, test):
        with tempfile.NamedTemporaryFile(dir=self.folder) as reached:
            reached.truncate(self.switch.size)
            status, output, seconds = program.run(program.path, 600, test, FLX_REACHED=reached.name)
            if status:
                raise SystemExit(f"{self.kind}: {program.name} is red without any mutation\n{output}")
            return Case(program, test, seconds, slurp(reached.name))

    def trial(self, mutation, files, folder, order, patience, missed):
        """(verdict, test): the first test that turns red; 'alive' or 'no C' else. Gives up after
        tests that take `patience` seconds of processors. Tests that miss it are not run, and those
        that turn out to are added to them."""
        numbers = self.switch.numbers(mutation)
        reached = [c for p in self.programs for c in p.cases if any(c.reached[k] for k in numbers)]
        rest = [c for c in reached if c.name not in missed]
        overlay = None if len(numbers) == 1 else Overlay(self, files, folder)
        for k, case in enumerate(sorted(rest, key=order)):
            program = case.program
            if patience <= 0.0:
                return "alive", f"{len(rest) - k} tests not tried"
            binary = overlay.link(program) if overlay else program.path
            if overlay and overlay.error:
                break
            status, _, spent = program.run(binary, 4 * case.seconds + 2, case.test,
                                           FLX_MUTANT="-1" if overlay else str(numbers[0]))
            patience -= spent
            if status != 0:
                return "slow" if status is None else "red", case.name
            missed.add(case.name)
        if overlay and overlay.error:
            return "no C", overlay.error
        return "alive", "" if reached else "no test executes it"

    def try_all(self, mutation, files, read, folder, order, patience, missed):
        """The same; 'same' where the code is what it was. That is looked at before the long tests,
        where it takes less time than they do."""
        if patience < float("inf"):
            return self.trial(mutation, files, folder, order, patience, missed)
        quick = sum(u in self.sources for u in self.units if u.reads & files.keys()) <= 2
        if quick:
            found = self.trial(mutation, files, folder, order, SOON, missed)
            if found[0] != "alive":
                return found
            if self.same(files, read, folder):
                return "same", ""
        found = self.trial(mutation, files, folder, order, patience, missed)
        if found[0] == "alive" and not quick and self.same(files, read, folder):
            return "same", ""
        return found

    def same(self, files, read, folder):
        """Whether the library's code is what it was."""
        was = Overlay(self, {path: read(path) for path in files}, folder + "-was")
        now = Overlay(self, files, folder)
        return not any(now.error or slurp(now.object_of(u)) != slurp(was.object_of(u))
                       for u in now.units if u in self.sources)


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
