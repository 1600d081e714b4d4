"""A member's own pages: what they were sent, their word that they have read it, a copy on paper."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from upstander.audit import services as audit
from upstander.circulation import confirming, content, feedback, keeping, kept_products, own, papers, queries
from upstander.circulation.models import Copy
from upstander.markings import Level
from upstander.network import walls
from upstander.network.doors import own_page
from upstander.network.middleware import of
from upstander.network.models import Member
from upstander.products import queries as products
from upstander.products.models import Rendition
from upstander.products.shown import of_rendition
from upstander.products.shown import told as told_of
from upstander.web import paper

_View = Callable[..., HttpResponse]


def as_reader(view: _View) -> Callable[..., HttpResponseBase]:
    """For members only, and as the reader that they are: also who is staff besides."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        me = of(request)
        assert me.level is not None
        with walls.reading(me.level, me.member_id):
            return view(request, *args, **kwargs)

    return own_page(shown)


def who(request: HttpRequest) -> tuple[UUID, int, Level]:
    """Whose request it is, within `as_reader`: member, account, level."""
    me = of(request)
    assert me.member_id is not None and me.level is not None
    return me.member_id, me.account_id, me.level


def mine(request: HttpRequest) -> Member:
    """The member whose request it is."""
    return Member.objects.select_related("account").get(pk=who(request)[0])


@require_safe
@as_reader
def received(request: HttpRequest) -> HttpResponse:
    """What they were sent, what waits for their word first."""
    member, _account, level = who(request)
    rows = [
        {"copy": copy, "row": row, "waits": copy.issue.asks and copy.read_at is None and row is not None and not row.ended_as}
        for copy, row in queries.own(member, level)
    ]
    return render(request, "circulation/received.html", {"rows": sorted(rows, key=lambda item: not item["waits"])})


def _copy(request: HttpRequest, copy_id: UUID) -> tuple[Copy, Rendition | None]:
    """A copy of theirs, and what their level has of its product now. Raises Http404."""
    member, _account, level = who(request)
    found = Copy.objects.select_related("issue").filter(pk=copy_id, member=member).first()
    if found is None:
        raise Http404
    return found, products.rendition(found.issue.product_id, level)


@require_safe
@as_reader
def one(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """Their copy, with their name on it; what was called back in the words of the recall alone."""
    copy, row = _copy(request, copy_id)
    audit.record(f"account:{of(request).account_id}", "circulation.opened", "copy", copy_id, rendition=str(row.id) if row else "")
    if row is None or row.ended_as:
        told = told_of(row) if row else None
        return render(request, "circulation/ended.html", {"row": row, "told": told, "numbers": own.numbers(copy)})
    newer = row.release_id != copy.issue.release_id
    shown = {
        "shown": of_rendition(row), "copy": copy, "newer": newer, "name": mine(request).account.name,
        "questions": feedback.questions(copy.issue.product_id, copy.member_id),
        "keep": keeping.offer(kept_products.KIND, row.product_id, content.highest(row)),
    }  # fmt: skip
    return render(request, "circulation/one.html", shown)


@require_POST
@as_reader
def read(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """They say that they have read it."""
    member, account, _level = who(request)
    if not confirming.read(copy_id, member, account):
        raise Http404
    messages.success(request, _("Thank you."))
    return redirect("circulation_one", copy_id=copy_id)


@require_safe
@as_reader
def pdf(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """Their copy on paper."""
    copy, row = _copy(request, copy_id)
    if row is None or row.ended_as:
        raise Http404
    audit.record(f"account:{of(request).account_id}", "circulation.printed", "copy", copy_id, rendition=str(row.id))
    return paper.answer(papers.copy(row, copy.id, mine(request).account.name), f"copy-{copy.number}")


@require_POST
@as_reader
def take(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """A copy of what stands on the site: its page, `do=pdf` the paper, `do=read` their word that they have read it."""
    member, account, level = who(request)
    found = own.take(product_id, member, account, level)
    if found is None:
        raise Http404
    if request.POST.get("do") == "read" and confirming.read(found, member, account):
        messages.success(request, _("Thank you."))
        return redirect("product", product_id=product_id)
    return redirect("circulation_pdf" if request.POST.get("do") == "pdf" else "circulation_one", copy_id=found)
