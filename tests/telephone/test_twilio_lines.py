"""What Twilio says of a call, late, twice, backwards or never: the model of the lines, told of the time."""

from uuid import uuid4

import pytest

from upstander.delivery.telephone.lines import Answered, Ended, Ringing
from upstander.delivery.telephone.sounds import CannotSpeak
from upstander.delivery.twilio.lines import ASK_AFTER, LOST_AFTER, SEARCH_AFTER, Lines
from upstander.delivery.twilio.words import Words

pytestmark = pytest.mark.req("D-IV.A.2")
CALL, SID, EARLIER = uuid4(), "CA" + "1" * 32, "CA" + "2" * 32


@pytest.fixture
def lines() -> Lines:
    """One call, which Twilio has taken."""
    made = Lines()
    made.begin(CALL, 0.0, 220.0)
    assert made.placed(CALL, SID, 0.1)
    return made


def test_it_is_told_as_it_goes_each_thing_once(lines: Lines):
    for status in ("queued", "initiated", "ringing", "ringing", "in-progress", "ringing", "in-progress"):
        lines.heard(CALL, SID, status, 1.0)
    lines.heard(CALL, SID, "completed", 9.0, seconds=8)
    lines.heard(CALL, SID, "completed", 9.1, seconds=8)
    lines.heard(CALL, SID, "in-progress", 9.2)
    assert list(lines.reports) == [Ringing(CALL), Answered(CALL), Ended(CALL, "answered", 8)]


@pytest.mark.parametrize(
    ("status", "code", "came_to"),
    [("busy", "", "busy"), ("no-answer", "", "no_answer"), ("canceled", "", "no_answer"), ("failed", "404", "wrong_number"),
     ("failed", "503", "unreachable"), ("failed", "", "unreachable")],
)  # fmt: skip
def test_each_end_is_told_apart(lines: Lines, status: str, code: str, came_to: str):
    lines.heard(CALL, SID, status, 1.0, code=code)
    assert list(lines.reports) == [Ended(CALL, came_to)]
    assert len(lines) == 0


def test_a_word_that_overtakes_the_answer_to_our_request_names_the_call(lines: Lines):
    other = uuid4()
    lines.begin(other, 0.0, 220.0)
    assert lines.heard(other, EARLIER, "ringing", 0.1), "its name is news"
    assert not lines.placed(other, EARLIER, 0.2)
    assert lines.sid(other) == EARLIER


def test_a_call_whose_asker_died_is_the_one_in_twilio_s_list_that_is_nobody_else_s(lines: Lines):
    other = uuid4()
    lines.perhaps(other, 1.0, 220.0)
    assert lines.unsure(1.0) == [other] and lines.unsure(1.5) == []
    assert lines.found(other, [SID, EARLIER], 1.6) == EARLIER, "the first of them is another call's"
    assert lines.silent(1.6) == [(other, EARLIER)], "and it is asked about at once"


def test_one_that_the_list_does_not_have_was_not_placed(lines: Lines):
    other = uuid4()
    lines.perhaps(other, 1.0, 220.0)
    for now in (1.0, 1.0 + SEARCH_AFTER):
        assert lines.unsure(now) == [other] and lines.found(other, [SID], now) == ""
    lines.tick(4.0)
    assert list(lines.reports) == [Ended(other, "trunk")]


def test_while_a_request_may_be_on_its_way_the_list_proves_nothing(lines: Lines):
    other = uuid4()
    lines.begin(other, 1.0, 220.0)
    lines.refused(other, "trunk", 2.0, unsure=True)
    for n in range(5):
        lines.found(other, [], 4.0 + n)
        lines.tick(4.0 + n)
    assert not lines.reports
    lines.tick(2.0 + LOST_AFTER)
    assert list(lines.reports) == [Ended(other, "trunk")]


def test_what_is_said_of_an_earlier_call_to_the_same_is_nothing(lines: Lines):
    lines.heard(CALL, SID, "no-answer", 1.0)
    lines.begin(CALL, 60.0, 220.0)
    lines.heard(CALL, SID, "completed", 60.1, seconds=5)  # late: of the call before
    lines.placed(CALL, EARLIER, 60.2)
    lines.heard(CALL, SID, "busy", 60.3)
    assert list(lines.reports) == [Ended(CALL, "no_answer")] and len(lines) == 1


def test_of_whom_nothing_is_heard_twilio_is_asked_and_our_own_clock_ends_it(lines: Lines):
    assert lines.silent(1.0) == []
    assert lines.silent(ASK_AFTER + 1) == [(CALL, SID)]
    assert lines.silent(ASK_AFTER + 2) == [], "not again at once"
    assert lines.tick(200.0) == []
    assert lines.tick(260.0) == [SID], "it is to be hung up"
    assert list(lines.reports) == [Ended(CALL, "trunk")]


def test_a_request_without_an_answer_is_waited_for_before_anybody_is_rung_twice():
    lines = Lines()
    lines.begin(CALL, 0.0, 220.0)
    lines.refused(CALL, "trunk", 10.0, unsure=True)
    assert lines.tick(10.0 + LOST_AFTER - 1) == [] and not lines.reports
    lines.heard(CALL, SID, "ringing", 20.0)
    lines.tick(10.0 + LOST_AFTER + 1)
    assert list(lines.reports) == [Ringing(CALL)], "it had been taken"
    lines.begin(other := uuid4(), 0.0, 220.0)
    lines.refused(other, "trunk", 0.0, unsure=True)
    lines.tick(LOST_AFTER)
    assert lines.reports[-1] == Ended(other, "trunk")


def test_a_refusal_ends_it_at_once():
    lines = Lines()
    lines.begin(CALL, 0.0, 220.0)
    lines.refused(CALL, "wrong_number", 0.1, unsure=False)
    assert list(lines.reports) == [Ended(CALL, "wrong_number")]


def test_what_is_said_is_twiml_in_a_voice_of_the_language_and_markup_in_it_is_words():
    words = Words()
    twiml = words.twiml(words.greeting("Lea & pulse <1>", "es", 3, 14.2), "https://x/key?ref=1&y=2")
    assert '<Say language="es-MX" loop="3">Lea &amp; pulse &lt;1&gt;</Say>' in twiml
    assert 'timeout="15"' in twiml and 'action="https://x/key?ref=1&amp;y=2"' in twiml
    after = words.once("Millbrook", "en")
    assert "<Gather" not in words.twiml(after, "")
    words.done(after)
    with pytest.raises(KeyError):
        words.twiml(after, "")
    with pytest.raises(CannotSpeak):
        words.once("Tere", "et")
