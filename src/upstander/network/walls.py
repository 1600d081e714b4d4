"""The walls between the levels: the database's own refusal, not a condition in a query (S-levels, decision 122).

A process that shows or sends what lies behind them plays one role for each level. Its login has no right on any such table, so
what forgets to say as whom it reads is refused; and row-level security asks `network_level()`, which follows from the role alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from upstander.markings import Level
from upstander.ops import grants

STAFF: Final = "staff"  # sees every level, and drafts
_NAMES: Final = {Level.OPEN: "open", Level.FOUO: "fouo", Level.LES: "les", STAFF: STAFF}


def role(level: Level | str) -> str:
    """The database's name of what this process plays while it reads at `level` (or STAFF). Raises KeyError for another word."""
    player = settings.PROCESS if settings.PROCESS in grants.PLAYED else "network"
    return grants.role(f"{player}_{_NAMES[level]}")


@contextmanager
def reading(level: Level | str, member: UUID | None = None) -> Iterator[None]:
    """A transaction in which the database shows what `level` (or STAFF) may see, and no more.

    `member` is whose request it is: the database lets a member write as nobody else (`network_member()`). Within another it
    is a savepoint, after which all is as it was. Raises the database's errors, "permission denied" among them.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, coalesce(current_setting('upstander.member', true), '')")
        before = cursor.fetchone()
        _become(role(level), str(member or ""))
        yield
        # (after an error the savepoint is rolled back, and the role with it)
        if before and not connection.needs_rollback:
            _become(*before)


def _become(name: str, member: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(name)).as_string(None))
        cursor.execute("SELECT set_config('upstander.member', %s, true)", [member])
