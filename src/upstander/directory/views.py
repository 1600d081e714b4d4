"""The directory's pages on the desk's origin. Who may see them is decided where they are mounted (see
`urls.patterns`).
"""

import csv
from datetime import timedelta

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from upstander import clock
from upstander.directory import queries
from upstander.directory.calendars_queries import HAVE_CALENDAR, HAVE_ON_CALL, with_absences
from upstander.directory.models import Contact, Import, Kind, Organisation
from upstander.directory.services import may_enrol
from upstander.directory.values import csv_safe
from upstander.packs.current import current
from upstander.web.search import asked

_FEW = 8  # gaps of one sort on the home page; the rest stand on the page of gaps
_PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """What is red, how much there is, and a search for any organisation."""
    q = asked(request)
    counts = dict(
        Organisation.objects.filter(retired_on=None)
        .values("kind")
        .annotate(n=Count("pk"))
        .values_list("kind", "n")
    )
    context = {
        "q": q,
        "found": queries.find_organisations(q, Kind.values) if q else None,
        "gaps": queries.gaps(),
        "few": _FEW,
        "counts": [(Kind(code).label, counts[code]) for code in Kind.values if code in counts],
        "contacts": Contact.objects.filter(ended_on=None).count(),
        "waiting": len(queries.enrolments_waiting()),
    }
    return render(request, "directory/home.html", context)


@require_GET
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything known of one organisation, with what is missing in red."""
    org = get_object_or_404(
        Organisation.objects.select_related("parent", "county", "county__region", "region", "psap"), pk=pk
    )
    routed = org.kind in (Kind.SCHOOL, Kind.DISTRICT, Kind.SYSTEM, Kind.REGION, Kind.CAMPUS, Kind.COLLEGE)
    contacts = with_absences(queries.contacts_of(pk))
    context = {
        "org": org,
        "card": queries.place_card(pk),
        "identifiers": org.identifiers.order_by("scheme", "value"),
        "contacts": contacts,
        "check_before": clock.today() - timedelta(days=current().limits.contact_check_days),
        "past": queries.contacts_of(pk, ended=True),
        "others": [p for p in queries.poc_list(pk) if p.listed_for_id != pk] if routed else [],
        "lists_contacts": routed,
        "has_calendar": org.kind in HAVE_CALENDAR,
        "has_on_call": org.kind in HAVE_ON_CALL,
        "network": queries.network(pk) if routed else None,
        "enrolment": queries.enrolment_of(pk),
        "may_enrol": may_enrol(org),
        "routing": queries.routing(pk) if routed else None,
        "children": org.children.filter(retired_on=None).order_by("name", "id")[:300],
    }
    return render(request, "directory/organisation.html", context)


def gap_words() -> dict[str, str]:
    """What each gap of a routing means, in words."""
    return {
        "no_county": _("No county is known: nothing can be routed by default."),
        "no_psap": _("No PSAP answers for this place."),
        "psap_without_number": _("The PSAP has no transfer number."),
        "no_law_enforcement": _("No law-enforcement agency of jurisdiction is known."),
    }


@require_GET
def gaps(request: HttpRequest) -> HttpResponse:
    """Every gap; `?format=csv` gives the list for a spreadsheet."""
    found = queries.gaps()
    if request.GET.get("format") != "csv":
        return render(request, "directory/gaps.html", {"gaps": found})
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="directory-gaps.csv"'
    out = csv.writer(response)
    out.writerow(["gap", "name", "city", "primaries"])
    for county in found.counties_without_psap + found.counties_undecided:
        code = "county_undecided" if county.primaries else "county_without_psap"
        out.writerow([code, csv_safe(county.name), "", county.primaries])
    for code, refs in (
        ("psap_without_number", found.psaps_without_number),
        ("route_to_retired", found.routes_to_retired),
    ):
        for ref in refs:
            out.writerow([code, csv_safe(ref.name), csv_safe(ref.city), ""])
    for one in (*found.contacts_without_address, *found.addresses_refusing):
        code = "address_refused" if one.address else "contact_without_address"
        out.writerow([code, csv_safe(f"{one.name}, {one.organisation}: {one.address}".removesuffix(": ")), "", ""])
    return response


@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """What was imported, when, by whom, and what it changed."""
    page = Paginator(Import.objects.order_by("-at", "-id"), _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "directory/imports.html", {"page": page})
