#!/usr/bin/env python3
"""Plants the bugs of `planted`, one at a time, in a copy of the sources: the fuzz targets must find
each within a minute, from an empty corpus.

Prints how long each took. Ends with 1 where one was not found.

    planted.py --fit    only whether each still has its place in the sources
"""
import filecmp
import os
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
FOLDER = os.environ.get("FLUXION_FUZZ_BUILD", os.path.join(ROOT, "build", "fuzz")) + "-planted"
COPY = os.path.join(FOLDER, "source")
COPIED = ["CMakeLists.txt", "cmake", "include", "src", "tests", "tools"]
SECONDS = 60


def bugs():
    """[{bug, target, file, old, new}]."""
    found = []
    with open(os.path.join(HERE, "planted")) as f:
        for line in f:
            key, _, text = line.rstrip("\n").partition(" ")
            if key == "bug":
                found.append({})
            if key in ("bug", "target", "file", "old", "new"):
                found[-1][key] = text.strip()
    return found


def run(*command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", **more)


def build():
    jobs = os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL", str(os.cpu_count()))
    p = run("cmake", "--build", FOLDER, "-j", jobs)
    if p.returncode:
        sys.exit(p.stdout)


def files_below(folder):
    return {os.path.relpath(os.path.join(d, f), folder) for d, _, fs in os.walk(folder) for f in fs}


def copy_sources():
    """What differs only: times decide what is compiled again."""
    for top in COPIED:
        source, copy = os.path.join(ROOT, top), os.path.join(COPY, top)
        if os.path.isfile(source):
            shutil.copy2(source, copy)
            continue
        wanted = files_below(source)
        for path in files_below(copy) - wanted:
            os.remove(os.path.join(copy, path))
        for path in wanted:
            old, new = os.path.join(copy, path), os.path.join(source, path)
            if not os.path.exists(old) or not filecmp.cmp(old, new, shallow=False):
                os.makedirs(os.path.dirname(old), exist_ok=True)
                shutil.copyfile(new, old)


def prepare():
    os.makedirs(COPY, exist_ok=True)
    copy_sources()
    p = run("cmake", "-S", os.path.join(COPY, "tools", "fuzz"), "-B", FOLDER, "-G", "Ninja",
            "-DCMAKE_C_COMPILER=clang")
    if p.returncode:
        sys.exit(p.stdout)
    build()


def first_words(output):
    """What a finding says of itself."""
    m = re.search(r"Found.*|ERROR: AddressSanitizer.*|.*runtime error:.*", output)
    return m.group(0).strip(" */") if m else "no finding, but the program failed"


def fuzz(target):
    """Seconds until a finding, or None; and what it says."""
    corpus = os.path.join(FOLDER, "corpus")
    shutil.rmtree(corpus, ignore_errors=True)
    os.makedirs(corpus)
    start = time.time()
    p = run("./fuzz_" + target, f"-max_total_time={SECONDS}", "-max_len=400", "-timeout=20",
            "-artifact_prefix=./", corpus, cwd=FOLDER)
    return (time.time() - start if p.returncode else None), first_words(p.stdout)


def text_around(bug, root):
    with open(os.path.join(root, bug["file"])) as f:
        text = f.read()
    if text.count(bug["old"]) != 1:
        sys.exit(f"{bug['file']} should contain once: {bug['old']}")
    return text


def plant(bug):
    """The seconds that it took, or None."""
    path, text = os.path.join(COPY, bug["file"]), text_around(bug, COPY)
    with open(path, "w") as f:
        f.write(text.replace(bug["old"], bug["new"]))
    try:
        build()
        seconds, words = fuzz(bug["target"])
    finally:
        with open(path, "w") as f:
            f.write(text)
    print(f"{bug['bug']} ({bug['file']})")
    print(f"    found after {seconds:.1f} s: {words}" if seconds is not None
          else f"    NOT FOUND in {SECONDS} s", flush=True)
    return seconds


def main():
    for bug in bugs():
        text_around(bug, ROOT)
    if sys.argv[1:] == ["--fit"]:
        return 0
    prepare()
    return 0 if None not in [plant(bug) for bug in bugs()] else 1


if __name__ == "__main__":
    sys.exit(main())
