"""Who may go now, decided over values."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from upstander.delivery.throttle import WINDOW, Candidate, Limits, choose

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def candidates(*priorities: int, key: str = "contact:1") -> list[Candidate]:
    return [Candidate(uuid4(), priority, key) for priority in priorities]


def ago(*seconds: float) -> list[datetime]:
    return [NOW - timedelta(seconds=s) for s in seconds]


def test_an_address_gets_its_share_and_the_rest_is_held_until_it_is_free_again():
    waiting = candidates(3, 3, 3)
    choice = choose(waiting, {"contact:1": ago(50, 20)}, 0, Limits(100, 3), NOW)
    assert choice.go == [waiting[0].id]
    assert choice.hold == {
        waiting[1].id: NOW + timedelta(seconds=10),  # when the one of 50 seconds ago leaves the minute
        waiting[2].id: NOW + timedelta(seconds=40),
    }


def test_a_critical_goes_to_an_address_that_has_had_its_share():
    waiting = candidates(0, 3)
    choice = choose(waiting, {"contact:1": ago(*range(30))}, 0, Limits(100, 30), NOW)
    assert choice.go == [waiting[0].id]
    assert list(choice.hold) == [waiting[1].id]


def test_one_address_does_not_hold_up_another():
    busy, free = candidates(3, key="contact:1"), candidates(3, key="contact:2")
    choice = choose(busy + free, {"contact:1": ago(1)}, 0, Limits(100, 1), NOW)
    assert choice.go == [free[0].id]


def test_the_last_fifth_of_the_carriers_minute_is_for_criticals():
    newsletter, critical = candidates(9), candidates(0)
    assert choose(newsletter, {}, 79, Limits(100, 30), NOW).go == [newsletter[0].id]
    assert choose(newsletter, {}, 80, Limits(100, 30), NOW).go == []
    assert choose(critical, {}, 99, Limits(100, 30), NOW).go == [critical[0].id]
    assert choose(critical, {}, 100, Limits(100, 30), NOW).go == []


@given(
    st.lists(st.floats(0, 59), max_size=40),
    st.lists(st.integers(1, 9), min_size=1, max_size=40),
    st.integers(1, 10),
)
def test_no_minute_ever_holds_more_than_the_address_may_get(
    past: list[float], priorities: list[int], limit: int
):
    history = ago(*past[:limit])
    waiting = candidates(*sorted(priorities))
    choice = choose(waiting, {"contact:1": history}, 0, Limits(10_000, limit), NOW)
    times = sorted(history + [NOW] * len(choice.go) + list(choice.hold.values()))
    assert len(choice.go) + len(choice.hold) == len(waiting)
    for i, first in enumerate(times):
        assert sum(first <= t < first + WINDOW for t in times[i:]) <= limit


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(0, 50), st.integers(1, 50))
def test_the_carrier_never_takes_more_than_its_minute(priorities: list[int], used: int, per_minute: int):
    waiting = [Candidate(uuid4(), p, f"contact:{i}") for i, p in enumerate(sorted(priorities))]
    choice = choose(waiting, {}, used, Limits(per_minute, 30), NOW)
    assert len(choice.go) <= max(0, per_minute - used)
