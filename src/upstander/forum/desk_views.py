"""The pages of the School Intelligence Officer and the network's staff: what waits, and every act about it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander.audit import services as audit
from upstander.forum import (
    acting,
    board,
    contributions,
    forms,
    handing,
    looking,
    packed,
    queries,
    request_views,
    requests,
)
from upstander.forum.models import Answer, Concern, Contribution, Party, Post, Request
from upstander.forum.views import did, files_of, states, status_of
from upstander.network import audience
from upstander.network.doors import staff_page
from upstander.network.middleware import of
from upstander.network.models import Member
from upstander.network.seen import seen
from upstander.network.standing import Standing
from upstander.web.search import asked

HITS = 12


@require_GET
@staff_page
def desk(request: HttpRequest) -> HttpResponse:
    """What waits: requests by their clock, answers to release, posts to look at, contributions to read."""
    found = queries.desk()
    known = {
        "desk": found,
        "requests": request_views.with_clock(found.requests),
        "gifts": [(gift, states(gift), packed.level(gift.level)) for gift in found.contributions],
        "who": of(request),
        "spotlights": _not_on_the_board(),
    }
    return render(request, "forum/desk.html", known)


def _not_on_the_board() -> int:
    codes = {concern.code for concern in packed.concerns()}
    return len(codes - set(Concern.objects.filter(code__in=codes).values_list("code", flat=True)))


@require_http_methods(["GET", "POST"])
@staff_page
def contribution(request: HttpRequest, contribution_id: UUID) -> HttpResponse:
    """Read a contribution; ask back, thank, hand over as a draft, or say why not."""
    who = of(request)
    found = queries.contributions().filter(pk=contribution_id).first()
    if found is None:
        raise Http404
    form = forms.StepForm(request.POST or None)
    if request.method == "POST" and did(
        form, lambda given: contributions.step(who, found.pk, given["kind"], given["text"], given["press"])
    ):
        return redirect("forum_desk_contribution", contribution_id=found.pk)
    audit.record(acting.actor(who), "forum.contribution_viewed", "contribution", found.pk)
    return render(request, "forum/desk_contribution.html", _gift(found, who) | {"form": form}, status=status_of(request))


def _gift(found: Any, who: Standing) -> dict[str, Any]:
    steps = list(found.steps.order_by("at", "pk"))
    names = queries.signatures([found, *steps], who)
    return {
        "gift": found, "files": files_of(found), "by": names[found.pk], "state": states(found),
        "level": packed.level(found.level), "topic": packed.topic(found.topic) if found.topic else "",
        "steps": [(step, names[step.pk], handing.address(step.draft_id)) for step in steps],
        "found": looking.again(found.found, found.title, found.text), "drafts": handing.ready(),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
@staff_page
def one_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Work on a request: take up, ask back, put to somebody, answer, release answers, close."""
    who = of(request)
    found = queries.requests().filter(pk=request_id).first()
    if found is None:
        raise Http404
    looks = "q" in request.POST  # for somebody to put it to
    posted = request.POST if request.method == "POST" and not looks else None
    answering = posted is not None and "source" in posted
    say = forms.RequestStepForm(None if answering else posted)
    reply = forms.AnswerForm(
        posted if answering else None, who=who, initial={"level": found.level}, auto_id="answer_%s"
    )  # two forms on a page
    if posted is not None and _worked(who, found, say, reply, answering):
        return redirect("forum_desk_request", request_id=found.pk)
    audit.record(acting.actor(who), "forum.request_viewed", "request", found.pk)
    words = asked(request)
    parties = list(Party.objects.filter(request=found, ended_at=None).select_related("member__account").order_by("at"))
    known = request_views.about(found, who) | {
        "say": say, "reply": reply, "words": words, "hits": _hits(found, words),
        "parties": parties, "put_to_all": any(one.member_id is None for one in parties),
        "found": looking.again(found.found, found.title, found.text, found.purpose, found.legal_basis),
    }  # fmt: skip
    return render(request, "forum/desk_request.html", known, status=200 if looks else status_of(request))


def _worked(who: Standing, found: Request, say: forms.RequestStepForm, reply: forms.AnswerForm, answering: bool) -> bool:
    if answering:
        names = (*request_views.SAID, "release")
        told = did(
            reply, lambda given: requests.answer(who, found.pk, requests.Said(**{n: given[n] for n in names}), given["press"])
        )
        return told is not None
    step = did(
        say,
        lambda given: requests.step(
            who, found.pk, given["kind"], given["text"], given["press"], useful=given["useful"], due_at=given["due_at"]
        ),
    )
    return step is not None


