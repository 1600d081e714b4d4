"""A member's own pages: what they were sent, their word that they have read it, a copy on paper, and how they are told."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from upstander.audit import services as audit
from upstander.circulation import confirming, devices, feedback, own, papers, queries
from upstander.circulation.errors import CannotDo
from upstander.circulation.forms import ToldForm
from upstander.circulation.models import Copy, Device
from upstander.delivery import queries as delivered
from upstander.delivery.webpush import Push, spelled
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


def _as_reader(view: _View) -> Callable[..., HttpResponseBase]:
    """For members only, and as the reader that they are: also who is staff besides."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        who = of(request)
        assert who.level is not None
        with walls.reading(who.level, who.member_id):
            return view(request, *args, **kwargs)

    return own_page(shown)


def _who(request: HttpRequest) -> tuple[UUID, int, Level]:
    who = of(request)
    assert who.member_id is not None and who.level is not None
    return who.member_id, who.account_id, who.level


def _mine(request: HttpRequest) -> Member:
    return Member.objects.select_related("account").get(pk=_who(request)[0])


@require_safe
@_as_reader
def received(request: HttpRequest) -> HttpResponse:
    """What they were sent, what waits for their word first."""
    member, _account, level = _who(request)
    rows = [
        {"copy": copy, "row": row, "waits": copy.issue.asks and copy.read_at is None and row is not None and not row.ended_as}
        for copy, row in queries.own(member, level)
    ]
    return render(request, "circulation/received.html", {"rows": sorted(rows, key=lambda item: not item["waits"])})


def _copy(request: HttpRequest, copy_id: UUID) -> tuple[Copy, Rendition | None]:
    """A copy of theirs, and what their level has of its product now. Raises Http404."""
    member, _account, level = _who(request)
    found = Copy.objects.select_related("issue").filter(pk=copy_id, member=member).first()
    if found is None:
        raise Http404
    return found, products.rendition(found.issue.product_id, level)


@require_safe
@_as_reader
def one(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """Their copy, with their name on it; what was called back in the words of the recall alone."""
    copy, row = _copy(request, copy_id)
    audit.record(f"account:{of(request).account_id}", "circulation.opened", "copy", copy_id, rendition=str(row.id) if row else "")
    if row is None or row.ended_as:
        told = told_of(row) if row else None
        return render(request, "circulation/ended.html", {"row": row, "told": told, "numbers": own.numbers(copy)})
    newer = row.release_id != copy.issue.release_id
    shown = {
        "shown": of_rendition(row), "copy": copy, "newer": newer, "name": _mine(request).account.name,
        "questions": feedback.questions(copy.issue.product_id, copy.member_id),
    }  # fmt: skip
    return render(request, "circulation/one.html", shown)


@require_POST
@_as_reader
def read(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """They say that they have read it."""
    member, account, _level = _who(request)
    if not confirming.read(copy_id, member, account):
        raise Http404
    messages.success(request, _("Thank you."))
    return redirect("circulation_one", copy_id=copy_id)


@require_safe
@_as_reader
def pdf(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """Their copy on paper."""
    copy, row = _copy(request, copy_id)
    if row is None or row.ended_as:
        raise Http404
    audit.record(f"account:{of(request).account_id}", "circulation.printed", "copy", copy_id, rendition=str(row.id))
    return paper.answer(papers.copy(row, copy.id, _mine(request).account.name), f"copy-{copy.number}")


@require_POST
@_as_reader
def take(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """A copy of what stands on the site: its page, `do=pdf` the paper, `do=read` their word that they have read it."""
    member, account, level = _who(request)
    found = own.take(product_id, member, account, level)
    if found is None:
        raise Http404
    if request.POST.get("do") == "read" and confirming.read(found, member, account):
        messages.success(request, _("Thank you."))
        return redirect("product", product_id=product_id)
    return redirect("circulation_pdf" if request.POST.get("do") == "pdf" else "circulation_one", copy_id=found)


@require_http_methods(["GET", "HEAD", "POST"])
@_as_reader
def told(request: HttpRequest) -> HttpResponse:
    """How they are told: at once or together, of what, by which ways."""
    member = _mine(request)
    form = ToldForm(request.POST if request.method == "POST" else None, initial=_chosen(member))
    if request.method == "POST" and form.is_valid():
        own.choose(member, **form.cleaned_data)
        messages.success(request, _("Kept."))
        return redirect("circulation_told")
    return _told(request, member, form)


def _chosen(member: Member) -> dict[str, object]:
    choice = own.chosen(member.id)
    off = choice.newsletters_off_at is not None
    return {"told": member.told, "topics": member.topics, "newsletters": not off, "text_to": choice.text_to}


def _told(request: HttpRequest, member: Member, form: ToldForm, **more: object) -> HttpResponse:
    key = devices.key()
    known = {
        "form": form, "choice": own.chosen(member.id), "texts": delivered.offers("sms"), "key": spelled(key) if key else "",
        "devices": list(Device.objects.only("id", "host", "made_at").filter(member=member.id).order_by("made_at")), **more,
    }  # fmt: skip
    return render(request, "circulation/told.html", known, status=422 if form.errors else 200)


@require_POST
@_as_reader
def feed(request: HttpRequest) -> HttpResponse:
    """A new address for their feed, which is shown this once; or none any more."""
    member = _mine(request)
    if request.POST.get("do") == "end":
        own.end_feed(member)
        messages.success(request, _("The feed is ended."))
        return redirect("circulation_told")
    return _told(request, member, ToldForm(initial=_chosen(member)), token=own.make_feed(member))


@require_POST
@_as_reader
def device(request: HttpRequest) -> HttpResponse:
    """`on`, from the page's script: this browser is told; `off` from a form: it is told no more."""
    member, account, _level = _who(request)
    before = _uuid(request.POST.get("browser", ""))
    if request.POST.get("do") == "off":
        if before is not None and devices.end(member, account, before):
            messages.success(request, _("This phone is told no more."))
        return redirect("circulation_told")
    if devices.key() is None:
        return JsonResponse({"error": _("This cannot be switched on now.")}, status=422)
    asked = Push(*(request.POST.get(name, "")[:2000] for name in ("endpoint", "p256dh", "auth")))
    try:
        known = devices.tell(member, account, asked, before)
    except CannotDo as why:
        words = _("You have as many phones that are told as anybody may. Take one away first.")
        if str(why) == "service":
            words = _("Your browser uses a service that we do not know. We cannot tell this phone.")
        return JsonResponse({"error": words}, status=422)
    return JsonResponse({"browser": str(known), "mark": ""})


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
