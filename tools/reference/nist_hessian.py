#!/usr/bin/env python3
"""Gradient and Hessian of the NIST StRD least-squares objectives at the certified parameters.

f(b) = sum_i (y_i - model(b, x_i))^2, computed with mpmath at 50 digits by second-order Taylor
arithmetic in all parameters at once; nothing here comes from Fluxion. Data, parameters and the
constant pi are taken as the doubles nearest to the published decimals, because those are what a
program in double precision differentiates.

    tools/reference/nist_hessian.py > tests/data/nist_hessian.ref
    tools/reference/nist_hessian.py --check     # are the certified values minima? (to stderr)

Line formats, 35 digits, j <= k:
    problem NAME p
    g j  value  scale
    h j k  value  scale
scale is the sum of the absolute values of what a computation in double adds up, with each residual
taken as |y_i| + |model_i| because y_i and the model are rounded before they cancel:
    scale_j  = sum_i 2 (|y_i| + |model_i|) |J_ij|
    scale_jk = sum_i 2 |J_ij J_ik| + 2 (|y_i| + |model_i|) |H_i,jk|
"""
import math
import pathlib
import sys

from mpmath import mp, mpf

mp.dps = 50

DATA = pathlib.Path(__file__).resolve().parents[2] / "examples" / "nist" / "data"


class Jet:
    """Value, gradient and Hessian in p parameters."""

    def __init__(self, v, g, h):
        self.v, self.g, self.h = v, g, h

    @staticmethod
    def variable(v, k, p):
        g = [mpf(int(i == k)) for i in range(p)]
        return Jet(v, g, [[mpf(0)] * p for _ in range(p)])

    def compose(self, f0, f1, f2):
        """f(self), given f and its first two derivatives there."""
        p = range(len(self.g))
        return Jet(f0, [f1 * a for a in self.g],
                   [[f1 * self.h[j][k] + f2 * self.g[j] * self.g[k] for k in p] for j in p])

    def lift(self, other):
        if isinstance(other, Jet):
            return other
        p = len(self.g)
        return Jet(mpf(other), [mpf(0)] * p, [[mpf(0)] * p for _ in range(p)])

    def __add__(self, other):
        o = self.lift(other)
        return Jet(self.v + o.v, [a + b for a, b in zip(self.g, o.g)],
                   [[a + b for a, b in zip(r, s)] for r, s in zip(self.h, o.h)])

    def __mul__(self, other):
        o, p = self.lift(other), range(len(self.g))
        return Jet(self.v * o.v, [self.g[j] * o.v + self.v * o.g[j] for j in p],
                   [[self.h[j][k] * o.v + self.g[j] * o.g[k] + self.g[k] * o.g[j]
                     + self.v * o.h[j][k] for k in p] for j in p])

    def inverse(self):
        return self.compose(1 / self.v, -1 / self.v**2, 2 / self.v**3)

    def power(self, q):
        """self to a constant power."""
        return self.compose(self.v**q, q * self.v**(q - 1), q * (q - 1) * self.v**(q - 2))

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -self.lift(other)

    def __rsub__(self, other):
        return self.lift(other) - self

    def __truediv__(self, other):
        return self * self.lift(other).inverse()

    def __rtruediv__(self, other):
        return self.lift(other) * self.inverse()

    __radd__ = __add__
    __rmul__ = __mul__


def exp(z):
    e = mp.exp(z.v)
    return z.compose(e, e, e)


def log(z):
    return z.compose(mp.log(z.v), 1 / z.v, -1 / z.v**2)


def sin(z):
    s, c = mp.sin(z.v), mp.cos(z.v)
    return z.compose(s, c, -s)


def cos(z):
    s, c = mp.sin(z.v), mp.cos(z.v)
    return z.compose(c, -s, -c)


def arctan(z):
    d = 1 + z.v**2
    return z.compose(mp.atan(z.v), 1 / d, -2 * z.v / d**2)


PI = mpf(math.pi)


def peak(a, centre, width, x):
    return a * exp(-(x - centre).power(2) / width.power(2))


def two_peaks(b, x):
    return b[0] * exp(-b[1] * x) + peak(b[2], b[3], b[4], x) + peak(b[5], b[6], b[7], x)


def three_decays(b, x):
    return b[0] * exp(-b[1] * x) + b[2] * exp(-b[3] * x) + b[4] * exp(-b[5] * x)


def cubic_ratio(b, x):
    return ((b[0] + b[1] * x + b[2] * x**2 + b[3] * x**3)
            / (1 + b[4] * x + b[5] * x**2 + b[6] * x**3))


def cycle(c, s, period, x):
    angle = 2 * PI * x / period
    return c * cos(angle) + s * sin(angle)


def enso(b, x):
    year = 2 * PI * x / 12
    return (b[0] + b[1] * mp.cos(year) + b[2] * mp.sin(year)
            + cycle(b[4], b[5], b[3], x) + cycle(b[7], b[8], b[6], x))


def decay_over_line(b, x):
    return exp(-b[0] * x) / (b[1] + b[2] * x)


def saturation(b, x):
    return b[0] * (1 - exp(-b[1] * x))


