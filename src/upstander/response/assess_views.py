"""From a tip that was released to the school to a case of its team (R-ta), in the words of who reads the tip."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from upstander.assessment import cases, reach, team_views
from upstander.assessment.pages import asked, passed
from upstander.packs.current import current
from upstander.people.adapters import account_of
from upstander.people.models import Account
from upstander.response import services
from upstander.response.pages import absent_if_not_theirs


def can_tell(account: Account) -> bool:
    """Whether there is a team that this person can tell something."""
    if current().assessment is None:
        return False
    with reach.acting(account) as mine:
        return bool(mine.reads or mine.reports)


@require_http_methods(["GET", "POST"])
@absent_if_not_theirs
def to_team(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Tell the team of this tip: a case is opened. Nothing is copied from the tip."""
    account = account_of(request.user)
    with reach.acting(account) as mine:
        referral = services.theirs(account, referral_id)
        where = team_views.places(mine)
        if current().assessment is None or not where:
            raise services.NotYours(referral_id)
        here = [one for one in where if one.pk == referral.place_id] or where
        form = team_views.report_form(request, mine, here)
        made: list[UUID] = []
        tell = lambda: made.append(  # noqa: E731
            cases.report(mine, form.told(), referral_id=referral_id, case_id=form.cleaned_data["entry"])
        )
        if passed(request, form, tell):
            return team_views.told(request, mine, form.cleaned_data["place"], made[0])
        says = [
            _("Write what the team must know. Nothing is copied from the tip: it stays with those to whom it was released."),
            _("If somebody is in danger right now, call 911 first."),
        ]
        tip = (reverse("response_referral", args=[referral_id]), _("The tip"))
        return asked(request, form, _("Tell the team of this tip"), _("Tell the team"), says=says, back=tip)
