"""A reporter in danger, or who writes about themselves, does not wait for an answer unseen."""

import pytest

from upstander import clock as the_clock
from upstander.actions.closing import why_not_close
from upstander.actions.queries import red_tips
from upstander.actions.services import Judging, judge
from upstander.desk.board import words_for
from upstander.desk.claims import take
from upstander.intake.services import Submission, no_answer_owed, receive, reply, say, taken_up
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
    assert "crisis_waiting" in reds(given.tip_id), "that somebody has read it is no answer"
    say(given.tip_id, "desk", "I am here. Are you alone?", call_taker.pk)
    assert "crisis_waiting" not in reds(given.tip_id)


@pytest.mark.req("D-II.F")
def test_neither_a_note_nor_a_judgement_answers_a_reporter_in_crisis_and_a_reason_why_none_is_owed_does(town, call_taker, clock):
    given = receive(Submission(channel="web", text="words", place_id=town.school.pk, about_self=True), "k" * 32)
    reply(given.receipt, "Is anybody there?")
    clock(60)
    taken_up(given.tip_id, 1)
    say(given.tip_id, "note", "Rang the school", call_taker.pk)
    judge(Judging(given.tip_id, call_taker.pk, ("self_harm",), in_progress=False))
    clock(600)
    assert "for 10:00" in reds(given.tip_id)["crisis_waiting"], "counted from the word, not from what was done since"
    no_answer_owed(given.tip_id, "It is the mother's account; she is with him.", call_taker.pk)
    assert "crisis_waiting" not in reds(given.tip_id)
    reply(given.receipt, "Now it is me")
    clock(1200)
    assert "reporter_waiting" in reds(given.tip_id), "a new word of a Critical's reporter waits anew"


@pytest.mark.req("D-II.F")
def test_an_answer_that_crossed_a_word_leaves_that_word_waiting(town, call_taker, clock):
    given = receive(Submission(channel="web", text="words", place_id=town.school.pk, danger_now=True), "k" * 32)
    reply(given.receipt, "Is anybody there?")
    clock(1)
    say(given.tip_id, "desk", "We have read your report.", call_taker.pk)  # on a page that did not show the word yet
    clock(600)
    assert "crisis_waiting" in reds(given.tip_id)
    taken_up(given.tip_id, 1)
    assert "crisis_waiting" in reds(given.tip_id), "nor does it when somebody reads the word later"
    say(given.tip_id, "desk", "We are here.", call_taker.pk)
    assert "crisis_waiting" not in reds(given.tip_id)


@pytest.mark.req("D-II.F")
def test_the_red_of_a_reporter_in_crisis_does_not_go_out_because_they_write_again(town, call_taker, clock):
    given = receive(Submission(channel="web", text="words", place_id=town.school.pk, about_self=True), "k" * 32)
    judge(Judging(given.tip_id, call_taker.pk, ("self_harm",), in_progress=False))
    reply(given.receipt, "Is anybody there?")
    taken_up(given.tip_id, 1)
    clock(600)
    assert "crisis_waiting" in reds(given.tip_id)
    reply(given.receipt, "Please")
    assert "for 10:0" in reds(given.tip_id)["crisis_waiting"]


@pytest.mark.req("D-II.F")
def test_no_tip_closes_over_a_word_of_a_reporter_in_crisis_that_nobody_has_answered(town, call_taker, clock):
    given = receive(Submission(channel="web", text="words", place_id=town.school.pk, about_self=True), "k" * 32)
    judge(Judging(given.tip_id, call_taker.pk, ("complaint_about_school",), in_progress=False, narrative="A complaint."))
    reply(given.receipt, "Is anybody there?")
    taken_up(given.tip_id, 1)
    assert "waits for an answer" in why_not_close(given.tip_id)
    no_answer_owed(given.tip_id, "Wrote from the nurse's room; she is with her.", call_taker.pk)
    assert "waits for an answer" not in why_not_close(given.tip_id)


def test_who_is_not_in_crisis_waits_with_the_others(town, clock):
    given = receive(Submission(channel="web", text="words", place_id=town.school.pk), "k" * 32)
    reply(given.receipt, "Is anybody there?")
    clock(3600)
    assert not reds(given.tip_id)
