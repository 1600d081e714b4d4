"""The call sheet of every open Critical: printed from the screen or as PDF in one press, and what was done from paper entered
afterwards, row by row in its order (docs/decisions/0099)."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from upstander import clock
from upstander.actions import callsheet, callsheet_words
from upstander.actions import services as actions
from upstander.actions.callsheet import Line, Sheet, Step
from upstander.actions.models import RequiredAction
from upstander.actions.recording import CALLS
from upstander.audit import services as audit
from upstander.desk import owed, roles
from upstander.desk.claims import Held
from upstander.desk.happened import HOUR
from upstander.desk.roles import StaffRequest
from upstander.desk.views import recording
from upstander.desk.views.page import frame, held_words
from upstander.intake import queries as intake
from upstander.web import paper
from upstander.web.paper import CannotPrint


def _read(request: StaffRequest, act: str) -> Sheet:
    """The sheet now; that it was taken is on record in the transaction that reads it."""
    with transaction.atomic():
        sheet = callsheet.read(clock.now())
        audit.record(request.user.actor, act, "call_sheet", "all", criticals=len(sheet.criticals))
    return sheet


def _page(request: StaffRequest, sheet: Sheet, problem: str = "", status: int = 200) -> HttpResponse:
    known = {
        **frame(request), "document": callsheet_words.document(sheet), "written": callsheet.state(), "problem": problem,
        "criticals": len(sheet.criticals),
    }  # fmt: skip
    return render(request, "desk/critical_calls.html", known, status=status)


@require_GET
@never_cache
@roles.worker
def sheet(request: StaffRequest) -> HttpResponse:
    """The sheet as a page that prints."""
    return _page(request, _read(request, "call_sheet.viewed"))


@require_GET
@roles.worker
def pdf(request: StaffRequest) -> HttpResponse:
    """The same as PDF, made in memory; where the typesetter gives up, the page to print instead."""
    found = _read(request, "call_sheet.made")
    try:
        made = paper.pdf(callsheet_words.document(found), found.at)
    except CannotPrint:
        return _page(request, found, _("The PDF could not be made. Print this page instead: it says the same."), 500)
    return paper.answer(made, "call-sheet")


MOST = 30  # Criticals whose forms stand on one page; what is entered makes room for the next
Bound = dict[UUID, Any]


@require_GET
@roles.worker
def enter(request: StaffRequest) -> HttpResponse:
    """The open calls of the sheet, in its order, each with its form."""
    return _forms(request, {}, after=request.GET.get("after", ""))


@require_POST
@roles.worker
def entered(request: StaffRequest, action_id: UUID) -> HttpResponse:
    """One row, as it was done on paper; then on to the next."""
    action = RequiredAction.objects.filter(pk=action_id, kind__in=CALLS).first()
    tip = intake.tip(action.tip_id) if action else None
    if action is None or tip is None:
        raise Http404
    form, status = owed.form_of(action, request.POST), 422
    form.fields[HOUR].required = True  # what was done from paper was not done at this press
    form.fields[HOUR].error_messages["required"] = _("Write the time too, as 14:30.")
    if form.is_valid():
        try:
            with transaction.atomic():
                recording.hold(request, tip, action)
                recording.write(action.id, request.user.pk, form)
        except actions.CannotRecord as why:
            recording.beside(form, why)
        except Held as held:
            form.add_error("note", held_words(held))
            status = 409
        else:
            return redirect(f"{reverse('desk_enter_calls')}?after={action.id.hex[-8:]}")
    return _forms(request, {action_id: form}, status=status)


def _forms(request: StaffRequest, bound: Bound, after: str = "", status: int = 200) -> HttpResponse:
    sheet = _read(request, "call_sheet.viewed")
    open_ = [c for c in sheet.criticals if c.calls_left or any(x.action.id in bound for s in c.steps for x in s.lines)]
    first, shown = True, []
    for critical in open_[:MOST]:
        lines = [(step, line) for step in critical.steps for line in step.lines]
        rows = [_entry(step, line, bound) for step, line in lines if line.open or line.action.id in bound]
        for row in rows:
            row["focus"] = row["line"].action.id in bound if bound else first
            first = False
        shown.append({"critical": critical, "where": callsheet_words.where(critical), "rows": rows})
    known = {**frame(request), "criticals": shown, "more": max(0, len(open_) - MOST), "recorded": bool(after)}
    return render(request, "desk/enter_calls.html", known, status=status)


def _entry(step: Step, line: Line, bound: Bound) -> dict[str, Any]:
    """A row with its form. At an agency nobody knows who picks up."""
    name = line.name if line.action.target_kind == "contact" else ""
    form = bound.get(line.action.id) or owed.form_of(line.action, None, name)
    said = callsheet_words.status(line, by_hand=False)
    return {"line": line, "title": step.title, "form": form, "key": line.action.id.hex[-8:], "status": said}
