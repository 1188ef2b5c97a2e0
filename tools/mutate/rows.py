"""Mutations of the tables of elementary functions: each row broken five ways.

A row's derivative is an expression in the macros of ops/rules.inc; the breakages are written in
them too, so that every mode gets them.
"""
import re

from mutation import Mutation

SLIGHTLY = "1.000000000001"  # 1 + 1e-12: 4500 ulps

# Where a row's tail begins, as a condition on |x| (a) and x. It has to be inside the domain and
# where the derivative is neither 0 nor infinite, or nothing would be wrong there.
DEFAULT_TAIL = "a > 30.0"
TAILS = {
    "neg": "a > 1e100", "square": "a > 1e100", "sqrt": "a > 1e150", "rsqrt": "a < 1e-100",
    "cbrt": "a > 1e100", "exp": "x < -300.0", "expm1": "x < -30.0", "log": "a < 1e-100",
    "log1p": "x < -0.9", "sin": "a > 1000.0", "cos": "a > 1000.0", "tan": "a > 1000.0",
    "asin": "a > 0.999", "acos": "a > 0.999", "atan": "a > 1e10", "sinh": "a > 300.0",
    "cosh": "a > 300.0", "tanh": "a > 15.0", "sigmoid": "x < -30.0", "softplus": "x < -30.0",
    "erf": "a > 4.0", "fabs": "a > 1e100", "dcbrt": "a > 1e100", "dasin": "a > 0.999",
    "lorentz": "a > 1e10", "xlorentz": "a > 1e10", "sech2": "a > 15.0", "gauss": "a > 4.0",
    "hgauss": "a > 4.0", "near": "a > 60.0", "inside": "a > 10.0", "sign": "a > 1e100",
    "nought": "a > 10.0",
    "exp2": "x < -300.0", "log2": "a < 1e-100", "log10": "a < 1e-100", "asinh": "a > 1e10",
    "acosh": "a > 1e10", "atanh": "a > 0.999", "erfc": "a > 4.0", "dasinh": "a > 1e10",
    "sinpi": "a > 1000.0", "cospi": "a > 1000.0", "logit": "a < 1e-100", "dlogit": "a < 1e-100",
    "fabs_right": "a > 1e100", "fabs_left": "a > 1e100", "relu": "a > 1e100",
    "xdasinh": "a > 100.0", "dacosh": "a > 1e10", "xdacosh": "a > 100.0", "datanh": "a > 0.999",
    "hypot": "a > 1e100", "atan2": "a > 1e100", "fmin": "a > 1e100", "fmax": "a > 1e100",
    "fmod": "a > 1e10", "remainder": "a > 1e10", "copysign": "a > 1e100", "modq": "a > 10.0",
    "remq": "a > 10.0", "signs": "a > 1e100", "xlogy": "a > 1e20", "xdivy": "a > 1e20",
    "fma": "a > 1e10", "clamp": "a > 10.0", "clampx": "a > 10.0", "clamplo": "a > 10.0",
    "clamphi": "a > 10.0", "erfinv": "a > 0.99", "derfinv": "a > 0.99",
    "dir": "a > 1e20", "rez": "a > 1e20", "dipole": "a > 1e20", "minw": "a > 1e100",
    "maxw": "a > 1e100",
}

# What a tail needs: the primal of a number of any of the types that rules.inc is written for, of
# arrays the first element's.
PRIMAL = """
#ifndef MUTATE_PRIMAL
#include <string.h>
#include <fluxion/array.h>
static inline double mutate_first(const void *p)
{
    double v;
    memcpy(&v, p, sizeof v);
    return v;
}
static inline double mutate_peek(const void *p)
{
    flx_var v;
    memcpy(&v, p, sizeof v);
    return flx_peek(v);
}
static inline double mutate_corner(const void *p)
{
    flx_array a;
    memcpy(&a, p, sizeof a);
    return flx_peek(a.first);
}
#define MUTATE_PRIMAL(x) \\
    _Generic((x), flx_var: mutate_peek, flx_array: mutate_corner, default: mutate_first)(&(x))
#endif
"""
EXTRA = {path: PRIMAL for path in ("src/ops/support.h", "src/reverse/lanes.h")}


