"""What members read: the newest, and a product as their level gets it. The wall is the database's: see migration 0002."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from upstander.audit import services as audit
from upstander.markings import Level
from upstander.network.doors import member_page
from upstander.network.middleware import of
from upstander.products import finding, queries, shown, slots
from upstander.products.asking_forms import FindForm
from upstander.products.content import network

PAGE = 25


def level_of(request: HttpRequest) -> Level:
    """At which level the page is read: a member's own; staff say which one they look at, and else see the highest."""
    who = of(request)
    if who.level is not None and not who.staff:
        return who.level
    asked = request.GET.get("level", "")
    return Level.of(asked) if asked in {level.code for level in Level} else Level.LES


@require_GET
@member_page
def newest(request: HttpRequest) -> HttpResponse:
    """The newest, those meant for the reader; `?all=1`: everything at their level."""
    who, level = of(request), level_of(request)
    everything = request.GET.get("all") == "1" or who.member_id is None
    rows = queries.newest(level)
    if not everything:
        rows = rows.filter(queries.meant_for(who))
    page = Paginator(rows.defer("body", "search"), PAGE).get_page(request.GET.get("page"))
    found = network()
    listed = [
        {"row": row, "kind": found.label("products", row.kind), "topics": [found.label("topics", code) for code in row.topics]}
        for row in page
    ]
    query = ("&all=1" if everything and who.member_id else "") + (f"&level={level.code}" if who.staff else "")
    known = {"page": page, "query": query, "listed": listed, "everything": everything, "level": found.level(level), "who": who}
    return render(request, "products/newest.html", known)


@require_GET
@member_page
def one(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """A product as its reader's level gets it; what has been called back, in the words of the recall alone."""
    row = queries.rendition(product_id, level_of(request))
    if row is None:
        raise Http404
    actor = f"account:{of(request).account_id}"
    audit.record(actor, "product.read", "product", product_id, rendition=str(row.id), ended=row.ended_as)
    if row.ended_as:
        return render(request, "products/ended.html", {"row": row, "told": shown.told(row)})
    known = {
        "shown": shown.of_rendition(row), "alike": finding.alike(row), "level": level_of(request), "who": of(request),
        "product_id": product_id, "below": slots.below(request, row),
    }  # fmt: skip
    return render(request, "products/one.html", known)


@require_http_methods(["GET", "POST"])
@member_page
def find(request: HttpRequest) -> HttpResponse:
    """What the reader's level has, by words, topic, region and time."""
    level, hits = level_of(request), None
    form = FindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wanted = finding.Wanted(
            given["words"], given["topic"], given["region"], _midnight(given["since"]), _midnight(given["until"], days=1)
        )
        hits = finding.find(level, wanted)
        counted = {"hits": len(hits.hits), "topic": given["topic"]}  # the words are nobody's business
        audit.record(f"account:{of(request).account_id}", "product.searched", "list", "products", **counted)
    found = network()
    known = {
        "form": form, "hits": hits, "most": finding.MOST, "level": found.level(level), "who": of(request),
        "listed": [(hit, found.label("products", hit.row.kind)) for hit in hits.hits] if hits else (),
    }  # fmt: skip
    return render(request, "products/find.html", known, status=422 if form.is_bound and not form.is_valid() else 200)


def _midnight(day: date | None, days: int = 0) -> datetime | None:
    """When a day begins, where the programme is (`days` later)."""
    if day is None or not date(1900, 1, 1) <= day <= date(2900, 1, 1):
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time()))
