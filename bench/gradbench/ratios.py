#!/usr/bin/env python3
"""What a gradient costs against its primal: each benchmark's functions in turn, several times.

  ratios.py PROGRAMS DATA [ROUNDS]
      PROGRAMS   folder of the programs, such as build/release/bench/gradbench
      DATA       folder of NAME.input.json files; those without a program are passed over
      ROUNDS     how often the two take turns, 0.2 seconds each (5)

Prints minimum and median of the runs in microseconds, and the gradient's over the primal's; of the
nested problems, which have no primal, the times of each mix of modes."""
import json
import os
import statistics
import subprocess
import sys
import tempfile

# Primal and derivative, but for the nested problems, which are four derivatives.
FUNCTIONS = {name: ("objective", "jacobian") for name in ("gmm", "lstm", "ba", "ht")}
FUNCTIONS.update({name: ("ff", "fr", "rf", "rr") for name in ("saddle", "particle")})
FUNCTIONS["kmeans"] = ("cost", "dir")


def times(program, path, function):
    run = subprocess.run([program, path, function], stdout=subprocess.PIPE, check=True, text=True)
    lines = [json.loads(line) for line in run.stdout.splitlines()[1:]]
    return [line["nanoseconds"] / 1000 for line in lines if line["name"] == "evaluate"]


def measure(program, data, functions, rounds):
    """The times of the functions on an input that asks for 0.2 seconds."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({**data, "min_runs": 3, "min_seconds": 0.2}, file)
        file.flush()
        taken = [[] for _ in functions]
        for _ in range(rounds):
            for k, function in enumerate(functions):
                taken[k] += times(program, file.name, function)
    return taken


def show(case, taken):
    (low, middle), (g_low, g_middle) = [(min(t), statistics.median(t)) for t in taken]
    print(f"{case:36}{low:10.2f}{middle:10.2f}  {g_low:10.2f}{g_middle:10.2f}  "
          f"{g_low / low:8.2f}{g_middle / middle:8.2f}", flush=True)


def show_nested(case, functions, taken):
    for name, times_taken in zip(functions, taken):
        low, middle = min(times_taken), statistics.median(times_taken)
        print(f"{case + ', ' + name:58}{low:10.2f}{middle:10.2f}", flush=True)


def main():
    programs, folder = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    print(f"{'':36}{'primal':>20}{'gradient':>22}{'ratio':>16}")
    print(f"{'':36}" + f"{'minimum':>10}{'median':>10}  " * 2 + f"{'minimum':>8}{'median':>8}")
    for entry in sorted(os.listdir(folder)):
        case = entry.removesuffix(".input.json")
        name = case.split("_")[0]
        program = os.path.join(programs, name)
        # hello has no min_runs: it runs once, and is no measurement.
        if case == entry or name == "hello" or not os.access(program, os.X_OK):
            continue
        with open(os.path.join(folder, entry), encoding="utf-8") as file:
            data = json.load(file)
        functions = FUNCTIONS.get(name, ("primal", "gradient"))
        try:
            taken = measure(program, data, functions, rounds)
        except subprocess.CalledProcessError:
            print(f"{case:36}has no result")
            continue
        if len(functions) == 2:
            show(case, taken)
        else:
            show_nested(case, functions, taken)


if __name__ == "__main__":
    main()
