"""A reporter who writes again has not been read yet: the tip stands where the unread stand, until somebody takes the word up."""

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests.desk.test_queue import numbers
from upstander import clock as the_clock
from upstander.actions import services as actions
from upstander.desk import board
from upstander.intake import queries as intake
from upstander.intake.queries import QueueRow
from upstander.intake.services import (
    Receipt,
    Submission,
    close,
    open_dialogue,
    receive,
    reply,
    say,
    taken_up,
)

pytestmark = pytest.mark.django_db
MARK = "the reporter has written"


@pytest.fixture
def told(town) -> Callable[..., Receipt]:
    """`told("words")`: a tip of the invented school, with the receipt that its reporter holds."""

    def make(text: str = "Something is wrong.", **more) -> Receipt:
        submission = Submission(channel="web", text=text, place_id=town.school.pk, **more)
        return receive(submission, secrets.token_urlsafe(24))

    return make


@pytest.fixture
def closed(told, casey, judged) -> Callable[[str], Receipt]:
    """`closed("truancy")`: a tip that was judged so and closed."""

    def make(subtype: str) -> Receipt:
        receipt = told()
        judged(row(receipt), casey.account, subtype)
        close(receipt.tip_id, the_clock.now())
        return receipt

    return make


def row(receipt: Receipt) -> QueueRow:
    found = intake.tip(receipt.tip_id)
    assert found is not None
    return found


def reds(receipt: Receipt) -> list[str]:
    return [red.code for red in board.red_of(receipt.tip_id, the_clock.now())]


def page(client: Client, receipt: Receipt) -> str:
    return client.get(f"/tip/{receipt.number}/").content.decode()


def test_a_tip_that_its_reporter_reopens_stands_with_those_that_nobody_has_read(casey, told, closed, judged):
    reopened = closed("truancy")
    new, calm = told(), told()
    judged(row(calm), casey.account, "bullying")
    assert numbers(casey) == [new.number, calm.number]
    assert reply(reopened.receipt, "He has come back, with a knife.")
    assert numbers(casey) == [reopened.number, new.number, calm.number], "the oldest of the unread first"
    assert MARK in casey.get("/queue/").content.decode()


def test_the_reporter_of_a_reopened_tip_is_told_that_it_was_read_only_when_it_was(casey, closed):
    receipt = closed("truancy")
    assert open_dialogue(receipt.receipt).status == "closed"
    reply(receipt.receipt, "It is going on again.")
    assert open_dialogue(receipt.receipt).status == "received"
    page(casey, receipt)
    assert open_dialogue(receipt.receipt).status == "received", "a look without taking it is no promise"
    casey.post(f"/tip/{receipt.number}/claim/")
    assert open_dialogue(receipt.receipt).status == "read"


def test_a_reopened_critical_stays_with_the_gravest_and_is_red_until_somebody_takes_it_up(
    casey, told, closed, clock
):
    receipt, new = closed("planned_school_attack"), told()
    reply(receipt.receipt, "They have moved it to tomorrow.")
    assert numbers(casey) == [receipt.number, new.number]
    clock(61)
    assert "reporter_waiting" in reds(receipt)
    casey.post(f"/tip/{receipt.number}/claim/")
    assert "reporter_waiting" not in reds(receipt)
    clock(61 + 11 * 60)  # whoever took it has gone away
    assert "reporter_waiting" in reds(receipt)


@pytest.mark.parametrize("subtype", ["truancy", "planned_school_attack"])
def test_a_new_word_on_an_open_tip_lifts_it_too_and_never_lowers_it(casey, told, judged, subtype):
    receipt = told()
    judged(row(receipt), casey.account, subtype)
    before = row(receipt).standing
    reply(receipt.receipt, "Now he is at the school.")
    assert row(receipt).standing == min(before, 10)
    assert row(receipt).unread and MARK in casey.get("/queue/").content.decode()
    assert "The reporter has written" in page(casey, receipt)
    assert open_dialogue(receipt.receipt).status == "passed_on", "an open tip's status goes on"


