#!/usr/bin/env python3
"""Writes tests/forward/kernel_reference.h: Taylor coefficients of functions of series, by mpmath.

    tools/reference/kernel_reference.py > tests/forward/kernel_reference.h

The coefficients of t -> f(x(t), y(t)) come from mpmath's numerical differentiation at 60 or more
digits: no recurrence is shared with the library. Each comes with its condition number, the sum over
the input coefficients a_j of |a_j| * |d(result)/d(a_j)| over |result|. For x(t) = x0 + t that is
(k+1)*|x0*c[k+1]/c[k]| and a term below k.
"""

from mpmath import mp, mpf

SHAPE = [0.7, -0.3, 0.11, 0.05, -0.02, 0.013, -0.007, 0.003]
FLAT = [c * 2.0**-30 for c in [-0.4, 0.25, 0.3, -0.06, 0.04, 0.009, 0.002, -0.001]]
OTHER = [-0.4, 0.25, 0.3, -0.06, 0.04, 0.009, 0.002, -0.001]
PURE_ORDER = 20


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


# name: (function, its derivative, points)
UNARY = {
    "sqrt": (mp.sqrt, lambda x: 1 / (2 * mp.sqrt(x)), [1e-10, 0.7, 17.3, 1e200]),
    "rsqrt": (lambda x: 1 / mp.sqrt(x), lambda x: -1 / (2 * x * mp.sqrt(x)),
              [1e-10, 0.7, 17.3, 1e200]),
    "cbrt": (lambda x: mp.sign(x) * mp.cbrt(abs(x)), lambda x: 1 / (3 * mp.cbrt(abs(x)) ** 2),
              [1e-10, -0.7, 17.3, 1e300]),
    "exp": (mp.exp, mp.exp, [0.01, -3.3, 12.7, -300.0]),
    "expm1": (mp.expm1, mp.exp, [1e-10, -3.3, 12.7, -40.0]),
    "log": (mp.log, lambda x: 1 / x, [1e-10, 0.999, 17.3, 1e300]),
    "log1p": (lambda x: mp.log(1 + x), lambda x: 1 / (1 + x), [1e-10, -0.999999, -0.3, 5.5]),
    "sin": (mp.sin, mp.cos, [1e-10, 0.77, -2.5, 30.0]),
    "cos": (mp.cos, lambda x: -mp.sin(x), [1e-10, 0.77, -2.5, 30.0]),
    "tan": (mp.tan, lambda x: 1 + mp.tan(x) ** 2, [1e-10, -0.77, 1.57, 30.0]),
    "asin": (mp.asin, lambda x: 1 / mp.sqrt(1 - x * x), [1e-10, -0.5, 0.77, 1 - 1e-12]),
    "acos": (mp.acos, lambda x: -1 / mp.sqrt(1 - x * x), [1e-10, -0.5, 0.77, 1 - 1e-12]),
    "atan": (mp.atan, lambda x: 1 / (1 + x * x), [1e-10, 0.3, -1.3, 12.7, 1e6]),
    "sinh": (mp.sinh, mp.cosh, [1e-10, 0.77, -8.1, 300.0]),
    "cosh": (mp.cosh, mp.sinh, [1e-10, 0.77, -8.1, 300.0]),
    "tanh": (mp.tanh, lambda x: mp.sech(x) ** 2, [0.01, 0.77, -2.5, 10.0, 19.5, 340.0]),
    "sigmoid": (sigmoid, lambda x: sigmoid(x) * sigmoid(-x), [0.01, -1.3, 12.7, 100.0, -700.0]),
    "softplus": (lambda x: mp.log1p(mp.exp(x)), sigmoid, [0.01, -1.3, 12.7, -100.0, 300.0]),
    "erf": (mp.erf, lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x * x), [0.01, -0.77, 2.5, 12.7]),
    "gauss": (lambda x: mp.exp(-x * x), lambda x: -2 * x * mp.exp(-x * x),
              [0.01, -0.77, 2.5, 12.7]),
    "hgauss": (lambda x: mp.exp(-x * x / 2), lambda x: -x * mp.exp(-x * x / 2),
               [0.01, -0.77, 2.5, 12.7]),
    "lorentz": (lambda x: 1 / (1 + x * x), lambda x: -2 * x / (1 + x * x) ** 2,
              [1e-10, 0.3, -1.3, 1e6]),
    "xlorentz": (lambda x: x / (1 + x * x), lambda x: (1 - x * x) / (1 + x * x) ** 2,
               [1e-10, 0.3, -1.3, 1e6]),
    "dasin": (lambda x: 1 / mp.sqrt(1 - x * x), lambda x: x / mp.sqrt(1 - x * x) ** 3,
              [1e-10, -0.5, 0.77, 1 - 1e-12]),
    "dcbrt": (lambda x: 1 / (3 * mp.cbrt(abs(x)) ** 2),
              lambda x: -2 / (9 * x * mp.cbrt(abs(x)) ** 2),
              [1e-10, -0.7, 17.3, 1e300]),
    "sech2": (lambda x: mp.sech(x) ** 2, lambda x: -2 * mp.tanh(x) * mp.sech(x) ** 2,
              [0.01, 0.77, -2.5, 340.0]),
    "exp2": (lambda x: mpf(2) ** x, lambda x: mp.log(2) * mpf(2) ** x, [0.01, -3.3, 12.7, -300.0]),
    "log2": (lambda x: mp.log(x) / mp.log(2), lambda x: 1 / (x * mp.log(2)),
             [1e-10, 0.999, 17.3, 1e300]),
    "log10": (lambda x: mp.log(x) / mp.log(10), lambda x: 1 / (x * mp.log(10)),
              [1e-10, 0.999, 17.3, 1e300]),
    "asinh": (mp.asinh, lambda x: 1 / mp.sqrt(1 + x * x), [1e-10, 0.3, -1.3, 12.7, 1e6, 1e200]),
    "acosh": (mp.acosh, lambda x: 1 / mp.sqrt(x * x - 1), [1 + 1e-10, 1.3, 12.7, 1e6, 1e200]),
    "atanh": (mp.atanh, lambda x: 1 / (1 - x * x), [1e-10, -0.5, 0.77, 1 - 1e-12]),
    "erfc": (mp.erfc, lambda x: -2 / mp.sqrt(mp.pi) * mp.exp(-x * x),
             [0.01, -0.77, 2.5, 12.7, 26.3]),
    "sinpi": (mp.sinpi, lambda x: mp.pi * mp.cospi(x), [1e-10, 0.77, -2.5, 30.25]),
    "cospi": (mp.cospi, lambda x: -mp.pi * mp.sinpi(x), [1e-10, 0.77, -2.5, 30.25]),
    "logit": (lambda x: mp.log(x / (1 - x)), lambda x: 1 / (x * (1 - x)),
              [1e-10, 0.3, 0.5000001, 0.77, 1 - 1e-12]),
    "dasinh": (lambda x: 1 / mp.sqrt(1 + x * x), lambda x: -x / mp.sqrt(1 + x * x) ** 3,
               [1e-10, 0.3, -1.3, 1e6]),
    "xdasinh": (lambda x: x / mp.sqrt(1 + x * x), lambda x: 1 / mp.sqrt(1 + x * x) ** 3,
                [1e-10, 0.3, -1.3, 1e6]),
    "dacosh": (lambda x: 1 / mp.sqrt(x * x - 1), lambda x: -x / mp.sqrt(x * x - 1) ** 3,
               [1 + 1e-10, 1.3, 1e6]),
    "xdacosh": (lambda x: x / mp.sqrt(x * x - 1), lambda x: -1 / mp.sqrt(x * x - 1) ** 3,
                [1 + 1e-10, 1.3, 1e6]),
    "datanh": (lambda x: 1 / (1 - x * x), lambda x: 2 * x / (1 - x * x) ** 2,
               [1e-10, -0.5, 0.77, 1 - 1e-12]),
    "dlogit": (lambda x: 1 / (x * (1 - x)), lambda x: (2 * x - 1) / (x * (1 - x)) ** 2,
               [1e-10, 0.3, 0.5000001, 0.77, 1 - 1e-12]),
}


