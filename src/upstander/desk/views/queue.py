"""The first page: queue and bar. Nothing that a person wrote is opened here."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from upstander import clock
from upstander.desk import board, roles
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import frame, trigger
from upstander.desk.views.page import red as known_red
from upstander.people import access


def _limit(request: StaffRequest) -> int:
    asked = request.GET.get("n", "")
    return int(asked) if asked.isdecimal() and len(asked) < 5 else board.PAGE


def _queue(request: StaffRequest, only_red: bool = False) -> dict[str, Any]:
    return {
        "board": board.board(clock.now(), request.user.pk, _limit(request), only_red, known_red(request)),
        "current": request.GET.get("current", "")[:16],
        "only_red": only_red,
        "step": board.PAGE,
    }


@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """The desk. Whoever may not read tips finds the ways to their own pages."""
    if not roles.reads(request.user):
        return render(request, "desk/door.html", {"roles": access.roles(request.user)})
    return render(request, "desk/home.html", {**_queue(request), **frame(request), "now": clock.now()})


@require_GET
@roles.reader
def queue(request: StaffRequest) -> HttpResponse:
    """The queue alone, for the live page."""
    return render(request, "desk/_queue.html", _queue(request))


@require_GET
@roles.reader
def red(request: StaffRequest) -> HttpResponse:
    """Only what somebody must act on now, with the reasons in words."""
    return render(request, "desk/red.html", {**_queue(request, only_red=True), **frame(request)})


@require_GET
@roles.reader
def bar(request: StaffRequest) -> HttpResponse:
    """The header bar, asked for every few seconds: what turned red by itself sounds and is announced here."""
    with transaction.atomic():
        shown = board.bar(clock.now(), request.GET.get("seen"))
    response = render(request, "desk/_bar.html", {"bar": shown})
    if shown.new:
        trigger(response, announce=board.announcement(shown), alarm="danger", desk_red="")
    return response
