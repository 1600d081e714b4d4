"""What is due: with its day, what is late first, each one press from doing. As many statements whatever the number of members."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upstander import clock
from upstander.circulation import queries as circulation
from upstander.exchange.models import Commitment
from upstander.gatherings import visits
from upstander.gatherings.models import Gathering, Registration
from upstander.insight import contacts, plan
from upstander.insight.models import Record
from upstander.products.models import Release, Review

AHEAD = timedelta(days=30)
MOST = 12  # of a kind: the nearest
UNMARKED = timedelta(days=60)  # so long after an event its attendance is asked for

KINDS: dict[str, str | Promise] = {
    "second": gettext_lazy("Second look after an urgent notice"),
    "release": gettext_lazy("Goes out by itself"),
    "event": gettext_lazy("Event"),
    "attendance": gettext_lazy("Who came?"),
    "visit": gettext_lazy("Visit"),
    "step": gettext_lazy("Agreed at a visit"),
    "contact": gettext_lazy("Next step with a partner"),
    "promise": gettext_lazy("Promised to another state"),
    "plan": gettext_lazy("Yearly plan"),
    "record": gettext_lazy("Governance"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """Something with its day: `at` where the hour matters; `late`: it is past, and a person must act; `note` says more."""

    kind: str
    day: date
    what: str
    address: str
    at: datetime | None = None
    late: bool = False
    note: str = ""

    @property
    def word(self) -> str:
        """What kind of thing it is."""
        return str(KINDS[self.kind])


def due() -> list[Due]:
    """What is late, and what is to come within AHEAD, by its day."""
    now, today = clock.now(), clock.today()
    found: list[Due] = [
        *_second_looks(now), *_releases(now), *_events(now), *_attendance(now), *_visits(today), *_partners(today),
        *_promises(today), *_plan(today), *_records(today),
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not one.late, one.day, one.at or now, one.what))


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


def _second_looks(now: datetime) -> Iterator[Due]:
    """Notices that went out on one person's name, and that nobody else has looked at."""
    answered = Review.objects.filter(version=OuterRef("version")).exclude(verdict=Review.Verdict.ASKED)
    rows = Release.objects.filter(~Exists(answered), alone=True, taken_back_at=None, version__product__recalls=None)
    yield from _of_releases(rows.select_related("version").order_by("second_due_at")[:MOST], "second", now)


def _releases(now: datetime) -> Iterator[Due]:
    rows = Release.objects.filter(taken_back_at=None, goes_at__gt=now, goes_at__lte=now + AHEAD)
    yield from _of_releases(rows.select_related("version").order_by("goes_at")[:MOST], "release", now)


def _of_releases(rows: Iterable[Release], kind: str, now: datetime) -> Iterator[Due]:
    releases = list(rows)
    titles = circulation.titles(one.version.product_id for one in releases)
    for one in releases:
        at = one.second_due_at if kind == "second" and one.second_due_at else one.goes_at
        address = reverse("product_look", args=[one.version.product_id])
        title = titles.get(one.version.product_id) or _("No title yet")
        yield Due(kind, _day(at), title, address, at, kind == "second" and at <= now)


def _events(now: datetime) -> Iterator[Due]:
    rows = Gathering.objects.filter(cancelled_at=None, ends_at__gt=now, starts_at__lte=now + AHEAD).order_by("starts_at", "pk")
    seats = Count("registrations", filter=Q(registrations__state=Registration.State.SEAT))
    for one in rows.annotate(seats=seats)[:MOST]:
        registered = _("%(n)s registered") % {"n": one.seats} if one.seats else _("Nobody registered yet")
        note = registered if one.published_at else _("Not published yet")
        yield Due("event", _day(one.starts_at), one.title, reverse("gatherings_planned", args=[one.pk]), one.starts_at, note=note)


def _attendance(now: datetime) -> Iterator[Due]:
    """Events that are over, to which somebody was to come, and of which nobody is marked as there."""
    rows = Gathering.objects.filter(cancelled_at=None, published_at__isnull=False, ends_at__lte=now, ends_at__gt=now - UNMARKED)
    came = Registration.objects.filter(gathering=OuterRef("pk"))
    rows = rows.filter(Exists(came.filter(state=Registration.State.SEAT)), ~Exists(came.filter(attended_at__isnull=False)))
    for one in rows.order_by("ends_at")[:MOST]:
        yield Due("attendance", _day(one.ends_at), one.title, reverse("gatherings_attendance", args=[one.pk]), one.ends_at)


def _visits(today: date) -> Iterator[Due]:
    for visit in visits.planned()[:MOST]:
        if visit.planned_for <= today + AHEAD:
            address, late = reverse("gatherings_visit", args=[visit.pk]), visit.planned_for < today
            yield Due("visit", visit.planned_for, visit.organisation.name, address, late=late)
    for due_ in visits.steps_due(MOST):
        step = due_.step
        if step.due <= today + AHEAD:
            address, note = reverse("gatherings_visit", args=[step.visit_id]), f"{step.owner}, {step.visit.organisation.name}"
            yield Due("step", step.due, step.what, address, late=due_.overdue, note=note)


def _partners(today: date) -> Iterator[Due]:
    for one in contacts.steps_due(today + AHEAD, MOST):
        assert one.due is not None
        address = reverse("insight_contact", args=[one.id])
        yield Due("contact", one.due, one.next, address, late=one.due < today, note=one.who)


def _promises(today: date) -> Iterator[Due]:
    rows = Commitment.objects.filter(done_at=None, due__lte=today + AHEAD, peer__ended_at=None).select_related("peer")
    for one in rows.order_by("due")[:MOST]:
        address, note = reverse("exchange_peer", args=[one.peer_id]), f"{one.owner}, {one.peer.name}"
        yield Due("promise", one.due, one.what, address, late=one.due < today, note=note)


def _plan(today: date) -> Iterator[Due]:
    for one in plan.pending(today)[:MOST]:
        address, late = reverse("insight_plan_item", args=[one.pk]), plan.is_late(one, today)
        yield Due("plan", plan.last_day(one.month), one.title, address, late=late, note=one.owner)


def _records(today: date) -> Iterator[Due]:
    """Agreements that end, processes to be looked at again, terms on the board that are over."""
    rows = Record.objects.filter(ended_at=None, until__isnull=False, until__lte=today + AHEAD).order_by("until")[:MOST]
    for one in rows:
        assert one.until is not None
        address = reverse("insight_record", args=[one.pk])
        yield Due("record", one.until, one.title, address, late=one.until < today, note=_(one.get_kind_display()))
