#!/usr/bin/env python3
"""Inputs of the sizes that the performance page tells of, by a fixed generator.

  inputs.py FOLDER    writes FOLDER/NAME.input.json

The numbers are those of Python's Mersenne twister from a seed of 1: the same everywhere. A hand is
that of data/ht_complicated_c6.input.json with more points in its triangles."""
import json
import os
import random
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def block(numbers, *shape):
    """Numbers between 0 and 1 in arrays of arrays."""
    if not shape:
        return numbers.random()
    return [block(numbers, *shape[1:]) for _ in range(shape[0])]


def normal(numbers, *shape):
    if not shape:
        return numbers.gauss(0.0, 1.0)
    return [normal(numbers, *shape[1:]) for _ in range(shape[0])]


def gmm(numbers, d, k, n):
    return {"d": d, "k": k, "n": n, "x": normal(numbers, n, d), "m": 0, "gamma": 1.0,
            "alpha": normal(numbers, k), "mu": block(numbers, k, d), "q": normal(numbers, k, d),
            "l": normal(numbers, k, d * (d - 1) // 2)}


def kmeans(numbers, k, n, d):
    """The centroids are near to points: where none is nearest to one there is no step."""
    points = block(numbers, n, d)
    return {"points": points,
            "centroids": [[x + 0.01 * numbers.random() for x in row] for row in points[:k]]}


def lstm(numbers, l, rows, b):
    return {"main_params": block(numbers, 2 * l, 4 * b), "extra_params": block(numbers, 3, b),
            "state": block(numbers, 2 * l, b),
            "sequence": [[float(numbers.random() < 0.4) for _ in range(b)] for _ in range(rows)]}


def ba(numbers, n, m, p):
    with open(os.path.join(HERE, "data", "ba_unrotated_n2_m3_p12.input.json")) as file:
        one = json.load(file)
    cam = [numbers.uniform(-1.0, 1.0) for _ in range(3)] + one["cam"][3:]
    return {**one, "cam": cam, "n": n, "m": m, "p": p}


def ht(numbers, points):
    with open(os.path.join(HERE, "data", "ht_complicated_c6.input.json")) as file:
        hand = json.load(file)
    triangles = len(hand["data"]["model"]["triangles"])
    hand["data"]["correspondences"] = [numbers.randrange(triangles) for _ in range(points)]
    hand["data"]["points"] = block(numbers, points, 3)
    hand["us"] = [[0.5 * u for u in block(numbers, 2)] for _ in range(points)]
    return hand


def det(numbers, l):
    return {"A": block(numbers, l * l), "ell": l}


def write(folder, name, data):
    with open(os.path.join(folder, name + ".input.json"), "w", encoding="utf-8") as file:
        json.dump({"min_runs": 1, "min_seconds": 0, **data}, file)


def generate(folder):
    numbers = random.Random(1)
    write(folder, "gmm_d20_k50_n1000", gmm(numbers, 20, 50, 1000))
    write(folder, "gmm_d64_k100_n1000", gmm(numbers, 64, 100, 1000))
    write(folder, "kmeans_k100_n10000_d16", kmeans(numbers, 100, 10000, 16))
    write(folder, "kmeans_k1000_n10000_d16", kmeans(numbers, 1000, 10000, 16))
    write(folder, "lstm_l4_c4096_b14", lstm(numbers, 4, 4096, 14))
    write(folder, "ba_n372_m47423_p204472", ba(numbers, 372, 47423, 204472))
    write(folder, "ht_complicated_c800", ht(numbers, 800))
    write(folder, "llsq_n16392_m128", {"x": block(numbers, 128), "n": 16392})
    write(folder, "lse_n160000", {"x": block(numbers, 160000)})
    write(folder, "det_l8", det(numbers, 8))
    write(folder, "ode_n10000_s100", {"x": block(numbers, 10000), "s": 100})


if __name__ == "__main__":
    generate(sys.argv[1])
