"""Taking up what is only offered, and recording that an agency asks for an analyst."""

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from upstander.actions import queries
from upstander.actions import services as actions
from upstander.actions.models import RequiredAction
from upstander.desk import offered, roles, tipview
from upstander.desk.offered import Offer, SupportForm
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import acted, refused
from upstander.intake.queries import QueueRow
from upstander.people.models import Role
from upstander.web import errors

PLAN = "desk/_plan.html"


def _offer(request: StaffRequest, tip: QueueRow, rule: str) -> Offer | None:
    found = offered.offers(queries.in_force(tip.id), request.user)
    return next((one for one in found if one.rule == rule), None)


def _taken_up(tip: QueueRow, rule: str) -> bool:
    rows = RequiredAction.objects.filter(tip_id=tip.id, standing=RequiredAction.Standing.OFFERED, ended_by=None)
    return any(row.rule_id == rule for row in rows.exclude(kind__in=offered.ELSEWHERE))


@require_POST
@roles.reader
@transaction.atomic
def take_up(request: StaffRequest, number: str) -> HttpResponse:
    """Take up what is offered: it stands among the steps from now on, without a time, and what came of it is recorded there."""
    tip, rule = tipview.find(number), request.POST.get("rule", "")[:80]
    offer = _offer(request, tip, rule)
    if offer is not None and not offer.can:
        return errors.another_role(request)
    if offer is None and _taken_up(tip, rule):  # a second press
        return acted(request, tip, _("Taken up."), PLAN, f"#s-{rule}")
    if offer is None:
        why = _("This is not offered for this tip, as it is judged now.")
        return refused(request, tip, {}, PLAN, 409, offer_refused=why)
    try:
        with transaction.atomic():
            actions.take_up(tip.id, rule, request.user.pk)
    except actions.CannotRecord as why:
        return refused(request, tip, {}, PLAN, 409, offer_refused=str(why))
    return acted(request, tip, _("Taken up."), PLAN, f"#s-{rule}")


@require_POST
@roles.reader
@transaction.atomic
def support(request: StaffRequest, number: str) -> HttpResponse:
    """An agency asks for analytical support: it is owed from now on, by the analyst who is named."""
    tip = tipview.find(number)
    if not (roles.works(request.user) or roles.owes(request.user, Role.STIC_ANALYST)):
        return errors.another_role(request)
    form = SupportForm(request.POST, auto_id="id_support_%s")
    if form.is_valid():
        asked = {name: form.cleaned_data[name] for name in ("answered_by", "agency", "note")}
        try:
            with transaction.atomic():
                row = actions.request_support(tip.id, request.user.pk, asked, form.cleaned_data["analyst"])
        except actions.CannotRecord as why:
            form.add_error("note", str(why))
        else:
            return acted(request, tip, _("The request is on record."), PLAN, f"#s-{row.rule.replace('#', '')}")
    return refused(request, tip, {"support": form}, PLAN)