def _hits(found: Request, words: str) -> list[Member]:
    """Members to whom it may be put: by words of name or organization; without words, collaborators of the same regions."""
    members = Member.objects.filter(state=Member.State.ACTIVE).select_related("account", "organisation").order_by("account__name")
    if words.strip():
        for word in words.split():
            members = members.filter(account__name__icontains=word) | members.filter(organisation__name__icontains=word)
    elif found.regions:
        members = members.filter(audience.members(found.regions), wishes__contains=["collaborator"])
    else:
        return []
    return requests.may_be_asked(list(members[: HITS * 4]), found)[:HITS]


@require_POST
@staff_page
def put(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Put a request to a member, or to everybody who may read it; or take it back from somebody."""
    who, given = of(request), request.POST
    try:
        if "party" in given:
            requests.take_back(who, _uuid(given["party"]))
        else:
            to = given.get("member", "")
            requests.put(who, request_id, None if to == "everybody" else _uuid(to))
    except acting.CannotDo as why:
        messages.error(request, str(why))
    return redirect("forum_desk_request", request_id=request_id)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


@require_POST
@staff_page
def release(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    """Let whoever asked read an answer."""
    found = get_object_or_404(Answer, pk=answer_id)
    try:
        requests.release_answer(of(request), answer_id, request.POST.get("release", "")[:200])
    except acting.CannotDo as why:
        messages.error(request, str(why))
    return redirect("forum_desk_request", request_id=found.request_id)


@require_http_methods(["GET", "POST"])
@staff_page
def post(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Decide about a post, with all that was decided before."""
    who = of(request)
    found = Post.objects.select_related("thread").filter(pk=post_id).first()
    if found is None:
        raise Http404
    form = forms.RulingForm(request.POST or None)
    if request.method == "POST" and did(
        form, lambda given: board.rule(who, found.pk, given["kind"], given["reason"], given["press"])
    ):
        return redirect("forum_desk")
    if request.method == "GET":
        seen(who, "forum.post_viewed", "post", found.pk, found.level)
    rulings = list(found.rulings.order_by("at", "pk"))
    names = queries.signatures([found, *rulings], who)
    known = {
        "post": found, "by": names[found.pk], "form": form, "level": packed.level(found.level),
        "rulings": [(ruling, names[ruling.pk]) for ruling in rulings],
        "found": looking.again(found.found, found.thread.title if _first(found) else "", found.text),
    }  # fmt: skip
    return render(request, "forum/desk_post.html", known, status=status_of(request))


def _first(found: Post) -> bool:
    return not Post.objects.filter(thread=found.thread, at__lt=found.at).exists()


@require_POST
@staff_page
def close_thread(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Nobody writes into it any more."""
    board.close(of(request), thread_id)
    return redirect("forum_thread", thread_id=thread_id)


@require_POST
@staff_page
def open_board(request: HttpRequest) -> HttpResponse:
    """Put the pack's concerns on the board, each once."""
    made = board.open_board(of(request), packed.concerns())
    messages.success(request, _("%(n)d concerns were put on the board.") % {"n": made})
    return redirect("forum_concerns")


@require_http_methods(["GET", "POST"])
@staff_page
def new_concern(request: HttpRequest) -> HttpResponse:
    """A concern of our own; what a member raised can be taken over from their contribution."""
    who = of(request)
    of_gift = request.GET.get("of", "")
    raised = Contribution.objects.filter(pk=_uuid(of_gift)).first() if of_gift else None
    initial = {"title": raised.title, "text": raised.text, "level": raised.level} if raised else {}
    form = forms.ConcernForm(request.POST or None, who=who, initial=initial)
    if request.method == "POST":
        made = did(
            form,
            lambda given: board.open_concern(
                who, given["level"], given["title"], given["text"], given["source"], given["press"]
            ),
        )
        if made:
            return redirect("forum_concern", concern_id=made.pk)
    return render(request, "forum/new_concern.html", {"form": form}, status=status_of(request))


@require_http_methods(["GET", "POST"])
@staff_page
def concern(request: HttpRequest, concern_id: UUID) -> HttpResponse:
    """Say how far a concern is, who owns it, which proposal is followed, what came of it."""
    who = of(request)
    found = queries.concerns().filter(pk=concern_id).first()
    if found is None:
        raise Http404
    proposals = Post.objects.filter(thread=found.thread_id, kind=Post.Kind.PROPOSAL, shown=True).order_by("at")
    choices = [(str(proposal.pk), f"{proposal.text[:80]}") for proposal in proposals]
    initial = {"state": found.state or None, "owner": found.owner}
    form = forms.ConcernStepForm(request.POST or None, proposals=choices, initial=initial)
    if request.method == "POST" and did(
        form,
        lambda given: board.concern_step(
            who, found.pk, given["state"], given["owner"], given["text"], _uuid(given["adopted"]) if given["adopted"] else None,
            given["press"],
        ),
    ):  # fmt: skip
        return redirect("forum_concern", concern_id=found.pk)
    return render(request, "forum/desk_concern.html", {"concern": found, "form": form}, status=status_of(request))
