"""Writes all mutations into one program, which an integer chooses among when it runs.

A mutation changes an expression, `(MUTANT(7) ? (a - b) : (a + b))`, or a statement,
`{ if (MUTANT(7)) { ; } else { f(); } }`. `places` finds where either can be written, from the
smallest expression to the whole statement; the compiler says which of them are C, so the first
that compiles is taken. Nothing here knows C's grammar beyond brackets, commas and semicolons.
Each changed text has a line to itself, which the compiler's messages name.
"""
import json
import os
import re
from dataclasses import dataclass

from lines import DECLARATION
from mutation import appended

PER_FILE = 512  # numbers that each file has, so that a change of one renumbers no other

HEADER = """#ifndef MUTANT
extern int flx_mutant;
extern unsigned char flx_mutants_met[];
#define MUTANT(k) (flx_mutants_met[k] = 1, flx_mutant == (k))
#define always_inline noinline /* all mutations of all that is inlined: minutes for an object */
#endif
"""

# What was reached is written to a file, which Criterion's processes share.
CHOICE = """#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
int flx_mutant = -1;
_Alignas(4096) unsigned char flx_mutants_met[%d];
__attribute__((constructor)) static void choose(void)
{
    const char *mutant = getenv("FLX_MUTANT"), *path = getenv("FLX_REACHED");
    if (mutant) flx_mutant = atoi(mutant);
    if (!path) return;
    const int file = open(path, O_RDWR);
    if (file < 0 || mmap(flx_mutants_met, sizeof flx_mutants_met, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_FIXED, file, 0) == MAP_FAILED) _exit(99);
}
"""


@dataclass(frozen=True)
class Place:
    start: int
    end: int
    statement: bool


def spaces(m):
    return re.sub(r"[^\n]", " ", m.group(0))


def without_comments(text):
    return re.sub(r'/\*.*?\*/|//[^\n]*', spaces, text, flags=re.S)


