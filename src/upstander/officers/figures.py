"""Counts of the year and of training: of one's own, of what one looks after, of a region, of the state."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, QuerySet, Sum

from upstander import clock
from upstander.directory.models import Kind, Organisation
from upstander.drills.years import Year
from upstander.officers import pack
from upstander.officers.models import Activity
from upstander.officers.picture import Done, Picture, hidden, picture
from upstander.officers.reach import Reach
from upstander.officers.tallies import Counted, Region, Tally, regions, tallies

_Asked = int | str | date | datetime


@dataclass(frozen=True, slots=True)
class AtPlace:
    """How many entries a place has; None where few, and hidden."""

    place: Organisation
    times: int | None


def year_picture(reach: Reach, scope_id: int | None, year: Year) -> Picture:
    """The year's counts: of one's own work (None), all of them; of a place, agency or region that one looks after, without
    small ones."""
    found = pack.officers()
    if scope_id in reach.regions:
        asked: list[_Asked] = [scope_id, year.first, year.after]
        return picture(
            found,
            [done for _id, done in _worked("officers_region_worked(%s, %s, %s)", asked)],
            least=found.least,
        )
    return picture(
        found, _counted(_done(reach, scope_id, year)), least=None if scope_id is None else found.least
    )


def by_place(reach: Reach, scope_id: int, year: Year) -> list[AtPlace]:
    """The entries of a year place by place, where there is more than one; most first."""
    done = _done(reach, scope_id, year)
    times = {str(place): n for place, n in done.values_list("place_id").annotate(n=Count("pk"))}
    if len(times) < 2:
        return []
    gone = hidden(times, pack.officers().least)
    places = Organisation.objects.filter(pk__in=times).order_by("name")
    found = [AtPlace(one, None if str(one.pk) in gone else times[str(one.pk)]) for one in places]
    return sorted(found, key=lambda one: -(one.times or 0))


def _done(reach: Reach, scope_id: int | None, year: Year) -> QuerySet[Activity]:
    done = Activity.objects.filter(withdrawn_at=None, day__gte=year.first, day__lt=year.after)
    if scope_id is None:
        return done.filter(account_id=reach.account_id)
    if scope_id in reach.agencies:
        return done.filter(agency_id=scope_id)
    below = Organisation.objects.filter(parent_id=scope_id, kind=Kind.SCHOOL).values_list("pk", flat=True)
    return done.filter(place_id__in=[scope_id, *below])


def _counted(done: QuerySet[Activity]) -> list[Done]:
    rows = done.values_list("role", "kind", "outcomes").annotate(n=Count("pk"), spent=Sum("minutes"))
    return [Done(role, kind, tuple(outcomes), n, spent) for role, kind, outcomes, n, spent in rows.order_by()]


def _worked(function: str, asked: list[_Asked]) -> list[tuple[int | None, Done]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT region_id, role, kind, outcomes, times, minutes FROM {function}", asked)  # noqa: S608 - ours
        return [
            (id, Done(role, kind, tuple(outcomes), n, spent))
            for id, role, kind, outcomes, n, spent in cursor.fetchall()
        ]


def _asked() -> str:
    return json.dumps(
        [
            {"code": t.code, "posts": sorted(t.posts), "mandatory": t.mandatory, "days": t.within_days or 0}
            for t in pack.officers().trainings
        ]
    )


def _trained(function: str, asked: list[_Asked]) -> list[Counted]:
    columns = "region_id, post, training, people, trained, overdue"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {function}", asked)  # noqa: S608 - ours
        return [Counted(*row) for row in cursor.fetchall()]


def region_trained(region_id: int) -> tuple[Tally, ...]:
    """The mandatory trainings of a region that who is acting is designated for."""
    asked: list[_Asked] = [region_id, _asked(), clock.now()]
    return tallies(pack.officers(), _trained("officers_region_trained(%s, %s::jsonb, %s)", asked))


@dataclass(frozen=True, slots=True)
class State:
    """The whole state: its picture, its mandatory trainings, and its regions side by side, each with its name."""

    picture: Picture
    trained: tuple[Tally, ...]
    regions: tuple[tuple[str, Region], ...]


def state(year: Year) -> State:
    """The state's counts, for the desk's login: no row of anybody, and no small number."""
    found = pack.officers()
    worked = _worked("officers_worked(%s, %s)", [year.first, year.after])
    counted = state_counts()
    side = regions(found, worked, counted)
    return State(
        picture(found, [done for _id, done in worked], least=found.least),
        tallies(found, counted),
        tuple(_named(side)),
    )


def _named(side: Iterable[Region]) -> list[tuple[str, Region]]:
    rows = list(side)
    names = dict(
        Organisation.objects.filter(pk__in=[r.region_id for r in rows if r.region_id]).values_list(
            "pk", "name"
        )
    )
    return sorted(((names.get(r.region_id or 0, ""), r) for r in rows), key=lambda row: (not row[0], row[0]))


def state_counts() -> list[Counted]:
    """Who has which training, counted by region and post, for the desk's login."""
    return _trained("officers_trained(%s::jsonb, %s)", [_asked(), clock.now()])
