#!/usr/bin/env python3
"""Expected outputs that GradBench does not have: by mpmath at 60 digits, the derivatives by central
differences with a step of 1e-20, so that nothing of them comes from any differentiation by rules.

  reference.py DATA   reads DATA/NAME.input.json, writes DATA/NAME.expected.json

lse_n200, gmm_d4_k3_n20 and kmeans_k3_n60_d4 are cut out of GradBench's larger inputs (the prior's
gamma and m are other ones, for m is 0 in all of those). ode_n20_s1000 is GradBench's; its reference
differentiates the exact solution of the ODE, which is 1.5e-8 away from the numerical one."""
import json
import sys

from mpmath import exp, gamma as gamma_function, log, mp, mpf, pi

mp.dps = 60
STEP = mpf(10) ** -20


def differentiate(f, x):
    """The gradient of f at x, a list."""
    gradient = []
    for k, centre in enumerate(x):
        above = f(x[:k] + [centre + STEP] + x[k + 1:])
        below = f(x[:k] + [centre - STEP] + x[k + 1:])
        gradient.append(float((above - below) / (2 * STEP)))
    return gradient


def numbers(x):
    """x with all its numbers, at any depth, as mpf."""
    return [numbers(e) for e in x] if isinstance(x, list) else mpf(x)


def log_sum_exp(x):
    return log(sum(exp(e) for e in x))


def lse(data):
    x = numbers(data["x"])
    return {"primal": float(log_sum_exp(x)), "gradient": differentiate(log_sum_exp, x)}


def ode_solution(x, steps):
    n, h = len(x), mpf(2) / steps
    y = [mpf(0)] * n

    def slope(state):
        return [x[0]] + [x[i] * state[i - 1] for i in range(1, n)]

    def moved(k, by):
        return [a + by * b for a, b in zip(y, k)]

    for _ in range(steps):
        k1 = slope(y)
        k2 = slope(moved(k1, h / 2))
        k3 = slope(moved(k2, h / 2))
        k4 = slope(moved(k3, h))
        y = [a + h / 6 * (b + 2 * c + 2 * d + e) for a, b, c, d, e in zip(y, k1, k2, k3, k4)]
    return y


def ode(data):
    x, steps = numbers(data["x"]), data["s"]
    return {"primal": [float(y) for y in ode_solution(x, steps)],
            "gradient": differentiate(lambda z: ode_solution(z, steps)[-1], x)}


def gmm_objective(data, alpha, mu, q, l):
    d, k, n = data["d"], data["k"], data["n"]
    gamma, m = mpf(data["gamma"]), data["m"]
    factors = []
    for c in range(k):
        strict = iter(l[c])
        factor = [[mpf(0)] * d for _ in range(d)]
        for j in range(d):
            factor[j][j] = exp(q[c][j])
            for i in range(j + 1, d):
                factor[i][j] = next(strict)
        factors.append(factor)

    def exponent(c, x):
        centred = [a - b for a, b in zip(x, mu[c])]
        y = [sum(a * b for a, b in zip(row, centred)) for row in factors[c]]
        return alpha[c] + sum(q[c]) - sum(e * e for e in y) / 2

    points = sum(log_sum_exp([exponent(c, x) for c in range(k)]) for x in numbers(data["x"]))
    freedom = d + m + 1
    squares = sum(e * e for factor in factors for row in factor for e in row)
    multigamma = pi ** (mpf(d * (d - 1)) / 4)
    for j in range(d):
        multigamma *= gamma_function(mpf(freedom - j) / 2)
    norm = freedom * d * log(gamma / mpf(2) ** mpf("0.5")) - log(multigamma)
    prior = m * sum(map(sum, q)) - gamma ** 2 * squares / 2 + k * norm
    return points - n * log_sum_exp(alpha) - n * d * log(2 * pi) / 2 + prior


def gmm(data):
    names = ["alpha", "mu", "q", "l"]
    parts = [numbers(data[name]) for name in names]
    shape = [[len(row) if isinstance(row, list) else 0 for row in part] for part in parts]

    def flat(all_parts):
        return [e for part in all_parts for row in part
                for e in (row if isinstance(row, list) else [row])]

    def unflat(x):
        rest = iter(x)
        return [[[next(rest) for _ in range(w)] if w else next(rest) for w in widths]
                for widths in shape]

    gradient = differentiate(lambda x: gmm_objective(data, *unflat(x)), flat(parts))
    return {"objective": float(gmm_objective(data, *parts)),
            "jacobian": dict(zip(names, unflat(gradient)))}


def kmeans(data):
    points, centroids = numbers(data["points"]), numbers(data["centroids"])
    d = len(points[0])

    def cost(x):
        rows = [x[c:c + d] for c in range(0, len(x), d)]
        return sum(min(sum((a - b) ** 2 for a, b in zip(row, p)) for row in rows) for p in points)

    def newton(x, k):
        above = cost(x[:k] + [x[k] + STEP] + x[k + 1:])
        below = cost(x[:k] + [x[k] - STEP] + x[k + 1:])
        return float((above - below) / 2 / ((above - 2 * cost(x) + below) / STEP))

    x = [e for row in centroids for e in row]
    step = [newton(x, k) for k in range(len(x))]
    return {"cost": float(cost(x)), "dir": [step[c:c + d] for c in range(0, len(x), d)]}


def main():
    cases = {"lse_n200": lse, "gmm_d4_k3_n20": gmm, "kmeans_k3_n60_d4": kmeans,
             "ode_n20_s1000": ode}
    for name, function in cases.items():
        with open(f"{sys.argv[1]}/{name}.input.json", encoding="utf-8") as file:
            data = json.load(file)
        outputs = {key: {"full": value, "tool": "mpmath"} for key, value in function(data).items()}
        with open(f"{sys.argv[1]}/{name}.expected.json", "w", encoding="utf-8") as file:
            file.write(json.dumps(outputs) + "\n")


if __name__ == "__main__":
    main()