def power(k, m=0):
    """x^(y-k) * log(x)^m and its two derivatives."""
    if m == 0:
        return (
            lambda x, y: x ** (y - k),
            lambda x, y: (y - k) * x ** (y - k - 1),
            lambda x, y: x ** (y - k) * mp.log(abs(x)),
        )
    return (
        lambda x, y: x ** (y - k) * mp.log(x) ** m,
        lambda x, y: x ** (y - k - 1) * mp.log(x) ** (m - 1) * ((y - k) * mp.log(x) + m),
        lambda x, y: x ** (y - k) * mp.log(x) ** (m + 1),
    )


def radius(x, y):
    return mp.sqrt(x * x + y * y)


# name: (function, its derivative by the first and by the second argument, points).
# A point is (x0, y0, kind), the kind telling which of the two vary: "xy" both, "X" the first, by
# the shapes above; "x" or "y" that one, by t alone.
PLANE = [(1.3, -0.4, "xy"), (0.7, 3.0, "y"), (1.0, 1e-10, "x"), (1e-10, 1.0, "x"), (0.0, 2.0, "xy")]
HUGE = [(1e200, 1e200, "xy"), (1e200, 1e200, "x")]
TINY = [(-1e-200, 3e-201, "xy")]
BINARY = {
    "mul": (
        lambda x, y: x * y,
        lambda x, y: y,
        lambda x, y: x,
        [(1.3, -0.4, "xy"), (1e-8, 3.0, "xy")],
    ),
    "div": (
        lambda x, y: x / y,
        lambda x, y: 1 / y,
        lambda x, y: -x / y**2,
        [(1.3, -0.4, "xy"), (0.7, 3.0, "y"), (1e200, 1e200, "xy"), (1e-8, 3.0, "xy")],
    ),
    "hypot": (
        radius,
        lambda x, y: x / radius(x, y),
        lambda x, y: y / radius(x, y),
        PLANE + HUGE + TINY,
    ),
    "atan2": (
        lambda y, x: mp.atan2(y, x),
        lambda y, x: x / (x * x + y * y),
        lambda y, x: -y / (x * x + y * y),
        PLANE + HUGE + TINY + [(2.0, 0.0, "x")],
    ),
    "dir": (
        lambda x, y: x / radius(x, y),
        lambda x, y: y * y / radius(x, y) ** 3,
        lambda x, y: -x * y / radius(x, y) ** 3,
        PLANE + HUGE + TINY,
    ),
    "rez": (
        lambda x, y: x / (x * x + y * y),
        lambda x, y: (y * y - x * x) / (x * x + y * y) ** 2,
        lambda x, y: -2 * x * y / (x * x + y * y) ** 2,
        PLANE + TINY + [(1e120, 1e120, "xy")],
    ),
    "dipole": (
        lambda x, y: (y * y - x * x) / (x * x + y * y) ** 2,
        lambda x, y: 2 * x * (x * x - 3 * y * y) / (x * x + y * y) ** 3,
        lambda x, y: 2 * y * (3 * x * x - y * y) / (x * x + y * y) ** 3,
        PLANE + [(1e80, 1e80, "xy"), (1e-60, 1e-60, "xy")],
    ),
    "pow": (
        *power(0),
        [(1.3, 0.5, "xy"), (0.02, -2.3, "xy"), (250.0, 17.5, "xy"), (1.0, 3.5, "xy")]
        + [(1.3, 4.0, "y"), (1.7, 0.5, "x"), (1e-200, 2.5, "x")]
        + [(1e200, 1.5, "X"), (1e-200, 1.5, "X"), (250.0, 100.25, "X"), (-1.7, -2.0, "X")]
        + [(0.7, 3.0, "X"), (-0.7, 7.0, "X"), (1e-3, 5.0, "X"), (1e-3, 10.0, "X")]
        + [(0.9, 20.0, "X")]
        # Exponents that stay next to a whole number, or where falling factorials are small.
        + [(7.0, 1 - 2.0**-19, "flat"), (0.02, 2 + 2.0**-40, "flat"), (250.0, 3.0, "flat")]
        + [(1e9, 1 - 2.0**-50, "flat"), (0.3, 5 - 2.0**-30, "flat"), (7.0, 7.5, "flat")],
    ),
    "xlogy": (
        lambda x, y: x * mp.log(y),
        lambda x, y: mp.log(y),
        lambda x, y: x / y,
        [(1.3, 0.4, "xy"), (1e-8, 3.0, "xy"), (0.0, 2.0, "xy"), (1e200, 1e-100, "y")],
    ),
    "xdivy": (
        lambda x, y: x / y,
        lambda x, y: 1 / y,
        lambda x, y: -x / y**2,
        [(1.3, 0.4, "xy"), (1e-8, 3.0, "xy"), (0.0, 2.0, "xy")],
    ),
    "powk1": (*power(1), [(1.3, 0.1, "xy"), (1e200, 0.1, "X"), (0.7, 3.0, "X")]),
    "powk3": (*power(3), [(250.0, 17.1, "xy"), (1e-50, 2.1, "x"), (-0.7, 5.0, "X")]),
    "powk0 log": (
        *power(0, 1),
        [(1.3, 0.5, "xy"), (0.6, 3.0, "X"), (1.0, 2.5, "x"), (7.0, 2.0, "y")],
    ),
    "powk1 log^2": (*power(1, 2), [(1.3, 0.5, "xy"), (0.6, 3.0, "X"), (250.0, 7.5, "xy")]),
}


