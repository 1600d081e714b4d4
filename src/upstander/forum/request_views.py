"""The members' pages of requests: theirs, those that were put to them, one of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from upstander.audit import services as audit
from upstander.forum import acting, forms, packed, queries, requests
from upstander.forum.views import did, status_of
from upstander.network.doors import member_page, own_page
from upstander.network.middleware import of
from upstander.network.standing import Standing

ASKED = (
    "kind", "title", "text", "purpose", "legal_basis", "urgency", "level", "names_somebody", "why_named", "wanted",
    "action_agency",
)  # fmt: skip
SAID = ("text", "level", "source_kind", "source", "originator")


@require_GET
@own_page
def mine(request: HttpRequest) -> HttpResponse:
    """What whoever asks has asked, and what was put to them."""
    who = of(request)
    assert who.member_id is not None  # own_page
    known = {
        "asked": with_clock(list(queries.requests().filter(member_id=who.member_id).order_by("-at")[:200])),
        "put": with_clock(list(queries.put_to(who.member_id)[:200])),
    }
    return render(request, "forum/requests.html", known)


def with_clock(found: list[Any]) -> list[dict[str, Any]]:
    """Requests as a list shows them: how far, and what the clock says."""
    return [
        {"request": one, "state": states(one.state), "clock": queries.clock_of(one), "level": packed.level(one.level)}
        for one in found
    ]


def states(state: str) -> str:
    """How far a request is, in words."""
    return {
        "new": _("waits to be taken up"), "accepted": _("taken up"), "asked": _("a question for whoever asked"),
        "clarified": _("explained"), "put": _("put to somebody"), "answered": _("answered"),
        "feedback": _("judged by whoever asked"), "closed": _("closed"), "refused": _("refused"), "reopened": _("opened again"),
    }[state]  # fmt: skip


@require_http_methods(["GET", "POST"])
@own_page
def new(request: HttpRequest) -> HttpResponse:
    """Ask for information, or for analytical support."""
    who = of(request)
    form = forms.RequestForm(request.POST or None, who=who)
    if request.method == "POST":
        made = did(form, lambda given: requests.ask(who, requests.Asked(**{n: given[n] for n in ASKED}), given["press"]))
        if made:
            messages.success(request, _("Your request is filed. You hear when there is a question or an answer."))
            return redirect("forum_request", request_id=made.pk)
    return render(request, "forum/ask.html", {"form": form}, status=status_of(request))


@require_http_methods(["GET", "POST"])
@member_page
def one(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """A request: the question, what was said of it, its answers; and what whoever reads may do about it."""
    who = of(request)
    found = queries.requests().filter(pk=request_id).first()
    if found is None:
        raise Http404
    if who.staff:
        return redirect("forum_desk_request", request_id=found.pk)
    posted = request.POST if request.method == "POST" else None
    answering = posted is not None and "source" in posted
    say = forms.RequestStepForm(None if answering else posted)
    reply = forms.AnswerForm(
        posted if answering else None, who=who, initial={"level": found.level}, auto_id="answer_%s"
    )  # two forms on a page
    if posted is not None and _acted(who, found, say, reply, answering):
        messages.success(request, _("Sent."))
        return redirect("forum_request", request_id=found.pk)
    audit.record(acting.actor(who), "forum.request_viewed", "request", found.pk)
    return render(request, "forum/request.html", about(found, who) | {"say": say, "reply": reply}, status=status_of(request))


def _acted(who: Standing, found: Any, say: forms.RequestStepForm, reply: forms.AnswerForm, answering: bool) -> bool:
    if answering:
        told = did(
            reply, lambda given: requests.answer(who, found.pk, requests.Said(**{n: given[n] for n in SAID}), given["press"])
        )
        return told is not None
    step = did(
        say, lambda given: requests.step(who, found.pk, given["kind"], given["text"], given["press"], useful=given["useful"])
    )
    return step is not None


def about(found: Any, who: Standing) -> dict[str, Any]:
    """What a page shows of a request, as far as whoever reads may know."""
    steps, answers = list(found.steps.order_by("at", "pk")), list(found.answers.order_by("at", "pk"))
    names = queries.signatures([found, *steps, *answers], who)
    mine = found.member_id is not None and found.member_id == who.member_id
    return {
        "asked": found, "mine": mine, "by": names[found.pk], "state": states(found.state), "clock": queries.clock_of(found),
        "level": packed.level(found.level), "over": found.state in ("closed", "refused"),
        "steps": [(step, names[step.pk]) for step in steps if step.kind not in ("put", "answered")],
        "answers": [(answer, names[answer.pk], packed.level(answer.level)) for answer in answers],
        "may_answer": not mine and found.state not in ("closed", "refused"),
    }  # fmt: skip
