"""Judging, releasing, and recording what was done."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from upstander.actions import conflict, ledger, queries
from upstander.actions import services as actions
from upstander.actions.ledger import CALLS
from upstander.actions.models import Judgement, RequiredAction
from upstander.actions.refused import TOLD_OTHERWISE
from upstander.actions.services import Circumstances, Decision
from upstander.desk import forms, roles, tipview
from upstander.desk.claims import Held
from upstander.desk.roles import StaffRequest
from upstander.desk.steps import PEOPLE
from upstander.desk.views.page import (
    TipPage,
    acted,
    deal,
    held_words,
    is_part,
    refused,
    trigger,
    viewed,
    whole,
)
from upstander.desk.views.suggested import with_suggested
from upstander.intake.queries import QueueRow
from upstander.web import errors

JUDGE, RELEASE, TARGET = "desk/_judge.html", "desk/_release.html", "desk/_target.html"


@require_POST
@roles.worker
@transaction.atomic
def preview(request: StaffRequest, number: str) -> HttpResponse:
    """What this choice, and the suggestion that was pressed, would demand; writes nothing but, with words, the view."""
    page = TipPage(request, tipview.find(number))
    form = page.classification(with_suggested(request.POST))
    known = {**page.context(), "form": form, "plan": None}
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            also = _circumstances(request, page.head.judgement, chosen)
            also = replace(also, excluded=form.outlook.left_out if form.outlook else frozenset())
            known["plan"] = actions.preview(
                page.tip.place_id, chosen["subtypes"], chosen["in_progress"], chosen["flags"], also
            )
        except actions.CannotJudge as error:
            form.add_error(error.field, str(error))
    page.bound |= {"judge": form, "plan": known["plan"]}
    if is_part(request) and "suggested" in request.POST:
        viewed(request, page.tip, "part")
        return render(request, "desk/_judge_anew.html", page.context())
    if is_part(request):
        return render(request, "desk/_preview.html", known)
    return whole(request, page)


@require_POST
@roles.worker
def judge(request: StaffRequest, number: str) -> HttpResponse:
    """Classify (D-III.B): the judgement, the ledger, the first mails, at once."""
    tip = tipview.find(number)
    page = TipPage(request, tip)
    form = page.classification(request.POST)
    status = 422
    if form.is_valid():
        try:
            with transaction.atomic():
                deal(request, tip)  # until the end of this nobody else judges
                also = _circumstances(request, queries.in_force(tip.id), form.cleaned_data)
                decision = form.decision()
                if not _stands(request, tip, form.cleaned_data, also, decision):
                    actions.judge(_judging(tip, request.user.pk, form.cleaned_data, also, decision))
        except actions.CannotJudge as error:
            form.add_error(error.field, str(error))
        except JudgedSince as error:
            form.add_error("subtypes", str(error))
            status = 409
        except Held as held:
            form.add_error("subtypes", held_words(held))
            status = 409
        else:
            return _judged(request, tip)
    return refused(request, tip, {"judge": form}, JUDGE, status)


class JudgedSince(ValueError):
    """Somebody judged the tip otherwise since the form was shown; in words for the person."""


def _circumstances(request: StaffRequest, before: Judgement | None, chosen: dict[str, Any]) -> Circumstances:
    """Whom it is about: as it was said in this form, where it asked, else as before."""
    known = Circumstances.of(before)
    return replace(known, age=chosen["age"], disabled=chosen["disabled"]) if "age" in request.POST else known


def _stands(
    request: StaffRequest,
    tip: QueueRow,
    chosen: dict[str, Any],
    also: Circumstances,
    decision: Decision | None,
) -> bool:
    """Whether this judgement was written by an earlier press of the same button; raises JudgedSince.

    `after` names the judgement that the form was shown with, and the lowering that waited then (`_judge.html`).
    """
    judged = queries.judgements(tip.id)
    states = (Judgement.State.IN_FORCE, Judgement.State.PENDING)
    now = ".".join(str(next((j.n for j in judged if j.state == state), 0)) for state in states)
    if request.POST.get("after", now) == now:
        return False
    newest = judged[0]
    same = newest.account_id == request.user.pk and newest.in_progress == chosen["in_progress"]
    same = same and Circumstances.of(newest) == also and conflict.stands(tip.id, decision)
    if same and set(newest.subtypes) == set(chosen["subtypes"]) and set(newest.flags) == set(chosen["flags"]):
        return True
    raise JudgedSince(
        _(
            "This tip has been judged since you opened it. Look at what it is now, then judge again if you must."
        )
    )


def _judging(
    tip: QueueRow, account_id: int, chosen: dict[str, Any], also: Circumstances, decision: Decision | None
) -> actions.Judging:
    return actions.Judging(
        tip_id=tip.id,
        account_id=account_id,
        subtypes=tuple(chosen["subtypes"]),
        in_progress=chosen["in_progress"],
        flags=tuple(chosen["flags"]),
        reason=chosen["reason"],
        narrative=chosen["narrative"],
        circumstances=also,
        conflict=decision,
    )


@transaction.atomic
def _judged(request: StaffRequest, tip: QueueRow) -> HttpResponse:
    """The answer carries the whole third column: the number of the PSAP is there with it, not a round trip later."""
    if not is_part(request):
        return acted(request, tip, "", JUDGE, "#todo")
    page = TipPage(request, tipview.find(tip.number))
    viewed(request, tip, "plan")
    response = render(request, "desk/_decided.html", {**page.context(), "fresh": True})
    pending = page.head.pending is not None
    said = (
        _("The lowering waits for a supervisor.")
        if pending
        else _("Judged. What must happen is on the right.")
    )
    return trigger(response, tip_judged="", announce=said)


@require_POST
@roles.worker
def release(request: StaffRequest, number: str) -> HttpResponse:
    """Release the narrative (decisions 8)."""
    tip = tipview.find(number)
    form = forms.ReleaseForm(request.POST, auto_id="id_release_%s")
    status = 422
    if form.is_valid():
        try:
            with transaction.atomic():
                deal(request, tip)
                actions.release(tip.id, request.user.pk, form.cleaned_data["text"])
        except actions.CannotRecord as error:
            form.add_error("text", str(error))
        except Held as held:
            form.add_error("text", held_words(held))
            status = 409
        else:
            return acted(request, tip, _("Released."), RELEASE, "#release")
    return refused(request, tip, {"release": form}, RELEASE, status)


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


@require_POST
@roles.reader
def record(request: StaffRequest, number: str, action_id: UUID) -> HttpResponse:
    """What came of a call, or that something else was done, with its proof."""
    tip = tipview.find(number)
    action = _mine(request, tip, action_id)
    if not (roles.works(request.user) or roles.owes(request.user, action.owed_by)):
        return errors.page(request, 403)
    called = "answered_by" in request.POST and action.kind in CALLS
    key, name = str(action_id), f"id_{action_id.hex[-8:]}_%s"
    if not called and action.kind in PEOPLE:
        key, name = f"aside-{action_id}", f"id_{action_id.hex[-8:]}_aside_%s"
    form = (
        forms.CallForm(request.POST, auto_id=name)
        if called
        else forms.DoneForm(request.POST, auto_id=name, proof=ledger.proof_of(action))
    )
    status = 422
    if form.is_valid():
        try:
            with transaction.atomic():
                if action.kind == ledger.CONFIRM_CLASS:
                    seen = request.POST.get("seen", "")
                    actions.confirm_class(tip.id, request.user.pk, int(seen) if seen.isdecimal() and len(seen) < 5 else 0)
                else:
                    hold(request, tip, action)
                    write(action_id, request.user.pk, form)
        except actions.CannotRecord as error:
            form.add_error("answered_by" if called else "note", str(error))
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
        return errors.page(request, 403)
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
        actions.record_call(action_id, account_id, given["result"], given["seconds"], detail, given["press"])
    elif given["result"] == TOLD_OTHERWISE:
        actions.told_otherwise(action_id, account_id, given["note"], given["press"])
    else:
        result = given["result"] or "done"
        actions.mark_done(action_id, account_id, given["note"], result, form.detail, given["press"])


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
