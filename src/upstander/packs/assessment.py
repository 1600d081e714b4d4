"""Threat assessment in schools (R-ta): the pack's team, steps, scales, thresholds and words, and how they are read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from upstander.packs.reader import Source, Table

FILES: Final = ("assessment",)
SHELVES: Final = ("school", "education", "care", "police")
"""What of a case stands apart: what the team saw and heard, the student's record, health, what law enforcement brings."""
OWN, REGIONAL = "own", "regional"
NOT_MET: Final = "not_met"
"""The threshold that says that none is met."""


@dataclass(frozen=True, slots=True)
class Part:
    """Whom a team has: required in a team of one's `own`, in a `regional` one; an `officer`; which shelves they read; for which
    other part they count (`fills`, else their own); whether a roster says that nobody is `named`."""

    code: str
    label: str
    says: str
    own: bool
    regional: bool
    officer: bool
    shelves: tuple[str, ...]
    cites: tuple[str, ...]
    fills: str
    named: bool


@dataclass(frozen=True, slots=True)
class Word:
    """A code with its words: a step, a theme, a kind of entry, of person, a reason."""

    code: str
    label: str
    says: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class CaseLevel:
    """How grave a case is, by a scale; `review_days`: when it is looked at again; `police`: the threshold is asked about."""

    scale: str
    code: str
    label: str
    says: str
    review_days: int
    police: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """The whole section."""

    version: str
    disclaimer: str
    remind_days: int
    agreement: str
    agreement_version: str
    agreement_cites: tuple[str, ...]
    parts: tuple[Part, ...]
    steps: tuple[Word, ...]
    scales: tuple[Word, ...]
    levels: tuple[CaseLevel, ...]
    thresholds: tuple[Word, ...]
    themes: tuple[Word, ...]
    entries: tuple[Word, ...]
    subjects: tuple[Word, ...]
    closings: tuple[Word, ...]

    def part(self, code: str) -> Part | None:
        """The part of this code; None where this version lacks it."""
        return next((p for p in self.parts if p.code == code), None)

    def required(self, kind: str) -> tuple[Part, ...]:
        """Whom the law demands of a team of this kind (OWN or REGIONAL)."""
        return tuple(p for p in self.parts if (p.own if kind == OWN else p.regional))

    def gaps(self, kind: str, has: frozenset[str]) -> tuple[Part, ...]:
        """Whom a team of this kind lacks, that has these parts."""
        filled = {p.fills for p in self.parts if p.code in has}
        return tuple(p for p in self.required(kind) if p.code not in filled)

    def unnamed(self, has: frozenset[str]) -> tuple[Part, ...]:
        """Of whom a roster says that nobody is named, though the law does not demand this very one."""
        return tuple(p for p in self.parts if p.named and p.code not in has)

    def of_scale(self, scale: str) -> tuple[CaseLevel, ...]:
        """The levels of a scale, the least grave first."""
        return tuple(level for level in self.levels if level.scale == scale)

    def level(self, scale: str, code: str) -> CaseLevel | None:
        """A level of a scale; None where there is none."""
        return next((level for level in self.of_scale(scale) if level.code == code), None)

    def label(self, group: str, code: str) -> str:
        """The words of a code; the code itself where this version lacks it. `group`: a field's name, as "closings"."""
        return next((w.label for w in getattr(self, group) if w.code == code), code)


def assessment(sources: Mapping[str, Source]) -> Assessment | None:
    """The section of a pack; None where it has none. What is missing or wrong is noted in the source."""
    if "assessment" not in sources:
        return None
    root = sources["assessment"].root()
    agreement = root.table("agreement")
    found = Assessment(
        version=root.string("version"),
        disclaimer=root.string("disclaimer"),
        remind_days=root.number("remind_days"),
        agreement=agreement.string("text"),
        agreement_version=agreement.string("version"),
        agreement_cites=agreement.strings("cites", required=True),
        parts=tuple(_parts(root)),
        steps=tuple(_words(root, "step", says=True)),
        scales=tuple(_words(root, "scale", says=True, source=True)),
        levels=tuple(_levels(root)),
        thresholds=tuple(_words(root, "threshold", source=True)),
        themes=tuple(_words(root, "theme", source=True)),
        entries=tuple(_words(root, "entry")),
        subjects=tuple(_words(root, "subject")),
        closings=tuple(_words(root, "closing")),
    )
    agreement.done()
    scales = {scale.code for scale in found.scales}
    for level in found.levels:
        if level.scale not in scales:
            root.problem(
                f"the level {level.code!r} is of no scale.", f"use {', '.join(sorted(scales))}.", "level"
            )
    if NOT_MET not in {word.code for word in found.thresholds}:
        root.problem("no threshold says that none is met.", f"add a [[threshold]] with the code {NOT_MET}.", "threshold")
    root.done()
    return found


def _parts(root: Table) -> Iterator[Part]:
    for t in root.tables("part"):
        code = t.code("code")
        yield Part(
            code=code, label=t.string("label"), says=t.string("says"), own=t.truth("own"), regional=t.truth("regional"),
            officer=t.truth("officer", default=False), shelves=tuple(sorted(t.choices("shelves", SHELVES))),
            cites=t.strings("cites", required=True), fills=t.optional("fills") or code, named=t.truth("named", default=False),
        )  # fmt: skip


def _words(root: Table, name: str, *, says: bool = False, source: bool = False) -> Iterator[Word]:
    for t in root.tables(name):
        yield Word(
            t.code("code"),
            t.string("label"),
            t.string("says") if says else "",
            t.string("source") if source else "",
        )


def _levels(root: Table) -> Iterator[CaseLevel]:
    for t in root.tables("level"):
        yield CaseLevel(
            scale=t.string("scale"), code=t.code("code"), label=t.string("label"), says=t.string("says"),
            review_days=t.number("review_days", least=0), police=t.truth("police", default=False),
        )  # fmt: skip