def split_arguments(text):
    """The arguments of a call, text being what stands between its parentheses."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    return parts + [text[start:].strip()]


def parse_call(text):
    """name and arguments of NAME(...) or F(name)(...); None where text is no single call."""
    m = re.match(r"(F\(\w+\)|\w+)\(", text)
    if not m or not text.endswith(")"):
        return None
    depth = 0
    for i in range(m.end() - 1, len(text)):
        depth += (text[i] == "(") - (text[i] == ")")
        if depth == 0:
            if i != len(text) - 1:
                return None
            return m.group(1), split_arguments(text[m.end():-1])
    return None


def without_factor(text):
    """The derivative with a factor missing."""
    call = parse_call(text)
    if not call:
        return "CONST(0.5)"  # a bare x or y
    name, args = call
    if name == "DEFINED":
        return f"DEFINED({without_factor(args[0])})"
    if name == "WITH_SLOPE":
        return f"WITH_SLOPE({without_factor(args[0])}, {args[1]})"
    if name == "NEG":
        return f"NEG({without_factor(args[0])})"
    if name == "OVER":
        return f"INV({args[1]})"
    if name in ("SCALE", "DIV", "SHIFT", "SQR"):
        return args[0]
    if name == "MUL":
        return args[1]
    return "CONST(1.0)"  # INV(a), F(f)(a), CONST(c)


def swapped(text, a, b):
    return re.sub(rf"\b[{a}{b}]\b", lambda m: b if m.group(0) == a else a, text)


def tail(name, text, factor="1.000001"):
    condition = TAILS.get(name, DEFAULT_TAIL)
    condition = re.sub(r"\ba\b", "fabs(MUTATE_PRIMAL(x))", condition)
    condition = re.sub(r"\bx\b(?!\))", "MUTATE_PRIMAL(x)", condition)
    return f"SCALE({text}, {condition} ? {factor} : 1.0)"


def is_nought(text):
    return text.startswith("F(nought)")


def broken(name, text, a="x", b="y"):
    """(kind, text) five times; a row that is zero gets what makes it not so."""
    if is_nought(text):
        condition = tail(name, "").split(",", 1)[1].rsplit("?", 1)[0].strip()
        yield "constant", f"SHIFT({text}, 1e-12)"
        yield "one", f"SHIFT({text}, 1.0)"
        yield "tail", f"SHIFT({text}, {condition} ? 1e-3 : 0.0)"
        return
    yield "sign", f"NEG({text})"
    yield "constant", f"SCALE({text}, {SLIGHTLY})"
    if swapped(text, a, b) != text:
        yield "argument", swapped(text, a, b)
    if without_factor(text) != text:
        yield "factor", without_factor(text)
    yield "tail", tail(name, text)


def row_arguments(line):
    m = re.match(r"(OP\w*)\(", line)
    depth = 0
    for i in range(m.end() - 1, len(line)):
        depth += (line[i] == "(") - (line[i] == ")")
        if depth == 0:
            return m.group(1), split_arguments(line[m.end():i])
    raise ValueError(line)


def unary_rows(read):
    path = "src/ops/ops.def"
    for number, line in enumerate(read(path).splitlines(), 1):
        if not re.match(r"OP\w*\(", line):
            continue
        macro, (name, value, slot, domain, derivative) = row_arguments(line)
        base = f"{macro}({name}, {value}, xy, {domain}, {derivative})"
        for kind, text in broken(name, derivative):
            new = f"{macro}({name}, {value}, xy, {domain}, {text})"
            extra = EXTRA if kind == "tail" else {}
            yield Mutation(path, number, f"{name} {kind}", line, new, base, extra=extra)
        new = f"{macro}({name}, ({value}) * {SLIGHTLY}, xy, {domain}, {derivative})"
        if value not in ("x != x ? x : 0.0",):
            yield Mutation(path, number, f"{name} value", line, new, base)
        if domain == "part":
            new = f"{macro}({name}, {value}, {slot}, all, {derivative})"
            yield Mutation(path, number, f"{name} domain", line, new, alone=True)


def binary_rows(read):
    path = "src/ops/binary.def"
    for number, line in enumerate(read(path).splitlines(), 1):
        if not re.match(r"OP2\w*\(", line):
            continue
        macro, (name, value, dx, dy) = row_arguments(line)
        base = f"{macro}({name}, {value}, {dx}, {dy})"
        for kind, text in broken(name, dx):
            extra = EXTRA if kind == "tail" else {}
            new = f"{macro}({name}, {value}, {text}, {dy})"
            yield Mutation(path, number, f"{name} dx {kind}", line, new, base, extra=extra)
        for kind, text in broken(name, dy):
            extra = EXTRA if kind == "tail" else {}
            new = f"{macro}({name}, {value}, {dx}, {text})"
            yield Mutation(path, number, f"{name} dy {kind}", line, new, base, extra=extra)
        new = f"{macro}({name}, ({value}) * {SLIGHTLY}, {dx}, {dy})"
        yield Mutation(path, number, f"{name} value", line, new, base)


def ternary_rows(read):
    path = "src/ops/ternary.def"
    for number, line in enumerate(read(path).splitlines(), 1):
        if not re.match(r"OP3\w*\(", line):
            continue
        macro, (name, value, *partials) = row_arguments(line)
        base = f"{macro}({name}, {value}, {', '.join(partials)})"
        for which, text in enumerate(partials):
            for kind, new_text in broken(name, text):
                new = partials[:which] + [new_text] + partials[which + 1:]
                extra = EXTRA if kind == "tail" else {}
                yield Mutation(path, number, f"{name} d{'xyz'[which]} {kind}", line,
                               f"{macro}({name}, {value}, {', '.join(new)})", base, extra=extra)
        new = f"{macro}({name}, ({value}) * {SLIGHTLY}, {', '.join(partials)})"
        yield Mutation(path, number, f"{name} value", line, new, base)


def ordered_rows(read):
    """The families of functions of an integer order: the derivative is the family's next value."""
    path = "src/ops/ordered.def"
    for number, line in enumerate(read(path).splitlines(), 1):
        m = re.match(r"(OPN\w*)\((\w+), (.*)\)(?: +/\*.*\*/)?$", line)
        if m:
            macro, name, value = m.groups()
            new = f"{macro}({name}, ({value}) * {SLIGHTLY})"
            yield Mutation(path, number, f"{name} value", line, new,
                           f"{macro}({name}, {value})")


