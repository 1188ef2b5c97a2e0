#!/usr/bin/env python3
"""Expected outputs that GradBench does not have: by mpmath at 60 digits, the derivatives by central
differences with a step of 1e-20, so that nothing of them comes from any differentiation by rules.

  reference.py DATA   reads DATA/NAME.input.json, writes DATA/NAME.expected.json

lse_n200, gmm_d4_k3_n20, kmeans_k3_n60_d4, lstm_l2_c20_b14 and those of ba and ht are cut out of
GradBench's larger inputs (the prior's gamma and m are other ones, for m is 0 in all of those; one
hand is mirrored, and one hand and one camera are not rotated, where the formula is another one).
ode_n20_s1000 is GradBench's; its reference differentiates the exact solution of the ODE, which is
1.5e-8 away from the numerical one."""
import json
import sys

from mpmath import cos, exp, gamma as gamma_function, log, matrix, mp, mpf, pi, sin, sqrt, tanh

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


def lstm_loss(data, b, x):
    layers = len(data["state"]) // 2
    main = [x[k * b:(k + 1) * b] for k in range(8 * layers)]
    w_in, w_out, v_out = (x[k * b:(k + 1) * b] for k in range(8 * layers, 8 * layers + 3))
    state = numbers(data["state"])
    sequence = numbers(data["sequence"])
    total = mpf(0)

    def sigmoid(z):
        return 1 / (1 + exp(-z))

    for row, following in zip(sequence, sequence[1:]):
        z = [a * w for a, w in zip(row, w_in)]
        for k in range(layers):
            w, v = main[8 * k:8 * k + 4], main[8 * k + 4:8 * k + 8]
            h, c = state[2 * k], state[2 * k + 1]
            for i in range(b):
                forget = sigmoid(z[i] * w[0][i] + v[0][i])
                gate_in = sigmoid(h[i] * w[1][i] + v[1][i])
                gate_out = sigmoid(z[i] * w[2][i] + v[2][i])
                c[i] = c[i] * forget + gate_in * tanh(h[i] * w[3][i] + v[3][i])
                h[i] = gate_out * tanh(c[i])
            z = h
        y = [a * w + v for a, w, v in zip(z, w_out, v_out)]
        scale = log(2 + sum(map(exp, y)))
        total -= sum(a * (b - scale) for a, b in zip(following, y))
    return total / (b * (len(sequence) - 1))


def lstm(data):
    x = [e for name in ("main_params", "extra_params") for row in numbers(data[name]) for e in row]
    b = len(data["sequence"][0])
    return {"objective": float(lstm_loss(data, b, x)),
            "jacobian": differentiate(lambda z: lstm_loss(data, b, z), x)}


