"""Items of other programmes and bulletins of other states: what members read, and where the SIO decides."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from upstander.audit import services as audit
from upstander.exchange import drafting, queries, sources
from upstander.exchange.acting import CannotDo
from upstander.exchange.forms import ShareForm
from upstander.exchange.models import FREE, Item, Received
from upstander.exchange.pressed import NetworkRequest, done, paged, pressed, status
from upstander.network.doors import member_page, staff_page
from upstander.network.middleware import of


def _chosen(request: NetworkRequest, name: str, known: list[Any]) -> str:
    """A filter that the pack knows; else none."""
    asked = (request.POST if request.method == "POST" else request.GET).get(name, "")
    return asked if asked in {one.code for one in known} else ""


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def items(request: NetworkRequest) -> HttpResponse:
    """What was shared, by programme and topic, and what other states sent."""
    known = sources.network()
    programmes, topics = list(known.partners), list(known.topics)
    programme, topic = _chosen(request, "programme", programmes), _chosen(request, "topic", topics)
    page = paged(queries.items(programme, topic), request.GET.get("page", "1"))
    others = [] if programme else list(queries.received(topic)[:10])
    asked = "".join(
        f"&{name}={value}" for name, value in (("programme", programme), ("topic", topic)) if value
    )
    values = {
        "page": page, "rows": [_row(one) for one in page], "others": others, "programmes": programmes, "topics": topics,
        "programme": programme, "topic": topic, "query": asked, "staff": of(request).staff,
    }  # fmt: skip
    return render(request, "exchange/items.html", values)


def _row(one: Item) -> dict[str, Any]:
    return {
        "item": one, "programme": queries.label("partners", one.source.programme), "topics": queries.labels("topics", one.topics),
        "level": queries.level_label(one.level),
    }  # fmt: skip


def _shown(one: Item) -> dict[str, Any]:
    return {**_row(one), "programmes": queries.labels("partners", one.programmes)}


@require_GET
@member_page
def item(request: NetworkRequest, item_id: UUID) -> HttpResponse:
    """One item, in full."""
    found = queries_item(item_id)
    if found.state != Item.State.SHARED:
        raise Http404
    audit.record(request.user.actor, "exchange.item_read", "exchange_item", item_id)
    return render(request, "exchange/item.html", _shown(found))


def queries_item(item_id: UUID) -> Item:
    """An item that the reader's level sees; else there is none."""
    found = Item.objects.select_related("source", "replaced_by").defer(*queries.SOURCES_OWN).filter(pk=item_id).first()
    if found is None:
        raise Http404
    return found


@require_GET
@member_page
def received(request: NetworkRequest, received_id: UUID) -> HttpResponse:
    """One bulletin of another state's programme."""
    found = Received.objects.filter(pk=received_id).first()
    if found is None:
        raise Http404
    audit.record(
        request.user.actor, "exchange.bulletin_read", "exchange_received", received_id, version=found.version
    )
    values = {
        "one": found,
        "topics": queries.labels("topics", found.topics),
        "paragraphs": found.body.split("\n\n"),
    }
    return render(request, "exchange/received.html", values)


@require_GET
@staff_page
def inbox(request: NetworkRequest) -> HttpResponse:
    """What nobody has looked at."""
    page = paged(queries.inbox(), request.GET.get("page", "1"))
    return render(request, "exchange/inbox.html", {"page": page, "rows": [_row(one) for one in page]})


@require_http_methods(["GET", "POST"])
@staff_page
def decide(request: NetworkRequest, item_id: UUID) -> HttpResponse:
    """Share an item, tagged, or set it aside."""
    found, account_id, press = queries_item(item_id), request.user.pk, pressed(request)
    first = {
        "level": found.level,
        "topics": found.topics,
        "programmes": found.programmes,
        "remark": found.remark,
    }
    form = ShareForm(request.POST if press == "share" else None, initial=first)
    if press == "aside":
        sources.set_aside(item_id, account_id)
        messages.success(request, _("It is set aside."))
        return redirect("exchange_inbox")
    if press == "draft":
        return _begun(request, item_id)
    if press == "share" and done(form, lambda: _share(item_id, form.cleaned_data, account_id)):
        messages.success(request, _("Members read it now."))
        return redirect("exchange_inbox")
    values = {**_shown(found), "form": form, "free": found.source.licence in FREE}
    return render(request, "exchange/decide.html", values, status=status(form))


def _begun(request: NetworkRequest, item_id: UUID) -> HttpResponse:
    try:
        product_id = drafting.begin(item_id, request.user.pk)
    except CannotDo as why:
        messages.error(request, str(why))
        return redirect("exchange_decide", item_id=item_id)
    return redirect("product_edit", product_id=product_id)


def _share(item_id: UUID, given: dict[str, Any], account_id: int) -> None:
    sources.share(
        item_id,
        given["level"],
        tuple(given["topics"]),
        tuple(given["programmes"]),
        given["remark"],
        account_id,
    )
