"""What comes of a call is told apart before an implementation of SIP that is not ours; thirty calls at once."""

from collections.abc import Iterator

import pytest

from tests.support import sipp
from tests.support.eventually import eventually
from tests.support.sipp import NUMBERS, Sipp
from tests.telephone.conftest import House
from upstander.delivery.telephone.lines import Answered, Ended, Key, Ringing

pytestmark = [
    pytest.mark.stack,
    pytest.mark.req("D-IV.A.2"),
    pytest.mark.skipif(not sipp.there(), reason="sipp is not installed (apt-get install sip-tester)"),
]
LINES = 32


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory, greeting) -> Iterator[House]:
    with Sipp(tmp_path_factory.mktemp("sipp")) as far:
        house = House(far, tmp_path_factory.mktemp("agent"), greeting, lines=LINES, rtp="22300-22700")
        yield house
        house.exchange.stop()
        house.exchange.join(10)


@pytest.fixture
def house(network: House) -> House:
    """The house, with nothing left of the last test."""
    eventually(lambda: network.exchange.free() == LINES)
    while not network.heard.empty():
        network.heard.get()
    return network


@pytest.mark.parametrize(
    ("number", "code"),
    [("busy", "busy"), ("unknown", "wrong_number"), ("nowhere", "wrong_number"), ("timed_out", "no_answer")],
)
def test_a_refusal_is_told_apart(house: House, number: str, code: str):
    assert house.end_of(house.rings(NUMBERS[number])).code == code


def test_who_rings_on_has_not_answered(house: House):
    call = house.rings(NUMBERS["rings_on"], rings=0.7)
    assert [house.hears(), house.hears()] == [Ringing(call), Ended(call, "no_answer")]


def test_who_picks_up_and_is_silent_has_answered_and_no_more(house: House):
    call = house.rings(NUMBERS["silent"])
    assert [house.hears(), house.hears()] == [Ringing(call), Answered(call)]
    assert house.end_of(call).code == "answered"


def test_who_picks_up_and_hangs_up_has_answered_and_no_more(house: House):
    assert house.end_of(house.rings(NUMBERS["hangs_up"])).code == "answered"


def test_a_tone_before_anybody_picks_up_is_ringing_and_the_key_counts_after_it(house: House):
    call = house.rings(NUMBERS["early"])
    assert [house.hears(), house.hears(), house.hears()] == [Ringing(call), Answered(call), Key(call, "1")]
    house.exchange.hang_up(call)
    assert house.end_of(call).code == "answered"


def test_a_call_that_is_moved_while_somebody_talks_goes_on(house: House):
    call = house.rings(NUMBERS["again"])
    assert [house.hears(), house.hears(), house.hears()] == [Ringing(call), Answered(call), Key(call, "1")]
    house.exchange.hang_up(call)
    assert house.end_of(call).code == "answered"


@pytest.mark.parametrize("number", ["mangled", "no_sound"])
def test_rubbish_confirms_nothing_and_costs_no_more_than_its_own_call(house: House, number: str):
    agent = house.exchange.agent_pid
    call = house.rings(NUMBERS[number], rings=3.0, talks=3.0)
    reports = []
    while not reports or not isinstance(reports[-1], Ended):
        reports.append(house.hears())
    assert not any(isinstance(report, Key) for report in reports)
    again = house.rings(sipp.ANSWERS + "00")
    assert [house.hears(), house.hears(), house.hears()] == [Ringing(again), Answered(again), Key(again, "1")]
    house.exchange.hang_up(again)
    house.end_of(again)
    assert house.exchange.agent_pid == agent, call


def test_thirty_calls_at_once_each_with_its_own_key(house: House):
    calls = {house.rings(f"{sipp.ANSWERS}{n:02}") for n in range(30)}
    pressed, answered = set(), set()
    while pressed != calls:
        report = house.hears()
        assert not isinstance(report, Ended), report
        if isinstance(report, Answered):
            answered.add(report.call)
        elif isinstance(report, Key):
            pressed.add(report.call)
    assert answered == calls  # all thirty were up at the same moment: none had ended
    for call in calls:
        house.exchange.hang_up(call)
    ended = {
        report.call: report.code for report in (house.hears() for _ in calls) if isinstance(report, Ended)
    }
    assert ended == dict.fromkeys(calls, "answered")
