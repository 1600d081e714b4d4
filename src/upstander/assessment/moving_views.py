"""The pages of a hand-over: offered to another district's team, taken back, taken over."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upstander.assessment import cases, moving
from upstander.assessment.case_views import back
from upstander.assessment.forms import OfferForm, TakeForm
from upstander.assessment.models import Team
from upstander.assessment.pages import acting, asked, passed, pressed, sent
from upstander.assessment.reach import Reach
from upstander.directory.models import Kind, Organisation
from upstander.disclosure.errors import NotTheirs


@require_http_methods(["GET", "POST"])
@acting
def offer(request: HttpRequest, mine: Reach, case_id: UUID) -> HttpResponse:
    """Offer a case to the team of the district to which the student moves."""
    found, _seat = cases.theirs(mine, case_id)
    form = OfferForm(sent(request), teams=moving.teams_elsewhere())
    give = lambda: moving.offer(mine, case_id, UUID(form.cleaned_data["team"]), form.cleaned_data["given"])  # noqa: E731
    if passed(request, form, give, _("It is offered. When the other team takes it over, this case is closed.")):
        return redirect("assessment_case", case_id)
    says = [_("Tell the parents in writing first what is sent, so that they can look at it and object.")]
    return asked(request, form, _("Hand the case over"), _("Offer it"), says=says, back=back(found))


@require_POST
@acting
def take_back(request: HttpRequest, mine: Reach, case_id: UUID) -> HttpResponse:
    """Take an offer back."""
    return pressed(request, lambda: moving.take_back(mine, case_id), "assessment_case", case_id)


@require_http_methods(["GET", "POST"])
@acting
def take_over(request: HttpRequest, mine: Reach, offer_id: UUID) -> HttpResponse:
    """What another team offers: read it, and take it over."""
    found = next((one for one in moving.offered(mine) if one.row.id == offer_id), None)
    if found is None:
        raise NotTheirs(offer_id)
    home = Team.objects.values_list("place_id", flat=True).get(pk=found.row.to_team_id)
    live = Organisation.objects.filter(kind=Kind.SCHOOL, retired_on=None).order_by("name")
    form = TakeForm(sent(request), places=[*live.filter(pk=home), *live.filter(parent=home)])
    made: list[UUID] = []
    if passed(request, form, lambda: made.append(moving.take_over(mine, offer_id, form.cleaned_data["place"]))):
        return redirect("assessment_case", made[0])
    says = [_("From %(place)s") % {"place": found.place}, found.given]
    return asked(request, form, found.about, _("Take it over"), says=says, back=(reverse("assessment_home"), _("Our team")))
