"""Whose request it is, said to the database: row-level security of the rooms above shows this person's rows and no others."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from upstander import clock
from upstander.people import access
from upstander.people.access import Anybody

_SAY = "SELECT set_config('upstander.account', %s, true), set_config('upstander.at', %s, true)"
_SAID = "SELECT coalesce(current_setting('upstander.account', true), ''), coalesce(current_setting('upstander.at', true), '')"


@contextmanager
def named(account: Anybody) -> Iterator[int]:
    """A transaction that is this person's, at this moment; their id, 0 for who may do nothing.

    Afterwards it is again of whom it was before: of nobody, or, for a look from within another's, theirs. What fails is rolled
    back with it.
    """
    who = account.pk if account.pk and account.is_active and not access.public_by_intention(account) else 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SAID)
        before = cursor.fetchone()
        cursor.execute(_SAY, [str(who), clock.now().isoformat()])
        yield int(who or 0)
        cursor.execute(_SAY, before)
