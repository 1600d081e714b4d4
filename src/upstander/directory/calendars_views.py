"""The calendars' pages: a school's days and hours, when a contact is reached, who is on call. On both origins (see `Site`)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from upstander import clock
from upstander.directory import calendars_queries, calendars_services, services
from upstander.directory.acting import actor_of, saved
from upstander.directory.calendars import school_day
from upstander.directory.calendars_forms import AbsenceForm, HoursForm, QuietForm, ShiftForm, SpanForm
from upstander.directory.calendars_models import Absence, CalendarSpan, OnCall
from upstander.directory.calendars_queries import day_of
from upstander.directory.calendars_site import Site
from upstander.directory.models import Contact, Organisation
from upstander.packs.current import current

HAVE_CALENDAR, _ON_CALL = calendars_queries.HAVE_CALENDAR, calendars_queries.HAVE_ON_CALL


def _shown(
    request: HttpRequest, site: Site, template: str, values: dict[str, Any], *bound: forms.Form
) -> HttpResponse:
    status = 400 if any(form.errors for form in bound) else 200
    known = {"base": site.base, **site.frame(request), **values}
    return render(request, f"directory/{template}", known, status=status)


def place_of(request: HttpRequest, site: Site, pk: int, kinds: tuple[str, ...]) -> Organisation:
    """The organisation, where who asks may keep its calendar; else there is none."""
    found = Organisation.objects.filter(pk=pk, kind__in=kinds, retired_on=None).select_related("parent").first()
    if found is None or not site.may_keep(request, pk):
        raise Http404
    return found


def _pressed(request: HttpRequest) -> str:
    """Which of a page's forms was sent."""
    return request.POST.get("do", "") if request.method == "POST" else ""


