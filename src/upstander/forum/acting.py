"""What every verb of this room asks first: who acts, how high they may write, and whether the same press was counted already."""

from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from upstander.audit import services as audit
from upstander.forum.written import Written
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network.standing import Standing

Row = TypeVar("Row", bound=Written)


class CannotDo(ValueError):
    """Why an act was not done, in words for the person. `field` is where in the form they belong."""

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


def highest(who: Standing) -> Level:
    """Up to which level somebody may write. Raises CannotDo for whom nothing may reach now."""
    if who.staff:
        return Level.LES
    if who.member_id is None or who.level is None:
        raise CannotDo(_("Your membership does not let you write here now."))
    return who.level


def signed(who: Standing) -> dict[str, Any]:
    """The columns that say who wrote: the staff by their account, a member as themselves. Raises as `highest`."""
    highest(who)
    return {"staff_id": who.account_id} if who.staff else {"member_id": who.member_id}


def actor(who: Standing) -> str:
    """How the audit record names who acts."""
    return f"account:{who.account_id}"


def must_be_staff(who: Standing) -> None:
    """Raise CannotDo for a member."""
    if not who.staff:
        raise CannotDo(_("This is done by the School Intelligence Officer and the network's staff."))


def within(who: Standing, level: int) -> Level:
    """`level`, where they may write at it. Raises CannotDo where it is none, or above their own (so does the database)."""
    if level not in tuple(Level) or level > highest(who):
        raise CannotDo(_("Choose one of the levels that are offered."), "level")
    return Level(level)


def worded(text: str, field: str, words: str) -> str:
    """`text` without blanks around it and what a database cannot keep; raises CannotDo with `words` where nothing is left."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise CannotDo(words, field)
    return text


def one_at_a_time(id: UUID) -> None:
    """Of two acts about the same thing one is first, to the end of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [id.int & (2**63 - 1)])


def once(model: type[Row], press: UUID, **same: Any) -> tuple[Row | None, UUID]:
    """The row that this press of a form has made already, or None and the id for a new one.

    `press` is the form's; pressed again with the same values it is the same row, with others it is another act. Of two presses
    at once one is first, to the end of its transaction.
    """
    one_at_a_time(press)
    before = model._default_manager.filter(pk=press).first()
    if before is None:
        return None, press
    if all(getattr(before, name) == value for name, value in same.items()):
        return before, press
    return None, new_id()


def record(who: Standing, act: str, kind: str, row: Any, **codes: Any) -> None:
    """Write an act of this room to the audit record: codes, ids and counts, never a word of the text."""
    audit.record(actor(who), f"forum.{act}", kind, row.pk, **codes)
