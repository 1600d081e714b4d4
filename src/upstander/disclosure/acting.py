"""What somebody may with students' files, by their designations at this moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from upstander.people.access import Anybody
from upstander.people.acting import named


@dataclass(frozen=True, slots=True)
class Mine:
    """What somebody may. `keeps`: schools and districts for which they keep students' files; `leads`: those that they administer;
    `officer`: whether they work for the police, by one of their designations."""

    account_id: int
    keeps: frozenset[int]
    leads: frozenset[int]
    officer: bool

    @property
    def actor(self) -> str:
        """How the audit record names them."""
        return f"account:{self.account_id}"


@contextmanager
def acting(account: Anybody) -> Iterator[Mine]:
    """A transaction in which the database shows this person's rows and no others (row-level security), with what they may."""
    with named(account) as who:
        yield mine(who)


def keeps_any(account: Anybody) -> bool:
    """Whether somebody keeps students' files."""
    with named(account), connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM disclosure_mine() WHERE may = 'keep')")
        return bool(cursor.fetchone()[0])


def mine(who: int) -> Mine:
    """What the person may who is named to the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT place_id, may FROM disclosure_mine()")
        rows: list[tuple[int | None, str]] = cursor.fetchall()
    of = {may: frozenset(id for id, way in rows if way == may and id is not None) for may in ("keep", "lead")}
    return Mine(who, of["keep"], of["lead"], any(way == "officer" for _id, way in rows))
