"""What can be wrong with a pack, and with a code that somebody asks it for."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in a pack: where it stands, what it is, and what would be right."""

    file: str
    line: int
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" + (f" try: {self.hint}" if self.hint else "")


class PackError(Exception):
    """A pack that cannot be used, with all that is wrong in it. A pack is never half-loaded."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class UnknownCode(LookupError):
    """A code that the pack does not know; the message says which ones it knows."""

    def __init__(self, what: str, code: str, known: Sequence[str]) -> None:
        self.what, self.code, self.known = what, code, tuple(known)
        super().__init__(f"{what} {code!r} is not in the pack. {suggest(code, known)}")


def suggest(word: str, known: Iterable[str]) -> str:
    """What somebody who wrote `word` may have meant, as a sentence: the nearest ones, or else all of them."""
    names = sorted(set(known))
    near = difflib.get_close_matches(word, names, n=3, cutoff=0.6)
    if near:
        return "Did you mean " + " or ".join(repr(n) for n in near) + "?"
    return "Known: " + ", ".join(names) + "." if names else "None is known."
