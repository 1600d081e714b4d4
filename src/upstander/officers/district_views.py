"""The pages of who looks after a place or an agency: the year, who has which training, agreements."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander import clock
from upstander.directory.models import Kind, Organisation
from upstander.officers import pack, printed, queries, services
from upstander.officers.drawing import bars
from upstander.officers.errors import CannotDo, NotTheirs
from upstander.officers.forms import AgreementForm
from upstander.officers.pages import acting, overseen, shown
from upstander.officers.reach import Reach
from upstander.officers.views import download
from upstander.officers.years import Year, year_of
from upstander.web import paper


def _year(number: int | None) -> Year:
    month = pack.officers().year_begins_month
    now = year_of(clock.today(), month)
    if number is None or number == now.number:
        return now
    if not 2000 <= number <= now.number:
        raise Http404
    return Year(number, month)


@require_GET
@acting
def own_year(request: HttpRequest, mine: Reach, year: int | None = None) -> HttpResponse:
    """One's own year: all of it."""
    if not mine.work:
        raise NotTheirs
    return _shown_year(request, mine, None, _year(year))


@require_GET
@acting
def scope_year(request: HttpRequest, mine: Reach, scope_id: int, year: int | None = None) -> HttpResponse:
    """The year of a place or agency that one looks after, without small counts."""
    return _shown_year(request, mine, overseen(mine, scope_id), _year(year))


def _shown_year(request: HttpRequest, mine: Reach, scope: Organisation | None, year: Year) -> HttpResponse:
    found = pack.officers()
    drawn = queries.year_picture(mine, scope.pk if scope else None, year)
    values = {
        "scope": scope, "year": year, "picture": drawn, "least": found.least, "before": Year(year.number - 1, year.month),
        "sections": [(s, bars(s)) for s in printed.sections(found, drawn)],
        "now": year == _year(None),
    }  # fmt: skip
    return shown(request, mine, "year.html", values)


@require_GET
@acting
def year_pdf(request: HttpRequest, mine: Reach, scope_id: int, year: int) -> HttpResponse:
    """The same as PDF."""
    scope, of = overseen(mine, scope_id), _year(year)
    document = printed.document(pack.officers(), scope.name, of, queries.year_picture(mine, scope.pk, of))
    return _pdf(document, f"officers-{of.name}")


@require_GET
@acting
def codes_pdf(request: HttpRequest, mine: Reach) -> HttpResponse:
    """The table of the two codes as PDF."""
    return _pdf(printed.codes(pack.officers()), "two-codes")


def _pdf(document: paper.Document, name: str) -> HttpResponse:
    try:
        return paper.answer(paper.pdf(document, clock.now()), name)
    except paper.CannotPrint:
        words = _("The PDF could not be made. Print the page from your browser instead.")
        return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")


@require_GET
@acting
def training(request: HttpRequest, mine: Reach, scope_id: int) -> HttpResponse:
    """Who has which training."""
    scope, found = overseen(mine, scope_id), pack.officers()
    asked = [t for t in found.trainings if t.mandatory]
    rows = queries.matrix(scope_id)
    shown_rows = []
    for row in rows:
        cells = {c.training: c for c in row.cells}
        also = [
            found.name(c.training)
            for c in row.cells
            if c.counts and c.training not in {t.code for t in asked}
        ]
        shown_rows.append((row, [(t, cells.get(t.code), row.files.get(t.code)) for t in asked], also))
    counts = [
        (
            t,
            sum(1 for row in rows if any(c.training == t.code for c in row.cells)),
            sum(1 for row in rows if any(c.training == t.code and c.counts for c in row.cells)),
            sum(1 for row in rows if any(c.training == t.code and c.state == "overdue" for c in row.cells)),
        )
        for t in asked
    ]
    return shown(
        request, mine, "training.html", {"scope": scope, "rows": shown_rows, "asked": asked, "counts": counts}
    )


@require_http_methods(["GET", "POST"])
@acting
def agreements(request: HttpRequest, mine: Reach, scope_id: int) -> HttpResponse:
    """What is on file with agencies; a place's administrator puts a version there."""
    scope, found = overseen(mine, scope_id), pack.officers()
    may_add = scope_id in mine.lead
    if request.method == "POST" and not may_add:
        raise NotTheirs(scope_id)
    form = None
    if may_add:
        agencies = list(_agencies(scope))
        bound = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        form = AgreementForm(*bound, pack=found, agencies=agencies)
        if request.method == "POST" and form.is_valid():
            try:
                services.add_agreement(mine, scope_id, form.agreed())
            except CannotDo as why:
                form.add_error(why.field or None, str(why))
            else:
                messages.success(request, _("The agreement is on file."))
                return redirect("officers_agreements", scope_id)
    values = {
        "scope": scope, "form": form, "rows": queries.agreements(scope_id, mine), "earlier": queries.earlier(scope_id),
        "points": found.points,
    }  # fmt: skip
    return shown(request, mine, "agreements.html", values, status=422 if form and form.errors else 200)


def _agencies(scope: Organisation) -> list[Organisation]:
    """The agencies of the place's county; all where it has none."""
    known = Organisation.objects.filter(kind=Kind.LAW_ENFORCEMENT, retired_on=None)
    county = scope.county_id or (scope.parent.county_id if scope.parent else None)
    near = known.filter(county_id=county) if county else known
    return list((near if near.exists() else known).order_by("name")[:500])


@require_POST
@acting
def end_agreement(request: HttpRequest, mine: Reach, agreement_id: UUID) -> HttpResponse:
    """End one."""
    place_id = services.end_agreement(mine, agreement_id)
    messages.success(request, _("The agreement is ended."))
    return redirect("officers_agreements", place_id)


@require_GET
@acting
def agreement_file(request: HttpRequest, mine: Reach, agreement_id: UUID) -> HttpResponse:
    """The file of an agreement, as a download."""
    return download(*services.open_paper(mine, agreement=agreement_id), "agreement")
