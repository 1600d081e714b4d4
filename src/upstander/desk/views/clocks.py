"""Duty clocks: what the law may ask because of a tip, and the page of everything that runs (docs/decisions/0074)."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from upstander import clock
from upstander.actions import clock_queries, clocks
from upstander.actions.clock_forms import MeetForm, OpenForm, WaiveForm
from upstander.actions.clock_models import Clock
from upstander.actions.clocks import CannotClock
from upstander.audit import services as audit
from upstander.desk import duties, roles, tipview
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import acted, frame, refused, viewed
from upstander.desk.views.tippage import TipPage
from upstander.directory import queries as directory
from upstander.intake.queries import QueueRow
from upstander.packs.current import current

PART = "desk/_clocks_part.html"
MOST = 200  # rows of one list: what is due soonest; the rest is counted


@require_GET
@roles.reader
@transaction.atomic
def panel(request: StaffRequest, number: str) -> HttpResponse:
    """The panel of one tip anew; what people wrote about its clocks is opened, so it is a view."""
    found = tipview.find(number)
    viewed(request, found, "clocks")
    return render(request, PART, TipPage(request, found).context())


@require_POST
@roles.worker
def open_(request: StaffRequest, number: str) -> HttpResponse:
    """A person says yes to a question of the pack's: the clock runs."""
    tip = tipview.find(number)
    code, other = request.POST.get("code", ""), "other" in request.POST
    ours = tuple(d for d in current().clocks.duties if d.owner == "desk")
    chosen = tuple(d for d in ours if d.code == code)
    key = code if chosen and not other else "other"
    form = duties.opening(chosen if key == code else ours, key, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            clocks.open_clock(
                tip.id, given["code"], request.user.pk, given["reason"], form.moment(), given["row"]
            )
        except CannotClock as error:
            _beside(form, error)
        else:
            return acted(request, tip, _("The clock runs."), PART, "#clocks")
    return _refused(request, tip, {f"open-{key}": form})


@require_POST
@roles.worker
def meet(request: StaffRequest, number: str, clock_id: UUID) -> HttpResponse:
    """The duty was done: with evidence."""
    tip = tipview.find(number)
    running = _of(tip, clock_id)
    form = MeetForm(request.POST, auto_id=f"id_meet_{clock_id.hex[-8:]}_%s")
    if form.is_valid():
        try:
            clocks.meet_clock(running, request.user.pk, form.cleaned_data["evidence"], form.moment())
        except CannotClock as error:
            _beside(form, error)
        else:
            return acted(request, tip, _("Recorded as done."), PART, "#clocks")
    return _refused(request, tip, {f"meet-{clock_id}": form})


@require_POST
@roles.supervisor
def waive(request: StaffRequest, number: str, clock_id: UUID) -> HttpResponse:
    """A supervisor says why the duty does not hold."""
    tip = tipview.find(number)
    running = _of(tip, clock_id)
    form = WaiveForm(request.POST, auto_id=f"id_waive_{clock_id.hex[-8:]}_%s")
    if form.is_valid():
        try:
            clocks.waive_clock(running, request.user.pk, form.cleaned_data["reason"])
        except CannotClock as error:
            _beside(form, error)
        else:
            return acted(request, tip, _("Waived, and on record."), PART, "#clocks")
    return _refused(request, tip, {f"waive-{clock_id}": form})


def _of(tip: QueueRow, clock_id: UUID) -> Clock:
    found = Clock.objects.filter(pk=clock_id, tip_id=tip.id).first()
    if found is None:
        raise Http404
    return found


def _beside(form: OpenForm | MeetForm | WaiveForm, error: CannotClock) -> None:
    """Put what is wrong beside its field; beside the reason where that field is not shown."""
    hidden = error.field not in form.fields or form[error.field].is_hidden
    form.add_error("reason" if hidden and "reason" in form.fields else error.field, str(error))


@transaction.atomic
def _refused(request: StaffRequest, tip: QueueRow, bound: dict[str, Any]) -> HttpResponse:
    return refused(request, tip, bound, PART)


@require_GET
@roles.reader
@transaction.atomic
def running(request: StaffRequest) -> HttpResponse:
    """Every clock that runs, what is late first: the desk's, and those of which schools were reminded. No word is opened."""
    ours, theirs = clock_queries.running(), clock_queries.running_at_schools()
    rows = list(ours[:MOST])
    lists = {
        "ours": clock_queries.shown(rows, None),
        "ours_total": ours.count(),
        "schools": clock_queries.shown(theirs[:MOST], None),
        "schools_total": theirs.count(),
    }
    places = directory.place_cards({row.tip.place_id for row in rows if row.tip.place_id})
    audit.record(
        request.user.actor, "duties.listed", "list", "duties",
        ours=lists["ours_total"], schools=lists["schools_total"],
    )  # fmt: skip
    now = clock.now()
    known = {
        **lists, "places": places, "now": now, "late": sum(row.due_at < now for row in rows),
        "disclaimer": current().clocks.disclaimer,
    }  # fmt: skip
    return render(request, "desk/duties.html", {**known, **frame(request)})
