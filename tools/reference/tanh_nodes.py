#!/usr/bin/env python3
"""Writes src/forward/kernel_tanh_nodes.c: tanh and 1/cosh^2 at 0, 1/16, ..., 8, by mpmath.

    tools/reference/tanh_nodes.py > src/forward/kernel_tanh_nodes.c

Each is the sum of two doubles, the first of which is nearest to it.
"""

from mpmath import mp, mpf

PER_ONE, LAST = 16, 8

HEAD = """/* kernel_tanh_nodes.c: made by tools/reference/tanh_nodes.py. */
#include "forward/kernel_tanh.h"

const flx_tanh_place flx_tanh_node[FLX_TANH_NODES] = {
    /* clang-format off */"""
TAIL = """    /* clang-format on */
};"""


def two(value):
    """The doubles nearest to a value and to what that lacks."""
    high = float(value)
    return high, float(value - high)


def main():
    mp.prec = 300
    print(HEAD)
    for i in range(LAST * PER_ONE + 1):
        x = mpf(i) / PER_ONE
        (y, y_low), (s, s_low) = two(mp.tanh(x)), two(mp.sech(x) ** 2)
        print("    {" + ", ".join(v.hex() for v in (s, y, s_low, y_low)) + "},")
    print(TAIL)


main()
