"""The School Intelligence Officer's one page: what waits, what is due, who has nobody; and who has not read what (S-sio)."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from upstander import clock
from upstander.circulation import queries as circulation
from upstander.circulation.models import Issue
from upstander.insight import contacts, joining, letters, membership, plan, reach, second, unread
from upstander.insight.due import due
from upstander.insight.forms import ContactForm
from upstander.insight.waiting import waiting
from upstander.network import pack
from upstander.network.doors import staff_page
from upstander.network.middleware import of

LATEST = 3  # contacts on the page
REGIONS = 5  # of those where a visit is due
PAGE = 100  # names of a page


@require_GET
@staff_page
def day(request: HttpRequest) -> HttpResponse:
    """Today."""
    return shown(request, ContactForm())


def shown(request: HttpRequest, form: ContactForm, status: int = 200) -> HttpResponse:
    """The page, with the form of a contact as it was filled in."""
    found = reach.reach()
    longest = [square.region for square in found.squares if square.region.uncovered]  # never visited first, as coverage has it
    known: dict[str, Any] = {
        "second": second.mine(of(request)),
        "waiting": waiting(), "due": due(), "today": clock.today(), "lapses": membership.lapses(), "form": form,
        "latest": contacts.latest(LATEST), "letters": letters.next_ones(), "unread": unread.unread(), "map": found,
        "to_visit": longest[:REGIONS],
        "stages": joining.stages(), "outreach": joining.address(), "left_over": plan.left_over(clock.today()),
    }  # fmt: skip
    return render(request, "insight/day.html", known, status=status)


@require_GET
@staff_page
def not_read(request: HttpRequest, issue_id: UUID) -> HttpResponse:
    """Who has not said that they read something: counts by office and level, and names."""
    issue = Issue.objects.filter(pk=issue_id).first()
    if issue is None:
        raise Http404
    region, level, page = (_number(request, name) for name in ("region", "level", "page"))
    chosen = -1 if level is None else level
    page = max(page or 1, 1)
    rows = unread.who(issue_id, region or 0, chosen, most=PAGE + 1, before=(page - 1) * PAGE)
    known = {
        "issue": issue, "title": circulation.titles([issue.product_id]).get(issue.product_id, ""),
        "kind": pack.network().label("products", issue.kind), "counts": circulation.counts(issue_id),
        "regions": unread.by_region(issue_id), "levels": unread.by_level(issue_id),
        "rows": rows[:PAGE], "page": page, "more": len(rows) > PAGE, "region": region, "level": level,
    }  # fmt: skip
    return render(request, "insight/unread.html", known)


def _number(request: HttpRequest, name: str) -> int | None:
    """A number of the address; None where there is none, or something else."""
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None
