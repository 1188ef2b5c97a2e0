#!/usr/bin/env python3
"""What a gradient costs against its primal: each benchmark's functions in turn, several times.

  ratios.py PROGRAMS [--data FOLDER] [--rounds N] [--only NAME]
      PROGRAMS   folder of the programs, such as build/release/bench/gradbench
      FOLDER     of NAME.input.json files, those without a program passed over; without it, those
                 that inputs.py makes
      N          how often the two take turns, 0.2 seconds each (5)
      NAME       what the names of inputs begin with

Prints minimum and median of the runs in microseconds, the gradient's over the primal's, and the
most memory that each of the processes held, in MiB, the input as JSON included; of the nested
problems, which have no primal, the times of each mix of modes. What a program prepares it prepares
on other values than those that it is timed on."""
import argparse
import json
import os
import re
import statistics
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# Primal and derivative, but for the nested problems, which are four derivatives.
FUNCTIONS = {name: ("objective", "jacobian") for name in ("gmm", "lstm", "ba", "ht")}
FUNCTIONS.update({name: ("ff", "fr", "rf", "rr") for name in ("saddle", "particle")})
FUNCTIONS["kmeans"] = ("cost", "dir")


def run(program, path, function):
    """The times of a function, and the most memory that its process held."""
    with subprocess.Popen([program, path, function], stdout=subprocess.PIPE, text=True) as process:
        lines = [json.loads(line) for line in process.stdout.read().splitlines()[1:]]
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, program)
    times = [line["nanoseconds"] / 1000 for line in lines if line["name"] == "evaluate"]
    return times, used.ru_maxrss / 1024


def ask_for_seconds(path, file):
    """The input at a path, asking for 0.2 seconds; unread, for a process begins with the memory of
    the one that starts it."""
    with open(path, encoding="utf-8") as given:
        text = given.read()
    text = re.sub(r'"min_runs": *[0-9]+', '"min_runs": 3', text)
    file.write(re.sub(r'"min_seconds": *[0-9.]+', '"min_seconds": 0.2', text))
    file.flush()


def measure(program, path, functions, rounds):
    """Times and memory of the functions."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        ask_for_seconds(path, file)
        taken = [[] for _ in functions]
        memory = [0.0 for _ in functions]
        for _ in range(rounds):
            for k, function in enumerate(functions):
                times, held = run(program, file.name, function)
                taken[k] += times
                memory[k] = max(memory[k], held)
    return taken, memory


def show(case, taken, memory):
    (low, middle), (g_low, g_middle) = [(min(t), statistics.median(t)) for t in taken]
    print(f"{case:36}{low:10.2f}{middle:10.2f}  {g_low:10.2f}{g_middle:10.2f}  "
          f"{g_low / low:8.2f}{g_middle / middle:8.2f}  {memory[0]:8.1f}{memory[1]:8.1f}",
          flush=True)


def show_nested(case, functions, taken):
    for name, times_taken in zip(functions, taken):
        low, middle = min(times_taken), statistics.median(times_taken)
        print(f"{case + ', ' + name:58}{low:10.2f}{middle:10.2f}", flush=True)


def measure_all(programs, folder, rounds, only):
    print(f"{'':36}{'primal':>20}{'gradient':>22}{'ratio':>16}{'memory':>18}")
    print(f"{'':36}" + f"{'minimum':>10}{'median':>10}  " * 2
          + f"{'minimum':>8}{'median':>8}  {'primal':>8}{'gradient':>9}")
    for entry in sorted(os.listdir(folder)):
        case = entry.removesuffix(".input.json")
        name = case.split("_")[0]
        program = os.path.join(programs, name)
        # hello has no min_runs: it runs once, and is no measurement.
        if case == entry or name == "hello" or not os.access(program, os.X_OK):
            continue
        if not case.startswith(only):
            continue
        functions = FUNCTIONS.get(name, ("primal", "gradient"))
        try:
            taken, memory = measure(program, os.path.join(folder, entry), functions, rounds)
        except subprocess.CalledProcessError:
            print(f"{case:36}has no result", flush=True)
            continue
        if len(functions) == 2:
            show(case, taken, memory)
        else:
            show_nested(case, functions, taken)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("programs")
    parser.add_argument("--data")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if not asked.data:
            subprocess.run([os.path.join(HERE, "inputs.py"), folder], check=True)
        measure_all(asked.programs, asked.data or folder, asked.rounds, asked.only)


if __name__ == "__main__":
    main()
