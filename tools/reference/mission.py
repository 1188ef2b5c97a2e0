#!/usr/bin/env python3
"""Derivatives of compositions, from mpmath: the acceptance examples of the library.

Usage: mission.py DIRECTORY     writes DIRECTORY/mission.ref

Every derivative is computed twice by numerical differentiation, with 300 and with 400 digits; only
digits on which the two agree are written. Polynomials are differentiated exactly."""
import sys
from fractions import Fraction

import mpmath

DIGITS = 36


def derivatives(f, x, order):
    """f and its derivatives at the double x, as decimal strings."""
    runs = []
    for digits in (300, 400):
        with mpmath.workdps(digits):
            runs.append([mpmath.diff(f, mpmath.mpf(x), k) if k else f(mpmath.mpf(x))
                         for k in range(order + 1)])
    with mpmath.workdps(60):
        for k, (a, b) in enumerate(zip(*runs)):
            if abs(a - b) > abs(b) * mpmath.mpf(10) ** -(DIGITS + 4):
                sys.exit(f"derivative {k} at {x} has fewer than {DIGITS} digits")
        return [mpmath.nstr(b, DIGITS, strip_zeros=False) for b in runs[1]]


X = (0.5, -1.25, 2.0, 0.125)
C = (1.0, 0.25, -0.5, 3.0)


def dot(alpha):
    """dot(v, v) with v = alpha*x + c."""
    return sum((alpha * x + c) ** 2 for x, c in zip(X, C))


def dot_squared(alpha, order):
    """Derivatives of dot(v, v)^2, a polynomial in alpha, in exact arithmetic."""
    q = [sum(Fraction(a) * Fraction(b) for a, b in zip(*pair))
         for pair in ((C, C), (X, C), (X, X))]
    q[1] *= 2
    p = [Fraction(0)] * 5
    for i in range(3):
        for j in range(3):
            p[i + j] += q[i] * q[j]
    result = []
    for _ in range(order + 1):
        value = sum((c * Fraction(alpha) ** k for k, c in enumerate(p)), Fraction(0))
        with mpmath.workdps(60):
            text = mpmath.nstr(mpmath.mpf(value.numerator) / value.denominator, DIGITS)
        result.append("0" if value == 0 else text)
        p = [k * c for k, c in enumerate(p)][1:]
    return result


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)

    def nested(x):
        return mpmath.sin(mpmath.exp(x) * x)

    def quotient(x):
        return mpmath.exp(x) / mpmath.sqrt(mpmath.sin(x) ** 3 + mpmath.cos(x) ** 3)

    rows = [
        ("sin", 3.141, derivatives(mpmath.sin, 3.141, 3)),
        ("exp", 1.0, derivatives(mpmath.exp, 1.0, 3)),
        ("sin_of_exp_x_times_x", 0.7, derivatives(nested, 0.7, 5)),
        ("sin_of_exp_x_times_x_2", 1.1, derivatives(nested, 1.1, 5)),
        ("dot_squared", 0.75, dot_squared(0.75, 5)),
        ("sin_of_dot", 0.75, derivatives(lambda a: mpmath.sin(dot(a)), 0.75, 5)),
        ("quotient", 1.5, derivatives(quotient, 1.5, 8)),
        ("tanh", 1.0, derivatives(mpmath.tanh, 1.0, 8)),
        ("lgamma", 0.5, derivatives(mpmath.loggamma, 0.5, 5)),
    ]
    with open(f"{sys.argv[1]}/mission.ref", "w", encoding="ascii") as file:
        file.write("# mission: name, x, then derivatives f f' f'' ...; tools/reference/mission.py "
                   f"with mpmath, {DIGITS - 1} digits\n"
                   "# dot_squared: dot(v, v)^2 and sin_of_dot: sin(dot(v, v)), v = x*a + c,\n"
                   f"#   a = {X}, c = {C}\n"
                   "# quotient: exp(x)/sqrt(sin(x)^3 + cos(x)^3)\n")
        for name, x, values in rows:
            file.write(f"{name} {x.hex()} {' '.join(values)}\n")


if __name__ == "__main__":
    main()
