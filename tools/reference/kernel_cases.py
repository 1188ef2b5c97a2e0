#!/usr/bin/env python3
"""Writes tests/data/kernel_cases.ref anew: coefficients of functions of series, by mpmath.

    tools/reference/kernel_cases.py tests/data/kernel_cases.ref

prints that file with its last column computed. A line has the function's name, the coefficient's number
k, coefficients 0 to k of its argument or of both its arguments in hexadecimal, and coefficient k of the
result. The series are such that a kernel's corrections show, found by comparing kernels with and without
them at random series; for functions that kernel_reference.py has not got there is one of ordinary size.
All is done with 900 digits on whole series, by textbook recurrences and no closed forms of another
function than the one that is asked for: numerical differentiation, which kernel_reference.py does, has no
digits left at such scales.
"""

import sys

from mpmath import acosh, asinh, atan, atan2, atanh, bessely, cos, erf, erfc, factorial, fsum, gamma
from mpmath import exp as exp_of
from mpmath import log as log_of
from mpmath import loggamma, mp, mpf, nstr, pi, power, psi, sin
from mpmath import workdps

mp.dps = 900
HALF = mpf(1) / 2


def constant(c, n):
    return [mpf(c)] + [mpf(0)] * (n - 1)


def plus(a, b, factor=1):
    return [x + factor * y for x, y in zip(a, b)]


def times(a, c):
    return [x * c for x in a]


def mul(a, b):
    return [fsum(a[i] * b[k - i] for i in range(k + 1)) for k in range(len(a))]


def square(a):
    return mul(a, a)


def div(a, b):
    q = []
    for k in range(len(a)):
        q.append((a[k] - fsum(q[i] * b[k - i] for i in range(k))) / b[0])
    return q


def exp(a):
    z = [exp_of(a[0])]
    for k in range(1, len(a)):
        z.append(fsum(i * a[i] * z[k - i] for i in range(1, k + 1)) / k)
    return z


def log(a):
    z = [log_of(a[0])]
    for k in range(1, len(a)):
        z.append((a[k] - fsum(i * z[i] * a[k - i] for i in range(1, k)) / k) / a[0])
    return z


def powc(a, p):
    z = [power(a[0], p)]
    for k in range(1, len(a)):
        terms = ((p * i - (k - i)) * a[i] * z[k - i] for i in range(1, k + 1))
        z.append(fsum(terms) / (k * a[0]))
    return z


def sine_and_cosine(a):
    s, c = [sin(a[0])], [cos(a[0])]
    for k in range(1, len(a)):
        of_s = fsum(i * a[i] * c[k - i] for i in range(1, k + 1)) / k
        c.append(-fsum(i * a[i] * s[k - i] for i in range(1, k + 1)) / k)
        s.append(of_s)
    return s, c


def integral(slope, x, value):
    """The series whose derivative by t is slope * x'."""
    return [value] + [fsum(i * x[i] * slope[k - i] for i in range(1, k + 1)) / k
                      for k in range(1, len(x))]


def derivative(x):
    return [(k + 1) * x[k + 1] for k in range(len(x) - 1)] + [mpf(0)]


def composed(taylor, x):
    """The sum of taylor[j] * (x - x[0])^j."""
    step, z = [mpf(0)] + x[1:], constant(0, len(x))
    for c in reversed(taylor):
        z = plus(mul(z, step), constant(c, len(x)))
    return z


def one(x):
    return constant(1, len(x))


def polygamma(m, x):
    with workdps(120):
        taylor = [psi(m + k, x[0]) / factorial(k) for k in range(len(x))]
    return composed(taylor, x)


def lgamma(x):
    with workdps(120):
        taylor = [loggamma(x[0]).real]
        taylor += [psi(k - 1, x[0]) / factorial(k) for k in range(1, len(x))]
    return composed(taylor, x)


def tgamma(x):
    with workdps(120):
        z = [gamma(x[0])]
    slope = mul(polygamma(0, x), derivative(x))
    for k in range(1, len(x)):
        z.append(fsum(z[i] * slope[k - 1 - i] for i in range(k)) / k)
    return z


