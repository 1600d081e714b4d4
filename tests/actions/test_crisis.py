"""A reporter in danger, or who writes about themselves, does not wait for an answer unseen."""

import pytest

from upstander import clock as the_clock
from upstander.actions.queries import red_tips
from upstander.desk.board import words_for
from upstander.desk.claims import take
from upstander.intake.services import Submission, receive, reply, taken_up
from upstander.packs.current import current

pytestmark = pytest.mark.django_db


def reds(tip_id) -> dict[str, str]:
    now = the_clock.now()
    return {red.code: words_for(red, now) for red in red_tips(now).get(tip_id, [])}


@pytest.mark.req("D-II.F")
@pytest.mark.parametrize("fact", ["about_self", "danger_now"])
@pytest.mark.parametrize("held", [False, True])
def test_a_word_of_a_reporter_in_crisis_is_red_after_the_packs_seconds_whoever_holds_the_tip(town, call_taker, clock, fact, held):
    given = receive(Submission(channel="web", text="words", place_id=town.school.pk, **{fact: True}), "k" * 32)
    seconds = current().limits.crisis_answer_seconds
    reply(given.receipt, "Is anybody there?")
    if held:
        take(given.tip_id, call_taker.pk)
    clock(seconds - 5)
    assert "crisis_waiting" not in reds(given.tip_id)
    clock(seconds + 5)
    assert "waits for an answer" in reds(given.tip_id)["crisis_waiting"]
    taken_up(given.tip_id, 1)
    assert "crisis_waiting" not in reds(given.tip_id)


def test_who_is_not_in_crisis_waits_with_the_others(town, clock):
    given = receive(Submission(channel="web", text="words", place_id=town.school.pk), "k" * 32)
    reply(given.receipt, "Is anybody there?")
    clock(3600)
    assert not reds(given.tip_id)