def rotation(axis, least):
    """About an axis by its length; where that is not above `least`, I, or I + axis cross if it is 0."""
    x, y, z = axis
    angle = sqrt(x * x + y * y + z * z)
    cross = matrix([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    if angle <= least:
        return mp.eye(3) + (cross if least == 0 else 0 * cross)
    return mp.eye(3) + sin(angle) / angle * cross + (1 - cos(angle)) / angle ** 2 * cross * cross


def ba_residual(data, k, z):
    cam, point, w = z[:11], z[11:14], z[14]
    seen = rotation(cam[:3], 0) * (matrix(point) - matrix(cam[3:6]))
    p = [seen[0] / seen[2], seen[1] / seen[2]]
    square = p[0] ** 2 + p[1] ** 2
    distortion = 1 + cam[9] * square + cam[10] * square ** 2
    return w * (p[k] * distortion * cam[6] + cam[7 + k] - mpf(data["feat"][k]))


def ba(data):
    n, m, p, z = data["n"], data["m"], data["p"], numbers(data["cam"] + data["x"] + [data["w"]])
    residuals = [float(ba_residual(data, k, z)) for k in range(2)]
    values = [g for k in range(2) for g in differentiate(lambda y: ba_residual(data, k, y), z)]
    rows = [15 * min(k, 2 * p) + max(k - 2 * p, 0) for k in range(30)]
    first = [*range(11), 11 * n, 11 * n + 1, 11 * n + 2, 11 * n + 3 * m]
    return {"objective": {"reproj_error": {"elements": residuals, "repeated": p},
                          "w_err": {"element": float(1 - z[14] ** 2), "repeated": p}},
            "jacobian": {"rows": rows + [31 * p],
                         "cols": first + first + [11 * n + 3 * m + p - 1],
                         "vals": values + [float(-2 * z[14])]}}


def ht_transforms(model, theta):
    turned = [matrix(numbers(a)) for a in model["base_relatives"]]
    for finger in range(5):
        x2, z2, x3, x4 = theta[6 + 4 * finger:10 + 4 * finger]
        for bone, (x, z) in enumerate(((x2, z2), (x3, 0), (x4, 0)), 4 * finger + 2):
            about_x = matrix([[1, 0, 0, 0], [0, cos(x), -sin(x), 0], [0, sin(x), cos(x), 0],
                              [0, 0, 0, 1]])
            about_z = matrix([[cos(z), -sin(z), 0, 0], [sin(z), cos(z), 0, 0], [0, 0, 1, 0],
                              [0, 0, 0, 1]])
            turned[bone] = turned[bone] * about_z * about_x
    absolute = []
    for a, parent in zip(turned, model["parents"]):
        absolute.append(a if parent < 0 else absolute[parent] * a)
    return [a * matrix(numbers(b)) for a, b in zip(absolute, model["inverse_base_absolutes"])]


def ht_distances(data, theta, us):
    model, result = data["model"], []
    transforms = ht_transforms(model, theta)
    rotate = rotation(theta[:3], mpf(10) ** -4)

    def vertex(v):
        base = matrix(numbers(model["base_positions"][v]))
        at = sum((mpf(w) * (t * base) for w, t in zip(model["weights"][v], transforms) if w),
                 matrix([0, 0, 0, 0]))
        return rotate * matrix([-at[0] if model["is_mirrored"] else at[0], at[1], at[2]])

    for k, (to, measured) in enumerate(zip(data["correspondences"], data["points"])):
        if us:
            (a, b), corners = us[k], [vertex(v) for v in model["triangles"][to]]
            at = a * corners[0] + b * corners[1] + (1 - a - b) * corners[2]
        else:
            at = vertex(to)
        result += [mpf(measured[j]) - at[j] - theta[3 + j] for j in range(3)]
    return result


def ht(data):
    theta, us = numbers(data["theta"]), numbers(data["us"])

    def moved(z):
        return ht_distances(data["data"], z[2:], [[a + z[0], b + z[1]] for a, b in us])

    columns = []
    for k in range(0 if us else 2, 28):
        step = [STEP if j == k else mpf(0) for j in range(28)]
        above = moved([s + t for s, t in zip(step, [0, 0] + theta)])
        below = moved([t - s for s, t in zip(step, [0, 0] + theta)])
        columns.append([float((a - b) / (2 * STEP)) for a, b in zip(above, below)])
    return {"objective": [float(d) for d in ht_distances(data["data"], theta, us)],
            "jacobian": [list(row) for row in zip(*columns)]}


def main():
    cases = {"lse_n200": lse, "gmm_d4_k3_n20": gmm, "kmeans_k3_n60_d4": kmeans,
             "ode_n20_s1000": ode, "lstm_l2_c20_b14": lstm, "ba_unrotated_n2_m3_p12": ba,
             "ht_simple_c6": ht, "ht_complicated_c6": ht, "ht_unrotated_c6": ht}
    for name, function in cases.items():
        with open(f"{sys.argv[1]}/{name}.input.json", encoding="utf-8") as file:
            data = json.load(file)
        outputs = {key: {"full": value, "tool": "mpmath"} for key, value in function(data).items()}
        with open(f"{sys.argv[1]}/{name}.expected.json", "w", encoding="utf-8") as file:
            file.write(json.dumps(outputs) + "\n")


if __name__ == "__main__":
    main()
