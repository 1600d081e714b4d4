"""What the SIO may know of tips: patterns, never a tip (S-topics). Published by the room that judges them, as a view."""

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
