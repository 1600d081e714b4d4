"""The desk's list of contacts that are to be verified again."""

import csv

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from upstander import clock
from upstander.directory.values import csv_safe
from upstander.directory.verification import Due, due, words

_PER_PAGE = 50


@require_GET
def verification(request: HttpRequest) -> HttpResponse:
    """Who is due, who cannot be reached first; `?overdue` only those due for long, `?format=csv` the list for a spreadsheet."""
    every = due(clock.today())
    shown = [one for one in every if one.overdue] if "overdue" in request.GET else every
    if request.GET.get("format") == "csv":
        return _csv(shown)
    page = Paginator([(one, _why(one)) for one in shown], _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "total": len(every),
        "overdue": sum(one.overdue for one in every),
        "unreachable": sum(not one.reachable for one in every),
        "only_overdue": "overdue" in request.GET,
    }
    return render(request, "directory/verification.html", context)


def _why(one: Due) -> str:
    said = words()
    return "; ".join(said[reason] for reason in one.reasons)


def _csv(rows: list[Due]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="contacts-to-verify.csv"'
    out = csv.writer(response)
    out.writerow(["name", "organization", "verified_on", "due_since", "overdue", "reachable", "reasons"])
    for one in rows:
        out.writerow([
            csv_safe(one.contact.name), csv_safe(one.organisation.name), one.contact.verified_on or "", one.since or "",
            "yes" if one.overdue else "no", "yes" if one.reachable else "no", " ".join(one.reasons),
        ])  # fmt: skip
    return response
