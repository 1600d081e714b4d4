"""The pages of who looks after a place or an agency: the year, who has which training, agreements."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander.directory.models import Kind, Organisation
from upstander.drills.years import Year
from upstander.officers import figures, pack, printed, queries, services
from upstander.officers.drawing import bars
from upstander.officers.errors import CannotDo, NotTheirs
from upstander.officers.forms import AgreementForm
from upstander.officers.pages import acting, counted, overseen, pdf, school_year, shown
from upstander.officers.reach import Reach
from upstander.officers.views import download


@require_GET
@acting
def own_year(request: HttpRequest, mine: Reach, year: int | None = None) -> HttpResponse:
    """One's own year: all of it."""
    if not mine.work:
        raise NotTheirs
    return _shown_year(request, mine, None, school_year(year))


@require_GET
@acting
def scope_year(request: HttpRequest, mine: Reach, scope_id: int, year: int | None = None) -> HttpResponse:
    """The year of a place or agency that one looks after, without small counts."""
    return _shown_year(request, mine, counted(mine, scope_id), school_year(year))


def _shown_year(request: HttpRequest, mine: Reach, scope: Organisation | None, year: Year) -> HttpResponse:
    found = pack.officers()
    drawn = figures.year_picture(mine, scope.pk if scope else None, year)
    region = scope is not None and scope.pk in mine.regions
    values = {
        "scope": scope, "year": year, "picture": drawn, "least": found.least, "before": year.number - 1,
        "sections": [(s, bars(s)) for s in printed.sections(found, drawn)],
        "now": year == school_year(None),
        "places": figures.by_place(mine, scope.pk, year) if scope and not region else [],
        "trained": figures.region_trained(scope.pk) if scope and region else (),
    }  # fmt: skip
    return shown(request, mine, "year.html", values)


@require_GET
@acting
def year_pdf(request: HttpRequest, mine: Reach, scope_id: int, year: int) -> HttpResponse:
    """The same as PDF."""
    scope, of = counted(mine, scope_id), school_year(year)
    trained = figures.region_trained(scope.pk) if scope.pk in mine.regions else ()
    drawn = figures.year_picture(mine, scope.pk, of)
    return pdf(printed.document(pack.officers(), scope.name, of, drawn, trained), f"officers-{of.words}")


@require_GET
@acting
def codes_pdf(request: HttpRequest, mine: Reach) -> HttpResponse:
    """The table of the two codes as PDF."""
    return pdf(printed.codes(pack.officers()), "two-codes")


@require_GET
@acting
def training(request: HttpRequest, mine: Reach, scope_id: int, *, overdue: bool = False) -> HttpResponse:
    """Who has which training, when, until when; or only who is overdue."""
    scope, found = overseen(mine, scope_id), pack.officers()
    asked = [t for t in found.trainings if t.mandatory]
    codes = {t.code for t in asked}
    rows = queries.matrix(scope_id)
    lines = []
    for row in rows:
        if overdue and not row.overdue:
            continue
        cells = {c.training: c for c in row.cells}
        also = [found.name(c.training) for c in row.cells if c.counts and c.training not in codes]
        lines.append((row, [(t, cells.get(t.code), row.files.get(t.code)) for t in asked], also))
    values = {
        "scope": scope, "rows": lines, "asked": asked, "only_overdue": overdue, "any_overdue": any(r.overdue for r in rows),
        "trained": [queries.in_numbers(t, rows) for t in asked],
    }  # fmt: skip
    return shown(request, mine, "training.html", values)


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
        form.initial = {"agency": request.GET.get("agency", "")}
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
        "points": found.points, "laws": {law.id: law for law in found.laws},
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
