"""Judging and releasing."""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from upstander.actions import conflict, queries
from upstander.actions import services as actions
from upstander.actions.models import Judgement
from upstander.actions.services import Circumstances, Decision
from upstander.desk import forms, roles, tipview
from upstander.desk.claims import Held
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import (
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
from upstander.desk.views.tippage import TipPage
from upstander.intake.queries import QueueRow

JUDGE, RELEASE = "desk/_judge.html", "desk/_release.html"


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
                page.tip.place_id, chosen["subtypes"], chosen["in_progress"], chosen["flags"], also, page.tip.submitter
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
