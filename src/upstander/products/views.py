"""What members read: the newest, and a product as their level gets it. The wall is the database's: see migration 0002."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from upstander.audit import services as audit
from upstander.markings import Level
from upstander.network.doors import member_page
from upstander.network.middleware import of
from upstander.products import finding, queries, shown, slots
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
