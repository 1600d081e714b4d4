"""The pages of site visits: where one is due, what is planned, and the log that is written on a phone."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander import clock
from upstander.gatherings import coverage, visits
from upstander.gatherings.errors import CannotDo
from upstander.gatherings.models import Visit
from upstander.gatherings.visit_forms import LogForm, PlanForm, StepForm
from upstander.network.doors import staff_page
from upstander.network.middleware import of


@require_GET
@staff_page
def overview(request: HttpRequest) -> HttpResponse:
    """Where a visit is due, what is planned, what was agreed and is not done."""
    known = {
        "regions": coverage.regions(), "planned": visits.planned(), "made": visits.made(), "due": visits.steps_due(),
        "today": clock.today(),
    }  # fmt: skip
    return render(request, "gatherings/visits.html", known)


@require_GET
@staff_page
def region(request: HttpRequest, region_id: int) -> HttpResponse:
    """The schools of a region, those first that have nobody."""
    place = visits.place(region_id)
    if place is None or place.kind != "region":
        raise Http404
    return render(request, "gatherings/region.html", {"place": place, "schools": coverage.schools(region_id)})


@require_http_methods(["GET", "POST"])
@staff_page
def plan(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Plan a visit to one place."""
    place = visits.place(organisation_id)
    if place is None:
        raise Http404
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = visits.plan(organisation_id, given["day"], of(request).account_id, given["press"])
        except CannotDo as why:
            form.add_error("day", str(why))
        else:
            return redirect("gatherings_visit", made.id)
    before = Visit.objects.filter(organisation=place).exclude(visited_on=None).order_by("-visited_on")[:5]
    known = {"place": place, "form": form, "before": before}
    return render(request, "gatherings/visit_plan.html", known, status=422 if form.is_bound else 200)


def _visit(visit_id: UUID) -> Visit:
    found = Visit.objects.filter(pk=visit_id).select_related("organisation").first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@staff_page
def visit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """One visit: what was found, what was agreed."""
    found = _visit(visit_id)
    form = LogForm(request.POST or None, initial=_initial(found))
    if request.method == "POST" and form.is_valid():
        try:
            visits.log(
                visit_id, form.cleaned_data["day"], form.cleaned_data["findings"], of(request).account_id
            )
        except CannotDo as why:
            form.add_error("day", str(why))
        else:
            return redirect("gatherings_visit", visit_id)
    return _shown(request, found, 422 if form.is_bound else 200, form=form)


def _initial(found: Visit) -> dict[str, Any]:
    return {"findings": found.findings, "day": found.visited_on or clock.today()}


def _shown(request: HttpRequest, found: Visit, status: int, **forms: Any) -> HttpResponse:
    known: dict[str, Any] = {
        "visit": found, "form": LogForm(initial=_initial(found)), "step_form": StepForm(), "today": clock.today(),
        "steps": found.steps.order_by("done_at", "due", "pk"),
    }  # fmt: skip
    return render(request, "gatherings/visit.html", known | forms, status=status)


@require_POST
@staff_page
def step(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Something was agreed."""
    found, form = _visit(visit_id), StepForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        visits.agree(
            visit_id, given["what"], given["owner"], given["due"], of(request).account_id, given["press"]
        )
        return redirect("gatherings_visit", visit_id)
    return _shown(request, found, 422, step_form=form)


@require_POST
@staff_page
def step_done(request: HttpRequest, visit_id: UUID, step_id: UUID) -> HttpResponse:
    """It was done."""
    visits.done(visit_id, step_id, of(request).account_id)
    return redirect("gatherings_visit", visit_id)


@require_POST
@staff_page
def drop(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """It will not be made."""
    visits.drop(visit_id, of(request).account_id)
    return redirect("gatherings_visits")
