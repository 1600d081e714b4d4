"""What everybody of the network reads: the list, one entry, the map with its tables, the file. Each behind its reader's wall."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from upstander import clock
from upstander.audit import services as audit
from upstander.directory.importers.states import code_of
from upstander.ids import new_id
from upstander.network.doors import member_page
from upstander.network.middleware import of
from upstander.packs.current import current
from upstander.register import beginning, citing, codes, queries
from upstander.register.chart import chart
from upstander.register.exporting import csv
from upstander.register.forms import AskForm
from upstander.register.models import Version
from upstander.register.queries import Asked, Row

PAGE = 50
_FIELDS = {"q": "words", "kind": "kind", "setting": "setting", "sector": "sector", "outcome": "outcome", "sign": "sign",
           "place": "place", "since": "since", "until": "until"}  # fmt: skip

_SEEN = require_http_methods(["GET", "HEAD", "POST"])  # what is looked for stands in no address


def _asked(request: HttpRequest) -> tuple[AskForm, Asked]:
    """What somebody looks for: of what they wrote whatever makes sense."""
    form = AskForm(request.POST if request.method == "POST" else {})
    form.is_valid()
    given = {field: form.cleaned_data[name] for name, field in _FIELDS.items() if form.cleaned_data.get(name)}
    return form, Asked(home=code_of(current().jurisdiction), **given)


def _found(request: HttpRequest) -> tuple[AskForm, Asked, QuerySet[Version]]:
    form, asked = _asked(request)
    return form, asked, queries.listed(asked, queries.level_of(of(request)))


def _anything(asked: Asked) -> bool:
    """Whether something was looked for."""
    return any(getattr(asked, field) for field in _FIELDS.values())


@_SEEN
@member_page
def everything(request: HttpRequest) -> HttpResponse:
    """The list, by words and filters."""
    form, asked, found = _found(request)
    turned = request.POST if request.method == "POST" else request.GET
    page = Paginator(found, PAGE).get_page(turned.get("page"))
    rows = queries.rows(page.object_list)
    above = queries.banner(row.version.marking for row in rows)
    known: dict[str, Any] = {
        "form": form, "rows": rows, "page": page, "total": page.paginator.count, "who": of(request),
        "banner": above.text if above else "", "asked": _anything(asked),
    }  # fmt: skip
    return render(request, "register/list.html", known)


@_SEEN
@member_page
def drawn(request: HttpRequest) -> HttpResponse:
    """Where they were: a drawing, and the same as tables."""
    form, asked, found = _found(request)
    rows = queries.rows(found[: queries.MOST])
    above = queries.banner(row.version.marking for row in rows)
    known: dict[str, Any] = {
        "form": form, "rows": [r for r in rows if r.version.latitude is not None], "chart": chart(rows),
        "asked": _anything(asked), "states": queries.counted(found, "state"),
        "years": sorted(queries.counted(found, "year"), reverse=True),
        "banner": above.text if above else "", "total": len(rows), "most": queries.MOST,
    }  # fmt: skip
    return render(request, "register/map.html", known)


@_SEEN
@member_page
def export(request: HttpRequest) -> HttpResponse:
    """What was found, as a file."""
    _form, _asked_for, found = _found(request)
    rows: list[Row] = queries.rows(found[: queries.MOST], queries.level_of(of(request)))
    audit.record(
        f"account:{of(request).account_id}", "register.exported", "list", "incidents", rows=len(rows)
    )
    answer = HttpResponse(csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="incidents-{clock.now():%Y-%m-%d}.csv"'
    return answer


@require_GET
@member_page
def one(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """One entry; for the staff also as it was (`?version=2`)."""
    who, asked = of(request), request.GET.get("version", "")
    if asked and not (asked.isascii() and asked.isdigit() and len(asked) < 5 and int(asked)):
        raise Http404
    shown = queries.shown(incident_id, int(asked) if asked else None, staff=who.staff)
    if shown is None:
        raise Http404
    audit.record(
        f"account:{who.account_id}",
        "register.viewed",
        "incident",
        incident_id,
        version=int(asked) if asked else shown.history[0].number,
    )
    version = shown.row.version
    known = {
        "shown": shown, "row": shown.row, "version": version, "who": who,
        "earlier": version.replaced_at is not None and not shown.incident.withdrawn_at,
        "signs": [sign for sign in codes.SIGNS if sign.code in version.signs],
        "cited": citing.cited_in_drafts(incident_id) if who.staff else citing.cited_by(incident_id, queries.level_of(who)),
        "kinds": beginning.kinds() if who.staff and not version.replaced_at else (), "press": new_id(),
    }  # fmt: skip
    return render(request, "register/one.html", known)
