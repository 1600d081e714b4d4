"""What the worker does every so often: in its time, at once where there is more, and a failure comes again in its time."""

from datetime import UTC, datetime, timedelta

import pytest

from upstander.ops import chores

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def none_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "_chores", {})


def names(at: datetime) -> list[str]:
    return [chore.name for chore in chores.due(at)]


@pytest.mark.usefixtures("none_yet")
def test_a_chore_is_due_at_first_and_then_in_its_time():
    done: list[str] = []
    chores.register("sweep", MINUTE, lambda: bool(done.append("swept")))
    assert names(NOON) == ["sweep"]
    chores.do(chores.due(NOON)[0], NOON)
    assert names(NOON + MINUTE / 2) == [] and names(NOON + MINUTE) == ["sweep"] and done == ["swept"]


@pytest.mark.usefixtures("none_yet")
def test_where_there_is_more_it_is_due_at_once():
    chores.register("carry", MINUTE, lambda: True)
    chores.do(chores.due(NOON)[0], NOON)
    assert names(NOON) == ["carry"]


@pytest.mark.usefixtures("none_yet")
def test_what_fails_comes_again_in_its_time_and_a_second_registration_replaces_the_first():
    def fail() -> bool:
        raise LookupError

    chores.register("lift", MINUTE, lambda: True)
    chores.register("lift", MINUTE, fail)
    with pytest.raises(LookupError):
        chores.do(chores.due(NOON)[0], NOON)
    assert names(NOON) == [] and names(NOON + MINUTE) == ["lift"]
