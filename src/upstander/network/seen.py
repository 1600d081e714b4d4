"""Who read an item or a file that is marked: on record, in every room of the network alike (S-levels, decision 122).

What is open leaves no line here, nor does a list: the line is of what was opened. A feed leaves one for what it hands out first.
"""

from typing import Any
from uuid import UUID

from upstander.audit import services as audit
from upstander.markings import Level
from upstander.network.standing import Standing


def seen(who: Standing, act: str, kind: str, id: UUID, level: int | None, **detail: Any) -> None:
    """Write down that `who` reads what is of `level`, if that is marked; within the transaction that shows it."""
    if level is not None and level > Level.OPEN:
        audit.record(f"account:{who.account_id}", act, kind, id, level=int(level), **detail)