MODELS = {
    "Bennett5": lambda b, x: b[0] * exp(-1 / b[2] * log(b[1] + x)),
    "BoxBOD": saturation,
    "Chwirut1": decay_over_line,
    "Chwirut2": decay_over_line,
    "DanWood": lambda b, x: b[0] * exp(b[1] * mp.log(x)),
    "ENSO": enso,
    "Eckerle4": lambda b, x: b[0] / b[1] * exp(-0.5 * ((x - b[2]) / b[1]).power(2)),
    "Gauss1": two_peaks,
    "Gauss2": two_peaks,
    "Gauss3": two_peaks,
    "Hahn1": cubic_ratio,
    "Kirby2": lambda b, x: (b[0] + b[1] * x + b[2] * x**2) / (1 + b[3] * x + b[4] * x**2),
    "Lanczos1": three_decays,
    "Lanczos2": three_decays,
    "Lanczos3": three_decays,
    "MGH09": lambda b, x: b[0] * (x**2 + x * b[1]) / (x**2 + x * b[2] + b[3]),
    "MGH10": lambda b, x: b[0] * exp(b[1] / (x + b[2])),
    "MGH17": lambda b, x: b[0] + b[1] * exp(-x * b[3]) + b[2] * exp(-x * b[4]),
    "Misra1a": saturation,
    "Misra1b": lambda b, x: b[0] * (1 - (1 + b[1] * x / 2).power(-2)),
    "Misra1c": lambda b, x: b[0] * (1 - (1 + 2 * b[1] * x).power(mpf(-0.5))),
    "Misra1d": lambda b, x: b[0] * b[1] * x * (1 + b[1] * x).power(-1),
    "Nelson": lambda b, x: b[0] - b[1] * x[0] * exp(-b[2] * x[1]),
    "Rat42": lambda b, x: b[0] / (1 + exp(b[1] - b[2] * x)),
    "Rat43": lambda b, x: b[0] / exp(1 / b[3] * log(1 + exp(b[1] - b[2] * x))),
    "Roszman1": lambda b, x: b[0] - b[1] * x - arctan(b[2] / (x - b[3])) / PI,
    "Thurber": cubic_ratio,
}


def double(text):
    """The double nearest to a decimal, exactly."""
    return mpf(float(text))


def read(name):
    """Certified parameters, residual sum of squares, and the observations (y, x)."""
    certified, rss, rows, in_data = [], None, [], False
    for line in (DATA / f"{name}.txt").read_text(encoding="ascii").splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if in_data:
            y, *x = map(double, words)
            if name == "Nelson":
                y = mp.log(y)
            rows.append((y, x if len(x) > 1 else x[0]))
        elif words[0] == "data":
            in_data = True
        elif words[0] == "rss":
            rss = words[1]
        elif words[0][0] == "b":
            certified.append(words[3])
    return certified, rss, rows


def derivatives(name, point, rows):
    """f, gradient, its scale, Hessian, its scale."""
    p = len(point)
    at = [Jet.variable(v, k, p) for k, v in enumerate(point)]
    f, g, gs = mpf(0), [mpf(0)] * p, [mpf(0)] * p
    h = [[mpf(0)] * p for _ in range(p)]
    hs = [[mpf(0)] * p for _ in range(p)]
    for y, x in rows:
        m = MODELS[name](at, x)
        r, size = y - m.v, abs(y) + abs(m.v)
        f += r * r
        for j in range(p):
            g[j] -= 2 * r * m.g[j]
            gs[j] += 2 * size * abs(m.g[j])
            for k in range(p):
                h[j][k] += 2 * (m.g[j] * m.g[k] - r * m.h[j][k])
                hs[j][k] += 2 * (abs(m.g[j] * m.g[k]) + size * abs(m.h[j][k]))
    return f, g, gs, h, hs


def lre(x, c):
    return float(min(mpf(11), -mp.log10(abs(x - c) / abs(c)))) if x != c else 11.0


def check(name):
    """Newton steps from the certified values, on the decimals as published."""
    certified, rss, rows = read(name)
    b = [mpf(c) for c in certified]
    for _ in range(6):
        f, g, _, h, _ = derivatives(name, b, rows)
        step = mp.lu_solve(mp.matrix(h), mp.matrix(g))
        b = [v - s for v, s in zip(b, step)]
    worst = min(lre(v, mpf(c)) for v, c in zip(b, certified))
    print(f"{name:9} certified parameters agree to {worst:5.2f} digits, rss to "
          f"{lre(f, mpf(rss)):5.2f}", file=sys.stderr)


def main():
    if sys.argv[1:] == ["--check"]:
        for name in MODELS:
            check(name)
        return
    print("# Written by tools/reference/nist_hessian.py: mpmath, 50 digits; formats are explained"
          " there.")
    for name in MODELS:
        certified, _, rows = read(name)
        _, g, gs, h, hs = derivatives(name, [double(c) for c in certified], rows)
        print("problem", name, len(g))
        for j in range(len(g)):
            print("g", j, mp.nstr(g[j], 35), mp.nstr(gs[j], 5))
        for j in range(len(g)):
            for k in range(j, len(g)):
                print("h", j, k, mp.nstr(h[j][k], 35), mp.nstr(hs[j][k], 5))


if __name__ == "__main__":
    main()
