"""Whoever reaches the agent's port and calls us: none of it counts as from whom we rang."""

import secrets
import socket

import pytest

from tests.support.sip import SipTrunk
from tests.telephone.conftest import House
from upstander.delivery.telephone.lines import Answered, Key, Ringing

pytestmark = pytest.mark.stack
ANA = "+12175550101"
INFO = "application/dtmf-relay"


class Stranger:
    """A caller from a port that is not the trunk's."""

    def __init__(self, house: House, account: str) -> None:
        self._house, self._account, self._call, self._tag, self._n = house, account, secrets.token_hex(8), "", 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(5)

    def says(self, method: str, body: str = "", kind: str = "application/sdp") -> list[int]:
        """Send a request; the status of each answer, to the first that is no 100."""
        self._n += 1
        me, port = "sip:stranger@127.0.0.1", self._socket.getsockname()[1]
        to = f"<{self._account}>" + (f";tag={self._tag}" if self._tag else "")
        request = (
            f"{method} {self._account} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{secrets.token_hex(6)}\r\n"
            f"Max-Forwards: 70\r\nFrom: <{me}>;tag=s\r\nTo: {to}\r\nCall-ID: {self._call}\r\nCSeq: {self._n} {method}\r\n"
            f"Contact: <sip:stranger@127.0.0.1:{port}>\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
        self._socket.sendto(request.encode(), ("127.0.0.1", self._house.port))
        found: list[int] = []
        while not found or found[-1] == 100:
            head = self._socket.recv(65535).decode()
            found.append(int(head.split(" ")[1]))
            for line in head.split("\r\n"):
                if line.lower().startswith("to:") and "tag=" in line:
                    self._tag = line.partition("tag=")[2].split(";")[0]
        return found


SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 101\r\n"
    "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
)


@pytest.mark.req("D-IV.A.2")
def test_a_stranger_s_keys_confirm_nothing_and_their_call_ends_none_of_ours(house: House, trunk: SipTrunk):
    """Whom we ring may have a voicemail: a key that somebody else sends to our number must not speak for them."""
    trunk.phone(ANA).expects_call().answers()
    call = house.rings(ANA)
    assert [house.hears(), house.hears()] == [Ringing(call), Answered(call)]
    for account in [name for name, _ in house.exchange._agent.lines]:  # whichever line it is
        stranger = Stranger(house, account)
        stranger.says("INVITE", SDP)
        for key in "12":
            stranger.says("INFO", f"Signal={key}\r\nDuration=160\r\n", INFO)
        stranger.says("BYE")
    assert house.heard.empty() and trunk.phone(ANA).calls[0].state == "talking"
    house.exchange.hang_up(call)
    assert house.end_of(call).code == "answered"
    assert trunk.phone(ANA).over().ended_by == "them"
    trunk.phone(ANA).expects_call().presses("1").and_listens()
    again = house.rings(ANA)
    assert [house.hears(), house.hears(), house.hears()] == [Ringing(again), Answered(again), Key(again, "1")]
    house.exchange.hang_up(again)
    house.end_of(again)
