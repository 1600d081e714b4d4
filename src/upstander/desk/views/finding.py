"""Finding tips by what was said in them, and saying where a tip is about."""

from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upstander import clock
from upstander.actions import queries
from upstander.actions import services as actions
from upstander.actions.conflict import marks
from upstander.actions.outlook import outlook
from upstander.audit import services as audit
from upstander.desk import board, claims, forms, placing, roles, tipview
from upstander.desk.claims import Held
from upstander.desk.conflict import Look
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import frame, held_words, red, viewed
from upstander.directory import queries as directory
from upstander.ids import CROCKFORD, grouped, normalised
from upstander.intake import queries as intake
from upstander.intake.queries import QueueRow
from upstander.intake.services import UnknownPlace
from upstander.packs.current import current

FOUND = 50
_NUMBER = 10  # characters of a tip's number


def _by_number(typed: str) -> QueueRow | None:
    """The tip, where what was typed looks like a number and is one."""
    bare = normalised(typed)
    plain = "".join(c for c in typed.upper() if c.isalnum())
    if len(bare) != _NUMBER or len(plain) != _NUMBER or not set(bare) <= set(CROCKFORD):
        return None
    return intake.by_number(grouped(bare))


@require_POST
@roles.reader
def schools(request: StaffRequest) -> JsonResponse:
    """The picker's source on this origin; POST, so that what is typed stands in no address."""
    return JsonResponse({"schools": placing.hits(request.POST.get("q", ""))})


@require_http_methods(["GET", "POST"])
@roles.reader
@transaction.atomic
def search(request: StaffRequest) -> HttpResponse:
    """Look for tips. What was looked for is in the request's body only; the record says that somebody searched, and how much."""
    form = forms.SearchForm(request.POST or None)
    known: dict[str, Any] = {"form": form, "now": clock.now(), **frame(request)}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        place_id = given["place_id"]
        if tip := _by_number(given["words"]):
            _searched(request, place_id, 1)
            return redirect("desk_tip", number=tip.number)
        if given["place"] and not place_id:
            known["places"] = placing.hits(given["place"])
            form.add_error(
                "place",
                _("Choose one of these places.") if known["places"] else _("No place has these words."),
            )
        else:
            rows = _found(given["words"], place_id)
            _searched(request, place_id, len(rows))
            known["found"] = board.items(rows, red(request), clock.now(), request.user.pk)
            known["most"] = len(rows) == FOUND
    return render(request, "desk/search.html", known, status=422 if form.errors else 200)


def _found(words: str, place_id: int | None) -> list[QueueRow]:
    if words.strip():
        return intake.search(words, place_id, FOUND)
    return intake.earlier_at(place_id, clock.now(), FOUND) if place_id else []


def _searched(request: StaffRequest, place_id: int | None, found: int) -> None:
    audit.record(request.user.actor, "tips.searched", "place", place_id or 0, found=found)


@require_http_methods(["GET", "POST"])
@roles.worker
def place(request: StaffRequest, number: str) -> HttpResponse:
    """Say, or correct, where a tip is about; a judged tip is judged again for the new place."""
    tip = tipview.find(number)
    form = forms.PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.look = _look(request, tip, form)
    places: list[dict[str, Any]] = []
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        status = _placed(request, tip, form)
        if not status:
            return redirect("desk_tip", number=tip.number)
        if not form.cleaned_data.get("place_id"):
            places = placing.hits(str(form["place"].value() or ""))
    with transaction.atomic():
        viewed(request, tip, "place")
        known = {
            "form": form, "tip": tip, "places": places, "said": tipview.words(tip.id).fields,
            "card": directory.place_card(tip.place_id) if tip.place_id else None, **frame(request),
        }  # fmt: skip
        return render(request, "desk/place.html", known, status=status)


def _look(request: StaffRequest, tip: QueueRow, form: forms.PlaceForm) -> Look | None:
    """Who would be told at the chosen place, where the tip is about somebody who would be told."""
    judgement = queries.in_force(tip.id)
    if judgement is None or not marks(current()) & set(judgement.flags):
        return None
    place_id = None if "unknown" in request.POST else form.cleaned_data["place_id"]
    return partial(outlook, tip.id, place_id)


def _placed(request: StaffRequest, tip: QueueRow, form: forms.PlaceForm) -> int:
    """Set the place; 0 where it is set, else the status of the page that says why not."""
    given, unknown = form.cleaned_data, "unknown" in request.POST
    if not given["place_id"] and not unknown:
        form.add_error("place", _("Choose the place from the list."))
        return 422
    place_id = None if unknown else given["place_id"]
    try:
        with transaction.atomic():
            claims.take(tip.id, request.user.pk)
            actions.change_place(tip.id, request.user.pk, place_id, given["narrative"], form.decision())
            audit.record(request.user.actor, "tip.placed", "tip", tip.id, place=place_id)
    except Held as held:
        form.add_error("place", held_words(held))
        return 409
    except UnknownPlace:
        form.add_error("place", _("The directory has no such place any more. Choose another."))
        return 422
    except actions.CannotJudge as error:
        form.add_error(error.field if error.field in form.fields else "place", str(error))
        return 422
    return 0