# Kernels of another shape, which the includer adapts.
ADAPTED = {
    "mul": "product",
    "div": "quotient",
    "powk1": "power_less_1",
    "powk3": "power_less_3",
    "powk0 log": "power_log",
    "powk1 log^2": "power_less_1_log_2",
}


def curve(point, shape):
    """point + shape[0]*t + shape[1]*t^2 + ..., in exact arithmetic, and its coefficients."""
    scale = abs(point) if abs(point) > 1e20 or 0 < abs(point) < 1e-20 else 1.0
    coefficients = [point] + [c * scale for c in shape]
    return coefficients, lambda t: sum(mpf(c) * t**j for j, c in enumerate(coefficients))


def taylor(f, order):
    """Coefficients by differences with a step small enough to be exact far beyond double."""
    return mp.taylor(f, mpf(0), order, chop=False)


def conditions(order, result, inputs):
    """inputs: pairs of an input's coefficients and the series of the derivative by it."""
    out = []
    for k in range(order + 1):
        weight = mpf(0)
        for coefficients, slope in inputs:
            for j in range(min(k, len(coefficients) - 1) + 1):
                weight += abs(mpf(coefficients[j]) * slope[k - j])
        out.append(weight / abs(result[k]) if result[k] else mp.inf)
    return out


def number(x):
    """The nearest double, in a form that is read back exactly."""
    if mp.isinf(float(x)):
        return "(double)INFINITY" if x > 0 else "-(double)INFINITY"
    return repr(float(x))


