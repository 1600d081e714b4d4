"""Peers' collections: which are read and how the last look went, and what they offer, accepted or set aside by a person."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from upstander.exchange import collections, queries
from upstander.exchange.acting import CannotDo
from upstander.exchange.forms import CollectionForm
from upstander.exchange.incoming import Looked
from upstander.exchange.models import Collection, Offer
from upstander.exchange.package_views import shown
from upstander.exchange.pressed import NetworkRequest, done, paged, pressed, status
from upstander.exchange.refusals import Refused
from upstander.network.doors import sio_page, staff_page


@require_http_methods(["GET", "POST"])
@sio_page
def collections_page(request: NetworkRequest) -> HttpResponse:
    """Every collection, what waits, and another one."""
    press, account_id = pressed(request), request.user.pk
    form = CollectionForm(request.POST if press == "add" else None)
    if press == "add" and done(form, lambda: _add(form.cleaned_data, account_id)):
        messages.success(request, _("It is read from now on."))
        return redirect("exchange_collections")
    if press.partition(":")[0] in ("pause", "resume"):
        return _paused(request, press)
    rows = Collection.objects.select_related("peer").order_by("peer__name", "made_at")
    page = paged(queries.offers(), request.GET.get("page", "1"))
    values = {"form": form, "rows": [(row, _why(row)) for row in rows], "page": page}
    return render(request, "exchange/collections.html", values, status=status(form))


def _why(row: Collection) -> str:
    """Why nothing came, or why something was left out."""
    if row.last_code and row.last_code != "ok":
        return Refused(row.last_code, row.last_detail).words
    return Refused(row.last_detail).words if row.last_detail else ""


def _add(given: dict[str, Any], account_id: int) -> None:
    collections.add(given["peer"].id, given["address"], given["token"], given["minutes"], account_id, given["press"])


def _paused(request: NetworkRequest, press: str) -> HttpResponse:
    act, _colon, asked = press.partition(":")
    try:
        collections.pause(UUID(asked), request.user.pk, paused=act == "pause")
    except CannotDo as why:
        messages.error(request, str(why))
    except (ValueError, LookupError):
        raise Http404 from None
    return redirect("exchange_collections")


@require_http_methods(["GET", "POST"])
@staff_page
def offer(request: NetworkRequest, offer_id: UUID) -> HttpResponse:
    """What a collection offers: what it says, who would read it, and what to do with it."""
    found = Offer.objects.select_related("collection__peer").filter(pk=offer_id, state=Offer.State.NEW).first()
    if found is None:
        raise Http404
    press = pressed(request)
    if press == "aside":
        collections.set_aside(offer_id, request.user.pk)
        messages.success(request, _("It is set aside."))
        return redirect("exchange_states")
    looked = collections.accept(offer_id, request.user.pk) if press == "accept" else collections.look(found)
    if press == "accept" and isinstance(looked, Looked):
        messages.success(request, _("It is accepted."))
        return redirect("exchange_states")
    values: dict[str, Any] = {"offer": found, "peer": found.collection.peer}
    values |= shown(looked) if isinstance(looked, Looked) else {"refused": looked.words}
    return render(request, "exchange/offer.html", values, status=422 if press == "accept" else 200)
