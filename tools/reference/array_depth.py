#!/usr/bin/env python3
"""Five gradients, one inside the other, of a small program of matrices, by mpmath.

With X (2 x 3), B (3 x 2), H = tanh(X B) and A = I + H H',
    f(X) = sum_i log(sum_j exp((A^-1 H X)_ij)).
Order k has the gradient with respect to X of the derivative of f along D_1, ..., D_(k-1). Derivatives
are differences of f itself at several hundred digits (mpmath.diff), so that no rule of
differentiation is in them. The program is that of tests/reverse/test_array_depth.c.

    tools/reference/array_depth.py > tests/data/array_depth.ref

Line format, 35 digits:
    gradient_K K  one number for each element of X, row by row"""
from mpmath import diff, exp, eye, log, matrix, mp, mpf, nstr, tanh

mp.dps = 60
ORDERS = 5

# Multiples of 1/16, exact in binary.
X = [mpf(n) / 16 for n in (8, -20, 11, 3, 17, -6)]
B = matrix([[mpf(n) / 16 for n in row] for row in ((9, -14), (4, 22), (-13, 7))])
D = [[mpf(n) / 16 for n in row] for row in ((16, 3, -8, 5, 0, 12), (-7, 11, 2, 9, -15, 4),
                                            (6, -1, 13, -10, 8, 14), (1, 18, -4, 7, 12, -9))]


def f(x):
    x = matrix([x[:3], x[3:]])
    h = (x * B).apply(tanh)
    y = (eye(2) + h * h.T) ** -1 * h * x
    return sum(log(sum(exp(y[i, j]) for j in range(3))) for i in range(2))


def derivative(directions):
    """Of f at X along each of the directions, one after the other."""
    def moved(*steps):
        return f([x + sum(s * d[k] for s, d in zip(steps, directions)) for k, x in enumerate(X)])
    return diff(moved, (0,) * len(directions), (1,) * len(directions))


def main():
    for order in range(1, ORDERS + 1):
        unit = [[mpf(int(j == k)) for j in range(6)] for k in range(6)]
        gradient = [derivative(D[:order - 1] + [e]) for e in unit]
        print(f"gradient_{order} {float(order).hex()} " + " ".join(nstr(g, 35) for g in gradient))


if __name__ == "__main__":
    main()
