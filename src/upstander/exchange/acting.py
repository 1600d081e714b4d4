"""What every verb of this room shares: why an act was not done, and who did it."""

from typing import Any
from uuid import UUID

from django.db import connection

from upstander.audit import services as audit


class CannotDo(ValueError):
    """Why an act was not done, in words for the person. `field` is where in the form they belong."""

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


def recorded(account_id: int | None, act: str, what: str, object_id: UUID | str, /, **detail: Any) -> None:
    """Write the act down, in the transaction of what it records; without an account it was done by what was decided before."""
    audit.record(
        "exchange" if account_id is None else f"account:{account_id}",
        f"exchange.{act}",
        what,
        object_id,
        **detail,
    )


def one_at_a_time(what: UUID) -> None:
    """Of two acts on one thing at once one is first, to the end of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [what.int & (2**63 - 1)])
