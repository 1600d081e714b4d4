"""What a pack brings for the people who receive a tip: resources, the glossary, letters (R-library, S-terms). Frozen data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

AXES: Final = ("audience", "subject", "level", "kind", "language")
"""By what resources are told apart, in the order in which a page offers it."""

LETTER_WORDS: Final = frozenset(("programme", "school", "district", "phone", "text", "website"))
"""What a letter may have filled in."""

KIT_WORDS: Final = ("headline", "lead", "scan", "open", "call", "text", "name", "card", "danger", "crisis", "cut")
"""What a poster, a card or a sticker says, each a line; `cut` is for whoever cuts a sheet."""

Words = Mapping[str, str]
"""A text by language; English is always there."""


def said(words: Words, language: str) -> str:
    """The text in this language, or in English where the language lacks it."""
    return words.get(language) or words.get("en", "")


@dataclass(frozen=True, slots=True)
class Label:
    """What a code of an axis is called."""

    axis: str
    code: str
    label: Words


@dataclass(frozen=True, slots=True)
class Resource:
    """An entry of the library. `address` is empty where none is on file; `verified` is the day on which a person opened it, None
    where nobody has: then it is shown as unverified. `checked` is when a person last looked at what the entry says."""

    code: str
    title: str
    source: str
    why: Words
    kind: str
    level: str
    audiences: tuple[str, ...]
    subjects: tuple[str, ...]
    languages: tuple[str, ...]
    checked: date
    also: tuple[str, ...] = ()
    address: str = ""
    verified: date | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """Resources that somebody put together for a purpose, in the order in which they are best read."""

    code: str
    title: Words
    intro: Words
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """What helps with tips of these sub-types, the nearest first."""

    subtypes: tuple[str, ...]
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a term's words come from; `checked`: somebody compared them with it."""

    name: str
    address: str
    says: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Term:
    """A word that educators and officers may mean differently; `plain` is for families, in their languages."""

    code: str
    term: Words
    plain: Words
    educators: str
    officers: str
    together: str
    sources: tuple[Source, ...]

    @property
    def name(self) -> str:
        """The term as staff read it."""
        return said(self.term, "en")

    @property
    def text(self) -> str:
        """What it is found by."""
        parts = (*self.term.values(), *self.plain.values(), self.educators, self.officers, self.together)
        return " ".join(parts).casefold()


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that a school can hand to families: its paragraphs, with {words} to fill in."""

    code: str
    title: Words
    use: str
    body: Words

    def paragraphs(self, language: str) -> list[str]:
        """The paragraphs in this language, or in English where it lacks them."""
        return [" ".join(part.split()) for part in said(self.body, language).split("\n\n") if part.strip()]


@dataclass(frozen=True, slots=True)
class Spot:
    """A kind of place where a poster hangs, or a thing on which its code stands."""

    code: str
    label: Words


@dataclass(frozen=True, slots=True)
class Kit:
    """Posters, cards and stickers: the kinds of places, and the words by name (`KIT_WORDS`), each in the same languages."""

    spots: tuple[Spot, ...]
    words: Mapping[str, Words]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which every word is there, in the pack's order."""
        first = next(iter(self.words.values()), {})
        return tuple(code for code in first if all(code in text for text in self.words.values()))


@dataclass(frozen=True, slots=True)
class Library:
    """All of it; empty where a pack has none."""

    labels: tuple[Label, ...] = ()
    resources: tuple[Resource, ...] = ()
    collections: tuple[Collection, ...] = ()
    related: tuple[Related, ...] = ()
    terms: tuple[Term, ...] = ()
    letters: tuple[Letter, ...] = ()
    kit: Kit | None = None
    _by_code: Mapping[str, Resource] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_code", MappingProxyType({r.code: r for r in self.resources}))

    def resource(self, code: str) -> Resource | None:
        """The resource of this code; None where this version has none."""
        return self._by_code.get(code)

    def collection(self, code: str) -> Collection | None:
        """The collection of this code; None where this version has none."""
        return next((c for c in self.collections if c.code == code), None)

    def term(self, code: str) -> Term | None:
        """The term of this code; None where this version has none."""
        return next((t for t in self.terms if t.code == code), None)

    def letter(self, code: str) -> Letter | None:
        """The letter of this code; None where this version has none."""
        return next((one for one in self.letters if one.code == code), None)

    def labels_of(self, axis: str) -> tuple[Label, ...]:
        """The codes of an axis with what they are called, in the pack's order."""
        return tuple(label for label in self.labels if label.axis == axis)

    def label(self, axis: str, code: str, language: str = "en") -> str:
        """What a code is called; the code itself where this version does not know it."""
        found = next((one for one in self.labels if (one.axis, one.code) == (axis, code)), None)
        return said(found.label, language) if found else code

    def helps_with(self, subtypes: Iterable[str], most: int = 6) -> tuple[Resource, ...]:
        """What helps with a tip of these sub-types (keys of the taxonomy), each once, the nearest first, `most` of them."""
        wanted = set(subtypes)
        codes = dict.fromkeys(
            c for one in self.related if wanted.intersection(one.subtypes) for c in one.resources
        )
        return tuple(r for code in codes if (r := self._by_code.get(code)))[:most]
