"""What is set wrongly is said before anybody is to be rung; the trunk is asked for real."""

from datetime import timedelta

import pytest

from tests.support.sip import SipTrunk
from tests.telephone.conftest import free_port
from upstander.config import Config, ConfigError
from upstander.delivery.caller.again import number, pause
from upstander.delivery.caller.checks import checks
from upstander.delivery.caller.settings import chosen, dialling

RIGHT = {"calls": "sip", "sip_trunk": "sip.provider.example:5080", "sip_number": "217-555-0100"}


def test_nobody_is_rung_unless_it_is_said():
    assert chosen(Config(mode="sandbox")) == "sandbox"
    assert chosen(Config(mode="production")) == "off"


def test_a_trunk_as_it_is_set():
    trunk = dialling(Config(mode="production", **RIGHT)).trunks["sip"]
    assert (trunk.host, trunk.port, trunk.number) == ("sip.provider.example", 5080, "+12175550100")
    assert trunk.realm == trunk.host


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"sip_trunk": ""}, "UPSTANDER_SIP_TRUNK"),
        ({"sip_trunk": "host:port"}, "UPSTANDER_SIP_TRUNK"),
        ({"sip_trunk": "a;b"}, "UPSTANDER_SIP_TRUNK"),
        ({"sip_number": ""}, "UPSTANDER_SIP_NUMBER"),
        ({"sip_number": "911"}, "UPSTANDER_SIP_NUMBER"),
        ({"sip_rtp_ports": "25000"}, "UPSTANDER_SIP_RTP_PORTS"),
        ({"sip_rtp_ports": "25000-25010"}, "UPSTANDER_SIP_RTP_PORTS"),
        ({"sip_user": "u", "sip_password": 'a"b'}, "UPSTANDER_SIP_PASSWORD"),
        ({"calls": "sandbox"}, "UPSTANDER_CALLS"),
    ],
)
def test_what_is_wrong_is_said_by_its_name(wrong: dict[str, str], says: str):
    with pytest.raises(ConfigError, match=says):
        dialling(Config(mode="production", **(RIGHT | wrong)))


def test_doctor_asks_the_trunk_itself(trunk: SipTrunk):
    here = RIGHT | {"sip_trunk": f"127.0.0.1:{trunk.port}"}
    found = list(checks(Config(**here), ("en", "es")))
    assert [grade for grade, _ in found] == ["ok"] * 5 and trunk.asked == ["OPTIONS"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"sip_trunk": f"127.0.0.1:{free_port()}"}, "does not answer"),
        ({"sip_address": "192.0.2.77"}, "no address of this machine"),
        ({"sip_number": ""}, "UPSTANDER_SIP_NUMBER"),
    ],
)
def test_doctor_says_what_is_missing(trunk: SipTrunk, wrong: dict[str, str], says: str):
    here = RIGHT | {"sip_trunk": f"127.0.0.1:{trunk.port}"} | wrong
    assert any(grade == "fail" and says in words for grade, words in checks(Config(**here), ("en",)))


def test_a_language_that_cannot_be_spoken_is_named(trunk: SipTrunk):
    here = RIGHT | {"sip_trunk": f"127.0.0.1:{trunk.port}"}
    assert ("fail", "cannot be spoken: xx-none") in list(checks(Config(**here), ("en", "xx-none")))


def test_a_contact_is_rung_again_on_the_next_number_at_once_and_then_ever_more_slowly():
    first = timedelta(seconds=60)
    assert [number(("a", "b"), tries) for tries in range(4)] == ["a", "b", "a", "b"]
    assert pause("busy", 1, 2, first) < timedelta(seconds=5) and pause("busy", 2, 2, first) == first
    assert pause("passed_on", 1, 2, first) == 5 * first and pause("passed_on", 40, 1, first) == 10 * first
    waits = [pause("no_answer", tries, 1, first) for tries in range(1, 30)]
    assert waits == sorted(waits) and waits[0] == waits[2] == first and waits[-1] == 10 * first


def test_what_is_our_own_fault_is_tried_again_within_seconds():
    assert pause("agent_died", 1, 3, timedelta(seconds=60)) <= timedelta(seconds=2)
    assert pause("trunk", 99, 3, timedelta(seconds=60)) <= timedelta(seconds=30)
