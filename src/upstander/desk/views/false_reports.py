"""False reports and pranks: a supervisor determines, an analyst researches who sent it, help is asked for (D-IV.A.6)."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from upstander import clock
from upstander.actions import falsehood
from upstander.actions import services as actions
from upstander.audit import services as audit
from upstander.desk import false_reports, roles, tipview
from upstander.desk.false_reports import NoteForm, note_form
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import frame, viewed
from upstander.intake.models import Tip
from upstander.intake.queries import QueueRow

Forms = dict[str, NoteForm]


@require_GET
@roles.researcher
@transaction.atomic
def listed(request: StaffRequest) -> HttpResponse:
    """What waits for a determination, what is researched, what was concluded lately: codes, names and times. Looking is on
    record."""
    now = clock.now()
    waiting, researched = falsehood.waiting(), falsehood.researched()
    audit.record(
        request.user.actor, "false_reports.listed", "list", "false_reports",
        waiting=waiting.count(), researched=researched.count(),
    )  # fmt: skip
    known = {
        "waiting": false_reports.listed(waiting[: false_reports.LISTED], now),
        "researched": false_reports.listed(researched[: false_reports.LISTED], now),
        "concluded": false_reports.listed(falsehood.concluded(false_reports.LISTED), now),
        "now": now,
        **frame(request),
    }
    return render(request, "desk/false_reports.html", known)


@require_GET
@roles.researcher
@transaction.atomic
def one(request: StaffRequest, number: str) -> HttpResponse:
    """One tip: its determinations, the research log, what may be asked for."""
    return _page(request, tipview.find(number), {})


def _page(request: StaffRequest, found: QueueRow, bound: Forms, status: int = 200) -> HttpResponse:
    viewed(request, found, "false_report")
    now = clock.now()
    report = false_reports.report(Tip.objects.get(pk=found.id), now)
    if report is None:
        raise Http404
    known: dict[str, Any] = {
        "report": report, "tip": found, "now": now, **frame(request),
        "determine": bound.get("determine") or note_form("determine"),
        "withdraw": bound.get("withdraw") or note_form("withdraw"),
        "following": [(one, bound.get(one.rule) or note_form(one.rule)) for one in report.following],
    }  # fmt: skip
    return render(request, "desk/false_report.html", known, status=status)


def _act(
    request: StaffRequest, number: str, name: str, act: Callable[[QueueRow, dict[str, Any]], object]
) -> HttpResponse:
    """Do it with what the form of this name says, or show the form again with what is wrong beside its field."""
    found = tipview.find(number)
    form = note_form(name, request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                act(found, form.cleaned_data)
            return redirect("desk_false_report", number=found.number)
        except actions.CannotRecord as error:
            form.add_error("note", str(error))
    with transaction.atomic():
        return _page(request, found, {name: form}, 422)


@require_POST
@roles.supervisor
def determine(request: StaffRequest, number: str) -> HttpResponse:
    """A supervisor says whether it is clearly identified as intentionally false or a prank."""
    return _act(
        request, number, "determine",
        lambda tip, said: actions.determine(tip.id, request.user.pk, said["result"], said["note"]),
    )  # fmt: skip


@require_POST
@roles.supervisor
def withdraw(request: StaffRequest, number: str) -> HttpResponse:
    """A supervisor takes a determination back."""
    return _act(
        request, number, "withdraw",
        lambda tip, said: actions.withdraw_determination(tip.id, request.user.pk, said["note"]),
    )  # fmt: skip


@require_POST
@roles.researcher
def record(request: StaffRequest, number: str) -> HttpResponse:
    """An entry of the research log, or what came of asking for an investigation or a prosecution; what is offered is taken up
    by it."""
    rule = request.POST.get("rule", "")
    if rule not in false_reports.rules(tipview.find(number).id):
        raise Http404

    def write(tip: QueueRow, said: dict[str, Any]) -> None:
        row = falsehood.to_record(tip.id, rule, request.user.pk)
        detail = {"answered_by": said["answered_by"]}
        actions.mark_done(row.id, request.user.pk, said["note"], said["result"], detail)

    return _act(request, number, rule, write)
