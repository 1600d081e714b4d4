"""Recording what was done on a row of the third column, with its proof."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from upstander.actions import services as actions
from upstander.actions.models import RequiredAction
from upstander.actions.recording import CALLS, CONFIRM_CLASS, proof_of
from upstander.actions.refused import TOLD_OTHERWISE
from upstander.desk import coordinating, forms, roles, tipview
from upstander.desk.claims import Held
from upstander.desk.happened import HOUR
from upstander.desk.roles import StaffRequest
from upstander.desk.steps import PEOPLE
from upstander.desk.views.page import (
    acted,
    deal,
    held_words,
    is_part,
    refused,
)
from upstander.desk.views.tippage import TipPage
from upstander.intake.queries import QueueRow
from upstander.web import errors

TARGET = "desk/_target.html"


def _mine(request: StaffRequest, tip: QueueRow, action_id: UUID) -> RequiredAction:
    """The action, if it is this tip's; raises Http404."""
    action = RequiredAction.objects.filter(pk=action_id, tip_id=tip.id).first()
    if action is None:
        raise Http404
    return action


def hold(request: StaffRequest, tip: QueueRow, action: RequiredAction) -> None:
    """Whoever holds the tip records; what another role owes, that role records while the call-taker goes on; raises Held."""
    if roles.owes(request.user, action.owed_by):
        return
    deal(request, tip)


def _said(request: StaffRequest, action: RequiredAction) -> tuple[str, forms.CallForm | forms.DoneForm]:
    """The form of a row as it was sent, and the key by which the page finds it. Beside a call to people there is a second form,
    which says that somebody cannot be reached: it has no field for who answered."""
    name, people = f"id_{action.id.hex[-8:]}_%s", action.kind in PEOPLE
    if action.kind in CALLS and ("answered_by" in request.POST or not people):
        return str(action.id), forms.CallForm(request.POST, auto_id=name)
    proof = proof_of(action)
    if people:
        aside = f"id_{action.id.hex[-8:]}_aside_%s"
        return f"aside-{action.id}", forms.DoneForm(request.POST, auto_id=aside, proof=proof)
    return str(action.id), forms.DoneForm(request.POST, auto_id=name, proof=proof)


@require_POST
@roles.reader
def record(request: StaffRequest, number: str, action_id: UUID) -> HttpResponse:
    """What came of a call, or that something else was done, with its proof."""
    tip = tipview.find(number)
    action = _mine(request, tip, action_id)
    if not (roles.works(request.user) or roles.owes(request.user, action.owed_by)):
        return errors.another_role(request)
    key, form = _said(request, action)
    status = 422
    if form.is_valid():
        try:
            with transaction.atomic():
                if action.kind == CONFIRM_CLASS:
                    seen = request.POST.get("seen", "")
                    number_seen = int(seen) if seen.isdecimal() and len(seen) < 5 else 0
                    actions.confirm_class(tip.id, request.user.pk, number_seen)
                else:
                    hold(request, tip, action)
                    write(action_id, request.user.pk, form)
                    if action.kind == coordinating.KIND and "for_all" in request.POST:
                        _write_others(request, action, form)
        except actions.CannotRecord as error:
            beside(form, error)
        except Held as held:
            form.add_error("note", held_words(held))
            status = 409
        else:
            return _recorded(request, tip, action_id)
    bound = {key: form}
    return refused(request, tip, bound, TARGET, status, row=_row(request, tip, action_id, bound))


@require_POST
@roles.reader
def again(request: StaffRequest, number: str, action_id: UUID) -> HttpResponse:
    """Send a refused mail again, to the address that the row shows."""
    tip = tipview.find(number)
    action = _mine(request, tip, action_id)
    if not (roles.works(request.user) or roles.owes(request.user, action.owed_by)):
        return errors.another_role(request)
    form, status = forms.AgainForm(request.POST), 422
    if form.is_valid():
        try:
            with transaction.atomic():
                hold(request, tip, action)
                actions.send_again(action_id, request.user.pk, form.cleaned_data["address"])
        except actions.CannotRecord as error:
            form.add_error(None, str(error))
        except Held as held:
            form.add_error(None, held_words(held))
            status = 409
        else:
            return _recorded(request, tip, action_id, _("On its way again."))
    bound = {f"again-{action_id}": form}
    return refused(request, tip, bound, TARGET, status, row=_row(request, tip, action_id, bound))


def _write_others(request: StaffRequest, action: RequiredAction, form: Any) -> None:
    """Write the same on every other open row of a coordination: it was one talk with all of them; raises CannotRecord."""
    given = form.cleaned_data
    rows = RequiredAction.objects.filter(tip_id=action.tip_id, rule=action.rule)
    for other in rows.filter(done_at=None, ended_by=None).exclude(pk=action.pk):
        actions.mark_done(
            other.id, request.user.pk, given["note"], given["result"] or "done", form.detail, happened_at=form.moment()
        )


@transaction.atomic
def _recorded(request: StaffRequest, tip: QueueRow, action_id: UUID, say: str = "") -> HttpResponse:
    """The row as it stands now, with an empty form where it is owed still."""
    row, anchor = _row(request, tip, action_id, {}), f"#a-{action_id.hex[-8:]}"
    return acted(request, tip, say or _("Recorded."), TARGET, anchor, row=row, recorded=True)


def write(action_id: UUID, account_id: int, form: forms.CallForm | forms.DoneForm) -> None:
    """Write down what a form says came of a row; raises CannotRecord."""
    given = form.cleaned_data
    if isinstance(form, forms.CallForm):
        detail = {k: given[k] for k in ("answered_by", "dispatch_number", "note")}
        if given["result"] != "answered":
            detail["answered_by"] = (
                ""  # the field holds the name of whoever was called; nobody of that name answered
            )
        actions.record_call(
            action_id, account_id, given["result"], given["seconds"], detail, given["press"], form.moment()
        )
    elif given["result"] == TOLD_OTHERWISE:
        actions.told_otherwise(action_id, account_id, given["note"], given["press"])
    else:
        result = given["result"] or "done"
        actions.mark_done(
            action_id, account_id, given["note"], result, form.detail, given["press"], form.moment()
        )


def beside(form: forms.CallForm | forms.DoneForm, error: actions.CannotRecord) -> None:
    """Put what the ledger says at the field that it speaks of."""
    if isinstance(error, actions.CannotHaveHappened):
        form.add_error(HOUR, str(error))
    else:
        form.add_error("answered_by" if isinstance(form, forms.CallForm) else "note", str(error))


def _row(request: StaffRequest, tip: QueueRow, action_id: UUID, bound: dict[str, Any]) -> Any:
    """The row of the third column that this action is, for a part of the page: (step, target)."""
    if not is_part(request):
        return None
    page = TipPage(request, tip, bound)
    for step in (*page.todo.steps, *page.todo.over):
        for target in step.targets:
            if target.action.id == action_id:
                return {"step": step, "target": target}
    raise Http404
