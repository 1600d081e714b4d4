"""What the team decides in a case: its level, its plan, its reviews, its end."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upstander.assessment import cases, levels, pack, plans, queries
from upstander.assessment import plan as verbs
from upstander.assessment.case_views import back
from upstander.assessment.forms import CloseForm, KeptForm, LevelForm, PlanForm, ReviewForm
from upstander.assessment.pages import acting, asked, passed, pressed, sent
from upstander.assessment.reach import Reach
from upstander.disclosure.errors import NotTheirs


@require_http_methods(["GET", "POST"])
@acting
def level(request: HttpRequest, mine: Reach, case_id: UUID) -> HttpResponse:
    """How grave it is, by the district's scale, and whether the police are told."""
    found, _seat = cases.theirs(mine, case_id)
    section = pack.section()
    form = LevelForm(sent(request), section=section, scale=found.team.scale)
    if passed(request, form, lambda: levels.decide(mine, case_id, form.decided(), form.cleaned_data["entry"])):
        return redirect("assessment_case", case_id)
    says = [_("In danger: call 911 first."), section.disclaimer]
    return asked(request, form, _("How grave is it?"), _("Decide"), says=says, back=back(found))


@require_http_methods(["GET", "POST"])
@acting
def plan(request: HttpRequest, mine: Reach, case_id: UUID) -> HttpResponse:
    """Add to the safety plan."""
    found, _seat = cases.theirs(mine, case_id)
    members = [(str(one.member.id), f"{one.name}, {one.part}") for one in queries.roster(found.team).named if one.live]
    form = PlanForm(sent(request), members=members)
    if passed(request, form, lambda: verbs.add(mine, case_id, form.planned(), form.cleaned_data["entry"])):
        return redirect("assessment_case", case_id)
    return asked(request, form, _("Add to the safety plan"), _("Add"), back=back(found))


@require_POST
@acting
def done(request: HttpRequest, mine: Reach, case_id: UUID, item_id: UUID) -> HttpResponse:
    """A piece of the plan is done."""
    return pressed(request, lambda: verbs.done(mine, item_id), "assessment_case", case_id)


@require_http_methods(["GET", "POST"])
@acting
def again(request: HttpRequest, mine: Reach, case_id: UUID, item_id: UUID) -> HttpResponse:
    """A piece of the plan was looked at, and goes on."""
    found, _seat = cases.theirs(mine, case_id)
    piece = next((one for one in plans.items(found) if one.item.id == item_id), None)
    if piece is None:
        raise NotTheirs(item_id)
    form = ReviewForm(sent(request), initial={"review_on": piece.item.review_on})
    if passed(request, form, lambda: verbs.again(mine, item_id, form.cleaned_data["review_on"])):
        return redirect("assessment_case", case_id)
    return asked(request, form, _("It goes on"), _("Keep"), says=[piece.what], back=back(found))


@require_http_methods(["GET", "POST"])
@acting
def review(request: HttpRequest, mine: Reach, case_id: UUID) -> HttpResponse:
    """Set when the team looks at the case again."""
    found, _seat = cases.theirs(mine, case_id)
    form = ReviewForm(sent(request), initial={"review_on": found.review_on})
    if passed(request, form, lambda: levels.review(mine, case_id, form.cleaned_data["review_on"])):
        return redirect("assessment_case", case_id)
    return asked(request, form, _("The next review"), _("Keep"), back=back(found))


@require_http_methods(["GET", "POST"])
@acting
def kept(request: HttpRequest, mine: Reach, case_id: UUID) -> HttpResponse:
    """From whom of the team the case is kept."""
    found, _seat = cases.theirs(mine, case_id)
    now = [str(one.member.id) for one in queries.kept(found)]
    form = KeptForm(sent(request), members=queries.signing(found.team), initial={"kept": now})
    keep = lambda: cases.keep_from(mine, case_id, tuple(UUID(one) for one in form.cleaned_data["kept"]))  # noqa: E731
    if passed(request, form, keep):
        return redirect("assessment_case", case_id)
    return asked(request, form, _("Keep the case from somebody of the team"), _("Keep"), back=back(found))


@require_http_methods(["GET", "POST"])
@acting
def close(request: HttpRequest, mine: Reach, case_id: UUID) -> HttpResponse:
    """Close the case, with the reason."""
    found, _seat = cases.theirs(mine, case_id)
    form = CloseForm(sent(request), section=pack.section())
    end = lambda: levels.close(mine, case_id, form.cleaned_data["closing"], form.cleaned_data["reason"])  # noqa: E731
    if passed(request, form, end, _("The case is closed.")):
        return redirect("assessment_case", case_id)
    says = [_("A closed case can still be read by the team. Nothing is added to it any more.")]
    return asked(request, form, _("Close the case"), _("Close it"), says=says, back=back(found))
