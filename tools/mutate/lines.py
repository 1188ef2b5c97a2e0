"""Mutations of sweeps and recurrences: two of each line of code.

Every change is one a tired person could have typed: the other sign, the other operand, a loop that
begins one late or ends one early, a statement left out. Loops are never made longer: memory beyond
an array need not betray itself.
"""
import os
import re

from mutation import Mutation

# Whatever computes a value or a derivative, or says which of them counts: all of src/ and of the
# templates but what only records, stores, reports or compares.
FOLDERS = ["src/core", "src/reverse", "src/program", "src/mixed", "src/forward", "src/ops",
           "include/fluxion/template", "include/fluxion"]
OTHERS = {
    # recording and memory
    "src/reverse/tape.c", "src/reverse/record.c", "src/reverse/code.c", "src/reverse/var.c",
    "src/reverse/tape.h", "src/reverse/code.h", "include/fluxion/tape.h", "include/fluxion/array.h",
    "include/fluxion/var.h", "src/program/freeze.c", "src/program/work.c",
    # reports and drawings
    "src/core/status.c", "src/core/text.c", "src/core/text.h",
    "src/program/show.c", "src/program/dot.c", "src/program/diagnose.c",
    # the agreement check, which tests/planted tries
    "src/mixed/agree.c", "src/mixed/agree.h", "src/mixed/bound.c", "src/mixed/check.c",
    "src/mixed/check_call.c", "src/mixed/check_difference.c", "src/mixed/check_text.c",
    "src/mixed/check_whole.c", "src/mixed/depth.c", "src/mixed/instances.c", "src/mixed/local.c",
    "src/mixed/mini.c", "src/mixed/roads.c", "src/mixed/roads.h",
    # compiled where there is no BLAS
    "src/reverse/matmul_absent.c",
    # a table, which scripts/check-references makes anew
    "src/forward/kernel_tanh_nodes.c",
}


def files(root):
    """Paths of the files whose lines are broken, from the project's root."""
    found = [f"{folder}/{name}" for folder in FOLDERS
             for name in sorted(os.listdir(os.path.join(root, folder)))]
    return [p for p in found if p.endswith((".c", ".h", ".inc")) and p not in OTHERS]


# (pattern, replacement): the other of two names, the other sign. The first that fits is used.
EXCHANGES = [
    (r"\bF\(give_zero_product\)", "F(give_product)"),
    (r"\bF\(take_zero_product\)", "F(take_product)"),
    (r"\bF\(give_product\)", "F(take_product)"), (r"\bF\(take_product\)", "F(give_product)"),
    (r"\bF\(give\)\(", "F(take)("), (r"\bF\(take\)\(", "F(give)("),
    (r"\bflx_var_give\(", "flx_var_take("), (r"\bflx_var_take\(", "flx_var_give("),
    (r"\b([FG])\(add\)\(", r"\1(sub)("), (r"\b([FG])\(sub\)\(", r"\1(add)("),
    (r"\b([FG])\(neg\)\(", "("), (r"\bNEG\(", "("),
    (r"\bADD\(", "SUB("), (r"\bSUB\(", "ADD("),
    (r"\bFLX_ZERO_FIRST\b", "FLX_ZERO_SECOND"), (r"\bFLX_ZERO_SECOND\b", "FLX_ZERO_FIRST"),
    (r"\bFLX_ZERO_EITHER\b", "FLX_ZERO_FIRST"),
    (r", FLAG_EITHER\)", ", 0)"),
    (r"\bOP_acc_mul\b", "OP_acc_msub"), (r"\bOP_acc_msub\b", "OP_acc_mul"),
    (r"\bOP_acc_sub\b", "OP_acc"), (r"\bOP_acc\b", "OP_acc_sub"),
    (r"(?<![=!<>+\-*/&|]) \+ ", " - "), (r"(?<=[\w)\]]) - (?=[\w(])", " + "),
    (r" \+= ", " -= "), (r" -= ", " += "), (r" \|= ", " = "), (r" &= ", " = "),
    (r"(= |return |\()-(?=[\w(])", r"\1"),
    (r" \* ", " / "), (r" / ", " * "),
    (r"\bin\.a\b", "in.b"), (r"\bin\.b\b(?! \+)", "in.a"),
    (r"\bview_x\(", "view_y("), (r"\bview_y\(", "view_x("),
    (r"\b(\w+)->x_stride\b", r"\1->y_stride"), (r"\b(\w+)->y_stride\b", r"\1->x_stride"),
    (r"\bp->x\b(?!\[)", "p->y"), (r"\bp->y\b", "p->x"), (r"\bl->x\b", "l->y"), (r"\bl->y\b", "l->x"),
    (r"stride\[0\]", "stride[1]"), (r"stride\[1\]", "stride[0]"),
    (r"\.e1\b", ".e2"), (r"\.e2\b", ".e1"), (r"\.e12\b", ".e1"),
    (r"\bfx\b", "fy"), (r"\bf1\b", "f2"),
    (r"\bcos\(", "sin("), (r"\bsin\(", "cos("), (r"_cos\(", "_sin("), (r"_sin\(", "_cos("),
    (r"_cosh\(", "_sinh("), (r"_sinh\(", "_cosh("),
    (r"\bDEPENDS\b", "NEEDED"), (r"\bNEEDED\b", "DEPENDS"),
    (r"\bdx\b(?! =)", "dy"), (r"\bwr\b", "wi"), (r"\bre\[", "im["), (r"\bim\[", "re["),
    (r"\bp\.hi\b", "p.lo"), (r"\be\.hi\b", "0.0"), (r"\be\.lo\b", "0.0"),
    (r"(\w(?:\.|->))lo\b", r"\1hi"), (r"(?<![.>])\blo\b(?! = |\[)", "0.0"),
]

