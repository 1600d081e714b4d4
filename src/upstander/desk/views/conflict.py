"""The fusion center's word on who is left out because the tip is about them: confirmed or changed, by name."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from upstander.actions import conflict as decided
from upstander.actions import services as actions
from upstander.desk import conflict, roles, tipview
from upstander.desk.conflict import ConfirmForm
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import acted, is_part, refused
from upstander.desk.views.tippage import TipPage
from upstander.intake.queries import QueueRow

TARGET = "desk/_target.html"


@require_POST
@roles.confirms_conflict
def conflict_decision(request: StaffRequest, number: str) -> HttpResponse:
    """Decide, or only see who would be told (`act=look`), which writes nothing but the view."""
    tip = tipview.find(number)
    page = TipPage(request, tip)
    if page.conflict is None or decided.owed(tip.id) is None:
        raise Http404
    form = conflict.confirm_form(page.conflict, page.look, request.POST)
    looks = request.POST.get("act") == "look"
    if form.is_valid() and not looks and _decide(request, tip, form):
        return acted(
            request, tip, _("Decided."), TARGET, "#left-out", row=_row(request, tip, {}), recorded=True
        )
    bound = {"conflict": form}
    with transaction.atomic():
        return refused(
            request,
            tip,
            bound,
            TARGET,
            200 if looks and not form.errors else 422,
            row=_row(request, tip, bound),
        )


def _decide(request: StaffRequest, tip: QueueRow, form: ConfirmForm) -> bool:
    """Whether it was decided; else the form says why not."""
    try:
        with transaction.atomic():
            decision = form.decision()
            if decision is None:
                raise actions.CannotJudge(
                    "excluded", _("Choose whom the tip is about, or that it is nobody of these.")
                )
            actions.decide_conflict(tip.id, request.user.pk, decision, conflict.seen(form))
    except actions.CannotJudge as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    except actions.CannotRecord as error:
        form.add_error(None, str(error))
    return not form.errors


def _row(request: StaffRequest, tip: QueueRow, bound: dict[str, Any]) -> Any:
    """The row of the ledger under which it stands, for a part of the page; as it is now, not as it was before the act."""
    if not is_part(request):
        return None
    page = TipPage(request, tip, bound)
    rows = [(s, t) for s in (*page.todo.steps, *page.todo.over) if s.kind == decided.KIND for t in s.targets]
    if not rows:
        raise Http404
    step, target = rows[-1]
    return {"step": step, "target": target}
