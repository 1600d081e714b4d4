"""Packages: one for a peer is made and handed over as a file; one from a peer is looked at, then accepted."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upstander.exchange import incoming, outgoing, passing, queries, staging
from upstander.exchange.acting import CannotDo
from upstander.exchange.forms import BringForm
from upstander.exchange.incoming import Looked
from upstander.exchange.peer_models import STAFF
from upstander.exchange.pressed import NetworkRequest, pressed, status
from upstander.network.doors import staff_page


@require_POST
@staff_page
def export(request: NetworkRequest, peer_id: UUID, product_id: UUID) -> HttpResponse:
    """The signed file for one peer, of a product as the peer's level gets it."""
    passing.follow()
    try:
        data = outgoing.pack(peer_id, product_id, request.user.pk)
    except CannotDo as why:
        messages.error(request, str(why))
        return redirect("exchange_peer", peer_id=peer_id)
    except LookupError:
        raise Http404 from None
    answer = HttpResponse(data, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="package-{str(product_id)[-12:]}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "POST"])
@staff_page
def bring(request: NetworkRequest) -> HttpResponse:
    """Look at a package; accept it."""
    press, account_id = pressed(request), request.user.pk
    form = BringForm(request.POST if press == "look" else None, request.FILES if press == "look" else None)
    seen: dict[str, Any] = {}
    if press == "accept":
        return _accept(request)
    if press == "look" and form.is_valid():
        content = form.content()
        looked = incoming.look(content)
        if isinstance(looked, Looked):
            seen = {**shown(looked), "staged": staging.stage(content, account_id)}
        else:
            form.add_error("file" if form.cleaned_data.get("file") else "text", looked.words)
    values = {"form": form, **seen, "log": queries.packages().filter(outward=False)[:20]}
    return render(request, "exchange/import.html", values, status=status(form))


def shown(looked: Looked) -> dict[str, Any]:
    """What a page says of a bulletin that was looked at."""
    staff_only = looked.level == STAFF
    return {
        "looked": looked, "one": looked.bulletin, "staff_only": staff_only,
        "level": "" if staff_only else queries.level_label(looked.level),
        "topics": queries.labels("topics", looked.bulletin.topics),
    }  # fmt: skip


def _accept(request: NetworkRequest) -> HttpResponse:
    mark = request.POST.get("staged", "")
    content = staging.staged(mark, request.user.pk)
    if content is None:
        messages.error(request, _("This package is not here any more. Bring it again."))
        return redirect("exchange_import")
    looked = incoming.accept(content, request.user.pk)
    staging.done(mark, request.user.pk)
    if not isinstance(looked, Looked):
        messages.error(request, looked.words)
    elif looked.bulletin.state == "recalled":
        messages.success(request, _("It is recalled here, too: its text is gone."))
    else:
        messages.success(request, _("It is accepted."))
    return redirect("exchange_import")
