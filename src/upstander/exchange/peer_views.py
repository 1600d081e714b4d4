"""Other states: who they are, what each may have, their keys and tokens, and what was exchanged."""

from base64 import b64encode
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from upstander import clock
from upstander.exchange import keys, passing, peers, queries
from upstander.exchange import states as forum
from upstander.exchange.forms import EntitleForm, PeerForm, PromiseForm, TextForm, TrustForm
from upstander.exchange.models import Peer
from upstander.exchange.pressed import NetworkRequest, done, pressed, status
from upstander.network.doors import sio_page, staff_page
from upstander.network.middleware import of


@require_GET
@staff_page
def states(request: NetworkRequest) -> HttpResponse:
    """Every state, and our own key as it is read out."""
    rows = [{"peer": one, "level": queries.level_label(one.level)} for one in queries.peers()]
    values = {
        "rows": rows, "fingerprint": keys.spoken(keys.own_fingerprint()), "public": b64encode(keys.own_public()).decode(),
        "taxii": request.build_absolute_uri("/taxii2/"), "offers": queries.offers()[:50], "sio": of(request).sio,
    }  # fmt: skip
    return render(request, "exchange/states.html", values)


@require_http_methods(["GET", "POST"])
@sio_page
def join(request: NetworkRequest) -> HttpResponse:
    """A state joins."""
    form = PeerForm(request.POST or None)
    made: list[Peer] = []
    if request.method == "POST" and done(
        form, lambda: made.append(_join(form.cleaned_data, request.user.pk))
    ):
        return redirect("exchange_peer", peer_id=made[0].id)
    return render(request, "exchange/join.html", {"form": form}, status=status(form))


def _join(given: dict[str, Any], account_id: int) -> Peer:
    return peers.join(
        given["name"], given["kind"], given["person"], given["email"], account_id, given["press"]
    )


def _bound(request: NetworkRequest, kind: type[forms.Form], name: str, **more: Any) -> forms.Form:
    return kind(request.POST if pressed(request) == name else None, auto_id=f"id_{name}_%s", **more)


@require_http_methods(["GET", "POST"])
@sio_page
def peer(request: NetworkRequest, peer_id: UUID) -> HttpResponse:
    """One state, and all that is done with it."""
    found = Peer.objects.filter(pk=peer_id).first()
    if found is None:
        raise Http404
    passing.follow()
    given = {
        "entitle": _bound(request, EntitleForm, "entitle", initial={"level": found.level}),
        "trust": _bound(request, TrustForm, "trust"),
        "ask": _bound(request, TextForm, "ask"),
        "promise": _bound(request, PromiseForm, "promise"),
        "answer": TextForm(
            request.POST if pressed(request).startswith("answer:") else None, auto_id="id_answer_%s"
        ),
        "fulfil": TextForm(
            request.POST if pressed(request).startswith("fulfil:") else None, auto_id="id_fulfil_%s"
        ),
    }
    token = ""
    if request.method == "POST":
        if pressed(request) == "token":
            token = _token(peer_id, request.user.pk)
        elif _acted(request, peer_id, given):
            return redirect("exchange_peer", peer_id=peer_id)
    found.refresh_from_db()
    return render(
        request,
        "exchange/peer.html",
        _shown(found, given, token, pressed(request)),
        status=status(*given.values()),
    )


def _token(peer_id: UUID, account_id: int) -> str:
    try:
        return peers.give_token(peer_id, account_id)
    except LookupError:
        raise Http404 from None


def _acted(request: NetworkRequest, peer_id: UUID, given: dict[str, forms.Form]) -> bool:
    """Whether what was pressed was done."""
    account_id, name, _colon, target = request.user.pk, *pressed(request).partition(":")
    if name in ("end", "programme"):
        plain = forms.Form({})
        act = peers.end if name == "end" else peers.become_programme
        return done(plain, lambda: act(peer_id, account_id))
    form = given.get(name)
    if form is None or not form.is_bound or not form.is_valid():
        return False
    said = form.cleaned_data
    acts = {
        "entitle": lambda: peers.entitle(peer_id, said["level"], account_id),
        "trust": lambda: peers.trust(peer_id, said["key"], said["read_out"], account_id),
        "ask": lambda: forum.ask(peer_id, said["text"], account_id, said["press"]),
        "promise": lambda: forum.promise(
            peer_id, said["what"], said["owner"], said["due"], account_id, said["press"]
        ),
        "answer": lambda: forum.answer(_target(target), said["text"], account_id),
        "fulfil": lambda: forum.fulfil(_target(target), said["text"], account_id),
    }
    if not done(form, acts[name]):
        return False
    messages.success(request, _("It is written down."))
    return True


def _target(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError:
        raise Http404 from None


def _shown(found: Peer, given: dict[str, forms.Form], token: str, press: str) -> dict[str, Any]:
    return {
        "peer": found, "level": queries.level_label(found.level), "forms": given, "token": token, "pressed": press,
        "fingerprint": keys.spoken(found.fingerprint or ""), "today": clock.today(),
        "questions": found.questions.order_by("-asked_at"), "commitments": found.commitments.order_by("done_at", "due"),
        "packages": queries.packages(found)[:20],
        "products": [] if found.ended_at else queries.for_peer(found),
    }  # fmt: skip
