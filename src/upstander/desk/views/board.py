"""The fusion center's board: every tip, live; a class is confirmed by one press, and raised by judging (D-III.A)."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from upstander import clock
from upstander.actions import services as actions
from upstander.desk import roles, stic, tipview
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import frame, is_part, red, trigger
from upstander.people import access
from upstander.people.models import Role

LIST = "desk/_board.html"


def _known(request: StaffRequest, show: str, asked: str = "", wrong: str = "") -> dict[str, Any]:
    limit = int(asked) if asked.isdecimal() and len(asked) < 5 else stic.PAGE
    held = access.roles(request.user)
    return {
        "board": stic.read(show, clock.now(), request.user.pk, red(request), limit),
        "shows": _shows(),
        "confirms": not held.isdisjoint(roles.ASSIGNED),
        "own_too": Role.STIC_STAFF in held,
        "step": stic.PAGE,
        "wrong": wrong,
    }


def _shows() -> dict[str, str]:
    return {
        "open": _("Open"), "unconfirmed": _("Class not confirmed"), "critical": _("Critical"), "all": _("Closed ones too"),
    }  # fmt: skip


@require_GET
@roles.watcher
def board(request: StaffRequest) -> HttpResponse:
    """The board. Nothing that a person wrote is opened here."""
    known = _known(request, request.GET.get("show", ""), request.GET.get("n", ""))
    if is_part(request):
        return render(request, LIST, known)
    return render(request, "desk/board.html", {**known, **frame(request)})


@require_POST
@roles.assigned
def confirm(request: StaffRequest, number: str) -> HttpResponse:
    """Confirm the class that the row showed; without htmx back to the board as it was filtered."""
    tip = tipview.find(number)
    seen, show = request.POST.get("seen", ""), request.POST.get("show", "")
    try:
        actions.confirm_class(tip.id, request.user.pk, int(seen) if seen.isdecimal() and len(seen) < 5 else 0)
    except actions.CannotRecord as why:
        known = _known(request, show, wrong=f"{tip.number}: {why}")
        if is_part(request):
            return render(request, LIST, known, status=409)
        return render(request, "desk/board.html", {**known, **frame(request)}, status=409)
    if not is_part(request):
        if of := request.POST.get("of", ""):
            return redirect(f"{reverse('desk_owed')}?{urlencode({'of': of[:32]})}")
        return redirect(f"{reverse('desk_board')}?{urlencode({'show': show})}" if show in stic.SHOWS else "desk_board")
    response = render(request, LIST, _known(request, show))
    return trigger(response, tip_changed="", announce=_("Class of %(n)s confirmed.") % {"n": tip.number})
