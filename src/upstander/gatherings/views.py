"""The pages of members: what there is, one of them, a seat by one press, the certificate, three presses of feedback."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander import clock
from upstander.circulation import keeping
from upstander.config import config
from upstander.gatherings import certificates, feedback, feeds, kept, queries, seats
from upstander.gatherings.errors import CannotDo, NotThere
from upstander.gatherings.forms import WordsForm
from upstander.gatherings.models import Feedback, Material
from upstander.markings import Level
from upstander.network.doors import member_page, own_page
from upstander.network.middleware import of
from upstander.network.seen import seen
from upstander.web import paper


@require_GET
@member_page
def gatherings(request: HttpRequest) -> HttpResponse:
    """What is to come, and what was."""
    who = of(request)
    ahead = queries.ahead(who)
    known = {
        "mine": [card for card in ahead if card.coming or card.waits],
        "others": [card for card in ahead if not card.coming and not card.waits],
        "past": queries.past(who),
        "who": who,
        "has_feed": who.member_id is not None and feeds.has(who),
    }
    return render(request, "gatherings/list.html", known)


@require_GET
@member_page
def gathering(request: HttpRequest, gathering_id: UUID) -> HttpResponse:
    """One of them. Whether there is one that they may not read of is not said."""
    return _page(request, gathering_id)


def _page(request: HttpRequest, gathering_id: UUID, said: str = "", status: int = 200) -> HttpResponse:
    who = of(request)
    card = queries.card(gathering_id, who)
    if card is None:
        raise Http404
    mine = (
        Feedback.objects.filter(gathering=gathering_id, member=who.member_id).first()
        if who.member_id
        else None
    )
    if request.method == "GET":
        seen(who, "gatherings.read", "gathering", gathering_id, card.gathering.level)
    asked = card.gathering.starts_at <= clock.now() and feedback.may(gathering_id, who)
    known: dict[str, Any] = {
        "card": card, "who": who, "said": said, "materials": _materials(gathering_id), "asked": asked,
        "questions": _questions(mine), "words": WordsForm(initial={"words": mine.words if mine else ""}),
        "told": bool(mine and mine.words), "keep": keeping.offer(kept.KIND, gathering_id, Level(card.gathering.level)),
    }  # fmt: skip
    return render(request, "gatherings/gathering.html", known, status=status)


def _materials(gathering_id: UUID) -> list[Material]:
    return list(Material.objects.filter(gathering=gathering_id).defer("file").order_by("added_at"))


def _questions(mine: Feedback | None) -> list[dict[str, Any]]:
    asked = {
        "relevant": _("Was it relevant for you?"),
        "timely": _("Did it come in time?"),
        "use": _("What did you do with it?"),
    }
    return [
        {
            "name": name,
            "text": text,
            "answers": feedback.ANSWERS[name],
            "chosen": getattr(mine, name) if mine else "",
        }
        for name, text in asked.items()
    ]


@require_POST
@own_page
def register(request: HttpRequest, gathering_id: UUID) -> HttpResponse:
    """One press: a seat, or a place on the waiting list."""
    try:
        seats.register(gathering_id, of(request))
    except NotThere:
        raise Http404 from None
    except CannotDo as why:
        return _page(request, gathering_id, str(why), 409)
    return redirect("gathering", gathering_id)


@require_POST
@own_page
def give_up(request: HttpRequest, gathering_id: UUID) -> HttpResponse:
    """One press: the seat is somebody else's."""
    try:
        seats.give_up(gathering_id, of(request))
    except NotThere:
        raise Http404 from None
    except CannotDo as why:
        return _page(request, gathering_id, str(why), 409)
    return redirect("gathering", gathering_id)


@require_POST
@own_page
def say(request: HttpRequest, gathering_id: UUID) -> HttpResponse:
    """One press of feedback: the pressed button's name is the question."""
    field = next((name for name in (*feedback.ANSWERS, "words") if name in request.POST), "")
    value = request.POST.get(field, "").replace("\x00", "")
    try:
        feedback.say(gathering_id, of(request), field, value)
    except NotThere:
        raise Http404 from None
    except CannotDo as why:
        return _page(request, gathering_id, str(why), 409)
    return redirect(f"{reverse('gathering', args=[gathering_id])}#feedback")


@require_http_methods(["GET", "POST"])
@own_page
def certificate(request: HttpRequest, gathering_id: UUID) -> HttpResponse:
    """The certificate of who asks: POST issues it, GET gives it again."""
    who = of(request)
    try:
        found = (
            certificates.issue(gathering_id, who)
            if request.method == "POST"
            else certificates.of(gathering_id, who)
        )
    except NotThere:
        raise Http404 from None
    except (CannotDo, paper.CannotPrint) as why:
        return _page(request, gathering_id, str(why) or _("The certificate could not be printed."), 409)
    return paper.answer(bytes(found.pdf), f"certificate-{certificates.numbered(found.number)}")


@require_GET
@member_page
def material(request: HttpRequest, gathering_id: UUID, material_id: UUID) -> HttpResponse:
    """A file, to be saved: no browser opens it as a page."""
    found = Material.objects.filter(
        pk=material_id, gathering=gathering_id, gathering__published_at__isnull=False
    ).first()
    if found is None or found.file is None:
        raise Http404
    seen(of(request), "gatherings.file_read", "gathering", gathering_id, found.level, file=str(material_id))
    answer = HttpResponse(bytes(found.file), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = _attachment(found.file_name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _attachment(name: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(True, name) or "attachment"


@require_POST
@own_page
def make_feed(request: HttpRequest) -> HttpResponse:
    """A new address for the member's own calendar, shown this once."""
    token = feeds.make(of(request))
    address = f"{config().origin('network')}{reverse('gatherings_feed', args=[token])}"
    answer = render(request, "gatherings/feed.html", {"address": address})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program reads, without signing in: the token says whose it is."""
    content = feeds.of(token)
    if content is None:
        raise Http404
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