def bessel_y(n, x):
    """Each derivative is half the difference of the neighbouring orders'."""
    with workdps(120):
        y = [bessely(n + i, x[0]) for i in range(-len(x), len(x) + 1)]
    taylor = []
    for k in range(len(x)):
        taylor.append(y[len(y) // 2] / factorial(k))
        y = [(a - b) / 2 for a, b in zip(y, y[2:])]
    return composed(taylor, x)


def arc(x, sign):
    """1/sqrt(x^2 + sign)"""
    return powc(plus(square(x), one(x), sign), -HALF)


def pole(x):
    """1/(1 - x^2)"""
    return div(one(x), plus(one(x), square(x), -1))


def lorentz(x):
    return div(one(x), plus(one(x), square(x)))


def cosh(x):
    return times(plus(exp(x), exp(times(x, -1))), HALF)


def gauss(x, factor=1):
    return times(exp(times(square(x), -1)), factor)


def hypot(x, y):
    return powc(plus(square(x), square(y)), HALF)


def share(x, y):
    return div(exp(x), plus(exp(x), exp(y)))


def dipole(x, y):
    return div(plus(square(y), square(x), -1), square(plus(square(x), square(y))))


def angle(y, x):
    turned = plus(mul(derivative(y), x), mul(y, derivative(x)), -1)
    slope = div(turned, plus(square(x), square(y)))
    return [atan2(y[0], x[0])] + [slope[k - 1] / k for k in range(1, len(x))]


UNARY = {
    "exp": exp,
    "log": log,
    "sqrt": lambda x: powc(x, HALF),
    "rsqrt": lambda x: powc(x, -HALF),
    "power 0.37": lambda x: powc(x, mpf(0.37)),
    "power -2.5": lambda x: powc(x, mpf(-2.5)),
    "sin": lambda x: sine_and_cosine(x)[0],
    "cos": lambda x: sine_and_cosine(x)[1],
    "sinpi": lambda x: sine_and_cosine(times(x, pi))[0],
    "cospi": lambda x: sine_and_cosine(times(x, pi))[1],
    "tan": lambda x: div(*sine_and_cosine(x)),
    "sinh": lambda x: times(plus(exp(x), exp(times(x, -1)), -1), HALF),
    "cosh": cosh,
    "tanh": lambda x: div(plus(exp(times(x, 2)), one(x), -1), plus(exp(times(x, 2)), one(x))),
    "sech2": lambda x: powc(cosh(x), -2),
    "sigmoid": lambda x: div(one(x), plus(one(x), exp(times(x, -1)))),
    "softplus": lambda x: log(plus(one(x), exp(x))),
    "atan": lambda x: integral(lorentz(x), x, atan(x[0])),
    "lorentz": lorentz,
    "asinh": lambda x: integral(arc(x, 1), x, asinh(x[0])),
    "acosh": lambda x: integral(arc(x, -1), x, acosh(x[0])),
    "atanh": lambda x: integral(pole(x), x, atanh(x[0])),
    "dasinh": lambda x: arc(x, 1),
    "dacosh": lambda x: arc(x, -1),
    "xdasinh": lambda x: mul(x, arc(x, 1)),
    "xdacosh": lambda x: mul(x, arc(x, -1)),
    "erf": lambda x: integral(gauss(x, 2 / mp.sqrt(pi)), x, erf(x[0])),
    "erfc": lambda x: integral(gauss(x, -2 / mp.sqrt(pi)), x, erfc(x[0])),
    "digamma": lambda x: polygamma(0, x),
    "lgamma": lgamma,
    "tgamma": tgamma,
    "yn of order 2": lambda x: bessel_y(2, x),
}

BINARY = {
    "mul": mul,
    "div": div,
    "hypot": hypot,
    "atan2": angle,
    "dir": lambda x, y: div(x, hypot(x, y)),
    "rez": lambda x, y: div(x, plus(square(x), square(y))),
    "pow": lambda x, y: exp(mul(y, log(x))),
    "xlogy": lambda x, y: mul(x, log(y)),
    "logsumexp": lambda x, y: log(plus(exp(x), exp(y))),
    "share": share,
    "dshare": lambda x, y: mul(share(x, y), share(y, x)),
    "dipole": dipole,
}


def computed(line):
    name, rest = line.split(": ")
    words = rest.split(" ")
    k = int(words[0])
    at = [mpf(float.fromhex(word)) for word in words[1:]]
    if name in UNARY:
        return UNARY[name](at[: k + 1])[k]
    return BINARY[name](at[: k + 1], at[k + 1 : 2 * k + 2])[k]


def main():
    with open(sys.argv[1]) as f:
        for line in f.read().splitlines():
            if line.startswith("#"):
                print(line)
                continue
            inputs = line.rsplit(" ", 1)[0]
            print(inputs, nstr(computed(inputs), 30, min_fixed=0, max_fixed=0))


if __name__ == "__main__":
    main()
