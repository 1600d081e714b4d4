"""Answers of calendars that fit no invitation, or are not proven to be from whoever they say: the staff look and act.

Here stands a digest of an address, and no address: who it is, is found when the page is shown, among members' addresses.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from upstander import clock
from upstander.audit import services as audit
from upstander.gatherings.models import CalendarAnswer, Gathering, Registration
from upstander.network.models import Member

MOST = 100  # on one page, the oldest first
UNFITTING = (CalendarAnswer.Became.UNPROVEN, CalendarAnswer.Became.NOBODYS)


@dataclass(frozen=True, slots=True)
class Unfitting:
    """An answer, the member whose address it came from (None: nobody's), the event (None: there is none), and their seat."""

    answer: CalendarAnswer
    member: Member | None
    gathering: Gathering | None
    seat: str = ""

    @property
    def declines(self) -> bool:
        """Whether it gives a seat back, that is still held."""
        return self.answer.says == "declined" and self.seat == Registration.State.SEAT


def waiting() -> list[Unfitting]:
    """What nobody has looked at yet. To be called behind the staff's wall."""
    rows = list(CalendarAnswer.objects.filter(became__in=UNFITTING, seen_at=None).order_by("at", "pk")[:MOST])
    if not rows:
        return []
    events = Gathering.objects.in_bulk({row.gathering_id for row in rows})
    people = _senders({bytes(row.sender) for row in rows})
    seats = {
        (event, member): state
        for event, member, state in Registration.objects.filter(
            gathering__in=events, member__in=[one.pk for one in people.values()]
        ).values_list("gathering_id", "member_id", "state")
    }
    found = []
    for row in rows:
        member = people.get(bytes(row.sender))
        seat = seats.get((row.gathering_id, member.pk), "") if member else ""
        found.append(Unfitting(row, member, events.get(row.gathering_id), seat))
    return found


def _senders(digests: Iterable[bytes]) -> dict[bytes, Member]:
    wanted, found = set(digests), {}
    for member in Member.objects.select_related("account").filter(left_at=None):
        digest = hashlib.sha256(member.account.email.lower().encode()).digest()
        if digest in wanted:
            found[digest] = member
    return found


@transaction.atomic
def seen(answer_id: UUID, account_id: int) -> bool:
    """Note that somebody looked; False where somebody did before, or there is no such answer."""
    rows = CalendarAnswer.objects.filter(pk=answer_id, became__in=UNFITTING, seen_at=None)
    if not rows.update(seen_at=clock.now(), seen_by=account_id):
        return False
    audit.record(f"account:{account_id}", "gathering.answer_seen", "calendar_answer", answer_id)
    return True
