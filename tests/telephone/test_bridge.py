"""A person of the house is rung, then whom they want, and the two hear each other: with the real agent."""

import os
import queue
import signal
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from tests.support.eventually import eventually
from tests.support.sip import PASSWORD, USER, SipTrunk
from tests.telephone.conftest import free_port
from upstander.delivery.telephone.agent import Trunk
from upstander.delivery.telephone.bridge import Asked, Stands, Switchboard, beside

pytestmark = [pytest.mark.stack, pytest.mark.req("D-IV.A.2")]
DESK, PSAP = "+12175550301", "+12175550302"
OURS, THEIRS = 0x21, 0x63  # the sounds that the two make
ENOUGH = 800  # bytes: a tenth of a second


class Desk:
    """The switchboard, and what it tells."""

    def __init__(self, board: Switchboard, heard: "queue.SimpleQueue[Stands]") -> None:
        self.board, self.heard = board, heard

    def calls(self, *, key: bool = False) -> UUID:
        id = uuid4()
        self.board.begin(Asked(id, DESK, PSAP, key))
        return id

    def told(self, id: UUID) -> list[str]:
        """How a call stood, one after the other, to its end with the result."""
        found: list[str] = []
        while not found or ":" not in found[-1]:
            said = self.heard.get(timeout=15)
            if said.id == id:
                found.append(f"over:{said.result}" if said.code == "over" else said.code)
                self.seconds = said.seconds
        return found

    def until(self, id: UUID, code: str) -> None:
        while (said := self.heard.get(timeout=15)).code != code or said.id != id:
            assert said.id != id or said.code != "over", said


