"""What calendars answer to our invitations: kept by the router as ids and a digest, acted upon by the worker.

A *Decline* of who has a seat frees it, as the press on the page does. Nothing else changes anything: an *Accept* in a calendar
takes no seat (decision 120), and an answer of somebody else, or one that is not proven to be from them, is kept apart.
"""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from upstander import clock
from upstander.gatherings import seats
from upstander.gatherings.models import CalendarAnswer, Registration

PART = 100
KEPT = timedelta(days=400)
Became = CalendarAnswer.Became


def heard(*, arrival_id: UUID, uid: UUID, sender: bytes, says: str, at: datetime, proven: bool) -> None:
    """Keep an answer (event `inbound.calendar_answered`); what follows is the worker's.

    The columns are named: the router may write these, and nothing of whether somebody has looked at it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO gatherings_calendaranswer (id, gathering_id, sender, says, proven, at, became)"
            " VALUES (%s, %s, %s, %s, %s, %s, '')",
            [arrival_id, uid, sender, says, proven, at],
        )


def turn() -> bool:
    """Act upon a part of what was answered; True where there is more."""
    ids = list(CalendarAnswer.objects.filter(became="").order_by("at").values_list("pk", flat=True)[:PART])
    for id in ids:
        with transaction.atomic():
            one = CalendarAnswer.objects.select_for_update(skip_locked=True).filter(pk=id, became="").first()
            if one is not None:
                CalendarAnswer.objects.filter(pk=id).update(became=_followed(one))
    CalendarAnswer.objects.filter(at__lt=clock.now() - KEPT)._raw_delete("default")
    return len(ids) == PART


def _followed(one: CalendarAnswer) -> str:
    member = _member(one)
    if member is None:
        return Became.NOBODYS
    if one.says != "declined":
        return Became.NOTED
    if not one.proven:
        return Became.UNPROVEN
    return Became.FREED if seats.declined(one.gathering_id, member, one.at) else Became.NOTED


def _member(one: CalendarAnswer) -> UUID | None:
    """Whose answer it is: of those who have or had to do with this gathering, the one with this address."""
    comes = Registration.objects.filter(gathering=one.gathering_id)
    for member, email in comes.values_list("member_id", "member__account__email"):
        if hashlib.sha256(email.lower().encode()).digest() == bytes(one.sender):
            found: UUID = member
            return found
    return None
