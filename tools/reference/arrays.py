#!/usr/bin/env python3
"""Values and derivatives of functions of a 2 x 3 matrix, for the tests of array operations.

Each function is written out in plain sums, products and elementary functions, and differentiated by
mpmath's difference quotients with 80 and with 120 digits; only digits on which the two agree are
written, and what is below 1e-60 is 0. Nothing here comes from Fluxion.

    tools/reference/arrays.py DIRECTORY     # writes DIRECTORY/arrays.ref

Line format, 35 digits: name, 0x0p+0 (there is no coordinate), f, 6 first derivatives, 21 second ones
(j <= k, row after row), and the third coefficient of f(X + t*D).
"""
import pathlib
import sys

from mpmath import chop, diff, exp, fsum, log, mp, mpf, nstr, sin, sqrt, tanh, taylor, workdps

mp.dps = 80  # of the arguments, which are exact

X = [mpf(v) for v in ("0.5", "-1.25", "0.75", "1.5", "-0.25", "1.0")]
D = [mpf(v) for v in ("1.0", "0.5", "-0.75", "0.25", "2.0", "-1.0")]
W = [mpf(v) for v in ("1.0", "-2.0", "0.5", "3.0", "0.25", "-1.5")]


def rows(x):
    return [x[0:3], x[3:6]]


def matmul(a, b):
    return [[fsum(a[i][k] * b[k][j] for k in range(len(b))) for j in range(len(b[0]))]
            for i in range(len(a))]


def transposed(a):
    return [list(column) for column in zip(*a)]


def norm(*x):
    return sqrt(fsum(v * v for v in x))


def logsumexp(*x):
    return log(fsum(exp(v) for v in x))


def softmax(*x):
    """The rows' softmax, weighted by W."""
    total = mpf(0)
    for r, row in enumerate(rows(x)):
        e = [exp(v) for v in row]
        total += fsum(W[3 * r + j] * e[j] for j in range(3)) / fsum(e)
    return total


def product(*x):
    result = mpf(1)
    for v in x:
        result *= v
    return result


def gram(*x):
    """The sum of sin of X X'."""
    a = rows(x)
    return fsum(sin(v) for row in matmul(a, transposed(a)) for v in row)


def running(*x):
    """tanh of the running sums along the rows, weighted by W."""
    total = mpf(0)
    for r, row in enumerate(rows(x)):
        for j in range(3):
            total += W[3 * r + j] * tanh(fsum(row[:j + 1]))
    return total


def layer(*x):
    """The sum over rows of logsumexp of tanh of X'X."""
    a = rows(x)
    return fsum(log(fsum(exp(tanh(v)) for v in row)) for row in matmul(transposed(a), a))


def order(j, k):
    n = [0] * 6
    n[j] += 1
    n[k] += 1
    return tuple(n)


def numbers(f):
    result = [f(*X)]
    result += [diff(f, tuple(X), tuple(int(i == j) for i in range(6))) for j in range(6)]
    result += [diff(f, tuple(X), order(j, k)) for j in range(6) for k in range(j, 6)]
    result.append(taylor(lambda t: f(*[x + t * d for x, d in zip(X, D)]), 0, 3)[3])
    return result


def line(f):
    runs = []
    for digits in (80, 120):
        with workdps(digits):
            runs.append([nstr(chop(v, 1e-60), 35) for v in numbers(f)])
    if runs[0] != runs[1]:
        sys.exit(f"{f.__name__}: 80 and 120 digits differ")
    return " ".join([f.__name__, "0x0p+0"] + runs[0])


def main():
    functions = (norm, logsumexp, softmax, product, gram, running, layer)
    text = "# arrays: see tools/reference/arrays.py\n" + "".join(line(f) + "\n" for f in functions)
    pathlib.Path(sys.argv[1], "arrays.ref").write_text(text)


if __name__ == "__main__":
    main()
