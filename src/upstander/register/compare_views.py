"""Incidents beside the patterns of tips: a page for the staff, who alone may read patterns."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from upstander import clock
from upstander.directory.importers.states import code_of
from upstander.directory.models import Kind as Place
from upstander.directory.models import Organisation
from upstander.network import pack
from upstander.network.doors import staff_page
from upstander.network.patterns import LEAST, months_back
from upstander.packs.current import current
from upstander.register import codes, comparing, queries

BACK = 6  # years that can be looked at


def _until(request: HttpRequest) -> tuple[int, date]:
    """How many years back, and the first day of the month after the last that is shown: this month is among them."""
    asked = request.GET.get("back", "")
    back = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 1 and int(asked) < BACK else 0
    now = timezone.localdate(clock.now()).replace(day=1)
    return back, months_back(now, back * 12 - 1)


@require_GET
@staff_page
def compared(request: HttpRequest) -> HttpResponse:
    """Twelve months of both sides: by kind, by month, by region; and what rose after an incident."""
    back, until = _until(request)
    kind = request.GET.get("kind", "")
    kind = kind if kind in codes.codes("kind") else ""
    found = comparing.compared(until, kind, code_of(current().jurisdiction))
    regions = dict(Organisation.objects.filter(kind=Place.REGION).values_list("pk", "name"))
    above = queries.banner(one.version.marking for one in found.followed)
    known: dict[str, Any] = {
        "found": found, "kind": kind, "label": codes.label("kind", kind) if kind else _("All kinds"), "back": back,
        "last": months_back(until, 1), "least": LEAST, "days": pack.network().limits.copycat_days, "years": range(BACK),
        "regions": [(regions.get(id or 0, _("Region not known")), side) for id, side in found.regions],
        "followed": [
            (row, [(rise, regions.get(rise.region_id or 0, _("Region not known"))) for rise in one.rises])
            for row, one in zip(queries.rows([one.version for one in found.followed]), found.followed, strict=True)
        ],
        "banner": above.text if above else "",
    }  # fmt: skip
    return render(request, "register/compare.html", known)
