"""The same weekday next month, at the same hour of the wall; hours that clocks leave out."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.gatherings import dates

pytestmark = pytest.mark.req("S-sio")
CHICAGO = "America/Chicago"


def shown(*parts: int) -> datetime:
    """What a clock on the wall shows, wherever it hangs."""
    return wall(*parts).replace(tzinfo=None)


def wall(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(CHICAGO))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (wall(2026, 10, 13, 10), wall(2026, 11, 10, 10)),  # the second Tuesday, over the end of summer time
        (wall(2026, 12, 8, 10), wall(2027, 1, 12, 10)),  # over the year's end
        (
            wall(2026, 9, 29, 10),
            wall(2026, 10, 27, 10),
        ),  # the fifth Tuesday of a month, where the next has four
        (wall(2027, 2, 14, 2, 30), wall(2027, 3, 14, 3, 30)),  # an hour that is left out that day
    ],
)
def test_the_same_next_month(before, after):
    assert dates.in_next_month(before, CHICAGO) == after


@given(st.datetimes(shown(2020, 1, 1), shown(2060, 1, 1)), st.sampled_from(dates.ZONES))
def test_next_month_is_the_next_month_on_the_same_weekday(day, zone):
    try:
        starts = dates.moment(day.replace(microsecond=0), zone)
    except dates.NoSuchTime:
        return
    before, after = (at.astimezone(ZoneInfo(zone)) for at in (starts, dates.in_next_month(starts, zone)))
    assert (after.year * 12 + after.month) - (before.year * 12 + before.month) == 1
    assert after.weekday() == before.weekday() and (after.day - 1) // 7 in ((before.day - 1) // 7, 3)
    assert after.time() == before.time() or after.hour == before.hour + 1


def test_an_hour_that_no_clock_shows_is_refused_and_one_that_comes_twice_is_the_first():
    with pytest.raises(dates.NoSuchTime):
        dates.moment(shown(2027, 3, 14, 2, 30), CHICAGO)
    twice = dates.moment(shown(2026, 11, 1, 1, 30), CHICAGO)
    assert dates.moment(shown(2026, 11, 1, 2, 30), CHICAGO) - twice == timedelta(hours=2)


def test_times_are_said_with_weekday_and_zone():
    said = dates.spoken(wall(2026, 12, 8, 10), wall(2026, 12, 8, 11, 30), CHICAGO)
    assert said == "Tuesday, December 8, 2026, 10 a.m. to 11:30 a.m. CST"
