"""What comes of a call is told apart, with the real agent and telephones that do as they are told."""

import os
import signal
import socket
from pathlib import Path

import pytest

from tests.support.eventually import eventually
from tests.support.sip import SipTrunk
from tests.telephone.conftest import House, free_port
from upstander.delivery.telephone import agent
from upstander.delivery.telephone.agent import Trunk
from upstander.delivery.telephone.exchange import Exchange
from upstander.delivery.telephone.lines import Answered, Ended, Key, Ringing
from upstander.delivery.telephone.sounds import Sounds

pytestmark = pytest.mark.stack
ANA, OTTO, PIA = "+12175550101", "+12175550102", "+12175550103"


def test_a_call_rings_is_answered_a_voice_is_heard_and_a_key_is_told(house: House, trunk: SipTrunk):
    phone = trunk.phone(ANA)
    phone.expects_call().presses("1").and_listens()
    call = house.rings(ANA)
    assert [house.hears(), house.hears(), house.hears()] == [Ringing(call), Answered(call), Key(call, "1")]
    assert phone.calls[0].caller == "+12175550100" and phone.calls[0].heard > 2000
    house.exchange.hang_up(call)
    assert house.end_of(call).code == "answered"
    assert phone.over().ended_by == "them"


def test_three_plays_it_again_and_other_keys_are_told_as_they_are(house: House, trunk: SipTrunk):
    trunk.phone(ANA).expects_call().presses("3", "7", "2").and_listens()
    call = house.rings(ANA)
    house.hears(), house.hears()
    assert [house.hears(), house.hears()] == [Key(call, "7"), Key(call, "2")]
    house.exchange.hang_up(call)
    house.end_of(call)


def test_what_is_played_after_a_key_is_heard_to_its_end_and_ends_the_call(house: House, trunk: SipTrunk, sounds: Sounds):
    trunk.phone(ANA).expects_call().presses("1").and_listens()
    call = house.rings(ANA)
    while not isinstance(house.hears(), Key):
        pass
    before = trunk.phone(ANA).calls[0].heard
    thanks = sounds.once("Thank you.", "en")
    house.exchange.play(call, thanks)
    assert house.end_of(call).code == "answered"
    assert trunk.phone(ANA).over().heard > before + 2000
    sounds.done(thanks)
    assert not thanks.exists()


@pytest.mark.parametrize(
    ("status", "code"),
    [(486, "busy"), (603, "declined"), (404, "wrong_number"), (480, "no_answer"), (503, "trunk"), (403, "trunk")],
)
def test_a_refusal_is_told_apart(house: House, trunk: SipTrunk, status: int, code: str):
    trunk.phone(ANA).expects_call().is_refused(status)
    call = house.rings(ANA)
    assert house.hears() == Ended(call, code)


def test_who_rings_on_has_not_answered_and_the_ringing_ends(house: House, trunk: SipTrunk):
    trunk.phone(ANA).expects_call().never_answers()
    call = house.rings(ANA, rings=0.5)
    assert [house.hears(), house.hears()] == [Ringing(call), Ended(call, "no_answer")]
    assert trunk.phone(ANA).over().ended_by == "them"


def test_a_number_of_which_nothing_is_heard_is_unreachable(house: House, trunk: SipTrunk):
    trunk.phone(ANA).expects_call().says_nothing()
    call = house.rings(ANA, rings=0.5)
    assert house.hears() == Ended(call, "unreachable")


def test_answered_without_a_key_is_told_as_answered_when_the_voice_ends(house: House, trunk: SipTrunk):
    trunk.phone(ANA).expects_call().answers()
    call = house.rings(ANA)
    assert [house.hears(), house.hears()] == [Ringing(call), Answered(call)]
    ended = house.hears()
    assert isinstance(ended, Ended) and ended.code == "answered" and ended.seconds >= 1


def test_who_hangs_up_at_once_has_answered_and_no_more(house: House, trunk: SipTrunk):
    trunk.phone(ANA).expects_call().answers().then_hangs_up()
    call = house.rings(ANA)
    assert house.end_of(call).code == "answered"
    assert trunk.phone(ANA).over().ended_by == "us"


