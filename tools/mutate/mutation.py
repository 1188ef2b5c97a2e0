"""What a mutation is: one line of one file replaced."""
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mutation:
    path: str    # of the file, from the project's root
    line: int    # counted from 1
    what: str    # in words
    old: str     # the whole line
    new: str     # what replaces it
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
            old = read(path)
            end = old.rfind("#endif")
            files[path] = old[:end] + text + old[end:]
        return files
