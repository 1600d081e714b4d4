"""Whose request it is, said to the database; and what they may by their designations at this moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from upstander import clock
from upstander.people import access
from upstander.people.access import Anybody

_NAME = "SELECT set_config('upstander.account', %s, true), set_config('upstander.at', %s, true)"


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
def named(account: Anybody) -> Iterator[int]:
    """A transaction in which the database shows this person's rows and no others (row-level security); their id, 0 for nobody."""
    who = account.pk if account.pk and account.is_active and not access.public_by_intention(account) else 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_NAME, [str(who), clock.now().isoformat()])
        yield int(who or 0)
        cursor.execute(_NAME, ["", ""])  # whoever comes next in a longer transaction is named anew, or is nobody


@contextmanager
def acting(account: Anybody) -> Iterator[Mine]:
    """As `named`, with what they may."""
    with named(account) as who:
        yield mine(who)


def keeps_any() -> bool:
    """Whether the person who is named to the database keeps students' files."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM disclosure_mine() WHERE may = 'keep')")
        return bool(cursor.fetchone()[0])


def mine(who: int) -> Mine:
    """What the person may who is named to the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT place_id, may FROM disclosure_mine()")
        rows: list[tuple[int | None, str]] = cursor.fetchall()
    of = {may: frozenset(id for id, way in rows if way == may and id is not None) for may in ("keep", "lead")}
    return Mine(who, of["keep"], of["lead"], any(way == "officer" for _id, way in rows))
