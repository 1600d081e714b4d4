"""How the service levels are kept: counted from the measures, of which a window reads only its own part (0075)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

from django.db import connection

from upstander.actions.level_models import Measure
from upstander.packs.model import Level, Pack
from upstander.packs.values import Goal
from upstander.protocol.levels import Tally


@dataclass(frozen=True, slots=True)
class Window:
    """What of the past is looked at: what became known from `since` up to `until`."""

    key: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """One goal of a level, and how it was kept in each window, in their order: what was measured as it happened, and apart from
    it what was entered afterwards."""

    goal: Goal
    tallies: tuple[Tally, ...]
    entered: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Worst:
    """What has waited longest and goes on: of which tip, since when."""

    tip_id: UUID
    since: datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """One service level: its goals as they were kept, and what is worst now (None where nothing waits)."""

    level: Level
    goals: tuple[Kept, ...]
    worst: Worst | None
    open: int


_COUNT = """count(*) FILTER (WHERE {which} AND {kept} AND ended_at BETWEEN %s AND %s),
count(*) FILTER (WHERE {which} AND NOT ({kept}) AND least(ended_at, started_at + %s) BETWEEN %s AND %s)"""
_WHICH = ("NOT entered", "entered")
_KEPT = "state = 'done' AND ended_at <= started_at + %s"


def figures(pack: Pack, windows: Sequence[Window]) -> list[Figures]:
    """Every service level of the pack, in its order."""
    return [_figures(level, windows) for level in pack.levels]


def _figures(level: Level, windows: Sequence[Window]) -> Figures:
    counts = iter(_counts(level, windows))

    def tallies() -> tuple[Tally, ...]:
        return tuple(Tally(next(counts), next(counts)) for _ in windows)

    goals = tuple(Kept(goal, tallies(), tallies()) for goal in level.goals)
    waiting = Measure.objects.filter(level=level.code, state=Measure.State.OPEN)
    worst = waiting.order_by("started_at").values_list("tip_id", "started_at").first()
    return Figures(level, goals, Worst(*worst) if worst else None, waiting.count())


def _counts(level: Level, windows: Sequence[Window]) -> list[int]:
    """Within and not within, for each goal, of what was measured and of what was entered, for each window: in one reading of the
    measures that can count. See `protocol.levels.tally`, of which this is the spelling in SQL."""
    if not level.goals or not windows:
        return []
    parts, given = [], []
    for goal in level.goals:
        limit = timedelta(seconds=goal.seconds)
        for which, window in product(_WHICH, windows):
            parts.append(_COUNT.format(which=which, kept=_KEPT))
            between: list[Any] = [window.since, window.until]
            given += [limit, *between, limit, limit, *between]
    first = min(w.since for w in windows) - timedelta(seconds=max(g.seconds for g in level.goals))
    statement = f"SELECT {', '.join(parts)} FROM actions_measure WHERE level = %s AND started_at >= %s AND started_at <= %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [*given, level.code, first, max(w.until for w in windows)])
        return list(cursor.fetchone())
