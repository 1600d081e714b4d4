"""Who may do what at which place, from live designations at this moment; and the database told whose request it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from upstander.people.access import Anybody
from upstander.people.acting import named
from upstander.preparedness.errors import NotTheirs

KEEP, REGION, ABOVE = "keep", "region", "above"


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody may: `kept` all of a place; `region` what was done there, as the regional office; `above` what a school's own
    board did for it."""

    account_id: int
    kept: frozenset[int]
    region: frozenset[int]
    above: frozenset[int]

    @property
    def seen(self) -> frozenset[int]:
        """Places whose year is theirs to look at."""
        return self.kept | self.region

    def keeps(self, place_id: int) -> int:
        """The place, where it is theirs to keep; raises NotTheirs."""
        if place_id not in self.kept:
            raise NotTheirs(place_id)
        return place_id


@contextmanager
def acting(account: Anybody) -> Iterator[Reach]:
    """A transaction in which the database shows this person's places and no others (row-level security), with what they may."""
    with named(account) as who, connection.cursor() as cursor:
        cursor.execute("SELECT id, may FROM preparedness_mine()")
        rows: list[tuple[int, str]] = cursor.fetchall()
        of = {way: frozenset(id for id, may in rows if may == way) for way in (KEEP, REGION, ABOVE)}
        yield Reach(who, of[KEEP], of[REGION], of[ABOVE])
