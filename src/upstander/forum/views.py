"""The members' pages: what there is for them, what they give, the directory of peers, the shared glossary."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander.audit import services as audit
from upstander.forum import acting, contributions, forms, packed, peers, queries, terms
from upstander.forum.models import Card, ContributionFile
from upstander.network import sending
from upstander.network.doors import member_page, own_page
from upstander.network.middleware import of
from upstander.network.upload_views import Brought, brought, limits
from upstander.web.search import asked

RECENT = 8
MOST = 200  # peers on one page: words find the others


def did(form: forms.PressForm, act: Callable[[dict[str, Any]], Any]) -> Any:
    """What `act` made of a valid form; None where the form was wrong, or the act refused: the form says so then."""
    if not form.is_valid():
        return None
    try:
        with transaction.atomic():
            return act(form.cleaned_data)
    except acting.CannotDo as why:
        form.refused(why)
        return None


def status_of(request: HttpRequest) -> int:
    """Of a page that shows a form: 422 for one that came back."""
    return 422 if request.method == "POST" else 200


@require_GET
@member_page
def front(request: HttpRequest) -> HttpResponse:
    """What waits for whoever asks, and what is new."""
    who = of(request)
    mine = queries.contributions().filter(member_id=who.member_id).order_by("-at")[:RECENT] if who.member_id else []
    known = {
        "gifts": [(gift, states(gift)) for gift in mine],
        "asked": list(queries.requests().filter(member_id=who.member_id).order_by("-at")[:RECENT]) if who.member_id else [],
        "put": list(queries.put_to(who.member_id)[:RECENT]) if who.member_id else [],
        "threads": list(queries.threads()[:RECENT]),
        "concerns": queries.concerns(),
        "who": who,
        "clock_of": queries.clock_of,
    }
    return render(request, "forum/front.html", known)


def files_of(gift: Any) -> list[ContributionFile]:
    """What came with a contribution."""
    return list(gift.files.select_related("stored").order_by("pk"))


def states(gift: Any) -> str:
    """How far a contribution is, in words for whoever gave it."""
    return {
        "new": _("waits to be read"), "asked": _("a question for you"), "clarified": _("answered, waits to be read"),
        "thanked": _("read, with thanks"), "published": _("a product is being made of it"), "declined": _("not taken up"),
    }[gift.state]  # fmt: skip


@require_http_methods(["GET", "POST"])
@own_page
def contribute(request: HttpRequest) -> HttpResponse:
    """A member gives an observation, the words of a document, a lesson, a concern."""
    who = of(request)
    form, came = forms.ContributeForm(request.POST or None, who=who), Brought()
    if request.method == "POST":
        came = brought(request)
        names = ("kind", "title", "text", "level", "topic", "source", "originator", "may_pass_on")
        for fault in came.faults:
            form.add_error(None, fault)
        made = did(
            form,
            lambda given: contributions.contribute(
                who, contributions.Given(**{n: given[n] for n in names}), given["press"], came.tickets
            ),
        )
        if made:
            messages.success(request, _("Thank you. The School Intelligence Officer reads it, and you hear what became of it."))
            return redirect("forum_contribution", contribution_id=made.pk)
    known = {"form": form, "came": came, "limits": limits(), "address": reverse("network_uploads")}
    return render(request, "forum/contribute.html", known, status=status_of(request))


@require_GET
@member_page
def contribution_file(request: HttpRequest, contribution_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A file of a contribution: for whoever gave it, and for the staff. The database shows it to nobody else."""
    found = ContributionFile.objects.filter(pk=file_id, contribution=contribution_id).select_related("stored").first()
    if found is None:
        raise Http404
    who = of(request)
    audit.record(acting.actor(who), "forum.file_read", "contribution", contribution_id, file=str(file_id))
    return sending.answer(who, found.stored, found.name)


@require_http_methods(["GET", "POST"])
@member_page
def contribution(request: HttpRequest, contribution_id: UUID) -> HttpResponse:
    """What was given, what was said of it, and the answer to what was asked back."""
    who = of(request)
    found = queries.contributions().filter(pk=contribution_id).first()
    if found is None:
        raise Http404
    if who.staff:
        return redirect("forum_desk_contribution", contribution_id=found.pk)
    form = forms.StepForm(request.POST or None, initial={"kind": "clarified"})
    if request.method == "POST" and did(
        form, lambda given: contributions.step(who, found.pk, "clarified", given["text"], given["press"])
    ):
        return redirect("forum_contribution", contribution_id=found.pk)
    known = {
        "gift": found, "files": files_of(found), "state": states(found), "steps": found.steps.order_by("at", "pk"), "form": form,
        "topic": packed.topic(found.topic) if found.topic else "", "level": packed.level(found.level),
        "answers": found.state in ("asked", "clarified"),
    }  # fmt: skip
    return render(request, "forum/contribution.html", known, status=status_of(request))


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def everybody(request: HttpRequest) -> HttpResponse:
    """The directory of peers, of those who chose to stand in it."""
    who, words = of(request), asked(request)
    found = peers.peers(words)[:MOST]
    audit.record(acting.actor(who), "forum.peers_listed", "list", "peers", shown=len(found))
    mine = Card.objects.filter(pk=who.member_id).exists() if who.member_id else False
    return render(request, "forum/peers.html", {"found": found, "words": words, "mine": mine, "who": who, "most": MOST})


@require_http_methods(["GET", "POST"])
@own_page
def my_card(request: HttpRequest) -> HttpResponse:
    """What the other members may see of whoever asks; chosen here, and nowhere else."""
    who = of(request)
    card = Card.objects.filter(pk=who.member_id).first()
    names = (*peers.SHOWS, "reach", "knows")
    form = forms.CardForm(request.POST or None, initial={name: getattr(card, name) for name in names} if card else None)
    if request.method == "POST" and form.is_valid():
        try:
            peers.show(who, form.cleaned_data)
        except acting.CannotDo as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Kept. The other members see this from now on."))
            return redirect("forum_my_card")
    return render(request, "forum/my_card.html", {"form": form, "card": card}, status=status_of(request))


@require_POST
@own_page
def withdraw_card(request: HttpRequest) -> HttpResponse:
    """Out of the directory, at once."""
    peers.withdraw(of(request))
    messages.success(request, _("You no longer stand in the directory."))
    return redirect("forum_my_card")


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def glossary(request: HttpRequest) -> HttpResponse:
    """Educators say, officers say."""
    words = asked(request)
    return render(request, "forum/terms.html", {"found": terms.matching(words), "words": words})
