"""Reads of the calendars: is there school, who is away, who stands in, who is on call."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Prefetch, Q, prefetch_related_objects

from upstander import clock
from upstander.directory import calendars
from upstander.directory.calendars import Calendar, Day, Quiet, Span
from upstander.directory.calendars_models import Absence, CalendarSpan, OnCall, QuietHours, SchoolHours
from upstander.directory.models import Contact, Organisation

HAVE_CALENDAR = ("school", "district", "system", "college", "campus")
HAVE_ON_CALL = ("district", "system", "region", "college")
_BELOW = ("school", "campus")  # these take their calendar from what stands above them
FAR = timedelta(days=400)  # further than any duty counts in school days


def day_of(at: datetime) -> date:
    """The day on the wall, where the programme is, of a moment (aware)."""
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def calendar_of(place_id: int | None) -> Calendar:
    """The calendar of a place: empty for one that is not known, or of which nobody has entered anything."""
    return calendars_of([place_id] if place_id else []).get(place_id or 0, Calendar())


def calendars_of(place_ids: Iterable[int]) -> dict[int, Calendar]:
    """The calendars of these places, in three queries."""
    rows = Organisation.objects.filter(pk__in=set(place_ids)).values_list("pk", "kind", "parent_id")
    above = {pk: parent if kind in _BELOW else None for pk, kind, parent in rows}
    every = {*above, *(parent for parent in above.values() if parent)}
    spans: dict[int, list[Span]] = defaultdict(list)
    for one in CalendarSpan.objects.filter(organisation_id__in=every).order_by("first_day", "pk"):
        spans[one.organisation_id].append(Span(one.kind, one.first_day, one.last_day, one.name))
    hours: dict[int, dict[int, tuple[time, time]]] = defaultdict(dict)
    for row in SchoolHours.objects.filter(organisation_id__in=every):
        hours[row.organisation_id][row.weekday] = (row.opens, row.closes)
    return {
        pk: Calendar(
            tuple(spans[pk]), tuple(spans[parent]) if parent else (),
            MappingProxyType(hours[pk] or (hours[parent] if parent else {})),
        )
        for pk, parent in above.items()
    }  # fmt: skip


def session(place_id: int | None, at: datetime, closed: Collection[date] = ()) -> Day:
    """Whether school is in session at a place, as far as its calendar says; `closed`: the programme's own days without school."""
    return calendars.session(calendar_of(place_id), at, settings.TIME_ZONE, closed)


def closed_days(place_id: int | None, since: datetime) -> frozenset[date]:
    """The days without school at a place, by its own calendar, from a moment on and for more than a year."""
    calendar = calendar_of(place_id)
    if not calendar.own and not calendar.above:
        return frozenset()
    first = day_of(since)
    last = min(first + FAR, max(s.last for s in (*calendar.own, *calendar.above)))
    return calendars.days_without_school(calendar, first, last)


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody is away until a day, that included; `deputy_id` stands in (None: nobody was named, or has left the list)."""

    until: date
    deputy_id: int | None
    deputy: str


def away(contact_ids: Iterable[int], day: date) -> dict[int, Away]:
    """Those of these contacts who are away on a day, with who stands in; of overlapping absences the one that ends last."""
    found = Absence.objects.filter(contact_id__in=set(contact_ids), first_day__lte=day, last_day__gte=day)
    people: dict[int, Away] = {}
    for one in found.select_related("deputy").order_by("last_day", "pk"):
        live = one.deputy if one.deputy and not _ended(one.deputy, day) else None
        people[one.contact_id] = Away(one.last_day, live.pk if live else None, live.name if live else "")
    return people


def absences(contact_ids: Iterable[int], first: date, last: date | None = None) -> list[Absence]:
    """The absences of these contacts that touch the days from `first` on (to `last`), the earliest first."""
    found = Absence.objects.filter(contact_id__in=set(contact_ids), last_day__gte=first)
    found = found if last is None else found.filter(first_day__lte=last)
    return list(found.select_related("contact", "deputy").order_by("first_day", "pk"))


def with_absences(contacts: list[Contact]) -> list[Contact]:
    """The same contacts, each with its absences that are not over as `away_soon`."""
    open_ = Absence.objects.filter(last_day__gte=clock.today()).select_related("deputy").order_by("first_day", "pk")
    prefetch_related_objects(contacts, Prefetch("absences", open_, to_attr="away_soon"))
    return contacts


def shift_days(starts_at: datetime, ends_at: datetime) -> tuple[date, date]:
    """The first and the last day of a shift; the morning on which the next takes over is no day of it."""
    return day_of(starts_at), day_of(ends_at - timedelta(hours=12))


def holds_shift(contact_id: int, first: date, last: date) -> bool:
    """Whether a contact is on call on one of these days."""
    held = OnCall.objects.filter(contact_id=contact_id, ends_at__gt=clock.now())
    days = (shift_days(one.starts_at, one.ends_at) for one in held)
    return any(starts <= last and ends >= first for starts, ends in days)


def _ended(contact: Contact, day: date) -> bool:
    return contact.ended_on is not None and contact.ended_on <= day


def quiet_of(contact_ids: Iterable[int]) -> dict[tuple[int, str], Quiet]:
    """The quiet hours of these contacts, by contact and channel."""
    rows = QuietHours.objects.filter(contact_id__in=set(contact_ids))
    return {(q.contact_id, q.channel): Quiet(q.starts, q.ends) for q in rows}


def on_call(organisation_id: int, at: datetime) -> list[int]:
    """The contacts of an organisation who are on call at a moment and still listed, who took over last first."""
    day = day_of(at)
    held = OnCall.objects.filter(organisation_id=organisation_id, starts_at__lte=at, ends_at__gt=at)
    held = held.filter(Q(contact__ended_on=None) | Q(contact__ended_on__gt=day)).order_by("-starts_at", "-pk")
    return list(dict.fromkeys(pk for pk in held.values_list("contact_id", flat=True) if pk is not None))


def accounts_on_call(at: datetime) -> list[int]:
    """The accounts of the programme's supervisors that are on call at a moment, who took over last first. Whether they still
    hold the role is the caller's to ask.
    """
    held = OnCall.objects.filter(organisation=None, starts_at__lte=at, ends_at__gt=at).order_by("-starts_at", "-pk")
    return list(dict.fromkeys(pk for pk in held.values_list("account_id", flat=True) if pk is not None))