# Names that only some functions have: they take another's place where they stand nearby.
LOCAL = {"dy", "wi", "im", "fy", "f2"}
NEARBY = 20  # lines

# Where numbers are of several points, so are constants.
MANY_FILES = ("src/reverse/many_functions.h",)

# The two parts of a dual; other types have one of these names only.
DUAL = [(r"\.d\b", ".v"), (r"\.v\b", ".d")]
DUAL_FILES = ("src/forward/dual_functions.inc", "include/fluxion/template/dual.inc")

# Products that keep an exact zero zero become plain ones.
ZEROS = [
    (r"\b([FG])\(smul\)\(", r"\1(mul)("), (r"\b([FG])\(amul\)\(", r"\1(mul)("),
    (r"\bflx_double_smul\(", "flx_double_mul("), (r"\bflx_double_amul\(", "flx_double_mul("),
    (r"\bAMUL\(", "MUL("),
]

# Conditions and constants.
CONDITIONS = [
    (r"(?<!\w)if \(!", "if ("),
    (r"(?<!\w)if \((?!!)(.*?)\)( |$)(?=return|F\(|flx|\w|\{)", r"if (!(\1))\2"),
    (r" == ", " != "), (r" != ", " == "), (r" && ", " || "), (r" \|\| ", " && "),
    (r" >= ", " < "), (r" <= ", " > "), (r" > ", " <= "), (r" < ", " >= "),
    (r" \? ([\w.>-]+(?:\[[\w.>-]+\])*) : ([\w.>-]+(?:\[[\w.>-]+\])*)(?=[;),]|$)", r" ? \2 : \1"),
    (r"\b2\.0\b", "1.0"), (r"\b0\.5\b", "1.0"), (r"(?<![-\w])1\.0\b", "-1.0"),
    (r"\b1\.0\b", "2.0"), (r"\b0\.0\b", "1.0"),
    (r", 1\)", ", 0)"), (r", 0\)", ", 1)"),
    (r"\[0\]", "[1]"), (r"return 1;", "return 0;"), (r"return 0;", "return 1;"),
]

# Loops: one late, one early.
LOOPS = [
    (r"(\w+) = 0;", r"\1 = 1;"), (r"(\w+) = 1;", r"\1 = 2;"),
    (r"(\w+) <= (\w+)", r"\1 < \2"), (r"(\w+) < ([\w.>-]+)", r"\1 + 1 < \2"),
    (r"(\w+) > (\w+)", r"\1 > \2 + 1"), (r"(\w+) >= 1", r"\1 >= 2"),
]


def blank_comments(text):
    """The text with comments and strings as spaces, newlines kept."""
    def blank(m):
        return re.sub(r"[^\n]", " ", m.group(0))
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def code_lines(text):
    """(number, original line, start and end of its code, whether a statement begins there)."""
    lines, blanked = text.split("\n"), blank_comments(text).split("\n")
    depth, skip, passive, fresh, continued = 0, 0, 0, True, False
    for number, (line, code) in enumerate(zip(lines, blanked), 1):
        bare = code.strip()
        if bare.startswith("#") or continued:
            if re.match(r"#if", bare):
                skip += 1 if skip or bare in ("#ifndef T", "#ifndef F") else 0
            elif bare.startswith("#endif") and skip:
                skip -= 1
            m = re.match(r"#define OP[23]?\(.*\)(?= (case|T F|static|flx_))", bare)
            if m and "derivative" in bare or m and "dx, dy" in bare:
                yield number, line, line.index(bare) + m.end(), len(line), False
            continued = line.endswith("\\")
            continue
        if skip:
            continue
        opens, closes = code.count("{"), code.count("}")
        if depth == 0 and re.match(r"(typedef |static )?(const )?(struct|enum|union)\b"
                                   r"( F\(\w+\))?[^()]*\{", bare):
            passive = 1
        if depth > 0 and not passive and bare and bare not in ("{", "}", "} else {"):
            yield number, line, 0, len(code.rstrip()), fresh
        elif depth == 0 and not passive and opens and "(" in bare:
            yield number, line, code.index("{") + 1, code.rindex("}") if closes else len(code), False
        depth += opens - closes
        if depth == 0:
            passive = 0
        if bare:
            fresh = bare[-1] in ";{}:"


