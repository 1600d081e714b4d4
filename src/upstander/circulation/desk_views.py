"""The School Intelligence Officer's pages: what went to whom, in counts; what failed; who was asked and has not said a word."""

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from upstander.audit import services as audit
from upstander.circulation import confirming, feedback, queries
from upstander.circulation.models import Issue
from upstander.network import pack
from upstander.network.doors import staff_page
from upstander.network.middleware import of
from upstander.web.search import asked

PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def everything(request: HttpRequest) -> HttpResponse:
    """What went out, the newest first; above it who has not confirmed what is urgent, by name. A number: whose copy that is."""
    page = Paginator(queries.issues(), PAGE).get_page(request.GET.get("page"))
    unconfirmed = confirming.waiting(ordinary=False)
    titles = queries.titles({issue.product_id for issue in page} | {row.copy.issue.product_id for row in unconfirmed})
    rows = [
        {"issue": issue, "title": titles.get(issue.product_id, ""), "kind": pack.network().label("products", issue.kind)}
        for issue in page
    ]
    late = [
        {"copy": row.copy, "title": titles.get(row.copy.issue.product_id, ""), "stands_in": row.stands_in}
        for row in unconfirmed if row.late
    ]  # fmt: skip
    number = asked(request)
    found = queries.whose(number) if number else []
    if number:
        audit.record(f"account:{of(request).account_id}", "circulation.traced", "copy", found[0].id if found else "")
    known = {"page": page, "rows": rows, "late": late, "number": number, "found": found}
    return render(request, "circulation/everything.html", known)


@require_safe
@staff_page
def issue(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """One issue, by its release or recall: whom it went to by office, discipline and level; failures; who has not confirmed."""
    found = Issue.objects.filter(Q(release=release_id) | Q(recall=release_id)).first()
    if found is None:
        raise Http404
    tables = (queries.by_level(found.id), queries.by_discipline(found.id), queries.by_region(found.id))
    known = {
        "issue": found, "title": queries.titles([found.product_id]).get(found.product_id, ""), "counts": queries.counts(found.id),
        "kind": pack.network().label("products", found.kind), "tables": tables, "failed": queries.failed(found.id),
        "heard": feedback.heard(found.product_id), "waiting": confirming.waiting([found.id]) if found.asks else [],
        "unreached": queries.unreached(found) if found.what == Issue.What.RECALL else [],
    }  # fmt: skip
    return render(request, "circulation/issue.html", known)
