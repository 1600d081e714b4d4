"""Days of a school calendar from an iCalendar file: what it says is shown, a person says what each of it is, then it is kept."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from upstander import clock
from upstander.directory import calendars_services, services
from upstander.directory.acting import actor_of
from upstander.directory.calendars_ics import LARGEST, Found, NotACalendar, Proposal, horizon, read
from upstander.directory.calendars_models import CalendarSpan
from upstander.directory.calendars_site import Site
from upstander.directory.calendars_views import HAVE_CALENDAR, place_of

_FAULTS: dict[str, str | Promise] = {
    "none": gettext_lazy("Choose the file."),
    "size": gettext_lazy("This file is too large: at most 1 MB and 1,500 events. Export one school year."),
    "kind": gettext_lazy(
        "This is no iCalendar file. Its name ends in .ics, and it begins with BEGIN:VCALENDAR."
    ),
    "events": gettext_lazy("There is no event in this file."),
    "repeated": gettext_lazy(
        "Too many of its events repeat. Export the calendar of days without school alone."
    ),
    "rows": gettext_lazy("These days could not be read any more. Choose the file again."),
}
_LEFT_OUT: dict[str, str | Promise] = {
    "hours": gettext_lazy("have hours, as meetings and games do"),
    "over": gettext_lazy("are over, or more than 20 months away"),
    "long": gettext_lazy("last longer than four months"),
    "cancelled": gettext_lazy("are cancelled"),
    "unread": gettext_lazy("could not be read: enter those by hand"),
    "more": gettext_lazy("are more than are taken at once: keep these, then choose the file again"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of what a file would change. `kept`: it stands in the calendar already."""

    n: int
    days: Proposal
    kept: bool

    @property
    def value(self) -> str:
        """The line as the form carries it to the next press."""
        return f"{self.days.first.isoformat()}|{self.days.last.isoformat()}|{self.days.name}"


def calendar_file(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Choose a file; see what it says; keep what of it is meant."""
    place = place_of(request, site, pk, HAVE_CALENDAR)
    values: dict[str, Any] = {"org": place, "home": site.organisation, "kinds": CalendarSpan.Kind.choices}
    if request.method != "POST":
        return _shown(request, site, values)
    if request.POST.get("do") == "keep":
        return _kept(request, site, values)
    try:
        found = _read(request)
    except NotACalendar as fault:
        return _shown(request, site, values | {"fault": _FAULTS[fault.code]}, 400)
    return _shown(request, site, values | _preview(pk, found))


def _shown(request: HttpRequest, site: Site, values: dict[str, Any], status: int = 200) -> HttpResponse:
    known = {"base": site.base, **site.frame(request), **values}
    return render(request, "directory/calendar_file.html", known, status=status)


def _read(request: HttpRequest) -> Found:
    file = request.FILES.get("file")
    if file is None:
        raise NotACalendar("none")
    if (file.size or 0) > LARGEST:
        raise NotACalendar("size")
    return read(file.read(), settings.TIME_ZONE, *horizon(clock.now()))


def _preview(pk: int, found: Found) -> dict[str, Any]:
    known = set(CalendarSpan.objects.filter(organisation_id=pk).values_list("first_day", "last_day"))
    rows = [Row(n, days, (days.first, days.last) in known) for n, days in enumerate(found.days)]
    left_out = [(count, _LEFT_OUT[why]) for why, count in found.left_out.items() if count]
    return {"rows": rows, "left_out": left_out, "shown": True}


def _kept(request: HttpRequest, site: Site, values: dict[str, Any]) -> HttpResponse:
    """Enter the days for which the person has said what they are; all of them or none."""
    pk = values["org"].pk
    try:
        chosen = [
            _chosen(request, name.removeprefix("row_")) for name in request.POST if name.startswith("row_")
        ]
        given = [(kind, days.name, days.first, days.last) for kind, days in chosen if kind]
        count = calendars_services.add_spans(pk, given, actor_of(request))
    except (ValueError, services.Invalid) as fault:
        said = next(iter(fault.errors.values())) if isinstance(fault, services.Invalid) else _FAULTS["rows"]
        return _shown(request, site, values | {"fault": said}, 400)
    said = ngettext(
        "%(n)d entry stands in the calendar now.", "%(n)d entries stand in the calendar now.", count
    ) % {"n": count}
    messages.success(request, said if count else _("Nothing was chosen that was not there already."))
    return redirect("directory_calendar", pk)


def _chosen(request: HttpRequest, n: str) -> tuple[str, Proposal]:
    """What the form says of one line. Raises ValueError."""
    first, last, name = request.POST[f"row_{n}"].split("|", 2)
    kind = request.POST.get(f"kind_{n}", "")
    return kind, Proposal(date.fromisoformat(first), date.fromisoformat(last), name[:80])
