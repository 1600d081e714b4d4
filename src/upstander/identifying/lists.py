"""The lists of `data/`, and the words of the programme: read once, when they are first asked for."""

from functools import lru_cache
from importlib.resources import files

from upstander.identifying.vocabulary import ORDINARY


@lru_cache(maxsize=8)
def _lines(name: str) -> frozenset[str]:
    return frozenset((files("upstander.identifying") / "data" / name).read_text("utf-8").split())


@lru_cache(maxsize=1)
def clear() -> frozenset[str]:
    """Given names that are hardly ever another word: found also in small letters."""
    return frozenset(line for line in _lines("given.txt") if not line.endswith("~"))


@lru_cache(maxsize=1)
def doubtful() -> frozenset[str]:
    """Given names that are words too ("grace", "will"): found where something beside them says that they are a name."""
    return frozenset(line[:-1] for line in _lines("given.txt") if line.endswith("~"))


@lru_cache(maxsize=1)
def given() -> frozenset[str]:
    """All given names."""
    return clear() | doubtful()


def given_name(word: str) -> bool:
    """Whether a folded word may be somebody's given name."""
    return word in given()


def surnames() -> frozenset[str]:
    """Common surnames that are neither ordinary words nor given names."""
    return _lines("surnames.txt")


@lru_cache(maxsize=1)
def ordinary() -> frozenset[str]:
    """Words that, capitalised, are no name by themselves."""
    return (_lines("words.txt") | ORDINARY) - clear()