def small(x):
    return "1e300" if x > mpf("1e300") else "%.3g" % float(x)


def row(name, order, inputs, result, condition):
    series = ", ".join("{" + ", ".join(number(c) for c in a) + "}" for a in inputs)
    return '    {"%s", %s, %d, %s, {%s}, {%s}},' % (
        name, ADAPTED.get(name, "flx_kernel_" + name), order, series,
        ", ".join(number(c) for c in result), ", ".join(small(c) for c in condition))


def digits(name, x):
    """Enough for 1 - f in the tails of f."""
    x = abs(x)
    tail = {"erf": 0.5 * x * x, "erfc": 0.5 * x * x, "gauss": 0.5 * x * x, "exp2": 0.7 * x}
    for name_of_tail in ("exp", "sinh", "cosh", "tanh", "sech2", "sigmoid", "softplus"):
        tail[name_of_tail] = 0.9 * x
    return 60 + int(tail.get(name, 0)) if x < 1e4 else 100


# Functions that change over distances near 1 everywhere.
STEADY = "exp expm1 sin cos tan sinh cosh tanh sech2 sigmoid softplus erf gauss hgauss "
STEADY = (STEADY + "exp2 erfc sinpi cospi").split()

# Those whose singularities are i and -i.
AROUND_I = "atan lorentz xlorentz asinh dasinh xdasinh".split()


