"""Outreach from Out-of-Network tips, as far as the network may know: how many are how far, over the whole state, and no name."""

from dataclasses import dataclass

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.config import config

STAGES: dict[str, str | Promise] = {
    "told": _("Named in a tip, nobody has called"),
    "contacted": _("Contacted"),
    "meeting": _("Met"),
    "requested": _("Asked to enroll"),
    "enrolled": _("Enrolled"),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """How many organisations are so far."""

    code: str
    words: str
    number: int


def stages() -> list[Stage]:
    """Each stage in its order, of what outreach publishes (its migration 0002); nothing where there was no such tip."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stage, organisations FROM published_outreach(%s)", [clock.today()])
        counted = dict(cursor.fetchall())
    return [Stage(code, str(words), counted.get(code, 0)) for code, words in STAGES.items()] if counted else []


def address() -> str:
    """Outreach's own page, at the desk: who they are stands there."""
    return f"{config().origin('desk')}/outreach/"
