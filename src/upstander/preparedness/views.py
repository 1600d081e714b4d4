"""The list of buildings, the year of one of them, and what is known of it."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from upstander import clock
from upstander.directory.models import Organisation
from upstander.drills.years import Year, year_starting
from upstander.packs.preparedness import Duty
from upstander.preparedness import facts, feeds, pack, queries, reviews, services, years
from upstander.preparedness.errors import CannotDo
from upstander.preparedness.forms import BuildingForm
from upstander.preparedness.pages import acting, place, shown
from upstander.preparedness.reach import Reach

ON_A_PAGE = 150


@require_GET
@acting
def home(request: HttpRequest, mine: Reach) -> HttpResponse:
    """The buildings that are theirs, the most overdue first; who has one alone goes to its year."""
    places = queries.buildings(mine.seen)
    boards = queries.boards(mine.seen)
    if len(places) == 1 and not boards and not mine.region and "calendar" not in request.GET:
        return redirect("preparedness_place", place_id=places[0].pk)
    year = years.asked(request.GET.get("year"))
    lines = queries.lines(places, year)
    due_only = "due" in request.GET
    shown_lines = [one for one in lines if one.overdue or one.soon] if due_only else lines
    values: dict[str, Any] = {
        "page": Paginator(shown_lines, ON_A_PAGE).get_page(request.GET.get("page")),
        "buildings": len(lines),
        "overdue": sum(bool(one.overdue) for one in lines),
        "boards": _boards(mine, boards, year),
        "due_only": due_only,
        "region": bool(mine.region),
        "keeps": bool(mine.kept),
        "has_feed": feeds.has(mine),
        **near(year),
    }
    return shown(request, "home.html", values)


def _boards(mine: Reach, boards: list[Organisation], year: Year) -> list[tuple[Organisation, list[tuple[queries.Row, str]]]]:
    """What each of these owes for all its buildings."""
    found = facts.facts(boards, year)
    pages = [(one.place, queries.rows(one, year, "district"), one.place.pk in mine.kept) for one in found]
    return [(board, _linked(board.pk, rows, keeps, year)) for board, rows, keeps in pages]


def _linked(place_id: int, rows: list[queries.Row], keeps: bool, year: Year, alone: bool = True) -> list[tuple[queries.Row, str]]:
    """Each duty with the page where it is met, for who keeps the place; what a board owes is met on the board's page."""
    return [(row, _where(place_id, row.duty, year) if keeps and (alone or row.duty.level == "building") else "") for row in rows]


def _where(place_id: int, duty: Duty, year: Year) -> str:
    what, _colon, code = duty.counts[0].partition(":")
    if what == "drill":
        return reverse("preparedness_new_drill", args=[place_id]) + f"?kind={code}"
    if what == "filing" and code != facts.STAFF_TRAINING:
        return reverse("preparedness_filing", args=[place_id, code])
    pages = {"filing": "training", "paper": "papers", "review": "review", "exercise": "kit", "fire_dates": "fire"}
    return reverse(f"preparedness_{pages[what]}", args=[place_id]) + f"?year={year.number}"


def near(year: Year) -> dict[str, Any]:
    """The year of the page, and those beside it that it leads to."""
    begins, now = pack.rules().year_begins, years.this_year()
    beside = [year_starting(year.number + step, begins) for step in (-1, 1)]
    before, after = (one if -years.BACK <= one.number - now.number <= 1 else None for one in beside)
    return {"year": year, "year_before": before, "year_after": after, "this_year": now}


@require_GET
@acting
def one_place(request: HttpRequest, mine: Reach, place_id: int) -> HttpResponse:
    """R-plans: the year of a building: what it owes, what was done, what comes when."""
    found, year = place(mine, place_id), years.asked(request.GET.get("year"))
    (known,) = facts.facts([found], year)
    is_board = found.kind in facts.UMBRELLAS
    rows, drills = queries.rows(known, year, "district" if is_board else ""), queries.drills(place_id, year)
    keeps = place_id in mine.kept
    moments = queries.moments(rows, drills)
    fire = queries.fire_dates(place_id, year)
    values = {
        "place": found,
        "keeps": keeps,
        "is_board": is_board,
        "rows": _linked(place_id, rows, keeps, year, facts.board_of(found) is None),
        "open_items": len([one for one in reviews.items([place_id]) if one.item.done_on is None]) if keeps else 0,
        "overdue": sum(row.standing.state == "overdue" for row in rows),
        "drills": [(one, pack.rules().kind(one.kind)) for one in drills],
        "months": [(month, list(days)) for month, days in groupby(moments, key=lambda one: one.day.replace(day=1))],
        "first_day": known.building.first_day,
        "building": known.building,
        "exemptions": [one for one in pack.rules().exemptions if one.code in known.building.exempt],
        "fire": fire,
        "today": clock.today(),
        "board": facts.board_of(found),
        "many": len(mine.seen) > 1,
        **near(year),
    }
    return shown(request, "place.html", values)


@require_http_methods(["GET", "POST"])
@acting
def building(request: HttpRequest, mine: Reach, place_id: int) -> HttpResponse:
    """Since when a building is open, and what does not apply to it."""
    found, rules = _kept(mine, place_id), pack.rules()
    binder = queries.binder(place_id)
    known = {"opened_on": binder.opened_on, "exempt": binder.exempt} if binder else {}
    form = BuildingForm(request.POST if request.method == "POST" else None, rules=rules, initial=known)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.set_building(mine, place_id, said["opened_on"], tuple(said["exempt"]))
        except CannotDo as why:
            form.add_error(why.field or None, str(why))
        else:
            messages.success(request, _("It is noted."))
            return redirect("preparedness_place", place_id=place_id)
    return shown(request, "building.html", {"place": found, "form": form}, 422 if form.errors else 200)


def _kept(mine: Reach, place_id: int) -> Organisation:
    mine.keeps(place_id)
    return place(mine, place_id)
