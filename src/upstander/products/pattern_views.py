"""Patterns of tips, and the press that begins a draft from one. No word of any tip is known here, nor can be asked for."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from upstander import clock
from upstander.directory.models import Kind as Place
from upstander.directory.models import Organisation
from upstander.ids import new_id
from upstander.network.doors import staff_page
from upstander.network.middleware import of
from upstander.network.patterns import LEAST, Trend, months_back, trends
from upstander.products import beginning
from upstander.products.asking_forms import PatternForm
from upstander.products.errors import CannotDo

BACK = 13  # months that can be looked at


def _months() -> list[date]:
    """This month, and those before it."""
    now = timezone.localdate(clock.now()).replace(day=1)
    return [months_back(now, back) for back in range(BACK)]


def _asked(request: HttpRequest) -> date:
    """Which month the page is of: without a word the last whole one."""
    known = {f"{month:%Y-%m}": month for month in _months()}
    return known.get(request.GET.get("month", ""), _months()[1])


@require_GET
@staff_page
def patterns(request: HttpRequest) -> HttpResponse:
    """What is published of a month, the surest rise first."""
    return _page(request, _asked(request))


def _page(request: HttpRequest, month: date, problems: tuple[str, ...] = (), status: int = 200) -> HttpResponse:
    names = dict(Organisation.objects.filter(kind=Place.REGION).values_list("pk", "name"))
    known: dict[str, Any] = {
        "rows": [_row(trend, names) for trend in trends(month)], "kinds": beginning.kinds(), "month": month, "least": LEAST,
        "months": _months(), "so_far": month == _months()[0], "problems": problems,
    }  # fmt: skip
    return render(request, "products/patterns.html", known, status=status)


def _row(trend: Trend, names: dict[int, str]) -> dict[str, Any]:
    least, most = trend.change
    change = f"{least:+d}" if least == most else _("%(least)s to %(most)s") % {"least": f"{least:+d}", "most": f"{most:+d}"}
    region = names.get(trend.region_id or 0, _("region not known"))
    classes = [(beginning.klass(cell.klass), cell) for cell in trend.cells]
    return {"trend": trend, "name": beginning.subtype(trend.subtype), "region": region, "change": change, "rises": least > 0,
            "classes": classes, "press": new_id()}  # fmt: skip


@require_POST
@staff_page
def start(request: HttpRequest) -> HttpResponse:
    """A draft from a pattern, and its editor."""
    form = PatternForm(request.POST)
    if not form.is_valid():
        return _page(request, _asked(request), (_("Press the button beside a pattern."),), 422)
    given = form.cleaned_data
    try:
        beginning.from_pattern(
            given["press"], of(request).account_id, given["kind"], given["month"], given["subtype"], given["region"]
        )
    except CannotDo as why:
        return _page(request, given["month"], why.words, 422)
    return redirect("product_edit", product_id=given["press"])
