"""The shared glossary: what educators say, what officers say, and what to say to each other (S-terms). Data, read once.

Each entry of `terms.toml` names its sources. What was not compared with its source says so (`checked = false`), on the page too.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("terms.toml")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a term's words come from; `checked`: somebody compared them with it."""

    name: str
    address: str
    says: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Term:
    """A word that educators and officers may mean differently."""

    code: str
    term: str
    educators: str
    officers: str
    together: str
    sources: tuple[Source, ...]

    @property
    def text(self) -> str:
        """What it is found by."""
        return f"{self.term} {self.educators} {self.officers} {self.together}".casefold()


@lru_cache(maxsize=1)
def glossary() -> tuple[Term, ...]:
    """All terms, by name. Raises KeyError for an entry in which something is missing."""
    rows = tomllib.loads(FILE.read_text())["term"]
    found = [
        Term(
            row["code"], row["term"], row["educators"], row["officers"], row["together"],
            tuple(Source(s["name"], s.get("address", ""), s.get("says", ""), s["checked"]) for s in row["source"]),
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda term: term.term.casefold()))


def matching(words: str) -> list[Term]:
    """The terms in which all of these words occur."""
    wanted = words.casefold().split()
    return [term for term in glossary() if all(word in term.text for word in wanted)]


def ordinary() -> list[str]:
    """Every sentence of it: words that name nobody."""
    return [part for term in glossary() for part in (term.term, term.educators, term.officers, term.together)]
