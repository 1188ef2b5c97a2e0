#!/usr/bin/env python3
"""Derivatives of an integrator, by mpmath.

150 steps of length 1/128 of the classical Runge-Kutta method, of Lorenz' equations
    x' = p (y - x), y' = x (q - z) - y, z' = x y - r z,
from (1, 1, 1) with p, q, r = 10, 28, 2.625. The function is the last x, of start and p, q, r; directions
are D. Derivatives are differences of the function itself at several hundred digits (mpmath.diff), so
that no rule of differentiation is in them. The program is that of tests/program/test_scan.c.

    tools/reference/lorenz.py > tests/data/lorenz.ref

Line format, 35 digits:
    value 0      x, y, z at the end
    gradient 1   of x: by the six inputs
    hessian 2    times D
    third 3      the same along D twice"""
from mpmath import diff, mp, mpf, nstr

mp.dps = 60
STEPS = 150
H = mpf(1) / 128
SIXTH = mpf(1 / 768)  # the double that the program has
AT = [mpf(1), mpf(1), mpf(1), mpf(10), mpf(28), mpf(2.625)]
D = [mpf(n) / 16 for n in (8, -20, 11, 3, -6, 1)]


def slope(s, c):
    x, y, z = s
    return [c[0] * (y - x), x * (c[1] - z) - y, x * y - c[2] * z]


def integrate(at):
    s, c = list(at[:3]), at[3:]
    for _ in range(STEPS):
        k1 = slope(s, c)
        k2 = slope([a + H / 2 * b for a, b in zip(s, k1)], c)
        k3 = slope([a + H / 2 * b for a, b in zip(s, k2)], c)
        k4 = slope([a + H * b for a, b in zip(s, k3)], c)
        s = [a + SIXTH * (b + 2 * d + 2 * e + f) for a, b, d, e, f in zip(s, k1, k2, k3, k4)]
    return s


def derivative(along, unit):
    """Along D so many times and once along a unit vector."""
    def moved(t, u):
        return integrate([a + t * d + u * (k == unit) for k, (a, d) in enumerate(zip(AT, D))])[0]
    return diff(moved, (0, 0), (along, 1))


def line(name, order, numbers):
    print(f"{name} {float(order).hex()} " + " ".join(nstr(g, 35) for g in numbers))


def main():
    line("value", 0, integrate(AT))
    for order, name in enumerate(("gradient", "hessian", "third"), 1):
        line(name, order, [derivative(order - 1, k) for k in range(6)])


if __name__ == "__main__":
    main()