def unit_of(name, x0):
    """A distance over which the function changes: steps are taken in it."""
    if name in STEADY or name in AROUND_I and abs(x0) < 1:
        return mpf(1)
    if name in ("log1p", "asin", "acos", "dasin", "atanh", "datanh"):
        return min(mpf(1), 1 - abs(mpf(x0)))
    if name in ("logit", "dlogit"):
        return min(mpf(x0), 1 - mpf(x0))
    if name in ("acosh", "dacosh", "xdacosh"):
        return mpf(x0) - 1
    return mpf(abs(x0))


def pure(f, x0, unit, order):
    """Coefficients of f(x0 + t)."""
    found = taylor(lambda t: f(mpf(x0) + unit * t), order)
    return [c / unit**k for k, c in enumerate(found)]


def unary_rows():
    for name, (f, df, points) in UNARY.items():
        for x0 in points:
            with mp.workdps(digits(name, x0)):
                unit = unit_of(name, x0)
                a = [x0, 1.0]
                result = pure(f, x0, unit, PURE_ORDER)
                slope = pure(df, x0, unit, PURE_ORDER)
                yield row(name, PURE_ORDER, [a], result,
                          conditions(PURE_ORDER, result, [(a, slope)]))

                order = len(SHAPE)
                a, x = curve(x0, SHAPE)
                result = taylor(lambda t: f(x(t)), order)
                slope = taylor(lambda t: df(x(t)), order)
                yield row(name, order, [a], result, conditions(order, result, [(a, slope)]))


def binary_rows():
    order = len(SHAPE)
    for name, (f, fx, fy, points) in BINARY.items():
        for x0, y0, kind in points:
            shape_x = {"xy": SHAPE, "X": SHAPE, "flat": [1.0], "x": [1.0], "y": []}[kind]
            shape_y = {"xy": OTHER, "flat": FLAT, "y": [1.0]}.get(kind, [])
            with mp.workdps(100):
                if kind == "x" and (abs(x0) > 1e20 or abs(x0) < 1e-20):
                    # x0 + t itself: the extreme units are undone coefficient by coefficient.
                    unit = mpf(abs(x0))
                    x, y = (lambda t: mpf(x0) + unit * t), (lambda t: mpf(y0))
                    a, b = [x0, 1.0], [y0]
                else:
                    unit = mpf(1)
                    a, x = curve(x0, shape_x)
                    b, y = curve(y0, shape_y)

                def series(g):
                    found = taylor(lambda t: g(x(t), y(t)), order)
                    noise = mpf("1e-60") * max(abs(c) for c in found)
                    return [c / unit**k if abs(c) > noise else mpf(0) for k, c in enumerate(found)]

                result = series(f)
                yield row(name, order, [a, b], result,
                          conditions(order, result,
                                     [(c, series(df)) for c, df in ((a, fx),
                                         (b, fy)) if len(c) > 1]))


def main():
    print("""/* kernel_reference.h: Taylor coefficients from mpmath, with their condition numbers.
 * Written by tools/reference/kernel_reference.py; not edited by hand. The includer declares the
 * kernels named here, and defines product, quotient, power_less_1, power_less_3,
 * power_log and power_less_1_log_2. */
#ifndef FLUXION_TESTS_KERNEL_REFERENCE_H
#define FLUXION_TESTS_KERNEL_REFERENCE_H

#include <math.h>
#include <stddef.h>

typedef struct unary_case {
    const char *name;
    void (*kernel)(size_t order, size_t stride, const double *x, double *z, double *scratch);
    size_t order;
    double x[%d], z[%d], condition[%d];
} unary_case;

typedef struct binary_case {
    const char *name;
    void (*kernel)(size_t order, size_t stride, const double *x, const double *y, double *z,
                   double *scratch);
    size_t order;
    double x[9], y[9], z[9], condition[9];
} binary_case;

/* clang-format off */
static const unary_case unary_reference[] = {""" % ((PURE_ORDER + 1,) * 3))
    for line in unary_rows():
        print(line)
    print("};\n\nstatic const binary_case binary_reference[] = {")
    for line in binary_rows():
        print(line)
    print("};\n/* clang-format on */\n\n#endif")


if __name__ == "__main__":
    main()
