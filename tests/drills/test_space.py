"""The rules of drills over their whole space: each duty of the pack, each state of a building, each way of being done."""

from datetime import date, timedelta
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from upstander.drills import (
    AHEAD,
    MET,
    NOT_OWED,
    OVERDUE,
    SOON,
    STATES,
    UNDATED,
    WAIVED,
    Building,
    Event,
    FireFlaw,
    Year,
    due_on,
    proposal_flaws,
    standing,
    year_of,
    year_starting,
)
from upstander.packs.loader import load
from upstander.packs.preparedness import Duty, Preparedness

pytestmark = pytest.mark.req("R-plans")
YEAR = year_starting(2026, (7, 1))
FIRST = date(2026, 8, 19)


@cache
def rules() -> Preparedness:
    found = load(Path("packs/illinois")).preparedness
    assert found
    return found


def duty(code: str) -> Duty:
    found = rules().duty(code)
    assert found
    return found


FIRST_DAYS = (None, FIRST)
OPENED = (None, date(2025, 9, 1), date(2026, 10, 1), date(2027, 6, 30), date(2027, 8, 1))
SECTORS = ("public", "private")


def days(one: Duty, building: Building) -> list[date]:
    """The days on which an answer could change: around the due day, the warning, the borders of the year."""
    due = due_on(one, building, YEAR)
    edges = [YEAR.first, YEAR.last, *([due, due - timedelta(rules().soon_days)] if due else [])]
    return sorted({edge + timedelta(step) for edge in edges for step in (-1, 0, 1)})


def histories(one: Duty) -> list[tuple[Event, ...]]:
    """Done so many times, by whom, in which year, by the building or its board, in time or late; lifted or not."""
    what, in_time, late = one.counts[0], date(2026, 7, 2), date(2027, 6, 29)
    found: list[tuple[Event, ...]] = [()]
    either = (False, True)
    for times, fire, law, board, day in product(range(1, one.needed + 1), either, either, either, (in_time, late)):
        found.append((Event(what, day, 2026, fire, law, board),) * times)
    found.append((Event(what, date(2025, 10, 1), 2025, True, True),) * one.needed)
    if one.waived_by:
        found.append((Event(one.waived_by, in_time, 2026),))
    return found


def counted(one: Duty, events: tuple[Event, ...], today: date) -> int:
    """The same question, asked in another way than the rule does."""
    partner = {"": lambda e: True, "fire": lambda e: e.fire, "law": lambda e: e.law}[one.with_]
    theirs = [e for e in events if one.level == "district" or not e.district]
    return sum(e.what in one.counts and e.year == YEAR.number and e.on <= today and partner(e) for e in theirs)


@pytest.mark.parametrize("code", [one.code for one in load(Path("packs/illinois")).preparedness.duties])  # type: ignore[union-attr]
def test_every_duty_in_every_state_has_one_answer_and_its_reason(code):
    one, seen = duty(code), set()
    exemptions = [frozenset[str](), *(frozenset({e.code}) for e in rules().exemptions)]
    for sector, first, opened, exempt in product(SECTORS, FIRST_DAYS, OPENED, exemptions):
        building = Building(sector, first, opened, exempt)
        due = due_on(one, building, YEAR)
        lifted = any(one.code in e.lifts for e in rules().exemptions if e.code in exempt)
        too_late = opened is not None and (opened > YEAR.last or (due is not None and opened > due))
        for events, today in product(histories(one), days(one, building)):
            found = standing(one, building, events, YEAR, today, rules().soon_days, rules().exemptions)
            seen.add(found.state)
            done = counted(one, events, today)
            if sector not in one.whom or lifted or too_late:
                assert found.state == NOT_OWED
            elif done >= one.needed:
                assert found.state == MET and found.missing == 0
            elif one.waived_by and any(e.what == one.waived_by and e.on <= today for e in events):
                assert found.state == WAIVED
            elif today > (due or YEAR.last):
                assert found.state == OVERDUE and found.missing == one.needed - done
            elif due is None:
                assert found.state == UNDATED
            else:
                near = due - timedelta(rules().soon_days) <= today and today >= YEAR.first
                assert found.state == (SOON if near else AHEAD)
    assert {MET, OVERDUE, SOON, AHEAD, NOT_OWED} <= seen <= set(STATES)


