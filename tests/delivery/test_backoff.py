"""When a delivery is tried again: soon at first, later rarely, never as one wave."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from upstander.delivery import backoff

attempts = st.integers(1, 30_000)
chances = st.floats(0, 1, exclude_max=True)


@given(attempts, chances, st.booleans())
def test_a_wait_lies_between_nothing_and_its_ceiling(n: int, chance: float, critical: bool):
    assert (
        timedelta(0) <= backoff.delay(n, chance, critical=critical) <= backoff.ceiling(n, critical=critical)
    )


@given(attempts, st.booleans())
def test_the_ceiling_never_falls_from_one_attempt_to_the_next(n: int, critical: bool):
    assert backoff.ceiling(n, critical=critical) <= backoff.ceiling(n + 1, critical=critical)


@given(attempts, chances)
def test_a_critical_never_waits_longer_than_half_a_minute_and_nothing_longer_than_five(n: int, chance: float):
    assert backoff.delay(n, chance, critical=True) <= timedelta(seconds=30)
    assert backoff.delay(n, chance, critical=False) <= timedelta(minutes=5)
    assert backoff.delay(n, chance, critical=True) <= backoff.delay(n, chance, critical=False)


def test_the_first_ceilings_double_from_one_second():
    seconds = [backoff.ceiling(n, critical=False).total_seconds() for n in range(1, 12)]
    assert seconds == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
