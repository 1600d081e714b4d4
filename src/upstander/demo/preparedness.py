"""A school year of the practice system's district: drills held and planned, dates with the fire department. All invented."""

from datetime import date, timedelta

from upstander import clock
from upstander.directory.models import CalendarSpan, Organisation
from upstander.drills.years import Year
from upstander.ids import new_id
from upstander.people.demo import DOMAIN
from upstander.people.models import Account
from upstander.preparedness import exercises, pack, papers, queries, reach, reviews, services, staff, years
from upstander.preparedness.papers import Brought
from upstander.preparedness.services import Agreed, Held

_WELL = "The building was empty in good time, and every class was counted at its meeting point."
_BETTER = "The south stairs were crowded. Two classes should use the east door."


def fill(district: Organisation, school: Organisation) -> None:
    """Make it, where this jurisdiction has such pages."""
    if pack.maybe() is None:
        return
    year, today = years.this_year(), clock.today()
    first = year.day(8, 19)
    CalendarSpan.objects.create(
        organisation=district, kind="term", name="School year", first_day=first, last_day=year.day(5, 28)
    )  # fmt: skip
    with reach.acting(Account.objects.get(email=f"dana@{DOMAIN}")) as mine:
        buildings = queries.buildings(mine.kept)
        for n, one in enumerate(buildings):
            held = [("evacuation", first + timedelta(9), {}), ("evacuation", first + timedelta(50 + n), {"fire": True})]
            if one.pk == school.pk:
                held.append(("law_enforcement", first + timedelta(43), {"law": True}))
            for kind, day, more in held[: 3 - n % 3]:
                _held(mine, one.pk, kind, day, more, today)
            if n % 2 == 0:
                services.plan_drill(mine, one.pk, new_id(), "severe_weather", today + timedelta(30 + n))
        _fire(mine, school.pk, year, today)
        _papers(mine, district, school, today)


def _held(mine: reach.Reach, place_id: int, kind: str, day: date, more: dict[str, bool], today: date) -> None:
    id = new_id()
    services.plan_drill(mine, place_id, id, kind, day)
    if day > today:
        return
    rules = pack.rules()
    conditions = tuple(c.code for c in rules.conditions_of(kind))
    services.record_drill(
        mine, id,
        Held(
            held_on=day, conditions=conditions, students=380, staff=41, seconds=255, went_well=_WELL, to_improve=_BETTER, **more,
            notice_on=day - timedelta(7) if conditions else None, certified_by="Captain R. Vance" if more.get("fire") else "",
        ),
    )  # fmt: skip


_PLAN = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="420" height="240" font-size="14"><g fill="none" stroke="black">'
    '<rect x="10" y="10" width="400" height="220"/><path d="M10 120h400M140 10v110M280 10v110M210 120v110"/></g>'
    '<text x="40" y="60">Library</text><text x="180" y="60">Office</text><text x="310" y="60">Gym</text>'
    '<text x="60" y="180">Rooms 101-106</text><text x="250" y="180">Cafeteria</text></svg>'
)
_NAMES = ("Ana Rivera", "Theo Marsh", "Lena Fields", "Omar Reed", "Ida Brook")


def _papers(mine: reach.Reach, district: Organisation, school: Organisation, today: date) -> None:
    """A plan, a floor map, a policy, the staff and something that is to be mended."""
    for place_id, kind, title in (
        (school.pk, "plan", "Emergency and crisis response plan"), (district.pk, "threat_policy", "How we handle threats"),
    ):  # fmt: skip
        papers.add(mine, place_id, Brought(kind, title, today, where="District office, safe"))
    papers.add(mine, school.pk, Brought("floor_map", "Ground floor", today, file=_PLAN.encode()))
    staff.add_people(mine, school.pk, list(_NAMES))
    trained = [one.id for one in staff.people(school.pk, years.this_year())][:3]
    staff.train(mine, school.pk, set(trained), today)
    reviews.add_item(mine, school.pk, "drill", _BETTER, "Theo Marsh, assistant principal", today + timedelta(20))
    exercises.plan(mine, school.pk, new_id(), pack.rules().scenarios[0].code, today + timedelta(40))


def _fire(mine: reach.Reach, place_id: int, year: Year, today: date) -> None:
    dates = [date(year.number, 10, day) for day in (6, 8, 14, 15)]
    proposed, decided = year.day(9, 3), year.day(9, 10)
    if decided <= today:
        services.set_fire(mine, place_id, year, Agreed(year.day(8, 28), proposed, tuple(dates), "chosen", decided, dates[1]))
