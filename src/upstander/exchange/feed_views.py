"""Feeds of other programmes: which there are, how the last look went, and a file that somebody brings, seen before it is kept."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from upstander.exchange import feeds as reading
from upstander.exchange import queries, sources, staging
from upstander.exchange.feeds import Feed
from upstander.exchange.forms import BringForm, LicenceForm, SourceForm
from upstander.exchange.models import Source
from upstander.exchange.pressed import NetworkRequest, done, pressed, status
from upstander.exchange.refusals import Refused
from upstander.network.doors import staff_page

SHOWN = 50  # items of a file that are shown before it is kept


def _row(one: Source) -> dict[str, Any]:
    known = one.last_code and one.last_code != "ok"
    return {
        "source": one, "programme": queries.label("partners", one.programme), "level": queries.level_label(one.level),
        "why": Refused(one.last_code, one.last_detail).words if known else "",
    }  # fmt: skip


@require_GET
@staff_page
def feeds(request: NetworkRequest) -> HttpResponse:
    """Every feed, and how many items wait."""
    values = {"rows": [_row(one) for one in queries.sources()], "waiting": queries.waiting()}
    return render(request, "exchange/feeds.html", values)


@require_http_methods(["GET", "POST"])
@staff_page
def add(request: NetworkRequest) -> HttpResponse:
    """A new feed."""
    form = SourceForm(request.POST or None)
    made: list[Source] = []
    if request.method == "POST" and done(form, lambda: made.append(_add(form.cleaned_data, request.user.pk))):
        return redirect("exchange_source", source_id=made[0].id)
    return render(request, "exchange/add.html", {"form": form}, status=status(form))


def _add(given: dict[str, Any], account_id: int) -> Source:
    plan = sources.Plan(
        given["name"],
        given["address"].strip(),
        given["programme"],
        given["level"],
        tuple(given["topics"]),
        given["minutes"],
        given["licence"],
    )
    return sources.add(plan, account_id, given["press"])


@require_http_methods(["GET", "POST"])
@staff_page
def source(request: NetworkRequest, source_id: UUID) -> HttpResponse:
    """One feed: how it goes, pause, and a file brought by hand."""
    found = Source.objects.filter(pk=source_id).first()
    if found is None:
        raise Http404
    press, account_id = pressed(request), request.user.pk
    form = BringForm(request.POST if press == "look" else None, request.FILES if press == "look" else None)
    licence = LicenceForm(request.POST if press == "licence" else None, initial={"licence": found.licence})
    seen: dict[str, Any] = {}
    if press == "licence" and done(licence, lambda: sources.licensed(source_id, licence.cleaned_data["licence"], account_id)):
        messages.success(request, _("It is written down."))
        return redirect("exchange_source", source_id=source_id)
    if press in ("pause", "resume"):
        sources.pause(source_id, account_id, paused=press == "pause")
        return redirect("exchange_source", source_id=source_id)
    if press == "keep":
        return _keep(request, source_id)
    if press == "look" and form.is_valid():
        seen = _look(form, account_id)
    values = {**_row(found), "form": form, "licence": licence, **seen}
    return render(request, "exchange/source.html", values, status=status(form, licence))


def _look(form: BringForm, account_id: int) -> dict[str, Any]:
    """What a file says, staged; a refusal stands beside the field."""
    content = form.content()
    said = reading.read(content)
    if isinstance(said, Refused):
        form.add_error("file" if form.cleaned_data.get("file") else "text", said.words)
        return {}
    return {"seen": said, "items": said.items[:SHOWN], "staged": staging.stage(content, account_id)}


def _keep(request: NetworkRequest, source_id: UUID) -> HttpResponse:
    mark = request.POST.get("staged", "")
    content = staging.staged(mark, request.user.pk)
    said = reading.read(content) if content is not None else None
    if not isinstance(said, Feed):
        messages.error(request, _("This file is not here any more. Bring it again."))
        return redirect("exchange_source", source_id=source_id)
    new = sources.bring(source_id, said, request.user.pk)
    staging.done(mark, request.user.pk)
    said_so = ngettext("%(n)s item is new.", "%(n)s items are new.", new) % {"n": new}
    messages.success(request, said_so)
    return redirect("exchange_inbox") if new else redirect("exchange_source", source_id=source_id)
