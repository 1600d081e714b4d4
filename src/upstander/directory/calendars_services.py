"""The calendars' verbs: each checks, writes and records in the audit, in one transaction. Who may is the page's to ask."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.directory.calendars_models import Absence, CalendarSpan, OnCall, QuietHours, SchoolHours
from upstander.directory.models import Contact, Organisation
from upstander.directory.services.errors import Invalid, NotNow

LONGEST = timedelta(days=550)  # no term, break or absence lasts longer: such a one is a mistyped year
MOST = 300  # entries of one calendar


def _forward(first: date, last: date) -> dict[str, str]:
    """What is wrong with two days, by field."""
    if last < first:
        return {"last_day": _("The last day lies before the first.")}
    if last - first > LONGEST:
        return {"last_day": _("That is more than a year and a half. Look at the years again.")}
    return {}


def _hold(organisation_id: int) -> None:
    """Of two who write one calendar at once, one is first. Raises LookupError.

    By a lock of its own: who may not change organisations cannot lock their rows, and neither origin may.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('upstander.calendar'), %s)", [organisation_id % 2**31])
    if not Organisation.objects.filter(pk=organisation_id).exists():
        raise LookupError(organisation_id)


@transaction.atomic
def add_span(organisation_id: int, kind: str, name: str, first: date, last: date, actor: str) -> int:
    """Enter days of a calendar (`kind` as in CalendarSpan.Kind); returns the entry's id. Raises Invalid, LookupError."""
    _hold(organisation_id)
    errors = _forward(first, last)
    if kind not in CalendarSpan.Kind.values:
        errors["kind"] = _("Choose what these days are.")
    if len(name.strip()) > 80:
        errors["name"] = _("At most 80 letters.")
    if not errors and CalendarSpan.objects.filter(organisation_id=organisation_id).count() >= MOST:
        errors["first_day"] = _("This calendar is full. Remove what is long over first.")
    if errors:
        raise Invalid(**errors)
    try:
        with transaction.atomic():
            made = CalendarSpan.objects.create(
                organisation_id=organisation_id, kind=kind, name=" ".join(name.split()), first_day=first, last_day=last
            )
    except IntegrityError:
        raise Invalid(first_day=_("These days stand in the calendar already.")) from None
    audit.record(actor, "directory.calendar_added", "organisation", organisation_id, **_of_span(made))
    return made.pk


@transaction.atomic
def add_spans(organisation_id: int, rows: Sequence[tuple[str, str, date, date]], actor: str) -> int:
    """Enter several (kind, name, first day, last day), all or none; how many were not there yet. Raises Invalid, LookupError."""
    known = set(CalendarSpan.objects.filter(organisation_id=organisation_id).values_list("kind", "first_day", "last_day"))
    new = {(kind, first, last): name for kind, name, first, last in rows if (kind, first, last) not in known}
    for (kind, first, last), name in new.items():
        add_span(organisation_id, kind, name, first, last, actor)
    return len(new)


def _of_span(span: CalendarSpan) -> dict[str, Any]:
    """What the record says of days: not what somebody called them, that is free text."""
    return {
        "span": span.pk, "span_kind": span.kind, "first": span.first_day.isoformat(), "last": span.last_day.isoformat(),
    }  # fmt: skip


@transaction.atomic
def remove_span(organisation_id: int, span_id: int, actor: str) -> None:
    """Take days out of a calendar again; nothing happens where somebody was quicker."""
    found = CalendarSpan.objects.filter(pk=span_id, organisation_id=organisation_id)
    was = found.first()
    if was is not None and found.delete()[0]:
        audit.record(actor, "directory.calendar_removed", "organisation", organisation_id, **_of_span(was))


@transaction.atomic
def set_hours(organisation_id: int, hours: Mapping[int, tuple[time, time]], actor: str) -> None:
    """Write the school's hours anew, by day of the week (Monday is 0); a day that is not named has none.

    Raises Invalid with `closes_<day>` for hours that end before they begin, LookupError.
    """
    _hold(organisation_id)
    wrong = {
        f"closes_{day}": _("School ends after it has begun.") for day, (opens, closes) in hours.items() if closes <= opens
    }
    if wrong:
        raise Invalid(**wrong)
    old = SchoolHours.objects.filter(organisation_id=organisation_id)
    before = {row.weekday: (row.opens, row.closes) for row in old}
    old.delete()
    SchoolHours.objects.bulk_create(
        SchoolHours(organisation_id=organisation_id, weekday=day, opens=opens, closes=closes)
        for day, (opens, closes) in hours.items()
    )
    written = {"before": _times(before), "after": _times(hours)}
    audit.record(actor, "directory.hours_set", "organisation", organisation_id, **written)


def _times(hours: Mapping[Any, tuple[time, time]]) -> list[list[Any]]:
    """Hours as the record has them: a day of the week, or a channel, and from when to when."""
    return [[key, *(at.isoformat("minutes") for at in hours[key])] for key in sorted(hours)]


