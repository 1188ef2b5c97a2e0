#!/usr/bin/env python3
"""Adds up what several processes of a fuzz target counted.

    counts.py LOG...

Prints the lines of counts of each process once for all of them (counts added, the largest parts of a
bound); of fuzz_programs the table of operations and modes as well, and the pair that came up least."""
import re
import sys


def line_of(path, lines, word):
    """The number of the first line that begins so."""
    found = [k for k, line in enumerate(lines) if line.startswith(word)]
    return found[0] if found else sys.exit(f"{path} has no counts")


def read(path):
    """The modes, {operation: counts} and the lines below the table."""
    lines = open(path, encoding="utf-8", errors="replace").read().splitlines()
    if any(line.startswith("tapes ") for line in lines):
        return None, {}, [lines[line_of(path, lines, "tapes ")]]
    start = line_of(path, lines, "operation x mode")
    table, k = {}, start + 2
    while not lines[k].startswith("programs "):
        name, *counts = lines[k].split()
        table[name] = [int(count) for count in counts]
        k += 1
    return lines[start + 1].split(), table, lines[k:k + 4]


def together(lines):
    """Lines of the same words: whole numbers added, others the largest."""
    found = [re.findall(r"\d[\d.e+-]*", line) for line in lines]
    values = [sum(map(int, each)) if all(v.isdigit() for v in each) else max(map(float, each))
              for each in zip(*found)]
    return re.sub(r"\d[\d.e+-]*", lambda _: f"{values.pop(0):.10g}", lines[0])


def main():
    parts = [read(path) for path in sys.argv[1:]]
    modes = parts[0][0]
    table = {name: [sum(each) for each in zip(*(part[1][name] for part in parts))]
             for name in parts[0][1]}
    if table:
        print("operation x mode: how often an operation of influence ran")
        print(" " * 14, *modes)
    for name, counts in table.items():
        print(f"{name:<14}", *counts)
    for lines in zip(*(part[2] for part in parts)):
        print(together(lines))
    if not table:
        return
    least, name, mode = min((count, name, mode) for name, counts in table.items()
                            for count, mode in zip(counts, modes))
    print(f"total of counts {sum(map(sum, table.values()))}")
    print(f"least pair: {name} in {mode}, {least}")


if __name__ == "__main__":
    main()
