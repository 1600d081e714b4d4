"""The dates that a school proposes to its fire department: whether they are as the pack asks (105 ILCS 128/20)."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from upstander.drills.years import Year
from upstander.packs.preparedness import FireDates


class FireFlaw(StrEnum):
    """What is wrong with a proposal."""

    TOO_FEW = "too_few"
    ELSEWHERE = "elsewhere"
    ONE_WEEK = "one_week"
    WEEKEND = "weekend"
    LATE = "late"


def proposal_flaws(dates: Collection[date], proposed_on: date, rule: FireDates, year: Year) -> frozenset[FireFlaw]:
    """What is wrong with these dates, proposed on a day; nothing where all is right. Weeks are those of the calendar (ISO 8601).

    Another date that both agree on is no proposal and is not asked about here.
    """
    distinct = set(dates)
    found = set()
    if len(distinct) < rule.dates:
        found.add(FireFlaw.TOO_FEW)
    if any(not year.holds(day) or day.month != rule.month for day in distinct):
        found.add(FireFlaw.ELSEWHERE)
    if len({day.isocalendar()[:2] for day in distinct}) < rule.weeks:
        found.add(FireFlaw.ONE_WEEK)
    if any(day.weekday() >= 5 for day in distinct):
        found.add(FireFlaw.WEEKEND)
    if proposed_on > year.day(*rule.propose_by):
        found.add(FireFlaw.LATE)
    return frozenset(found)
