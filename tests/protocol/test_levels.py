"""Service levels: a span is counted once, when it is known, and what never ends is a miss like what ends late."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from upstander.packs.values import Goal
from upstander.protocol.levels import Span, Tally, kept, known_at, tally

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GOAL = Goal(90, 60)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_what_ends_in_time_is_known_when_it_ends_and_what_does_not_when_its_time_is_over():
    quick, slow, still = Span(NOON, after(10)), Span(NOON, after(600)), Span(NOON)
    assert [kept(s, GOAL) for s in (quick, slow, still)] == [True, False, False]
    assert known_at(quick, GOAL) == after(10)
    assert known_at(slow, GOAL) == known_at(still, GOAL) == after(60)


def test_what_goes_on_within_its_time_is_not_counted_yet():
    assert tally([Span(NOON)], GOAL, NOON, after(59)) == Tally(0, 0)
    assert tally([Span(NOON)], GOAL, NOON, after(60)) == Tally(0, 1)


def test_what_ended_without_is_a_miss_from_that_moment():
    never = Span(NOON, after(5), never=True)
    assert not kept(never, GOAL) and known_at(never, GOAL) == after(5)


def test_the_goal_is_reached_by_so_many_and_not_by_rounding():
    assert Tally(9, 1).reaches(GOAL) and Tally(9, 1).percent == 90
    assert not Tally(899, 101).reaches(GOAL) and Tally(899, 101).percent == 89
    assert Tally().percent is None and Tally().reaches(GOAL) is None


spans = st.builds(
    lambda start, length, never: Span(
        after(start), None if length is None else after(start + length), never and length is not None
    ),
    st.integers(0, 5000), st.none() | st.integers(0, 500), st.booleans(),
)  # fmt: skip


@given(st.lists(spans, max_size=30), st.integers(0, 6000))
def test_two_windows_that_meet_count_everything_once(found: list[Span], cut: int):
    whole = tally(found, GOAL, NOON, after(7000))
    first = tally(found, GOAL, NOON, after(cut) - timedelta(microseconds=1))
    rest = tally(found, GOAL, after(cut), after(7000))
    assert (first.kept + rest.kept, first.missed + rest.missed) == (whole.kept, whole.missed)
