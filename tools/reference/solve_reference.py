#!/usr/bin/env python3
"""Writes tests/reverse/solve_reference.h: Taylor coefficients of programs of linear systems, by mpmath.

    tools/reference/solve_reference.py > tests/reverse/solve_reference.h

The coefficients of t -> y(x + t*d) come from mpmath's numerical differentiation at 80 digits, its
factorisations and inverse among the functions differentiated: no rule is shared with the library.
"""

from mpmath import mp, mpf, matrix

mp.dps = 80
N = 4
ORDER = 5
X = [[-1.25, 0.375, 0.5, -0.25], [0.625, 1.75, -0.125, 0.5], [0.25, -0.5, -1.5, 0.75],
     [-0.375, 0.25, 0.875, 2.25]]
D = [[0.5, -0.25, 0.125, 1.0], [-0.75, 0.375, 0.25, -0.5], [1.0, 0.125, -0.375, 0.25],
     [0.625, -1.0, 0.5, -0.125]]
B = [[0.5, -1.0], [1.5, 0.25], [-0.75, 2.0], [1.25, -0.5]]


def gram(x):
    return x * x.T + 3 * mp.eye(N)


def cholesky(a):
    return mp.cholesky(a)


def triangle(a, upper, unit):
    return matrix(N, N) + matrix([[1 if unit and i == j else
                                   a[i, j] if (j >= i if upper else j <= i) and not (unit and i == j)
                                   else 0 for j in range(N)] for i in range(N)])


def lu_packed(a, order):
    """Elimination of the rows in this order: the same factors near the point."""
    m = matrix([[a[order[i], j] for j in range(N)] for i in range(N)])
    for j in range(N):
        for i in range(j + 1, N):
            m[i, j] /= m[j, j]
            for c in range(j + 1, N):
                m[i, c] -= m[i, j] * m[j, c]
    return m


def pivots(a):
    m, order = a.copy(), list(range(N))
    for j in range(N):
        p = max(range(j, N), key=lambda i: abs(m[i, j]))
        order[j], order[p] = order[p], order[j]
        for c in range(N):
            m[j, c], m[p, c] = m[p, c], m[j, c]
        for i in range(j + 1, N):
            f = m[i, j] / m[j, j]
            for c in range(j, N):
                m[i, c] -= f * m[j, c]
    return order


ROWS = pivots(matrix(X))


def left_columns(x, f):
    return matrix([[f(x[i, j]) for j in range(2)] for i in range(N)])


def one(value):
    return matrix([[value]])


PROGRAMS = [
    ("cholesky", lambda x: cholesky(gram(x))),
    ("lower", lambda x: triangle(x, False, False) ** -1 * left_columns(x, mp.sin)),
    ("upper_unit", lambda x: triangle(x, True, True) ** -1 * matrix(B)),
    ("lu", lambda x: lu_packed(x, ROWS)),
    ("solve", lambda x: x ** -1 * left_columns(x, mp.exp)),
    ("det", lambda x: one(mp.det(x))),
    ("logdet", lambda x: one(mp.log(abs(mp.det(x))))),
    ("cholesky_solve", lambda x: gram(x) ** -1 * matrix(B)),
    ("cholesky_logdet", lambda x: one(mp.log(mp.det(gram(x))))),
    ("inverse", lambda x: x ** -1),
]


def energy(w):
    return sum(mp.sin(w[i, j]) * w[i, j] for i in range(w.rows) for j in range(w.cols))


def table(name, rows):
    cells = ",\n".join("    {" + ", ".join(map(repr, row)) + "}" for row in rows)
    return f"static const double {name}[{len(rows)}][{len(rows[0])}] = {{\n{cells}}};\n"


print("/* Made by tools/reference/solve_reference.py: coefficients of t -> y(x + t*d). */")
print("/* clang-format off */")
print(f"enum {{ SIDE = {N}, ORDER = {ORDER} }};")
print(table("point", X) + table("direction", D) + table("columns", B))
print("static const struct {\n    const char *name;\n    double coefficient[ORDER + 1];\n} "
      "reference[] = {")
for name, program in PROGRAMS:
    x, d = matrix(X), matrix(D)
    c = mp.taylor(lambda t: energy(program(x + t * d)), 0, ORDER)
    print(f'    {{"{name}", {{{", ".join(mp.nstr(v, 20) for v in c)}}}}},')
print("};")
