"""What the programme is governed by: five tables, each with its form (S-sio)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander import clock
from upstander.insight import governing
from upstander.insight.forms import RecordForm
from upstander.insight.models import Record
from upstander.network.doors import staff_page
from upstander.network.middleware import of


@require_GET
@staff_page
def everything(request: HttpRequest) -> HttpResponse:
    """Board, processes, conferences, agreements."""
    return _shown(request)


def _shown(request: HttpRequest, given: RecordForm | None = None, of_kind: str = "", status: int = 200) -> HttpResponse:
    records, words = governing.records(), dict(Record.Kind.choices)
    tables: list[dict[str, Any]] = [
        {
            "kind": kind, "words": _(words[kind]), "columns": columns, "rows": records[kind], "open": kind == of_kind,
            "form": given if given and kind == of_kind else RecordForm(kind=kind, auto_id=f"{kind}_%s"),
        }
        for kind, columns in governing.COLUMNS.items()
    ]  # fmt: skip
    return render(request, "insight/governance.html", {"tables": tables, "today": clock.today()}, status=status)


@require_POST
@staff_page
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """Another record of a kind."""
    if kind not in governing.COLUMNS:
        raise Http404
    form = RecordForm(request.POST, kind=kind, auto_id=f"{kind}_%s")
    if not form.is_valid():
        return _shown(request, form, kind, 422)
    governing.add(kind, form.said(), of(request).account_id, form.cleaned_data["press"])
    messages.success(request, _("It is written down."))
    return redirect("insight_governance")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def one(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """One of them, said anew; or that it holds no more."""
    found = Record.objects.filter(pk=record_id).first()
    if found is None:
        raise Http404
    first = {name: getattr(found, name) for name in ("title", "who", "version", "day", "until", "notes")}
    first["ended"] = found.ended_at is not None
    posted = request.POST if request.method == "POST" else None
    form = RecordForm(posted, kind=found.kind, new=False, initial=first)
    if posted is not None and form.is_valid():
        governing.change(found.pk, form.said(), form.cleaned_data["ended"], of(request).account_id)
        return redirect("insight_governance")
    known = {"record": found, "form": form, "words": _(found.get_kind_display())}
    return render(request, "insight/record.html", known, status=200 if posted is None else 422)
