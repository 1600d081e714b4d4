"""The call sheet of every open Critical: printed from the screen or as PDF in one press (docs/decisions/0099)."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from upstander import clock
from upstander.actions import callsheet, callsheet_words
from upstander.actions.callsheet import Sheet
from upstander.audit import services as audit
from upstander.desk import roles
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import frame
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
