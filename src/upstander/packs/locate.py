"""Where in a TOML file a thing stands: tomllib gives values without positions, so the lines are found by
a second look.

`Lines` follows headers, keys, multi-line strings and brackets; it need not be a parser, for tomllib has
been one.
"""

import re
from collections.abc import Sequence

Path = tuple[str | int, ...]
"""A way into the data, as in `("rule", 3, "case", 0, "cites")`."""

_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")
_PART = re.compile(_NAME)
_TOKEN = re.compile(r"""\"\"\"|'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|\#.*|[\[\]{}]""")
_ENDS = {'"""': re.compile(r'(?<!\\)(?:\\\\)*"""'), "'''": re.compile("'''")}


class Lines:
    """The line of everything in one TOML text."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {(): 1}
        self._counts: dict[Path, int] = {}
        self._here: Path = ()
        self._open: str | None = None
        self._depth = 0
        for number, line in enumerate(text.split("\n"), start=1):
            if self._open is None and self._depth == 0:
                self._note(line, number)
            self._walk(line)

    def of(self, path: Sequence[str | int]) -> int:
        """The line of `path`, or of the nearest thing around it that has one."""
        for length in range(len(path), -1, -1):
            found = self._lines.get(tuple(path[:length]))
            if found is not None:
                return found
        return 1

    def _note(self, line: str, number: int) -> None:
        """Remember what starts on this line: a table, an item of an array of tables, or a key."""
        if header := _HEADER.match(line):
            self._here = self._resolved(_names(header[2]), is_array=header[1] == "[[")
            self._lines.setdefault(self._here, number)
        elif key := _KEY.match(line):
            path = self._here
            for name in _names(key[1]):
                path = (*path, name)
                self._lines.setdefault(path, number)

    def _resolved(self, names: list[str], *, is_array: bool) -> Path:
        """The path of a header: within an array of tables a name means its newest item."""
        path: Path = ()
        for name in names[:-1]:
            path = (*path, name)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        path = (*path, names[-1])
        if not is_array:
            return path
        self._counts[path] = self._counts.get(path, 0) + 1
        return (*path, self._counts[path] - 1)

    def _walk(self, line: str) -> None:
        """Carry the state over this line: within a multi-line string or a bracket, the next line starts
        nothing.
        """
        at = 0
        while at < len(line):
            if self._open is not None:
                end = _ENDS[self._open].search(line, at)
                if end is None:
                    return
                self._open, at = None, end.end()
                continue
            token = _TOKEN.search(line, at)
            if token is None:
                return
            at = token.end()
            if token[0] in _ENDS:
                self._open = token[0]
            elif token[0] in "[{":
                self._depth += 1
            elif token[0] in "]}":
                self._depth = max(0, self._depth - 1)


def _names(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in _PART.findall(dotted)]