def calendar(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """The days and hours of a school, or of a district for all its schools."""
    place, pressed = place_of(request, site, pk, HAVE_CALENDAR), _pressed(request)
    known = calendars_queries.calendar_of(pk)
    span = SpanForm(request.POST if pressed == "add" else None, auto_id="id_span_%s")
    hours = HoursForm(
        request.POST if pressed == "hours" else None, initial=HoursForm.of(known.hours), auto_id="id_hours_%s"
    )
    actor = actor_of(request)
    if pressed == "remove" and request.POST.get("span", "").isdecimal():
        calendars_services.remove_span(pk, int(request.POST["span"]), actor)
        return _again(request, _("The days are taken out."), "directory_calendar", pk)
    if pressed == "add" and span.is_valid():
        said = span.cleaned_data
        given = (said["kind"], said["name"], said["first_day"], said["last_day"])
        if saved(span, lambda: calendars_services.add_span(pk, *given, actor)):
            return _again(request, _("The days stand in the calendar."), "directory_calendar", pk)
    if pressed == "hours" and hours.is_valid():
        if saved(hours, lambda: calendars_services.set_hours(pk, hours.hours(), actor)):
            return _again(request, _("The hours are kept."), "directory_calendar", pk)
    values = {
        "org": place, "home": site.organisation, "form": span, "hours_form": hours, "calendar": known,
        "today": school_day(known, clock.today(), current().clocks.closed),
        "own": CalendarSpan.objects.filter(organisation_id=pk).order_by("first_day", "pk"),
        "inherited": known.above, "hours_of": place.parent if known.hours and not place.hours.exists() else None,
    }  # fmt: skip
    return _shown(request, site, "calendar.html", values, span, hours)


def _again(request: HttpRequest, said: str, name: str, *args: int) -> HttpResponse:
    messages.success(request, said)
    return redirect(name, *args)


def reached(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """When a contact is reached: days away, quiet hours."""
    contact = get_object_or_404(Contact.objects.select_related("listed_for"), pk=pk)
    if (contact.ended_on and contact.ended_on <= clock.today()) or not site.may_speak_for(request, contact):
        raise Http404
    pressed, actor = _pressed(request), actor_of(request)
    deputies = [(c.pk, f"{c.name}, {c.role}" if c.role else c.name) for c in calendars_services.deputies(contact)]
    absence = AbsenceForm(request.POST if pressed == "away" else None, deputies=deputies, auto_id="id_away_%s")
    quiet = QuietForm(
        request.POST if pressed == "quiet" else None, initial=QuietForm.of(contact.quiet_hours.all()), auto_id="id_quiet_%s"
    )
    if pressed == "back" and request.POST.get("absence", "").isdecimal():
        calendars_services.remove_absence(pk, int(request.POST["absence"]), actor)
        return _again(request, _("The absence is taken out."), "directory_reached", pk)
    if pressed == "away" and absence.is_valid():
        said = absence.cleaned_data
        given = (said["first_day"], said["last_day"], said["deputy"])
        if saved(absence, lambda: calendars_services.add_absence(pk, *given, actor)):
            if calendars_queries.holds_shift(pk, said["first_day"], said["last_day"]):
                messages.warning(
                    request, _("This person is on call on these days. Under “On call” an administrator can put somebody else.")
                )
            return _again(request, _("The absence is noted."), "directory_reached", pk)
    if pressed == "quiet" and quiet.is_valid():
        if saved(quiet, lambda: calendars_services.set_quiet(pk, quiet.hours(), actor)):
            return _again(request, _("The hours are kept."), "directory_reached", pk)
    values = {
        "contact": contact, "org": contact.listed_for, "home": site.organisation, "form": absence, "quiet_form": quiet,
        "keeps": site.may_keep(request, contact.listed_for_id),
        "absences": contact.absences.filter(last_day__gte=clock.today()).select_related("deputy").order_by("first_day"),
    }  # fmt: skip
    return _shown(request, site, "reached.html", values, absence, quiet)


def on_call(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Who of a district, system or region is on call in which weeks."""
    place = place_of(request, site, pk, _ON_CALL)
    live = Contact.objects.filter(listed_for_id=pk).exclude(ended_on__lte=clock.today())
    people = [(c.pk, c.name) for c in live.order_by("position", "name", "pk")]
    return _on_call(request, site, place, people, dict(people))


def supervisors_on_call(request: HttpRequest, site: Site) -> HttpResponse:
    """Which of the programme's supervisors is on call in which weeks."""
    people = list(site.supervisors() if site.supervisors else ())
    return _on_call(request, site, None, people, dict(people))


def _on_call(
    request: HttpRequest, site: Site, place: Organisation | None, people: list[tuple[int, str]], names: dict[int, str]
) -> HttpResponse:
    pk, pressed, actor = place.pk if place else None, _pressed(request), actor_of(request)
    back = ("directory_on_call", pk) if pk else ("directory_supervisors_on_call",)
    form = ShiftForm(request.POST if pressed == "add" else None, holders=people, auto_id="id_shift_%s")
    if pressed == "remove" and request.POST.get("shift", "").isdecimal():
        return _taken_out(request, pk, int(request.POST["shift"]), actor, back)
    if pressed == "add" and form.is_valid():
        given = (form.cleaned_data["holder"], *form.moments())
        if saved(form, lambda: calendars_services.add_shift(pk, *given, actor)):
            messages.success(request, _("The week stands in the calendar."))
            if pk and calendars_queries.absences([given[0]], *calendars_queries.shift_days(*given[1:])):
                messages.warning(request, _("But this person is away on some of these days: see below. Put somebody else there."))
            return redirect(*back)
    now = clock.now()
    shifts = OnCall.objects.filter(Q(organisation_id=pk), ends_at__gt=now).select_related("contact").order_by("starts_at", "pk")
    away = calendars_queries.absences([shift.contact_id for shift in shifts if shift.contact_id], day_of(now))
    rows = [
        (
            shift, shift.contact.name if shift.contact else names.get(shift.account_id or 0, _("supervises no longer")),
            _away_in(shift, away),
        )
        for shift in shifts
    ]  # fmt: skip
    values = {"org": place, "home": site.organisation, "form": form, "rows": rows, "now": now, "people": people}
    return _shown(request, site, "on_call.html", values, form)


def _away_in(shift: OnCall, absences: list[Absence]) -> list[Absence]:
    first, last = calendars_queries.shift_days(shift.starts_at, shift.ends_at)
    return [a for a in absences if a.contact_id == shift.contact_id and a.first_day <= last and a.last_day >= first]


def _taken_out(request: HttpRequest, pk: int | None, shift: int, actor: str, back: tuple[Any, ...]) -> HttpResponse:
    try:
        calendars_services.remove_shift(pk, shift, actor)
        messages.success(request, _("The week is taken out."))
    except services.NotNow as error:
        messages.error(request, str(error))
    return redirect(*back)