DECLARATION = re.compile(r"\s*(?=\S)(?!(?:return|goto|else|case)\b)"
                         r"(?:\w[\w ]* |(?:const )?F\(\w+\) )\**(?:const )?\w+(?: =|;|,|\[)")





def substitutions(line, start, end, table):
    code = line[start:end]
    for pattern, replacement in table:
        m = re.search(pattern, code)
        if m:
            new = code[:m.start()] + m.expand(replacement) + code[m.end():]
            yield line[:start] + new + line[end:]


def is_known(old, new, near):
    """Whether the changed line's names are those of its function."""
    words = set(re.findall(r"\w+", new)) - set(re.findall(r"\w+", old))
    return not words & LOCAL - set(re.findall(r"\w+", near))


def left_out(line, start, end, fresh, after):
    """The line without its statement, where that still compiles; after is the line that follows."""
    code = line[start:end]
    if after.strip().startswith("else") or code.count("{") != code.count("}"):
        return
    m = re.match(r"(\s*(?:case \w+|default): )(.+;)( break;)$", code)
    if m:
        yield line[:start] + m.group(1) + m.group(3).strip() + line[end:]
    elif (fresh and start == 0 and code.rstrip().endswith(";") and not DECLARATION.match(code)
          and not re.match(r"\s*(return|break|case|default|else|for|goto|typedef|enum|\}|"
                           r"\(void\))",
                           code)):
        if re.match(r"\s*if \(", code) and "else" not in code:
            yield re.match(r"\s*", code).group(0) + ";" + line[end:]
        elif not re.match(r"\s*if", code):
            yield re.match(r"\s*", code).group(0) + ";" + line[end:]


def exchanges(path):
    """EXCHANGES as they are written in this file."""
    if path in MANY_FILES:
        return [(old, "C(0.0)" if new == "0.0" else new) for old, new in EXCHANGES]
    return EXCHANGES + DUAL * (path in DUAL_FILES)


def only_size(old, new):
    """Whether no more than the sizes of arrays differ that a line declares: memory beyond an array
    need not betray itself."""
    def without(line):
        return re.sub(r"(\w)\[[^][]*\]", r"\1[]", line)
    return DECLARATION.match(old) and " = " not in old and without(old) == without(new)


def mutate_line(path, line, start, end, fresh, after, near):
    """At most two changed lines, of different kinds where possible; near: the lines around."""
    code = line[start:end]
    if re.match(r"\s*for \(", code):
        inside = code.split(")")[-1].strip()
        loops = list(substitutions(line, start, start + code.index(";", code.index(";") + 1), LOOPS))
        body = []
        if inside:
            at = start + code.rindex(")") if code.count(")") == 1 else start
            body = list(substitutions(line, max(at, start + code.find("++)") + 3), end, EXCHANGES))
        return (loops[:1] + (body or loops[1:]))[:2]
    label = re.match(r"\s*(case \w+|default): *", code)
    whole, start = start, start + (label.end() if label else 0)
    kinds = [list(left_out(line, whole, end, fresh, after)),
             [new for new in substitutions(line, start, end, exchanges(path))
              if is_known(line, new, near)],
             list(substitutions(line, start, end, ZEROS)),
             list(substitutions(line, start, end, CONDITIONS))]
    chosen = []
    for kind in (1, 2, 0, 3, 1):
        if kinds[kind] and len(chosen) < 2:
            candidate = kinds[kind].pop(0)
            if candidate != line and candidate not in chosen and not only_size(line, candidate):
                chosen.append(candidate)
    return chosen


def brief(old, new):
    """What changed, in a few characters."""
    a, b = 0, 0
    while a < min(len(old), len(new)) and old[a] == new[a]:
        a += 1
    while b < min(len(old), len(new)) - a and old[-1 - b] == new[-1 - b]:
        b += 1
    a = max(0, a - 12)
    b = max(0, b - 6)
    return f"{old[a:len(old) - b].strip()} => {new[a:len(new) - b].strip()}"


def all_lines(root, read):
    for path in files(root):
        text = read(path).split("\n") + [""]
        for number, line, start, end, fresh in code_lines(read(path)):
            if re.match(r"\s*(goto|break;|\(void\))", line):
                continue
            near = "\n".join(text[max(0, number - NEARBY):number + NEARBY])
            for new in mutate_line(path, line, start, end, fresh, text[number], near):
                yield Mutation(path, number, brief(line, new), line, new)
