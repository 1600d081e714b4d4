"""The pages of one case."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander import clock
from upstander.assessment import cases, moving, pack, plans, queries
from upstander.assessment.forms import EntryForm
from upstander.assessment.models import Case, Step
from upstander.assessment.pages import acting, asked, passed, pressed, sent
from upstander.assessment.reach import Reach
from upstander.disclosure import gate, log
from upstander.disclosure.errors import NotTheirs
from upstander.disclosure.forms import DisclosureForm
from upstander.disclosure.pages import shown
from upstander.people import queries as people


def back(case: Case) -> tuple[str, str]:
    """The way back to a case's page."""
    return reverse("assessment_case", args=[case.id]), _("The case")


@require_GET
@acting
def case(request: HttpRequest, mine: Reach, case_id: UUID) -> HttpResponse:
    """A case: whom it is about, how far the team is, and what it knows, by day."""
    found, seat = cases.read(mine, case_id)
    section = pack.section()
    done = set(Step.objects.filter(case=found).values_list("code", flat=True))
    values: dict[str, Any] = {
        "case": found, "opened": queries.opened([found])[0], "lines": queries.timeline(mine, found, seat), "seat": seat,
        "subject": section.label("subjects", found.subject), "section": section,
        "steps": [(one, one.code in done) for one in section.steps],
        "next_step": next((one.code for one in section.steps if one.code not in done), ""),
        "by": people.names([found.opened_by]).get(found.opened_by, ""), "today": clock.today(),
        "kept": [one.name for one in queries.kept(found)],
        "offer": moving.of_case(found), "keeps": found.place_id in mine.school.keeps,
        "levels": plans.levels(found), "items": plans.items(found), "over": plans.over(found),
    }  # fmt: skip
    return shown(request, "assessment/case.html", values)


@require_http_methods(["GET", "POST"])
@acting
def write(request: HttpRequest, mine: Reach, case_id: UUID) -> HttpResponse:
    """Add an interview, a behavior, a source, what protects, a note."""
    found, seat = cases.theirs(mine, case_id)
    form = EntryForm(sent(request), section=pack.section(), shelves=seat.shelves)
    add = lambda: cases.write(mine, case_id, form.said(), form.cleaned_data["entry"])  # noqa: E731
    if passed(request, form, add, _("It is written down.")):
        return redirect("assessment_case", case_id)
    return asked(request, form, _("Write into the case"), _("Write it down"), back=back(found))


@require_http_methods(["GET", "POST"])
@acting
def disclose(request: HttpRequest, mine: Reach, case_id: UUID) -> HttpResponse:
    """Tell somebody outside the team something of the student: recorded with its ground. An officer is held to the lock."""
    found, seat = cases.theirs(mine, case_id)
    if found.student is None:
        raise NotTheirs(case_id)
    form = DisclosureForm(sent(request), rules=gate.rules(), emergencies=log.emergencies(found.student))
    student = found.student
    tell = lambda: gate.record(  # noqa: E731
        mine.school, student, form.shared(), officer=seat.officer, case_id=case_id, press=form.cleaned_data["entry"]
    )
    if passed(request, form, tell, _("It is recorded in the student's file.")):
        return redirect("assessment_case", case_id)
    says = [gate.rules().disclaimer]
    if seat.officer:
        says.append(_("You work for the police: what stands in the student's record you pass on only in a recorded emergency."))
    return asked(request, form, _("Tell somebody outside the team"), _("Record it"), says=says, back=back(found))


@require_POST
@acting
def withdraw(request: HttpRequest, mine: Reach, case_id: UUID, entry_id: UUID) -> HttpResponse:
    """Take one's own entry back."""
    return pressed(request, lambda: cases.withdraw(mine, entry_id), "assessment_case", case_id)


@require_POST
@acting
def step(request: HttpRequest, mine: Reach, case_id: UUID) -> HttpResponse:
    """A step is done."""
    return pressed(request, lambda: cases.step(mine, case_id, request.POST.get("step", "")), "assessment_case", case_id)
