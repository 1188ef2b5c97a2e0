"""What a mutation is: one line of one file replaced."""
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mutation:
    path: str    # of the file, from the project's root
    line: int    # counted from 1
    what: str    # in words
    old: str     # the whole line
    new: str     # what replaces it
    base: str = ""  # the line as it may be written too, nearer to the new one; "" the old one
    alone: bool = False  # whether no program can hold both lines
    extra: dict = field(default_factory=dict, compare=False, hash=False)
    # text to append to other files: what the new line needs

    @property
    def name(self):
        return f"{self.path}:{self.line} {self.what}"

    def apply(self, read):
        """{path: text} of the changed files."""
        lines = read(self.path).split("\n")
        assert lines[self.line - 1] == self.old, self.name
        lines[self.line - 1] = self.new
        files = {self.path: "\n".join(lines)}
        for path, text in self.extra.items():
            files[path] = appended(read(path), text)
        return files


def appended(header, text):
    """The header with the text before its last #endif."""
    end = header.rfind("#endif")
    return header[:end] + text + header[end:]
