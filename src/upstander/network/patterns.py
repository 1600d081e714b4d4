"""What the SIO may know of tips: patterns, never a tip (S-topics). Published by the room that judges them, as a view."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import connection

LEAST = 5
"""A cell with fewer tips is not published (`actions`, migration 0024)."""

_SQL = """
SELECT month, region_id, subtype, klass, tips FROM published_tip_pattern
WHERE month >= %s AND month < %s ORDER BY month, subtype, klass, region_id NULLS LAST
"""


@dataclass(frozen=True, slots=True)
class Pattern:
    """How many tips of a sub-type (a code of the pack) were judged so grave in a month (its first day) and a region: an
    id of the directory, None where it is not known."""

    month: date
    region_id: int | None
    subtype: str
    klass: str
    tips: int


def patterns(since: date, until: date) -> list[Pattern]:
    """Those of the months from `since` up to, and without, `until`. For the staff: others are refused by the database."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [since, until])
        return [Pattern(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Cell:
    """A class of tips in a month and in the one before; None: not published, so fewer than five."""

    klass: str
    tips: int | None
    before: int | None


@dataclass(frozen=True, slots=True)
class Trend:
    """A sub-type in a region (None: not known) in a month, beside the month before, by class."""

    month: date
    region_id: int | None
    subtype: str
    cells: tuple[Cell, ...]

    @property
    def tips(self) -> int:
        """How many there were at least."""
        return sum(cell.tips or 0 for cell in self.cells)

    @property
    def before(self) -> int:
        """How many there were at least in the month before; 0: nothing was published of it."""
        return sum(cell.before or 0 for cell in self.cells)

    @property
    def change(self) -> tuple[int, int]:
        """The least and the most that the published counts can have changed by: one that is not published is none to four."""
        least = sum((c.tips or 0) - (LEAST - 1 if c.before is None else c.before) for c in self.cells)
        most = sum((LEAST - 1 if c.tips is None else c.tips) - (c.before or 0) for c in self.cells)
        return least, most


def months_back(month: date, many: int) -> date:
    """The first day of the month so many months earlier (of a negative number: later)."""
    number = month.year * 12 + month.month - 1 - many
    return date(number // 12, number % 12 + 1, 1)


def trends(month: date) -> list[Trend]:
    """What is published of a month (its first day), the surest rise first. For the staff (S-topics)."""
    earlier = months_back(month, 1)
    counts: dict[tuple[str, int | None], dict[str, dict[date, int]]] = defaultdict(lambda: defaultdict(dict))
    for one in patterns(earlier, months_back(month, -1)):
        counts[one.subtype, one.region_id][one.klass][one.month] = one.tips
    made = [
        Trend(month, region, subtype, tuple(Cell(k, by.get(month), by.get(earlier)) for k, by in sorted(classes.items())))
        for (subtype, region), classes in counts.items()
        if any(month in by for by in classes.values())
    ]
    return sorted(made, key=lambda t: (-t.change[0], -t.tips, t.subtype, t.region_id or 0))


def series(subtype: str, region_id: int | None, since: date, until: date) -> dict[date, int]:
    """How many there were at least of a sub-type in a region, by month; a month of which nothing was published is not there."""
    found: dict[date, int] = defaultdict(int)
    for one in patterns(since, until):
        if (one.subtype, one.region_id) == (subtype, region_id):
            found[one.month] += one.tips
    return dict(found)