def power_rules(read):
    """The three rules of pow, which are functions of rules.inc and not rows."""
    path = "src/ops/rules.inc"
    lines = read(path).splitlines()
    function = ""
    for number, line in enumerate(lines, 1):
        m = re.match(r"static inline T F\((partial_dpow\w+)\)", line)
        function = m.group(1) if m else function
        m = re.match(r"(    return F\(defined_all\)\()(.*)(, [yz]\);)$", line)
        if not m or not function or m.group(2).startswith("CONST"):
            continue
        before, text, after = m.groups()
        wide = "fabs(MUTATE_PRIMAL(x)) > 1e10 || fabs(MUTATE_PRIMAL(x)) < 1e-10"
        changes = [("sign", f"NEG({text})"), ("constant", f"SCALE({text}, {SLIGHTLY})"),
                   ("tail", f"SCALE({text}, {wide} ? 1.000001 : 1.0)")]
        if parse_call(text):
            changes.append(("factor", without_factor(text)))
        if swapped(text, "x", "y") != text:
            changes.append(("argument", swapped(text, "x", "y")))
        for kind, new in changes:
            extra = EXTRA if kind == "tail" else {}
            yield Mutation(path, number, f"{function} {kind}", line, before + new + after,
                           extra=extra)


def all_rows(read):
    yield from unary_rows(read)
    yield from binary_rows(read)
    yield from ternary_rows(read)
    yield from ordered_rows(read)
    yield from power_rules(read)
