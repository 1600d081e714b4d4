"""What the law may ask of a school because of a tip that it was told of: reminders, and clocks that its own people open.

A reminder is no advice (the pack's disclaimer stands beside it), and nothing at the desk is red by it (docs/decisions/0074).
Police and mental-health agencies are reminded of nothing: the duties are those of schools.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from upstander.actions import clock_queries, clocks
from upstander.actions.clock_forms import MeetForm, OpenForm, WaiveForm
from upstander.actions.clock_models import SchoolClock
from upstander.actions.clock_queries import Shown
from upstander.actions.clock_words import within
from upstander.actions.models import Referral
from upstander.directory.models import Kind
from upstander.packs.current import current
from upstander.packs.model import Duty, Paragraph
from upstander.people.models import Account
from upstander.protocol.clocks import asked_of_school
from upstander.response.services import NotYours, theirs

SCHOOLS = (Kind.SCHOOL, Kind.DISTRICT, Kind.SYSTEM, Kind.REGION, Kind.COLLEGE, Kind.CAMPUS)
Forms = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the pack's, with its law, and the form that a yes fills in."""

    duty: Duty
    cites: list[Paragraph]
    within: str
    form: OpenForm


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that runs, with the forms that end it."""

    shown: Shown
    meet: MeetForm
    waive: WaiveForm


@dataclass(frozen=True, slots=True)
class Duties:
    """What the page of a referral shows; `other` opens a duty about which nothing was asked."""

    questions: list[Question]
    running: list[Running]
    ended: list[Shown]
    other: OpenForm | None
    disclaimer: str


def opening(duties: tuple[Duty, ...], key: str, data: Any = None) -> OpenForm:
    """The form that opens a clock, fresh or as sent."""
    return OpenForm(data, duties=duties, auto_id=f"id_open_{key}_%s")


def own() -> tuple[Duty, ...]:
    """Every duty that binds a school."""
    return tuple(duty for duty in current().clocks.duties if duty.owner == "school")


def of(referral: Referral, bound: Forms) -> Duties | None:
    """The duties of a referral's organization; None where it is no school and has none. `bound`: forms that did not pass."""
    if referral.scope.kind not in SCHOOLS or not own():
        return None
    pack = current()
    found = clock_queries.of_referral(referral.id, "school")
    runs = {s.clock.code for s in found if s.clock.runs and f"open-{s.clock.code}" not in bound}
    open_ = referral.stood_down_at is None
    asked = [d for d in asked_of_school(pack, referral.subtypes) if d.code not in runs] if open_ else []
    left = tuple(d for d in own() if d.code not in runs and d not in asked)
    return Duties(
        questions=[
            Question(d, pack.cited(d.cites), within(d.due), bound.get(f"open-{d.code}") or opening((d,), d.code))
            for d in asked
        ],
        running=[_running(s, bound) for s in found if s.clock.runs],
        ended=[s for s in found if not s.clock.runs],
        other=(bound.get("open-other") or opening(left, "other")) if left else None,
        disclaimer=pack.clocks.disclaimer,
    )  # fmt: skip


def _running(shown: Shown, bound: Forms) -> Running:
    row = shown.clock.id
    name = f"{row.hex[-8:]}_%s"
    meet = bound.get(f"meet-{row}") or MeetForm(auto_id=f"id_meet_{name}")
    return Running(shown, meet, bound.get(f"waive-{row}") or WaiveForm(auto_id=f"id_waive_{name}"))


def soonest(referrals: Iterable[Referral]) -> dict[UUID, datetime]:
    """By referral, when the soonest of its organization's running clocks is due."""
    return clock_queries.soonest(r.id for r in referrals)


@transaction.atomic
def open_clock(account: Account, referral_id: UUID, form: OpenForm) -> None:
    """Open a clock, as `form` (which has passed) says. Raises NotYours, CannotClock."""
    referral, given = theirs(account, referral_id), form.cleaned_data
    if referral.scope.kind not in SCHOOLS:
        raise clocks.CannotClock("code", "This duty is a school's.")
    clocks.open_school_clock(
        referral, given["code"], account.pk, given["reason"], form.moment(), given["row"]
    )


@transaction.atomic
def meet_clock(account: Account, referral_id: UUID, clock_id: UUID, form: MeetForm) -> None:
    """Write down that it was done, as `form` (which has passed) says. Raises NotYours, CannotClock."""
    running = _of(account, referral_id, clock_id)
    clocks.meet_clock(running, account.pk, form.cleaned_data["evidence"], form.moment(), audience="school")


@transaction.atomic
def waive_clock(account: Account, referral_id: UUID, clock_id: UUID, form: WaiveForm) -> None:
    """Write down why it does not hold. Raises NotYours, CannotClock."""
    running = _of(account, referral_id, clock_id)
    clocks.waive_clock(running, account.pk, form.cleaned_data["reason"], audience="school")


def _of(account: Account, referral_id: UUID, clock_id: UUID) -> SchoolClock:
    referral = theirs(account, referral_id)
    found = SchoolClock.objects.filter(pk=clock_id, referral=referral).first()
    if found is None:
        raise NotYours(clock_id)
    return found