def test_a_new_danger_stands_above_a_reopened_tip(casey, told, closed):
    reopened = closed("truancy")
    reply(reopened.receipt, "More.")
    danger = told(danger_now=True)
    assert numbers(casey) == [danger.number, reopened.number]


def test_an_unread_word_is_seen_however_many_calm_tips_are_open(casey, told, judged):
    quiet = told()
    judged(row(quiet), casey.account, "general_complaint")
    for _ in range(board.PAGE + 2):
        judged(row(told()), casey.account, "bullying")
    assert quiet.number not in numbers(casey)
    reply(quiet.receipt, "He has a list of names.")
    assert numbers(casey)[0] == quiet.number


@pytest.mark.parametrize("sender", ["desk", "note"])
def test_an_answer_or_a_note_takes_the_word_up_and_the_tip_goes_back_to_its_place(
    casey, told, judged, sender
):
    receipt = told()
    judged(row(receipt), casey.account, "truancy")
    place = row(receipt).standing
    reply(receipt.receipt, "Thank you.")
    assert row(receipt).standing < place
    form = {
        "text": "We have read it.",
        "note": "1" if sender == "note" else "",
        "press": secrets.token_urlsafe(8),
        "heard": "1",
    }
    assert casey.post(f"/tip/{receipt.number}/reply/", form).status_code < 400
    assert row(receipt).standing == place and not row(receipt).unread
    assert MARK not in casey.get("/queue/").content.decode()


def test_a_new_judgement_takes_the_word_up(casey, told, judged):
    receipt = told()
    judged(row(receipt), casey.account, "truancy")
    reply(receipt.receipt, "He has a knife.")
    casey.post(f"/tip/{receipt.number}/judge/", {"subtypes": "planned_school_attack", "heard": "1"})
    after = row(receipt)
    assert not after.unread and after.standing == after.rank < 10


def test_holding_it_and_letting_it_go_does_not_hide_the_word(casey, closed):
    receipt = closed("truancy")
    reply(receipt.receipt, "More.")
    casey.post(f"/tip/{receipt.number}/claim/")
    casey.post(f"/tip/{receipt.number}/claim/", {"act": "give_back"})
    assert row(receipt).unread and row(receipt).standing == 10


def test_an_automatic_answer_is_nobodys_reading(closed):
    receipt = closed("truancy")
    reply(receipt.receipt, "More.")
    say(receipt.tip_id, "system", "We have your message.")
    assert open_dialogue(receipt.receipt).status == "received" and row(receipt).unread


def test_a_tip_with_an_unread_word_is_not_closed_again_unseen(casey, closed):
    receipt = closed("truancy")
    reply(receipt.receipt, "More.")
    with pytest.raises(actions.CannotRecord):
        actions.close(receipt.tip_id, casey.account.pk, "")
    assert row(receipt).closed_at is None


def test_the_tip_itself_and_its_fields_are_no_unread_word(told):
    assert not row(told(who="A boy in the ninth grade")).unread


def test_what_the_row_says_is_what_the_database_orders_by(casey, told, judged, clock):
    """`unread` is computed twice, in Python for one row and by the database for the order of all: they agree."""
    receipt = told()
    judged(row(receipt), casey.account, "truancy")
    steps = [
        lambda: reply(receipt.receipt, "one"), lambda: taken_up(receipt.tip_id, 1),
        lambda: reply(receipt.receipt, "two"), lambda: taken_up(receipt.tip_id, 1), lambda: taken_up(receipt.tip_id, 2),
        lambda: close(receipt.tip_id, the_clock.now()), lambda: reply(receipt.receipt, "three"),
    ]  # fmt: skip
    for n, step in enumerate(steps):
        clock(timedelta(minutes=n + 1).total_seconds())
        step()
        found = row(receipt)
        assert found.standing == (10 if found.unread else found.rank), n
