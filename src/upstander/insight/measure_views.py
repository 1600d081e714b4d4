"""The page of measures: what went out, who used it, what it was worth (S-measure). Counts only, behind the staff's wall."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from upstander.audit import services as audit
from upstander.circulation import queries as circulation
from upstander.insight.measure_forms import SpanForm
from upstander.insight.measures import people_sheet, products_sheet, said, span
from upstander.insight.measures.span import Span
from upstander.network.doors import staff_page
from upstander.network.middleware import of

YEARS = ("1", "3", "5")


def asked(request: HttpRequest, form: type[SpanForm] = SpanForm) -> SpanForm:
    """The form as it was sent. A button of so many years fills in the days."""
    if request.method != "POST":
        return form()
    given: QueryDict = request.POST
    years = str(given.get("years", ""))
    if years in YEARS:
        given = given.copy()
        now = span.today()
        given["first"], given["last"] = str(span.years_before(now, int(years))), str(now)
    return form(given)




@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def measures(request: HttpRequest) -> HttpResponse:
    """The figures of the last twelve months, or of the days that were asked for."""
    form = asked(request)
    if form.is_bound and not form.is_valid():
        return render(request, "insight/measures.html", {"form": form, "years": YEARS}, status=422)
    found = form.asked if form.is_bound else span.last_year()
    audit.record(
        f"account:{of(request).account_id}", "insight.measured", "list", "measures", first=str(found.first), last=str(found.last)
    )
    return render(request, "insight/measures.html", {"form": form, "years": YEARS, **_figures(found)})


def _figures(found: Span) -> dict[str, Any]:
    doubted = said.doubted(found)
    titles = circulation.titles(one.product_id for one in doubted)
    return {
        "span": found, "sections": products_sheet.sections(found) + people_sheet.sections(found),
        "doubted": [(titles.get(one.product_id, ""), one) for one in doubted],
    }  # fmt: skip
