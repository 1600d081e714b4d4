"""Lowerings of a Critical that wait for a second person (decisions 9)."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from upstander import clock
from upstander.actions import queries
from upstander.actions import services as actions
from upstander.actions import words as opened
from upstander.actions.models import Judgement
from upstander.audit import services as audit
from upstander.desk import forms, roles
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import frame
from upstander.directory import queries as directory
from upstander.packs.current import current
from upstander.people import queries as people


def _rows(request: StaffRequest, bound: dict[UUID, forms.DecideForm]) -> list[dict[str, Any]]:
    """Each pending lowering with what it was, what it would be, who asks and why; opening the reason is a view."""
    pack, waiting = current(), queries.pending_lowerings()
    names = people.names([j.account_id for j in waiting])
    places = directory.place_cards([j.tip.place_id for j in waiting if j.tip.place_id])
    rows = []
    for judgement in waiting:
        audit.record(request.user.actor, "tip.viewed", "tip", judgement.tip_id, part="lowering")
        rows.append(
            {
                "judgement": judgement,
                "place": places.get(judgement.tip.place_id) if judgement.tip.place_id else None,
                "was": pack.class_name(judgement.tip.klass),
                "would_be": pack.class_name(judgement.klass),
                "subtypes": [pack.subtype_name(s) for s in judgement.subtypes],
                "by": names.get(judgement.account_id, ""),
                "own": judgement.account_id == request.user.pk,
                "reason": opened.reason(judgement),
                "form": bound.get(judgement.id, forms.DecideForm(auto_id=f"id_{judgement.id.hex[-8:]}_%s")),
            }
        )
    return rows


def _page(request: StaffRequest, bound: dict[UUID, forms.DecideForm], status: int = 200) -> HttpResponse:
    limit = current().limits.lowering_minutes
    rows = _rows(request, bound)
    shown = {row["judgement"].id for row in rows if not row["own"]}
    lost = [
        error for key, form in bound.items() if key not in shown for error in form.errors.get("reason", ())
    ]
    known = {"rows": rows, "lost": lost, "limit": limit, "now": clock.now(), **frame(request)}
    return render(request, "desk/lowerings.html", known, status=status)


@require_GET
@roles.supervisor
@transaction.atomic
def lowerings(request: StaffRequest) -> HttpResponse:
    """The list, oldest first."""
    return _page(request, {})


@require_POST
@roles.supervisor
@transaction.atomic
def decide(request: StaffRequest, judgement_id: UUID) -> HttpResponse:
    """Accept or refuse one; nobody decides their own."""
    if not Judgement.objects.filter(pk=judgement_id).exists():
        raise Http404
    form = forms.DecideForm(request.POST, auto_id=f"id_{judgement_id.hex[-8:]}_%s")
    if form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                actions.decide_lowering(
                    judgement_id, request.user.pk, given["decision"] == "accept", given["reason"]
                )
            return redirect("desk_lowerings")
        except actions.CannotJudge as error:
            form.add_error("reason", str(error))
    return _page(request, {judgement_id: form}, 422)