def masked(text):
    """As long as the text, of brackets and delimiters only those that count: no comments, strings
    or lines for the preprocessor ($) but macros' bodies; F(name) is a name; ~ is return."""
    text = re.sub(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', spaces, without_comments(text))
    text = re.sub(r"^[ \t]*#(?!define \w+\()(?:[^\n]*\\\n)*[^\n]*", lambda m: re.sub(
        r"[^\n]", "$", m.group(0)), text, flags=re.M)
    text = re.sub(r"^#define \w+\([^)]*\)", lambda m: ";" * len(m.group(0)), text, flags=re.M)
    text = text.replace("##", "__")
    text = re.sub(r"\b[FG]\(\w+\)", lambda m: "F" * len(m.group(0)), text)
    return re.sub(r"\breturn\b", "~~~~~~", text)


OPENS, CLOSES = "([{", ")]}"


def assigns(code, i):
    return code[i] == "=" and code[i + 1:i + 2] != "=" and code[i - 1] not in "=!<>"


def is_block(code, i):
    """Whether the brace opens a block, not a list of values."""
    before = code[:i].rstrip()
    if before.endswith(")"):
        depth = 0
        for j in range(len(before) - 1, -1, -1):
            depth += (before[j] == ")") - (before[j] == "(")
            if depth == 0:
                return re.search(r"\w$", before[:j].rstrip()) is not None
    return not before.endswith(("=", ",", "(", "{~", "~"))


def opener(code, i):
    """Where the bracket opens that is open at i; -1 outside of all."""
    depth = 0
    for j in range(i - 1, -1, -1):
        depth += (code[j] in CLOSES) - (code[j] in OPENS)
        if depth < 0:
            return j
    return -1


def closer(code, i):
    depth = 0
    for j in range(i, len(code)):
        depth += (code[j] in OPENS) - (code[j] in CLOSES)
        if depth < 0:
            return j
    return len(code)


def leftwards(code, i, stops):
    """The end of the nearest delimiter at i's level, or the open bracket's."""
    depth = 0
    for j in range(i - 1, -1, -1):
        c = code[j]
        if depth == 0 and (c in OPENS or c in stops or "," in stops and assigns(code, j)
                           or c == "}" and is_block(code, opener(code, j))):
            return j + 1
        depth += (c in CLOSES) - (c in OPENS)
    return 0


def rightwards(code, i, stops):
    depth = 0
    for j in range(i, len(code)):
        c = code[j]
        if depth == 0 and (c in CLOSES or c in stops or c == "{" and is_block(code, j)):
            return j
        depth += (c in OPENS) - (c in CLOSES)
    return len(code)


def balanced(text):
    stack = []
    for c in text:
        if c in OPENS:
            stack.append(CLOSES[OPENS.index(c)])
        elif c in CLOSES and (not stack or stack.pop() != c):
            return False
    return not stack


def unmatched(text, opens, closes):
    """Whether a bracket in the text stays open."""
    depth = 0
    for c in reversed(text):
        depth = max(depth, 0) + (c in closes) - (c in opens)
        if depth < 0:
            return True
    return False


def heads(code, start, until):
    """Skips `case x:`, `else`, `if (...)` and the like as far as they stand before until."""
    while True:
        m = re.compile(r"\s*(?:(?:case\b[^:;]*|default)\s*:|else\b|(?:if|for|while)\s*\()").match(
            code, start)
        if not m:
            break
        end = m.end()
        if m.group(0).endswith("("):
            end = closer(code, end) + 1
        if end > until:
            break
        start = end
    return start


def changed_part(old, new):
    a, b = 0, 0
    while a < min(len(old), len(new)) and old[a] == new[a]:
        a += 1
    while b < min(len(old), len(new)) - a and old[-1 - b] == new[-1 - b]:
        b += 1
    return a, len(old) - b


def trimmed(code, start, end):
    end = min(end, len(code))
    while start < end and code[start] in " \n":
        start += 1
    while end > start and code[end - 1] in " \n":
        end -= 1
    return start, end


def is_expression(code):
    if not code.strip() or re.search(r"[;~]", code) or re.match(
            r"(if|for|while|case|else|default|do|break|goto|continue)\b", code):
        return False
    depth = 0
    for c in code:
        depth += (c in OPENS) - (c in CLOSES)
        if c == "," and depth == 0:
            return False
    return True


def places(code, new_code, start, end):
    """Where the change of [start, end) can be written, the smallest first; new_code is the changed
    file's. Both are masked."""
    longer = len(new_code) - len(code)
    in_macro = code[:start].rsplit("\n", 1)[-1].startswith(";")

    def fits(s, e):
        return (s < e and balanced(code[s:e]) and balanced(new_code[s:e + longer])
                and "$" not in code[s:e] and (in_macro or opener(code, s) >= 0))
    found = []
    a, b = start, end
    while True:  # what was split between brackets: f(x) => g(f(x))
        both = [code[a:b], new_code[a:b + longer]]
        if any(unmatched(text, OPENS, CLOSES) for text in both) and b < len(code):
            b = closer(code, b) + 1
        elif any(unmatched(text[::-1], CLOSES, OPENS) for text in both) and a > 0:
            a = max(opener(code, a), 0)
        else:
            break
    start, end = a, b
    while True:
        s, e = leftwards(code, a, ",;~$"), rightwards(code, b, ",;$")
        s, e = trimmed(code, s, e)
        s, e = min(s, start), max(e, end)
        if fits(s, e) and is_expression(code[s:e]) and is_expression(new_code[s:e + longer]):
            found.append(Place(s, e, False))
        out = opener(code, a)
        if out < 0 or code[out] == "{" and is_block(code, out):
            break
        a, b = out, max(b, closer(code, b) + 1)
    s = heads(code, leftwards(code, a, ";$"), start)
    e = b if code[b - 1:b] == ";" and b > s else rightwards(code, b, ";$") + 1
    s, e = trimmed(code, s, e)
    if fits(s, e) and code[e - 1] == ";" and not DECLARATION.match(code[s:e]) \
            and not re.match(r"\s*else\b", code[e:]) \
            and not re.search(r"\b(case|default)\b", code[s:e]):
        found.append(Place(s, e, True))
    return found


class File:
    """One file and its mutations."""

    def __init__(self, text, mutations, first):
        self.first = first
        lines = text.split("\n")
        for m in mutations:
            lines[m.line - 1] = m.base or lines[m.line - 1]
        self.text = "\n".join(lines)
        self.number = {m: first + k for k, m in enumerate(mutations)}
        self.choices, self.taken, self.newer = {}, {}, {}
        code = masked(self.text)
        for m in mutations:
            self.choices[m] = []
            if m.alone:
                continue
            before = len("\n".join(lines[:m.line - 1])) + (m.line > 1)
            base = m.base or m.old
            a, b = changed_part(base, m.new)
            after = before + len(base)
            self.newer[m] = self.text[:before] + m.new + self.text[after:]
            self.choices[m] = places(code, code[:before] + masked(m.new) + code[after:],
                                     before + a, before + b)
            if base.startswith("#"):  # all of a macro stands on its line
                self.choices[m] = [p for p in self.choices[m]
                                   if before <= p.start and p.end <= before + len(base)]
        self.taken = {m: 0 for m in mutations}

    def place(self, m):
        return self.choices[m][self.taken[m]] if self.taken[m] < len(self.choices[m]) else None

    def settle(self):
        """No two places may cross: the later one makes room."""
        while True:
            placed = [m for m in self.number if self.place(m)]
            spans = [(self.place(m), m) for m in placed]
            spans.sort(key=lambda t: (t[0].start, -t[0].end))
            stack = []
            for p, m in spans:
                while stack and stack[-1].end <= p.start:
                    stack.pop()
                if stack and (p.end > stack[-1].end
                              or (p.start, p.end) == (stack[-1].start, stack[-1].end)
                              and p.statement != stack[-1].statement):
                    self.taken[m] += 1
                    break
                stack.append(p)
            else:
                return

    def switched(self):
        self.settle()
        at = {}
        for m in self.number:
            if self.place(m):
                at.setdefault(self.place(m), []).append(m)
        inside = sorted(at, key=lambda p: (p.start, -p.end))

        def emit(start, until):
            """The text of [start, until) with what lies in it switched, taken from inside."""
            out = []
            while inside and inside[0].start < until:
                p = inside.pop(0)
                out.append(self.text[start:p.start])
                body = emit(p.start, p.end)
                for m in at[p]:
                    new = without_comments(self.newer[m])[
                        p.start:p.end + len(self.newer[m]) - len(self.text)].replace("\n", " ")
                    form = ("{ if (MUTANT(%d)) { %s } else {" if p.statement
                            else "(MUTANT(%d) ? (%s) : (") % (self.number[m], new)
                    end = "\\\n" if m.old.startswith("#") else "\n"
                    body = f"{end}{form}{end}{body}{' } }' if p.statement else '))'}"
                out.append(body)
                start = p.end
            return "".join(out) + self.text[start:until]
        text = emit(0, len(self.text))
        self.lines = {}  # of the text, that hold a mutation
        mutations = {k: m for m, k in self.number.items()}
        for number, line in enumerate(text.split("\n"), 1):
            m = re.match(r"(?:{ if )?\(MUTANT\((\d+)\)", line)
            if m:
                self.lines[number] = mutations[int(m.group(1))]
        return text

    def placed_at(self, line):
        """The mutation on a line of the switched text; else those nearest before it."""
        if line in self.lines:
            return [self.lines[line]]
        before = max((n for n in self.lines if n < line), default=0)
        near = self.lines.get(before)
        return [m for m in self.number if near and self.place(m) and m.line == near.line]


class Switch:
    """All mutations of all files."""

    def __init__(self, read, mutations, memory):
        """`memory` is the file that keeps where each was written last."""
        by_path, self.extra = {}, {}
        for m in mutations:
            by_path.setdefault(m.path, []).append(m)
            self.extra.update(m.extra)
        self.read, self.memory, self.settled = read, memory, os.path.exists(memory)
        self.files = {path: File(read(path), ms, PER_FILE * k)
                      for k, (path, ms) in enumerate(sorted(by_path.items()))}
        assert all(len(f.number) <= PER_FILE for f in self.files.values())
        self.size = -(-PER_FILE * len(self.files) // 4096) * 4096
        if self.settled:
            with open(memory) as f:
                known = json.load(f)
            for m in mutations:
                self.files[m.path].taken[m] = known.get(f"{m.name} {m.new}", 0)

    def write(self, root):
        """Into the copy, what differs from what is there."""
        texts = {path: f.switched() for path, f in self.files.items()}
        for path, extra in self.extra.items():
            texts[path] = appended(texts.get(path) or self.read(path), extra)
        texts["src/mutant.h"], texts["src/core/mutant.c"] = HEADER, CHOICE % self.size
        for path, text in texts.items():
            with open(os.path.join(root, path), "w") as f:
                f.write(text)
        with open(self.memory, "w") as f:
            json.dump({f"{m.name} {m.new}": k for file in self.files.values()
                       for m, k in file.taken.items() if k}, f)

    def numbers(self, m):
        """What chooses it; of one that has to be compiled by itself, those of all its file."""
        f = self.files[m.path]
        return [f.number[m]] if f.place(m) else list(f.number.values()) + [f.first]

    def blame(self, messages, relative):
        """Moves on what the compiler's messages point at; how many."""
        moved = set()
        for message in re.split(r"(?m)^(?=\S+:\d+:\d+: (?:fatal )?error:)", "\n".join(messages)):
            if "error:" not in message.split("\n")[0]:
                continue
            for path, line in re.findall(r"(?m)^([^\s:]+):(\d+):\d+:", message):
                f = self.files.get(relative(path))
                guilty = f.placed_at(int(line)) if f else []
                if guilty:
                    moved.update((f, m) for m in guilty)
                    break
        for f, m in moved:
            f.taken[m] += 1
        return len(moved)
