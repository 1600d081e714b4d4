"""What is owed across all open tips, by who owes it: names, numbers and times. No word of a tip is opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Prefetch, Q, QuerySet

from upstander.actions import exclusion
from upstander.actions.models import ActionEvent, Judgement, RequiredAction
from upstander.actions.recording import CONFIRM_CLASS
from upstander.directory.models import Contact, Organisation
from upstander.packs.current import current

MAIL = "email_contacts"  # it leaves by itself: nobody's work while it is in time


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the ledger that is open: of which tip, toward whom, with which numbers, tried how often."""

    action: RequiredAction
    tries: tuple[ActionEvent, ...]
    name: str
    phones: tuple[str, ...]

    def late(self, now: datetime) -> bool:
        """Whether it is owed and past its time."""
        return self.action.due_at is not None and self.action.due_at < now

    def red(self, now: datetime) -> bool:
        """Whether somebody must act on it now: it is late, and no mere confirming of a class that is not Critical (0076)."""
        klass = self.action.tip.klass
        calm = self.action.kind == CONFIRM_CLASS and not (klass and current().critical(klass))
        return self.late(now) and not calm


def _open(now: datetime) -> QuerySet[RequiredAction]:
    rows = RequiredAction.objects.filter(done_at=None, ended_by=None, tip__closed_at=None)
    return rows.exclude(Q(kind=MAIL) & (Q(due_at=None) | Q(due_at__gte=now)))


def counts(now: datetime) -> dict[str, int]:
    """How many rows are open, by the code of who owes them."""
    return dict(_open(now).values_list("owed_by").annotate(Count("id")))


def jobs(
    now: datetime, owners: Iterable[str] | None = None, kinds: Iterable[str] | None = None,
    ids: Iterable[UUID] | None = None, limit: int = 100,
) -> tuple[list[Job], int]:  # fmt: skip
    """The open rows of these owners, of these kinds, with these ids (None: all), the most urgent first; and how many there
    are in all. The number of queries does not depend on how many."""
    rows = _open(now)
    for column, wanted in (("owed_by", owners), ("kind", kinds), ("id", ids)):
        if wanted is not None:
            rows = rows.filter(**{f"{column}__in": tuple(wanted)})
    shown = rows.select_related("tip").order_by(F("due_at").asc(nulls_last=True), "position", "id")
    events = Prefetch("events", ActionEvent.objects.defer("sealed_detail").order_by("at"))
    return with_names(list(shown.prefetch_related(events)[:limit])), rows.count()


def with_names(rows: list[RequiredAction]) -> list[Job]:
    """The rows with who is meant and their numbers, in three queries; none of somebody who is left out."""
    known = [row for row in rows if row.target_ref.isdecimal()]
    persons = {int(row.target_ref) for row in known if row.target_kind == "contact"}
    offices = {int(row.target_ref) for row in known if row.target_kind != "contact"}
    people = {str(c.pk): c for c in Contact.objects.filter(pk__in=persons).prefetch_related("points")}
    places = {str(o.pk): o for o in Organisation.objects.filter(pk__in=offices).select_related("psap")}
    left = exclusion.of(row.tip_id for row in rows)
    return [_job(row, people, places, left.get(row.tip_id, exclusion.NOBODY)) for row in rows]


def _job(
    row: RequiredAction, people: dict[str, Contact], places: dict[str, Organisation], out: exclusion.LeftOut
) -> Job:
    events = tuple(row.events.all())
    if row.target_kind == "contact" and row.target_ref in people:
        contact = people[row.target_ref]
        numbers = sorted((p for p in contact.points.all() if p.kind == "phone"), key=lambda p: p.position)
        return Job(row, events, contact.name, out.numbers_of(p.value for p in numbers))
    if row.target_kind != "contact" and row.target_ref in places:
        place = places[row.target_ref]
        return Job(row, events, place.name, tuple(n for n in (number_of(place),) if n))
    return Job(row, events, row.label, ())


def number_of(place: Organisation) -> str:
    """The number by which an organisation is reached: of an answering point its transfer number."""
    point = getattr(place, "psap", None)
    return (point.transfer_number if point else "") or place.phone


def in_force(tip_ids: Iterable[UUID]) -> dict[UUID, Judgement]:
    """The judgements that hold, by tip, without what is sealed in them."""
    found = Judgement.objects.filter(tip_id__in=list(tip_ids), state=Judgement.State.IN_FORCE)
    return {j.tip_id: j for j in found.defer("sealed_reason", "sealed_narrative", "sealed_decision")}
