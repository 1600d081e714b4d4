"""Putting a page of the desk together, whole or one part of it, and answering an act."""

import json
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.desk import board, claims, live, tipview
from upstander.desk.claims import Held
from upstander.desk.roles import StaffRequest
from upstander.desk.views.tippage import Context, Forms, TipPage
from upstander.intake import services as intake
from upstander.intake.queries import QueueRow
from upstander.people import access
from upstander.people.models import Role
from upstander.vault.keys import keyring
from upstander.web.templatetags.ui import when


def is_part(request: StaffRequest) -> bool:
    """Whether htmx asks for a part of a page."""
    return "HX-Request" in request.headers


def red(request: StaffRequest) -> board.Reds:
    """What is red, asked for once in a request: bar, queue and head of a page count the same."""
    found: board.Reds | None = getattr(request, "_red", None)
    if found is None:
        found = request._red = board.red_now(clock.now())  # type: ignore[attr-defined]
    return found


def frame(request: StaffRequest) -> Context:
    """What every page of the desk carries: the bar, and the ticket of the live line."""
    shown = live.ticket(keyring().secret("ticket"), request.user.pk)
    return {
        "bar": board.bar(clock.now(), red=red(request)),
        "live_url": f"/live?ticket={quote(shown)}",
        "decides": Role.SUPERVISOR in access.roles(request.user),
    }


def viewed(request: StaffRequest, tip: QueueRow, part: str) -> None:
    """Say on the record that somebody read a tip, in the transaction that shows it."""
    audit.record(request.user.actor, "tip.viewed", "tip", tip.id, part=part)


def deal(request: StaffRequest, tip: QueueRow) -> None:
    """Hold a tip for an act, and take up the words of its reporter that were shown to whoever presses; raises Held.

    `heard` is the number of added words with which the form's page was made, `heard_live` that of those which a live page shows
    by now. A request without either takes none up.
    """
    claims.take(tip.id, request.user.pk)
    said = request.POST.get("heard_live") or request.POST.get("heard", "")
    if said.isdecimal() and len(said) < 7:
        intake.taken_up(tip.id, int(said))


def whole(request: StaffRequest, page: TipPage, status: int = 200, **extra: object) -> HttpResponse:
    """The page of a tip with queue and bar; writes the audit entry of the view."""
    viewed(request, page.tip, "page")
    known = {
        "board": board.board(page.now, request.user.pk, red=red(request)),
        **frame(request),
        **page.context(),
        **extra,
    }
    return render(request, "desk/tip.html", known, status=status)


def trigger(response: HttpResponse, **events: object) -> HttpResponse:
    """Tell the page what happened (HX-Trigger); names with `_` are written with `-`."""
    response["HX-Trigger"] = json.dumps({k.replace("_", "-"): v for k, v in events.items()})
    return response


def acted(
    request: StaffRequest, tip: QueueRow, say: str | Promise, template: str, anchor: str = "", **extra: object
) -> HttpResponse:
    """An act went through: the part anew and the rest told to look again; without htmx back to the tip's page."""
    if not is_part(request):
        return redirect(reverse("desk_tip", args=[tip.number]) + anchor)
    page = TipPage(request, tipview.find(tip.number))
    viewed(request, tip, "part")  # a part may open words too: notes of earlier calls, say
    response = render(request, template, {**page.context(), **extra})
    return trigger(response, tip_changed="", announce=str(say))


def refused(
    request: StaffRequest, tip: QueueRow, bound: Forms, template: str, status: int = 422, **extra: object
) -> HttpResponse:
    """An act did not go through: the same form, every word kept, with what is wrong beside the field."""
    page = TipPage(request, tip, bound)
    if is_part(request):
        viewed(
            request, tip, "part"
        )  # else a form that cannot pass would be a way to read without leaving a trace
        return render(request, template, {**page.context(), **extra}, status=status)
    return whole(request, page, status, **extra)


def held_words(held: Held) -> str:
    """Who holds the tip, until when; or that one has no certificate."""
    if isinstance(held, claims.NotCertified):
        return _("You have no valid certificate: take what is urgent, and see Training. What you typed is still here.")
    return _("%(name)s holds this tip until %(time)s. What you typed is still here.") % {
        "name": held.name,
        "time": _plain_time(held),
    }


def _plain_time(held: Held) -> str:
    return when(held.until, "clock").partition(">")[2].partition("<")[0]