def test_lines_do_not_mix_and_a_line_is_used_again(house: House, trunk: SipTrunk):
    for _ in range(2):
        trunk.phone(ANA).expects_call().presses("1").and_listens()
        trunk.phone(OTTO).expects_call().presses("2").and_listens()
        trunk.phone(PIA).expects_call().is_busy()
        calls = {house.rings(n): n for n in (ANA, OTTO, PIA)}
        told = {}
        while len(told) < 3:
            report = house.hears()
            if isinstance(report, Key) or (isinstance(report, Ended) and report.code == "busy"):
                told[calls[report.call]] = getattr(report, "key", "") or report.code
        assert told == {ANA: "1", OTTO: "2", PIA: "busy"}
        for call in calls:
            house.exchange.hang_up(call)
        eventually(lambda: house.exchange.free() == 4)


def test_a_trunk_that_asks_for_a_password_is_given_an_answer(house: House, trunk: SipTrunk):
    trunk.password_wanted = True
    trunk.phone(ANA).expects_call().presses("1").and_listens()
    call = house.rings(ANA)
    while not isinstance(house.hears(), Key):
        pass
    assert trunk.proofs_checked == ["upstander"]
    house.exchange.hang_up(call)
    house.end_of(call)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_an_agent_that_dies_or_hangs_is_started_anew_and_its_calls_are_accounted_for(
    house: House, trunk: SipTrunk, number: int
):
    trunk.phone(ANA).expects_call().never_answers()
    call = house.rings(ANA, rings=1.0 if number == signal.SIGSTOP else 20.0)
    assert house.hears() == Ringing(call)
    killed = house.exchange.agent_pid
    os.kill(killed, number)
    assert house.hears() == Ended(call, "agent_died")
    eventually(lambda: house.exchange.up.is_set() and house.exchange.agent_pid != killed)
    trunk.phone(OTTO).expects_call().is_busy()
    assert house.end_of(house.rings(OTTO)).code == "busy"


def test_who_took_the_agents_control_port_before_it_is_told_nothing(trunk: SipTrunk, tmp_path: Path, monkeypatch):
    """The control line knows no password: another program of this machine that listens there must not speak for the agent."""
    us = Trunk("127.0.0.1", "+12175550100", trunk.port, domain="trunk.example", listen=free_port(), rtp="21900-21990")
    with socket.create_server(("127.0.0.1", 0)) as impostor:
        monkeypatch.setattr(agent, "_free_port", lambda: int(impostor.getsockname()[1]))
        exchange = Exchange(us, 1, tmp_path / "agent", lambda _: None)
        exchange.start()
        try:
            eventually(lambda: exchange.up.is_set() or exchange.deaths > 0)
            assert not exchange.up.is_set()
        finally:
            exchange.stop()
            exchange.join(10)


@pytest.mark.parametrize("beside", [0, 1])
def test_an_agent_whose_port_is_taken_is_red_and_starts_as_soon_as_the_port_is_free(
    trunk: SipTrunk, tmp_path: Path, caplog: pytest.LogCaptureFixture, beside: int
):
    """It would end at once, however often it is started; and be tried ever more seldom."""
    port = free_port()
    us = Trunk("127.0.0.1", "+12175550100", trunk.port, domain="trunk.example", listen=port, rtp="21900-21990")
    exchange = Exchange(us, 1, tmp_path / "agent", lambda _: None)
    try:
        with socket.create_server(("127.0.0.1", port + beside)):
            exchange.start()
            eventually(lambda: exchange.deaths > 2)  # from there on the carrier is red
            assert not exchange.up.is_set()
        eventually(lambda: exchange.up.is_set())
    finally:
        exchange.stop()
        exchange.join(10)
    assert {record.what["why"] for record in caplog.records if record.msg == "agent-lost"} == {"port-taken"}
    assert {"ports": str(port + beside)}.items() <= caplog.records[0].what.items()


def test_where_the_trunk_wants_it_we_register(trunk: SipTrunk, tmp_path: Path):
    us = Trunk(
        "127.0.0.1", "+12175550100", trunk.port, domain="trunk.example", register=True, listen=free_port(),
        rtp="21900-21990",
    )  # fmt: skip
    exchange = Exchange(us, 1, tmp_path / "agent", lambda _: None)
    exchange.start()
    try:
        eventually(lambda: "REGISTER" in trunk.asked)
    finally:
        exchange.stop()
        exchange.join(10)