def test_more_that_was_done_never_makes_it_worse():
    rank = {MET: 0, WAIVED: 0, NOT_OWED: 0, AHEAD: 1, UNDATED: 1, SOON: 2, OVERDUE: 3}
    for one in rules().duties:
        building = Building("public", FIRST)
        for events, today in product(histories(one), days(one, building)):
            before = standing(one, building, events, YEAR, today, 21)
            more = (*events, Event(one.counts[0], today, 2026, True, True, one.level == "district"))
            after = standing(one, building, more, YEAR, today, 21)
            assert after.done == before.done + 1 and rank[after.state] <= rank[before.state]


def test_the_law_enforcement_drill_is_due_ninety_days_after_the_first_day_of_school_whatever_the_clocks_do():
    one = duty("law_enforcement")
    assert due_on(one, Building("public", FIRST), YEAR) == date(2026, 11, 17)  # clocks went back on 1 November
    assert due_on(one, Building("public", date(2026, 12, 20)), YEAR) == date(2027, 3, 20)  # and forward on 14 March
    assert due_on(one, Building("public", FIRST, opened=date(2027, 1, 4)), YEAR) == date(2027, 4, 4)
    assert due_on(one, Building("public", FIRST, opened=date(2020, 1, 4)), YEAR) == date(2026, 11, 17)
    assert due_on(one, Building("public", None), YEAR) is None
    alone = Event("drill:law_enforcement", date(2026, 9, 1), 2026)
    met = standing(one, Building("public", FIRST), [alone], YEAR, date(2026, 11, 18), 21)
    assert met.state == OVERDUE  # without law enforcement it is another drill


def test_a_school_year_has_no_gap_and_no_day_twice():
    for begins in ((7, 1), (8, 15), (1, 1)):
        day = date(2023, 1, 1)
        while day < date(2029, 1, 1):
            year = year_of(day, begins)
            assert year.holds(day) and not year.holds(year.first - timedelta(1)) and not year.holds(year.last + timedelta(1))
            assert year_of(year.last + timedelta(1), begins).number == year.number + 1
            day += timedelta(1)
    assert YEAR.day(9, 15) == date(2026, 9, 15) and YEAR.day(6, 30) == date(2027, 6, 30) and YEAR.words == "2026-27"
    assert year_starting(2099, (7, 1)).words == "2099-00"


def test_a_drill_of_june_is_last_year_s_and_one_of_july_this_year_s():
    one = duty("bus")
    for day, year, state in ((date(2026, 6, 30), 2025, AHEAD), (date(2026, 7, 1), 2026, MET)):
        assert year_of(day, (7, 1)).number == year
        held = [Event("drill:bus", day, year)]
        assert standing(one, Building("public", FIRST), held, YEAR, date(2026, 8, 1), 21).state == state


OCTOBER = [date(2026, 10, 6), date(2026, 10, 7), date(2026, 10, 13), date(2026, 10, 15)]


@pytest.mark.parametrize(
    ("dates", "proposed", "flaws"),
    [
        (OCTOBER, date(2026, 9, 15), set()),
        (OCTOBER, date(2026, 9, 16), {FireFlaw.LATE}),
        (OCTOBER[:3], date(2026, 9, 1), {FireFlaw.TOO_FEW}),
        ([*OCTOBER[:3], OCTOBER[0]], date(2026, 9, 1), {FireFlaw.TOO_FEW}),
        ([*OCTOBER[:3], date(2026, 11, 3)], date(2026, 9, 1), {FireFlaw.ELSEWHERE}),
        ([*OCTOBER[:3], date(2027, 10, 5)], date(2026, 9, 1), {FireFlaw.ELSEWHERE}),
        ([date(2026, 10, n) for n in (5, 6, 7, 8)], date(2026, 9, 1), {FireFlaw.ONE_WEEK}),
        ([*OCTOBER[:3], date(2026, 10, 17)], date(2026, 9, 1), {FireFlaw.WEEKEND}),
        ([date(2026, 10, 4), date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 7)], date(2026, 9, 1), {FireFlaw.WEEKEND}),
        ([], date(2026, 9, 1), {FireFlaw.TOO_FEW, FireFlaw.ONE_WEEK}),
    ],
)
def test_what_is_wrong_with_dates_that_are_proposed_is_named(dates, proposed, flaws):
    assert proposal_flaws(dates, proposed, rules().fire, YEAR) == flaws


def test_what_nobody_compared_with_the_law_is_marked_so():
    binding = [one for one in rules().duties if one.sort == "law"]
    checked = {law.id for law in rules().laws if law.checked}
    assert binding and not any(one.verified for one in binding if not checked.issuperset(one.cites))


def test_a_year_is_a_value():
    assert Year(2026, YEAR.first, YEAR.last) == YEAR
