"""Who may do what at which place, from live designations at this moment; and the database told whose request it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from upstander.people.access import Anybody
from upstander.people.acting import named


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody may. `work`: places where they do their work, each with the agency they do it for, or None; `lead`: places
    that they administer; `agencies`: police agencies that they administer; `regions`: regional offices that they are designated
    for, whose counts they see and no row; `officer`: whether they work as one anywhere."""

    account_id: int
    work: dict[int, int | None]
    lead: frozenset[int]
    agencies: frozenset[int]
    regions: frozenset[int]
    officer: bool

    @property
    def any(self) -> bool:
        """Whether there is anything here for them."""
        return bool(self.work or self.lead or self.agencies or self.regions)

    def answers_for(self, account_id: int) -> bool:
        """Whether this is they themselves, or somebody whose training they answer for."""
        if account_id == self.account_id:
            return True
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM officers_theirs() WHERE account_id = %s)", [account_id]
            )
            return bool(cursor.fetchone()[0])

    def oversees(self, organisation_id: int) -> bool:
        """Whether they look after this place or agency."""
        return organisation_id in self.lead or organisation_id in self.agencies


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose training is answered for by who asks: in which post of the pack, since when."""

    account_id: int
    post: str
    since: datetime


@contextmanager
def acting(account: Anybody) -> Iterator[Reach]:
    """A transaction in which the database shows this person's rows and no others (row-level security), with what they may."""
    with named(account) as who, connection.cursor() as cursor:
        cursor.execute("SELECT id, may, agency, post FROM officers_mine()")
        rows: list[tuple[int, str, int | None, str]] = cursor.fetchall()
        yield Reach(
            account_id=who,
            work={
                id: agency
                for id, may, agency, _post in sorted(rows, key=lambda r: r[2] or 0)
                if may == "work"
            },
            lead=frozenset(row[0] for row in rows if row[1] == "lead"),
            agencies=frozenset(row[0] for row in rows if row[1] == "agency"),
            regions=frozenset(row[0] for row in rows if row[1] == "region"),
            officer=any(row[1] == "work" and row[3] == "officer" for row in rows),
        )


def people_of(scope_id: int) -> list[Person]:
    """Whose training who is acting answers for at this place or agency."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_id, post, since FROM officers_theirs() WHERE scope_id = %s ORDER BY account_id",
            [scope_id],
        )
        return [Person(*row) for row in cursor.fetchall()]
