"""A word that arrives between the page and the press has been read by nobody: an act takes up what its page showed."""

import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.desk.conftest import action_of
from upstander import clock as the_clock
from upstander.actions import services as actions
from upstander.actions.models import Judgement
from upstander.desk import board
from upstander.intake import queries as intake
from upstander.intake import services
from upstander.intake.queries import QueueRow
from upstander.intake.services import Receipt, Submission, receive, reply

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
ACTS = ("reply", "note", "judge", "release", "call", "done")


@pytest.fixture
def told(town, casey, judged) -> Receipt:
    """A Critical with the receipt that its reporter holds."""
    submission = Submission(channel="web", text="He said he will bring a gun", place_id=town.school.pk)
    receipt = receive(submission, secrets.token_urlsafe(24))
    judged(row(receipt), casey.account, "planned_school_attack")
    return receipt


def row(receipt: Receipt) -> QueueRow:
    found = intake.tip(receipt.tip_id)
    assert found is not None
    return found


def page(client: Client, receipt: Receipt) -> dict[str, str]:
    """What the forms of a tip's page carry of the words that it shows."""
    shown = client.get(f"/tip/{receipt.number}/").content.decode()
    live = re.search(r'name="heard_live" id="words-heard" value="(\d+)"', shown)
    forms = re.findall(r"<form method=\"post\"(?:(?!</form>).)*</form>", shown, re.DOTALL)
    acts = [f for f in forms if re.search(r"/(reply|judge|release|actions/[0-9a-f-]+)/", f)]
    [heard] = {re.search(r'name="heard" value="(\d+)"', form)[1] for form in acts}  # type: ignore[index]
    assert live and live[1] == heard
    return {"heard": heard}


def press(client: Client, receipt: Receipt, act: str, shown: dict[str, str]) -> Any:
    """Do it, from a page that carries `shown`."""
    address, given = {
        "reply": ("reply/", {"text": "Are you safe?", "press": secrets.token_urlsafe(8)}),
        "note": ("reply/", {"text": "Spoke to him.", "note": "on", "press": secrets.token_urlsafe(8)}),
        "judge": ("judge/", {"subtypes": "planned_school_attack", "in_progress": "on"}),
        "release": ("release/", {"text": "A student will bring a gun."}),
        "call": (record(receipt, "call_psap"), {"result": "answered", "answered_by": "Operator 12"}),
        "done": (record(receipt, "command_review"), {"result": "no_notify", "note": "Looked at"}),
    }[act]
    answer = client.post(f"/tip/{receipt.number}/{address}", {**given, **shown})
    assert answer.status_code == 302, answer.content.decode()
    return answer


def record(receipt: Receipt, kind: str) -> str:
    return f"actions/{action_of(receipt.tip_id, kind).id}/"


def reds(receipt: Receipt) -> list[str]:
    return [red.code for red in board.red_of(receipt.tip_id, the_clock.now())]


@pytest.mark.parametrize("act", ACTS)
def test_a_word_that_came_after_the_page_was_shown_stays_unread_and_turns_the_tip_red(
    casey, told, clock: Callable[[float], None], act
):
    shown = page(casey, told)
    reply(told.receipt, "It is today, not tomorrow.")
    clock(1)
    press(casey, told, act, shown)
    assert row(told).unread
    assert "The reporter has written" in casey.get(f"/tip/{told.number}/").content.decode()
    casey.post(f"/tip/{told.number}/claim/", {"act": "give_back"})
    clock(62)
    assert "reporter_waiting" in reds(told)


@pytest.mark.parametrize("act", ACTS)
def test_a_word_that_the_page_showed_is_taken_up(casey, told, clock, act):
    reply(told.receipt, "It is today, not tomorrow.")
    press(casey, told, act, page(casey, told))
    assert not row(told).unread
    casey.post(f"/tip/{told.number}/claim/", {"act": "give_back"})
    clock(62)
    assert "reporter_waiting" not in reds(told)


def test_of_two_words_the_one_that_was_seen_is_read_and_the_other_waits(casey, told):
    reply(told.receipt, "one")
    shown = page(casey, told)
    reply(told.receipt, "two")
    press(casey, told, "reply", shown)
    assert (row(told).words_added, row(told).words_read) == (2, 1)
    press(casey, told, "note", page(casey, told))
    assert not row(told).unread


def test_a_word_that_is_older_and_was_stored_later_is_not_read_either(casey, told, clock):
    """Two of the public website's processes: which word came first, their clocks say; which was shown, the page does."""
    clock(10)
    reply(told.receipt, "stored at once")
    shown = page(casey, told)
    clock(5)
    reply(told.receipt, "stored a moment later, with an earlier time")
    clock(11)
    press(casey, told, "reply", shown)
    assert row(told).unread


@pytest.mark.parametrize("given", [{}, {"heard": ""}, {"heard": "-1"}, {"heard": "1e9"}, {"heard": "9" * 40}])
def test_without_a_number_of_words_none_is_taken_up(casey, told, given):
    reply(told.receipt, "one")
    press(casey, told, "reply", given)
    assert row(told).unread


