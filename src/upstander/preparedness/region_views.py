"""The regional office's counts; a person's own calendar."""

import csv

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from upstander.drills.years import Year, year_starting
from upstander.preparedness import feeds, pack, rollup, views, years
from upstander.preparedness.pages import acting, shown
from upstander.preparedness.reach import Reach
from upstander.preparedness.rollup import Region


def _counted(request: HttpRequest, mine: Reach) -> tuple[list[Region], Year]:
    year = years.asked(request.GET.get("year"))
    if not mine.region:
        raise Http404
    return rollup.rolled_up(year, mine.region), year


@require_GET
@acting
def region(request: HttpRequest, mine: Reach) -> HttpResponse:
    """R-plans: how the region stands, for the report to the state board."""
    regions, year = _counted(request, mine)
    rules = pack.rules()
    after = year_starting(year.number + 1, rules.year_begins)
    values = {"regions": regions, "report_by": after.day(*rules.region_due), **views.near(year)}
    return shown(request, "region.html", values)


@require_GET
@acting
def counts(request: HttpRequest, mine: Reach) -> HttpResponse:
    """The same as a file."""
    regions, year = _counted(request, mine)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="counts-{year.words}.csv"'
    answer["Cache-Control"] = "no-store"
    csv.writer(answer).writerows(rollup.table(regions, year))
    return answer


@require_POST
@acting
def make_feed(request: HttpRequest, mine: Reach) -> HttpResponse:
    """A new address for one's own calendar; shown once."""
    if not mine.kept:
        raise Http404
    address = request.build_absolute_uri(reverse("preparedness_feed", args=[feeds.make(mine)]))
    answer = shown(request, "feed.html", {"address": address})
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar under an address that only its person knows."""
    found = feeds.of(token)
    if found is None:
        raise Http404
    answer = HttpResponse(found, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, no-store"
    return answer
