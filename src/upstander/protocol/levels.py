"""Service levels: whether a span was within a goal, when that is known, and how many of all were. Pure: the time is an argument.

A span is counted once for each goal: in the moment in which it ends within it, or else in the moment in which it has overrun it.
So what never ends is no less of a miss than what ends late, and waits for nobody to end it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from upstander.packs.values import Goal


@dataclass(frozen=True, slots=True)
class Span:
    """Something measured: from when, until when (None: it goes on), whether it ended without what it waited for, and whether a
    person entered its end afterwards."""

    started_at: datetime
    ended_at: datetime | None = None
    never: bool = False
    entered: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How many spans were within a goal and how many were not."""

    kept: int = 0
    missed: int = 0

    @property
    def n(self) -> int:
        """How many of which it is known."""
        return self.kept + self.missed

    @property
    def percent(self) -> int | None:
        """How many of a hundred were within it, rounded down, so that 89.9 is no 90; None of none."""
        return 100 * self.kept // self.n if self.n else None

    def reaches(self, goal: Goal) -> bool | None:
        """Whether that is as many as the goal wants; None of none."""
        return None if not self.n else 100 * self.kept >= goal.percent * self.n


def kept(span: Span, goal: Goal) -> bool:
    """Whether it ended within the goal with what it waited for."""
    limit = span.started_at + timedelta(seconds=goal.seconds)
    return span.ended_at is not None and not span.never and span.ended_at <= limit


def known_at(span: Span, goal: Goal) -> datetime:
    """From when it is known whether the span is within the goal; that may lie ahead."""
    limit = span.started_at + timedelta(seconds=goal.seconds)
    return min(span.ended_at, limit) if span.ended_at is not None else limit


def tally(spans: Iterable[Span], goal: Goal, since: datetime, until: datetime, *, entered: bool = False) -> Tally:
    """Count what became known from `since` up to `until`, that moment included: of what was measured as it happened, or
    (`entered`) of what was entered afterwards. They are never one figure."""
    known = [span for span in spans if span.entered == entered and since <= known_at(span, goal) <= until]
    good = sum(kept(span, goal) for span in known)
    return Tally(good, len(known) - good)
