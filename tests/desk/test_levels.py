"""Service levels at the desk: today, a week, a month, and what is worst now (issue 3, point 5; 0075)."""

from datetime import timedelta

import pytest

from upstander import clock as the_clock
from upstander.actions import measuring
from upstander.actions.level_models import Measure
from upstander.desk.views.levels import length
from upstander.ids import new_id
from upstander.packs import current as packs

pytestmark = pytest.mark.django_db


def measured(level: str, seconds: int, *, ago: timedelta = timedelta(0), n: int = 1, entered: bool = False) -> None:
    """`n` spans of so many seconds that ended so long ago."""
    for _ in range(n):
        end = the_clock.now() - ago
        Measure.objects.create(
            level=level, subject=new_id(), tip_id=new_id(), started_at=end - timedelta(seconds=seconds), ended_at=end,
            state="done", entered=entered,
        )  # fmt: skip


def cells(page, level: str) -> list[tuple[int | None, int]]:
    """Percent and number of the first goal of a level, window by window."""
    shown = next(s for s in page.context["levels"] if s.figures.level.code == level)
    return [(c.tally.percent, c.tally.n) for c in shown.rows[0].cells]


@pytest.fixture
def morning(clock) -> None:
    """The next noon in UTC, which is the morning where the programme is; who signs in does so then."""
    clock((12 * 3600 - the_clock.now().timestamp()) % 86400)


def test_each_goal_stands_with_its_source_and_its_three_windows(morning, casey):
    measured("psap_call", 30, n=3)
    measured("psap_call", 300)
    measured("psap_call", 30, ago=timedelta(days=3), n=4)
    measured("psap_call", 30, ago=timedelta(days=20), n=8)
    page = casey.get("/levels/")
    words = page.content.decode()
    assert cells(page, "psap_call") == [(75, 4), (87, 8), (93, 16)]
    assert "As NFPA 1225 sets" in words and "90% within 60 s" in words and "below the goal" in words
    assert "<style" not in words and " style=" not in words


def test_what_was_entered_afterwards_stands_apart_and_makes_no_percentage_better(morning, casey):
    measured("psap_call", 300)
    measured("psap_call", 30, n=3, entered=True)
    page = casey.get("/levels/")
    assert cells(page, "psap_call")[0] == (0, 1)
    assert "entered afterwards: 3 of 3" in page.content.decode()


def test_what_was_not_measured_is_none_and_not_a_hundred_percent(casey):
    page = casey.get("/levels/")
    assert cells(page, "first_answer") == [(None, 0)] * 3 and "Nothing waits." in page.content.decode()


def test_the_tip_that_waits_longest_is_one_press_away(casey, town, new_tip):
    tip = new_tip(town.school, danger_now=True)
    measuring.quick()
    assert f"/tip/{tip.number}/" in casey.get("/levels/").content.decode()


def test_a_month_that_is_over_is_looked_up_by_itself(casey):
    measured("closing", 3600, ago=timedelta(days=40), n=5)
    month = f"{the_clock.now() - timedelta(days=40):%Y-%m}"
    page = casey.get(f"/levels/?month={month}")
    assert [n for _, n in cells(page, "closing")] == [5] and f"?month={month}" in page.content.decode()
    assert page.context["windows"][0].key == month


@pytest.mark.parametrize("month", ["2026-13", "1999-01", "x" * 300, "2026-1"])
def test_a_month_that_is_none_shows_what_is_now(casey, month):
    assert len(casey.get("/levels/", {"month": month}).context["windows"]) == 3


@pytest.mark.parametrize("role", ["sio", "outreach", "programme_admin", "auditor", "custodian"])
def test_who_reads_no_tips_has_no_way_to_them_from_here(signed_in, role):
    assert signed_in("Other Person", role).get("/levels/").status_code == 403


def test_a_pack_without_levels_says_so(casey, monkeypatch):
    from dataclasses import replace

    from upstander.desk.views import levels

    monkeypatch.setattr(levels, "current", lambda: replace(packs.current(), levels=()))
    assert "sets no service levels" in casey.get("/levels/").content.decode()


def test_a_goals_time_reads_as_people_say_it():
    assert [length(s) for s in (15, 60, 300, 5400, 7200, 1_209_600)] == [
        "15 s", "60 s", "5 min", "90 min", "2 h", "14 days"
    ]  # fmt: skip
