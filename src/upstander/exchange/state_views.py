"""The forum of states: its sessions, what is open between states, and the kit with which a state begins."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from upstander import clock
from upstander.exchange import starter, states
from upstander.exchange.forms import SessionForm, TextForm
from upstander.exchange.models import Commitment, Question, Session
from upstander.exchange.pressed import NetworkRequest, done, status
from upstander.exchange.sources import network
from upstander.network.doors import sio_page, staff_page


@require_http_methods(["GET", "POST"])
@sio_page
def forum(request: NetworkRequest) -> HttpResponse:
    """Sessions, and what is open between states."""
    form = SessionForm(request.POST or None)
    if request.method == "POST" and done(form, lambda: _convene(form.cleaned_data, request.user.pk)):
        messages.success(request, _("The session is called."))
        return redirect("exchange_forum")
    values = {
        "form": form, "today": clock.today(), "sessions": Session.objects.prefetch_related("peers").order_by("-starts_at")[:50],
        "questions": Question.objects.filter(answered_at=None).select_related("peer").order_by("asked_at")[:50],
        "commitments": Commitment.objects.filter(done_at=None).select_related("peer").order_by("due")[:50],
    }  # fmt: skip
    return render(request, "exchange/forum.html", values, status=status(form))


def _convene(given: dict[str, Any], account_id: int) -> Session:
    ids = [peer.pk for peer in given["peers"]]
    return states.convene(
        given["title"], given["starts_at"], given["where"], given["agenda"], ids, account_id, given["press"]
    )


@require_http_methods(["GET", "POST"])
@sio_page
def session(request: NetworkRequest, session_id: UUID) -> HttpResponse:
    """One session, and what was said there."""
    found = Session.objects.prefetch_related("peers").filter(pk=session_id).first()
    if found is None:
        raise Http404
    form = TextForm(request.POST or None, initial={"text": found.notes})
    form.fields["text"].label = _("What was said")
    if request.method == "POST" and done(
        form, lambda: states.note(session_id, form.cleaned_data["text"], request.user.pk)
    ):
        return redirect("exchange_session", session_id=session_id)
    return render(request, "exchange/session.html", {"session": found, "form": form}, status=status(form))


@require_GET
@staff_page
def starter_kit(request: NetworkRequest) -> HttpResponse:
    """What a state needs that has no programme yet."""
    known = network()
    return render(
        request,
        "exchange/starter.html",
        {"kit": starter.plan(), "job": starter.job(), "agreement": known.agreement},
    )


@require_GET
@staff_page
def starter_file(request: NetworkRequest) -> HttpResponse:
    """The kit as one file."""
    answer = HttpResponse(starter.packed(), content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="starter-kit.zip"'
    return answer
