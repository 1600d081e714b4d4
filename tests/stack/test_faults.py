"""A mail server that misbehaves in every way: nothing is lost, the desk shows it, and what arrives twice is known as the same.

And many at once: reporters never collide, and a press that is repeated is one tip. `UPSTANDER_SOAK_ROUNDS` repeats the faults.
"""

import json
import os
import secrets
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.stack.acts import tell
from tests.stack.harness import Stack, until
from tests.stack.troubled import PATIENCE, Troubled
from upstander.desk.board import CARRIER

ROUNDS = int(os.environ.get("UPSTANDER_SOAK_ROUNDS", "1"))
RED_AFTER = 16.0  # seconds: a Critical may wait 15
_CARRIER_RED = {str(words).split("%")[0] for words in CARRIER.values()}


@pytest.fixture
def calm(troubled: Troubled) -> Iterator[Troubled]:
    troubled.calm()
    yield troubled
    troubled.mail.behave()
    troubled.calm()


def carrier_is_red(house: Troubled) -> None:
    house.pass_time(RED_AFTER)
    until(lambda: _CARRIER_RED & set(house.faults()), PATIENCE, "the carrier is red at the desk")


def nothing_lost(house: Troubled, number: str) -> None:
    """Every mail that is owed for a tip has arrived, each under its own Message-ID, and no other."""
    owed = house.all_sent(number)
    arrived = house.arrived(owed)
    assert len(owed) > 1
    assert {mail.message_id for mail in arrived} == owed
    for message_id in owed:
        same = [mail for mail in arrived if mail.message_id == message_id]
        assert len({mail.recipient for mail in same}) == 1, "a duplicate goes to the same person"


FAULTS: list[dict[str, str]] = [
    {"connect": "554 5.3.2 no service"},
    {"connect": "hang"},
    {"mail": "550 5.7.1 sender refused"},
    {"rcpt": "451 4.7.1 greylisted"},
    {"data": "452 4.3.1 out of space"},
    {"data": "die"},
]
RARER: list[dict[str, str]] = [
    {"connect": "421 4.3.2 too many"},
    {"helo": "hang"},
    {"rcpt": "hang"},
    {"data": "hang"},
]


@pytest.mark.slow
@pytest.mark.parametrize("round_", range(ROUNDS))
@pytest.mark.parametrize(
    "fault",
    FAULTS + (RARER if ROUNDS > 1 else []),
    ids=lambda fault: "-".join(f"{k}-{v}" for k, v in fault.items()).replace(" ", "_"),
)
def test_nothing_is_lost_and_the_desk_shows_it(calm: Troubled, fault: dict[str, str], round_: int):
    calm.misbehave(**fault)
    number = calm.critical()
    carrier_is_red(calm)
    assert "sent" not in calm.owed(number).values()
    calm.mail.behave()
    nothing_lost(calm, number)


@pytest.mark.slow
@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_server_that_is_not_there_loses_nothing(calm: Troubled, round_: int):
    calm.mail.stop()
    try:
        number = calm.critical()
        carrier_is_red(calm)
    finally:
        calm.mail.start()
    nothing_lost(calm, number)


@pytest.mark.slow
def test_a_mail_that_was_taken_without_an_answer_comes_again_under_the_same_message_id(calm: Troubled):
    calm.mail.behave(data="die", times=3)
    number = calm.critical()
    nothing_lost(calm, number)
    twice = [n for n in Counter(mail.message_id for mail in calm.arrived(calm.owed(number))).values() if n > 1]
    assert twice, "the server took a mail, died, and got it again"


@pytest.mark.slow
def test_an_address_that_is_refused_is_red_at_its_tip_and_stops_nobody_else(calm: Troubled):
    calm.mail.behave(rcpt="550 5.1.1 nobody of that name", match="osei@")
    number = calm.critical()
    until(lambda: Counter(calm.owed(number).values())["failed"] == 1, PATIENCE, "the refusal is known")
    until(lambda: set(calm.owed(number).values()) == {"failed", "sent"}, PATIENCE, "all others are sent")
    assert calm.faults() == [], "the carrier does well"
    assert "refused by the mail server" in calm.desk.open(f"/tip/{number}/")
    red = calm.desk.open("/red/")
    assert number in red and "a mail was refused" in red


def test_sixteen_reporters_at_once_never_collide(stack: Stack):
    words = [f"number {n}, {secrets.token_hex(8)}" for n in range(200)]
    with ThreadPoolExecutor(16) as reporters:
        sent = list(reporters.map(lambda text: tell(stack, text), words))
    assert len({tip["receipt"] for tip in sent}) == len({tip["tip_number"] for tip in sent}) == len(words)
    with ThreadPoolExecutor(16) as reporters:
        read = list(reporters.map(lambda tip: _dialogue(stack, tip["receipt"]), sent))
    assert [one["messages"][0]["text"] for one in read] == words
    assert [one["tip_number"] for one in read] == [tip["tip_number"] for tip in sent]


def _dialogue(stack: Stack, receipt: str) -> dict[str, object]:
    status, answer = stack.get("public", "/api/v1/dialogue", Authorization=f"Receipt {receipt}")
    assert status == 200, answer
    return dict(json.loads(answer))


def test_one_press_that_eight_threads_repeat_at_once_is_one_tip(stack: Stack):
    key, text = secrets.token_urlsafe(24), f"pressed eight times, {secrets.token_hex(8)}"
    with ThreadPoolExecutor(8) as presses:
        sent = list(presses.map(lambda _: tell(stack, text, key=key), range(8)))
    assert len({(tip["tip_number"], tip["receipt"]) for tip in sent}) == 1


def test_the_same_key_with_other_words_is_another_tip(stack: Stack):
    key = secrets.token_urlsafe(24)
    with ThreadPoolExecutor(8) as presses:
        sent = list(presses.map(lambda n: tell(stack, f"words {n}", key=key), range(8)))
    assert len({tip["tip_number"] for tip in sent}) == len({tip["receipt"] for tip in sent}) == 8
    assert [_dialogue(stack, tip["receipt"])["messages"][0]["text"] for tip in sent] == [
        f"words {n}" for n in range(8)
    ]
