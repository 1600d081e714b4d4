"""What the rules are asked about: buildings and what was done, read for many places at once by a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, Q

from upstander.directory.models import CalendarSpan, Kind, Organisation
from upstander.drills import Building, Event, Standing, Year, standings
from upstander.packs.preparedness import Duty
from upstander.preparedness import pack
from upstander.preparedness.models import Binder, Drill, Exercise, Filing, FireDates, Member, Paper, Review

PRIVATE = ("private", "private_special_education")
STAFF_TRAINING = "staff_training"
UMBRELLAS = (Kind.DISTRICT, Kind.SYSTEM)
_COUNTED = ("drill:", "fire_dates", "paper:", "filing:", "review", "exercise")
"""What of the pack's `counts` this room can keep."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A place, as the rules see it."""

    place: Organisation
    building: Building
    events: tuple[Event, ...]


def duties(level: str = "") -> tuple[Duty, ...]:
    """The pack's duties that can be met here; of one level, or of both."""
    met_here = (one for one in pack.rules().duties if all(what.startswith(_COUNTED) for what in one.counts))
    return tuple(one for one in met_here if one.level == (level or one.level))


def facts(places: Sequence[Organisation], year: Year) -> list[Facts]:
    """The facts of these places (with their parents at hand: `select_related`) in a school year."""
    above = {p.pk: board.pk for p in places if (board := board_of(p))}
    every = {*(p.pk for p in places), *above.values()}
    binders = {b.place_id: b for b in Binder.objects.filter(place_id__in=every)}
    terms = CalendarSpan.objects.filter(organisation_id__in=every, kind="term", first_day__range=(year.first, year.last))
    firsts = dict(terms.values_list("organisation_id").annotate(Min("first_day")))
    own: dict[int, list[Event]] = defaultdict(list)
    for place_id, event in _events(every, year):
        own[place_id].append(event)
    found = []
    for place in places:
        board_id, binder = above.get(place.pk, 0), binders.get(place.pk)
        building = Building(
            sector=sector(place), first_day=firsts.get(place.pk) or firsts.get(board_id),
            opened=binder.opened_on if binder else None, exempt=frozenset(binder.exempt if binder else ()),
        )  # fmt: skip
        from_above = (_by_the_board(e) for e in own.get(board_id, ()))
        found.append(Facts(place, building, (*own.get(place.pk, ()), *from_above)))
    return found


def board_of(place: Organisation) -> Organisation | None:
    """The district or system that owes for a school what a board owes; None where the school stands alone."""
    return place.parent if place.kind == Kind.SCHOOL and place.parent and place.parent.kind in UMBRELLAS else None


def sector(place: Organisation) -> str:
    """Public or private, as the pack's duties ask."""
    return "private" if place.sector in PRIVATE or place.kind == Kind.SYSTEM else "public"


def _by_the_board(event: Event) -> Event:
    return Event(event.what, event.on, event.year, event.fire, event.law, district=True)


def _events(place_ids: Iterable[int], year: Year) -> Iterator[tuple[int, Event]]:
    """What was done, a statement a table."""
    n = year.number
    held = Drill.objects.filter(place_id__in=place_ids, year=n, held_on__isnull=False, called_off_at=None)
    for place_id, kind, day, fire, law in held.values_list("place_id", "kind", "held_on", "fire", "law"):
        if day:
            yield place_id, Event(f"drill:{kind}", day, n, fire, law)
    for dates in FireDates.objects.filter(place_id__in=place_ids, year=n):
        if dates.outcome == FireDates.Outcome.NONE and dates.decided_on:
            yield dates.place_id, Event("fire_none", dates.decided_on, n)
        settled = dates.decided_on if dates.outcome not in ("", FireDates.Outcome.NONE) else None
        days = [day for day in (dates.proposed_on, settled) if day]
        if days:
            yield dates.place_id, Event("fire_dates", min(days), n)
    yield from _written(place_ids, n)
    yield from _trained(place_ids, n)


def _written(place_ids: Iterable[int], n: int) -> Iterator[tuple[int, Event]]:
    here = {"place_id__in": place_ids, "year": n}
    for place_id, kind, day in Paper.objects.filter(**here, withdrawn_at=None).values_list("place_id", "kind", "in_force_on"):
        yield place_id, Event(f"paper:{kind}", day, n)
    for place_id, code, day in Filing.objects.filter(**here).values_list("place_id", "code", "done_on"):
        yield place_id, Event(f"filing:{code}", day, n)
    for place_id, signed in Review.objects.filter(**here, signed_at__isnull=False).values_list("place_id", "held_on"):
        if signed:
            yield place_id, Event("review", signed, n)
    for place_id, held in Exercise.objects.filter(**here, held_on__isnull=False).values_list("place_id", "held_on"):
        if held:
            yield place_id, Event("exercise", held, n)


def _trained(place_ids: Iterable[int], n: int) -> Iterator[tuple[int, Event]]:
    """A building whose whole staff was trained this year, on the day of the last."""
    staff = Member.objects.filter(place_id__in=place_ids, ended_at=None).values_list("place_id")
    this_year = Q(trainings__year=n)
    of = {"people": Count("pk", distinct=True), "trained": Count("trainings", filter=this_year)}
    for place_id, people, trained, last in staff.annotate(**of, last=Max("trainings__done_on", filter=this_year)):
        if last and trained >= people:
            yield place_id, Event(f"filing:{STAFF_TRAINING}", last, n)


def standing_of(one: Facts, year: Year, today: date, level: str = "") -> tuple[Standing, ...]:
    """How far a place is with each duty of a level."""
    found = pack.rules()
    return standings(duties(level), one.building, one.events, year, today, found.soon_days, found.exemptions)
