"""What each level knows of corrections: those that changed something for it. Of a hidden paragraph's no reader learns that it was
corrected, when, or why (S-levels)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from upstander.markings import Level
from upstander.register.models import Paragraph, Source, Version, Words

_FACTS = (
    "marking", "level", "title", "kind", "sector", "settings", "year", "month", "day", "place", "state", "organisation_id",
    "latitude", "longitude", "weapon", "outcome", "killed", "injured", "signs",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Content:
    """A version with all that hangs on it."""

    version: Version
    lines: Sequence[Paragraph]
    sources: Sequence[Source]

    def facts(self) -> tuple[Any, ...]:
        """What stands above the paragraphs."""
        return tuple(getattr(self.version, name) for name in _FACTS)

    def at(self, *levels: int) -> tuple[Any, ...]:
        """The paragraphs and sources of these levels."""
        lines = tuple((p.part, p.text, p.marking) for p in self.lines if p.level in levels)
        cited = tuple(
            (s.citation, s.address, s.originator, s.seen_on, s.marking) for s in self.sources if s.level in levels
        )
        return lines, cited

    def read_at(self, level: int) -> tuple[Any, ...]:
        """All that a reader of this level reads; nothing where the facts are above."""
        if self.version.level > level:
            return ()
        return self.facts(), *self.at(*(one for one in Level if one <= level))


def tell(words: Sequence[Words], now: Content, before: Version | None) -> None:
    """Set, in what each level finds a version by, what it knows of the version's history. `before`: what was corrected."""
    for one in words:
        one.number, one.since, one.why = 1, now.version.made_at, ""
    if before is None:
        return
    was = Content(before, _ordered(Paragraph, before), _ordered(Source, before))
    known = {one.level: one for one in Words.objects.filter(version=before)}
    for one in words:
        earlier = known.get(one.level)
        if earlier is None:
            continue  # they never read of it
        if now.read_at(one.level) == was.read_at(one.level):
            one.number, one.since, one.why = earlier.number, earlier.since, earlier.why
        else:
            above = [level for level in Level if level > one.level]
            told = now.at(*above) == was.at(*above)
            one.number, one.why = earlier.number + 1, now.version.why if told else ""


def _ordered(model: type[Any], version: Version) -> list[Any]:
    return list(model.objects.filter(version=version).order_by("position"))