@pytest.fixture(scope="module")
def running(line_to_the_world: SipTrunk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    heard: queue.SimpleQueue[Stands] = queue.SimpleQueue()
    trunk = Trunk(
        "127.0.0.1", "+12175550100", line_to_the_world.port, domain="trunk.example", user=USER, password=PASSWORD,
        listen=free_port(), rtp="22000-22200",
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("bridge")
    board = Switchboard(trunk, 2, folder, "Press 1 to be connected.", "en", 2.0, heard.put)
    board.start()
    eventually(lambda: board.up)
    yield Desk(board, heard)
    board.stop()


@pytest.fixture
def desk(running: Desk, trunk: SipTrunk) -> Iterator[Desk]:
    eventually(lambda: running.board.free == 2)
    yield running
    eventually(lambda: trunk.talking == 0)


def test_the_two_hear_each_other_and_the_one_who_hangs_up_ends_it(desk: Desk, trunk: SipTrunk):
    trunk.phone(DESK).expects_call().answers().says(OURS)
    trunk.phone(PSAP).expects_call().answers().says(THEIRS)
    call = desk.calls()
    ours, theirs = trunk.phone(DESK).rang(), trunk.phone(PSAP).rang()
    eventually(lambda: ours.voices[THEIRS] > ENOUGH and theirs.voices[OURS] > ENOUGH)
    assert ours.voices[OURS] == theirs.voices[THEIRS] == 0  # nobody hears themselves
    assert theirs.caller == "+12175550100"
    desk.until(call, "talking")
    trunk.hangs_up(PSAP)
    assert desk.told(call) == ["over:answered"]
    assert trunk.phone(DESK).over().ended_by == "them"


def test_a_psap_is_rung_only_once_a_person_at_the_desk_has_pressed_1(desk: Desk, trunk: SipTrunk):
    trunk.phone(DESK).expects_call().presses("1").and_listens()
    trunk.phone(PSAP).expects_call().answers()
    call = desk.calls(key=True)
    desk.until(call, "talking")
    desk.board.hang_up(call)
    assert desk.told(call) == ["over:answered"]
    assert trunk.phone(DESK).calls[0].pressed == ["1"] and trunk.phone(PSAP).over().ended_by == "them"


def test_a_voicemail_of_ours_rings_nobody(desk: Desk, trunk: SipTrunk):
    trunk.phone(DESK).expects_call().answers().then_hangs_up()
    assert desk.told(desk.calls(key=True)) == ["near", "key", "over:not_there"]
    assert not trunk.phone(PSAP).calls


def test_who_is_busy_at_the_desk_is_not_there(desk: Desk, trunk: SipTrunk):
    trunk.phone(DESK).expects_call().is_busy()
    assert desk.told(desk.calls()) == ["over:not_there"]


@pytest.mark.parametrize(("status", "result"), [(486, "busy"), (404, "wrong_number"), (603, "declined")])
def test_what_came_of_the_other_side_is_told_apart(desk: Desk, trunk: SipTrunk, status: int, result: str):
    trunk.phone(DESK).expects_call().answers()
    trunk.phone(PSAP).expects_call().is_refused(status)
    assert desk.told(desk.calls()) == ["near", "far", f"over:{result}"]
    assert trunk.phone(DESK).over().ended_by == "them"


def test_nobody_answers_and_the_ringing_ends(desk: Desk, trunk: SipTrunk):
    trunk.phone(DESK).expects_call().answers()
    trunk.phone(PSAP).expects_call().never_answers()
    assert desk.told(desk.calls())[-1] == "over:no_answer"


def test_who_hangs_up_before_anybody_answers_has_given_up(desk: Desk, trunk: SipTrunk):
    trunk.phone(DESK).expects_call().answers()
    trunk.phone(PSAP).expects_call().never_answers()
    call = desk.calls()
    desk.until(call, "far")
    trunk.phone(PSAP).rang()
    trunk.hangs_up(DESK)
    assert desk.told(call) == ["over:given_up"]
    assert trunk.phone(PSAP).over().ended_by == "them"


def test_keys_pressed_at_the_desk_are_passed_on(desk: Desk, trunk: SipTrunk):
    """ "For the dispatcher, press 2"."""
    trunk.phone(DESK).expects_call().answers().says(OURS)
    trunk.phone(PSAP).expects_call().answers().says(THEIRS)
    call = desk.calls()
    desk.until(call, "talking")
    for key in "23":
        trunk.presses(DESK, key)
        eventually(lambda key=key: trunk.phone(PSAP).calls[0].keys[-1:] == [key])
    trunk.hangs_up(DESK)
    assert desk.told(call) == ["over:answered"]


def test_two_talks_at_once_do_not_mix(desk: Desk, trunk: SipTrunk):
    calls, voices = {}, (0x21, 0x63, 0x35, 0x4A)
    for n, (near, far) in enumerate((("+12175550311", "+12175550312"), ("+12175550313", "+12175550314"))):
        trunk.phone(near).expects_call().answers().says(voices[2 * n])
        trunk.phone(far).expects_call().answers().says(voices[2 * n + 1])
        calls[far] = uuid4()
        desk.board.begin(Asked(calls[far], near, far, False))
    assert desk.board.free == 0
    for far, voice, others in (
        ("+12175550312", voices[0], voices[1:]),
        ("+12175550314", voices[2], (*voices[:2], voices[3])),
    ):
        heard = trunk.phone(far).rang().voices
        eventually(lambda heard=heard, voice=voice: heard[voice] > ENOUGH)
        assert not any(heard[other] for other in others)
    for call in calls.values():
        desk.board.hang_up(call)
    eventually(lambda: desk.board.free == 2)


def test_an_agent_that_dies_ends_the_talk_and_says_so(desk: Desk, trunk: SipTrunk):
    trunk.phone(DESK).expects_call().answers()
    trunk.phone(PSAP).expects_call().answers()
    call = desk.calls()
    desk.until(call, "talking")
    os.kill(desk.board._exchange.agent_pid or 0, signal.SIGKILL)
    assert desk.told(call) == ["over:agent_died"]
    trunk.hangs_up(DESK)
    trunk.hangs_up(PSAP)
    eventually(lambda: desk.board.up)


def test_the_two_agents_share_no_port():
    trunk = Trunk("sip.example.net", "+12175550100", register=True)
    ladder, own = beside(trunk, 4)
    assert own.listen == trunk.listen + 2 and not own.register and ladder.register
    assert (ladder.rtp, own.rtp) == ("25000-25868", "25869-25900") or int(ladder.rtp[6:]) < int(own.rtp[:5])