def deputies(contact: Contact) -> list[Contact]:
    """Who may stand in for a contact: whoever else is listed where they are, or for what stands above.

    They are all told of the same tips anyway: a deputy is called first, and learns nothing that is not theirs to know.
    """
    place = contact.listed_for
    lists = [place.pk] + ([place.parent_id] if place.parent_id and place.kind in ("school", "campus") else [])
    live = Contact.objects.filter(listed_for_id__in=lists).exclude(ended_on__lte=clock.today()).exclude(pk=contact.pk)
    return list(live.order_by("name", "pk"))


@transaction.atomic
def add_absence(contact_id: int, first: date, last: date, deputy_id: int | None, actor: str) -> int:
    """Note that a contact is away, and who stands in; returns the absence's id. Raises Invalid, LookupError."""
    contact = Contact.objects.select_related("listed_for").select_for_update(of=("self",)).filter(pk=contact_id).first()
    if contact is None:
        raise LookupError(contact_id)
    errors = _forward(first, last)
    if not errors and last < clock.today():
        errors["last_day"] = _("This is over already.")
    if deputy_id is not None and deputy_id not in {c.pk for c in deputies(contact)}:
        errors["deputy"] = _("Choose somebody of the same list.")
    if errors:
        raise Invalid(**errors)
    made = Absence.objects.create(
        contact=contact, first_day=first, last_day=last, deputy_id=deputy_id, noted_by=actor
    )
    audit.record(actor, "directory.absence_added", "contact", contact_id, **_of_absence(made))
    return made.pk


def _of_absence(row: Absence) -> dict[str, Any]:
    return {
        "absence": row.pk, "first": row.first_day.isoformat(), "last": row.last_day.isoformat(), "deputy": row.deputy_id,
    }  # fmt: skip


@transaction.atomic
def remove_absence(contact_id: int, absence_id: int, actor: str) -> None:
    """Somebody is not away after all, or is back; nothing happens where it is gone already."""
    found = Absence.objects.filter(pk=absence_id, contact_id=contact_id)
    was = found.first()
    if was is not None and found.delete()[0]:
        audit.record(actor, "directory.absence_removed", "contact", contact_id, **_of_absence(was))


@transaction.atomic
def set_quiet(contact_id: int, hours: Mapping[str, tuple[time, time]], actor: str) -> None:
    """Write a contact's quiet hours anew, by channel; a channel that is not named has none. Raises Invalid, LookupError."""
    if not Contact.objects.filter(pk=contact_id).select_for_update().exists():
        raise LookupError(contact_id)
    if set(hours) - set(QuietHours.Channel.values):
        raise Invalid(channel=_("Choose one of the channels."))
    old = QuietHours.objects.filter(contact_id=contact_id)
    before = {row.channel: (row.starts, row.ends) for row in old}
    old.delete()
    QuietHours.objects.bulk_create(
        QuietHours(contact_id=contact_id, channel=channel, starts=starts, ends=ends)
        for channel, (starts, ends) in hours.items()
    )
    written = {"before": _times(before), "after": _times(hours)}
    audit.record(actor, "directory.quiet_hours_set", "contact", contact_id, **written)


@transaction.atomic
def add_shift(
    organisation_id: int | None, holder: int, starts_at: datetime, ends_at: datetime, actor: str
) -> int:
    """Put somebody on call from one moment to another: a contact listed for the organisation, or, without one, an account of the
    programme (whether it supervises is the page's to ask). Returns the shift's id. Raises Invalid.
    """
    errors = {}
    if ends_at <= starts_at:
        errors["weeks"] = _("On call ends after it has begun.")
    elif ends_at <= clock.now():
        errors["first_day"] = _("This is over already.")
    listed = Contact.objects.filter(pk=holder, listed_for_id=organisation_id).exclude(ended_on__lte=clock.today())
    if organisation_id is not None and not listed.exists():
        errors["holder"] = _("Choose somebody of this list.")
    if errors:
        raise Invalid(**errors)
    who = {"account_id": holder} if organisation_id is None else {"contact_id": holder, "organisation_id": organisation_id}
    made = OnCall.objects.create(starts_at=starts_at, ends_at=ends_at, noted_by=actor, **who)
    of = ("programme", "") if organisation_id is None else ("organisation", organisation_id)
    audit.record(actor, "directory.on_call_added", *of, **_of_shift(made))
    return made.pk


def _of_shift(row: OnCall) -> dict[str, Any]:
    return {
        "shift": row.pk, "holder": row.contact_id or row.account_id, "starts": row.starts_at.isoformat(),
        "ends": row.ends_at.isoformat(),
    }  # fmt: skip


@transaction.atomic
def remove_shift(organisation_id: int | None, shift_id: int, actor: str) -> None:
    """Take a shift that is not over out of the calendar; raises NotNow for one that is: it stays, for the record."""
    found = OnCall.objects.filter(Q(organisation_id=organisation_id), pk=shift_id)
    if found.filter(ends_at__lte=clock.now()).exists():
        raise NotNow(_("This week is over: it stays, for the record."))
    was = found.first()
    if was is not None and found.delete()[0]:
        of = ("programme", "") if organisation_id is None else ("organisation", organisation_id)
        audit.record(actor, "directory.on_call_removed", *of, **_of_shift(was))