def test_a_number_that_was_made_up_reads_no_word_that_is_not_there_yet(casey, told):
    press(casey, told, "reply", {"heard": "99"})
    reply(told.receipt, "one")
    assert row(told).unread


def test_a_live_page_counts_the_words_that_it_shows_by_now(casey, told):
    made_with = page(casey, told)
    reply(told.receipt, "one")
    words = casey.get(f"/tip/{told.number}/words/").content.decode()
    assert 'name="heard_live" id="words-heard" value="1"' in words
    reply(told.receipt, "two")
    press(casey, told, "reply", {**made_with, "heard_live": "1"})
    assert row(told).words_read == 1


def test_a_part_that_is_newer_than_the_words_on_the_screen_takes_up_only_those(casey, told):
    """The answer to a press is made when a word has come that the page does not show yet."""
    reply(told.receipt, "one")
    part = casey.post(f"/tip/{told.number}/reply/", {"text": " ", "press": "p"}, headers=HX).content.decode()
    assert 'name="heard" value="1"' in part
    press(casey, told, "reply", {"heard": "1", "heard_live": "0"})
    assert row(told).unread


def test_an_act_that_is_refused_takes_nothing_up(casey, jordan, told):
    reply(told.receipt, "one")
    answer = casey.post(f"/tip/{told.number}/release/", {"text": " ", "heard": "1"})
    assert answer.status_code == 422 and row(told).unread
    jordan.post(f"/tip/{told.number}/claim/")
    answer = casey.post(f"/tip/{told.number}/reply/", {"text": "Hello", "press": "p", "heard": "1"})
    assert answer.status_code == 409 and row(told).unread


def test_what_is_done_where_the_words_are_not_shown_takes_none_up(casey, morgan, town, told):
    reply(told.receipt, "one")
    casey.post(f"/tip/{told.number}/place/", {"place_id": town.other_school.pk, "narrative": "Words."})
    assert row(told).place_id == town.other_school.pk and row(told).unread, "the place was corrected"
    lowering = {"subtypes": "bullying", "reason": "A toy", "narrative": "Words."}
    assert casey.post(f"/tip/{told.number}/judge/", lowering).status_code == 302
    pending = Judgement.objects.get(tip_id=told.tip_id, state="pending")
    actions.decide_lowering(pending.id, morgan.account.pk, True, "It was a toy")
    assert row(told).klass == "standard" and row(told).unread, "the lowering was accepted"
    assert row(told).standing == 10


def test_who_does_what_another_role_owes_leaves_the_word_to_whoever_holds_the_tip(casey, signed_in, told):
    reply(told.receipt, "one")
    command = signed_in("Quinn Abernathy", "intelligence_command")
    review = action_of(told.tip_id, "command_review")
    given = {"result": "no_notify", "note": "Local police suffice", "heard": "1"}
    assert command.post(f"/tip/{told.number}/actions/{review.id}/", given).status_code == 302
    assert row(told).unread


def test_the_reporter_is_told_read_only_when_nothing_waits(told):
    services.close(told.tip_id, the_clock.now())
    reply(told.receipt, "one")
    reply(told.receipt, "two")
    assert services.open_dialogue(told.receipt).status == "received"
    services.taken_up(told.tip_id, 1)
    assert services.open_dialogue(told.receipt).status == "received"
    services.taken_up(told.tip_id, 2)
    assert services.open_dialogue(told.receipt).status == "read"
    services.taken_up(told.tip_id, 0)
    assert row(told).words_read == 2, "what was read stays read"


@pytest.mark.req("D-II.F")
def test_for_a_reporter_in_crisis_a_call_taker_answers_or_writes_why_no_answer_is_owed(casey, town, clock):
    given = receive(Submission(channel="web", text="words", place_id=town.school.pk, about_self=True), "k" * 32)
    here = f"/tip/{given.number}/"
    calm = casey.get(here).content.decode()
    assert "No person has answered this reporter yet." in calm
    reply(given.receipt, "Is anybody there?")
    clock(300)
    assert "No answer is owed" in casey.get(here).content.decode()
    assert "crisis_waiting" in reds(given)
    typed = {"text": "His mother writes", "no_answer": "on", "insert": "1", "phrase": ""}
    phrased = casey.post(f"{here}reply/", typed).content.decode()
    assert re.search(r'name="no_answer"[^>]*checked', phrased), "a phrase unticks nothing"
    why = {"text": "His mother writes; she is with him.", "no_answer": "on", "heard": "1", "press": secrets.token_urlsafe(8)}
    assert casey.post(f"{here}reply/", why).status_code == 302
    assert "crisis_waiting" not in reds(given)
    assert [said.sender for said in intake.dialogue(given.tip_id) if not said.field] == ["reporter", "note"]
    clock(360)
    casey.post(f"{here}reply/", {"text": "We are here.", "heard": "1", "press": secrets.token_urlsafe(8)})
    shown = casey.get(here).content.decode()
    assert re.search(r"First answer of a person to this reporter: 6:\d\d after the report", shown), shown[-9000:]
