#!/usr/bin/env python3
"""What a gradient costs against its primal: each benchmark's two functions in turn, several times.

  ratios.py PROGRAMS DATA [ROUNDS]
      PROGRAMS   folder of the programs, such as build/release/bench/gradbench
      DATA       folder of NAME.input.json files; those without a program are passed over
      ROUNDS     how often the two take turns, 0.2 seconds each (5)

Prints minimum and median of the runs in microseconds, and the gradient's over the primal's."""
import json
import os
import statistics
import subprocess
import sys
import tempfile

FUNCTIONS = {"gmm": ("objective", "jacobian"), "kmeans": ("cost", "dir")}


def times(program, path, function):
    run = subprocess.run([program, path, function], stdout=subprocess.PIPE, check=True, text=True)
    lines = [json.loads(line) for line in run.stdout.splitlines()[1:]]
    return [line["nanoseconds"] / 1000 for line in lines if line["name"] == "evaluate"]


def measure(program, data, functions, rounds):
    """The times of both functions on an input that asks for 0.2 seconds."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({**data, "min_runs": 3, "min_seconds": 0.2}, file)
        file.flush()
        taken = [[], []]
        for _ in range(rounds):
            for k, function in enumerate(functions):
                taken[k] += times(program, file.name, function)
    return taken


def main():
    programs, folder = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    print(f"{'':24}{'primal':>20}{'gradient':>22}{'ratio':>16}")
    print(f"{'':24}" + f"{'minimum':>10}{'median':>10}  " * 2 + f"{'minimum':>8}{'median':>8}")
    for entry in sorted(os.listdir(folder)):
        case = entry.removesuffix(".input.json")
        name = case.split("_")[0]
        program = os.path.join(programs, name)
        # hello has no min_runs: it runs once, and is no measurement.
        if case == entry or name == "hello" or not os.access(program, os.X_OK):
            continue
        with open(os.path.join(folder, entry), encoding="utf-8") as file:
            data = json.load(file)
        try:
            taken = measure(program, data, FUNCTIONS.get(name, ("primal", "gradient")), rounds)
        except subprocess.CalledProcessError:
            print(f"{case:24}has no result")
            continue
        (low, middle), (g_low, g_middle) = [(min(t), statistics.median(t)) for t in taken]
        print(f"{case:24}{low:10.2f}{middle:10.2f}  {g_low:10.2f}{g_middle:10.2f}  "
              f"{g_low / low:8.2f}{g_middle / middle:8.2f}")


if __name__ == "__main__":
    main()
