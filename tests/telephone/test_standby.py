"""A second trunk: calls go by it while the first is dead; each is asked whether it is there, and nobody is rung by that."""

import queue
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from tests.delivery.test_health import no_memory  # noqa: F401 - nothing is known from another test
from tests.support.sip import PASSWORD, USER, SipTrunk
from tests.telephone.conftest import free_port
from upstander.config import Config, ConfigError
from upstander.delivery import health, queries
from upstander.delivery.caller import ledger, settings, standby
from upstander.delivery.caller.settings import Dialling
from upstander.delivery.caller.standby import Probe, Ways
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.health import Prober
from upstander.delivery.telephone.agent import Trunk
from upstander.delivery.telephone.lines import Ended, Placing, Report

FIRST, SECOND = "trunk", "trunk2"
TO = "+12175550177"


def ours(trunk: SipTrunk, rtp: str) -> Trunk:
    return Trunk(
        "127.0.0.1",
        "+12175550100",
        trunk.port,
        domain="trunk.example",
        user=USER,
        password=PASSWORD,
        listen=free_port(),
        rtp=rtp,
    )


@pytest.fixture(scope="module")
def other() -> Iterator[SipTrunk]:
    """The second trunk."""
    with SipTrunk() as trunk:
        yield trunk


@pytest.fixture(scope="module")
def rings(
    line_to_the_world: SipTrunk, other: SipTrunk, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Ways, "queue.SimpleQueue[Report]"]]:
    heard: queue.SimpleQueue[Report] = queue.SimpleQueue()
    both = {FIRST: ours(line_to_the_world, "22000-22400"), SECOND: ours(other, "22500-22900")}
    how = Dialling("sip", both, 2, 20.0, 5.0, timedelta(seconds=60))
    made = standby.ways(Config(), how, tmp_path_factory.mktemp("agents"), heard.put, lambda *_: None)
    assert made is not None
    made.start()
    for way in made:
        assert way.phone.up.wait(15)
    yield made, heard
    made.stop(10)


def came_to(rings: tuple[Ways, "queue.SimpleQueue[Report]"], greeting: Path) -> str:
    """What ringing TO once came to."""
    ways, heard = rings
    call = uuid4()
    ways.chosen.phone.place(Placing(call, TO, greeting, 20.0, 30.0))
    while True:
        report = heard.get(timeout=20)
        if isinstance(report, Ended) and report.call == call:
            return report.code


def test_the_first_is_used_while_it_is_well_and_the_second_when_it_refuses(trunk, other, rings, greeting):
    other.forget()
    trunk.phone(TO).expects_call().declines()
    assert came_to(rings, greeting) == "declined" and not health.of(FIRST).down
    trunk.phone(TO).expects_call().is_refused(503)
    assert came_to(rings, greeting) == "trunk" and health.of(FIRST).down
    other.phone(TO).expects_call().declines()  # the next try of the same call
    assert came_to(rings, greeting) == "declined"
    health.of(FIRST).well(probe=True)
    trunk.phone(TO).expects_call().declines()
    assert came_to(rings, greeting) == "declined"
    other.check()


@pytest.mark.django_db
def test_a_mute_trunk_is_red_after_three_questions_and_who_stands_in_is_named(trunk, other, monkeypatch):
    other.forget()
    for name in ("EVERY", "AGAIN"):
        monkeypatch.setattr(health, name, 0.0)
    ledger.in_use(FIRST, SECOND)
    wait = 0.2
    prober = Prober([Probe(FIRST, ours(trunk, "22000-22400"), wait), Probe(SECOND, ours(other, "22500-22900"), wait)])
    prober.turn()
    assert not any(carrier.red for carrier in queries.carriers())
    trunk.mute = True
    for _ in range(3):
        prober.turn()
    [red] = [carrier for carrier in queries.carriers() if carrier.red]
    assert (red.name, red.error, red.channel, red.instead) == (FIRST, "line-timeout", "call", SECOND)
    trunk.mute = False
    prober.turn()
    assert not any(carrier.red for carrier in queries.carriers())
    assert set(trunk.asked) == {"OPTIONS"}  # and nobody was rung


def test_a_trunk_that_speaks_of_its_own_trouble_is_not_well(trunk):
    probe = Probe(FIRST, ours(trunk, "22000-22400"))
    for status, well in ((200, True), (404, True), (503, False)):
        trunk.options = status
        try:
            probe.probe()
        except CarrierError as error:
            assert not well and error.code == "options-503"
        else:
            assert well


TWILIO = {
    "calls_user": "AC" + "1" * 32, "calls_password": "one", "calls_number": "+12175550100", "inbound_url": "https://in.example",
    "calls2_user": "AC" + "2" * 32, "calls2_password": "two",
}  # fmt: skip


class TestSettings:
    GIVEN = {
        "calls": "sip",
        "sip_trunk": "one.example",
        "sip_number": "+12175550100",
        "sip_address": "192.0.2.10",
    }

    def test_the_second_has_its_own_settings_and_the_first_one_s_number_and_address_where_it_has_none(self):
        how = settings.dialling(Config(**self.GIVEN, sip2_trunk="two.example:5070", sip2_user="us"))
        second = how.trunks[SECOND]
        assert (second.host, second.port, second.user) == ("two.example", 5070, "us")
        assert (second.number, second.address, second.listen) == ("+12175550100", "192.0.2.10", 5520)
        assert [probe.name for probe in standby.probes(how)] == [FIRST, SECOND]
        assert [probe.name for probe in standby.probes(settings.dialling(Config(**self.GIVEN)))] == ["sip"]

    @pytest.mark.parametrize(
        ("calls", "calls2", "rings"),
        [("sip", "", ["sip"]), ("sip", "twilio", ["sip", "twilio_calls"]), ("twilio", "sip", ["twilio_calls", "sip"]),
         ("twilio", "twilio", ["twilio_calls", "twilio_calls2"])],
    )  # fmt: skip
    def test_the_second_is_of_any_kind(self, calls, calls2, rings):
        how = settings.dialling(Config(**(self.GIVEN | TWILIO | {"calls": calls, "calls2": calls2})))
        assert list(how.carriers) == [probe.name for probe in standby.probes(how)] == rings
        accounts = [account.sid for account in how.accounts.values()]
        assert accounts == [TWILIO["calls_user"], TWILIO["calls2_user"]][: len(accounts)]
        assert (how.bridge_trunk is not None) == ("sip" in rings), "people are put through by a trunk, wherever it stands"

    def test_what_is_wrong_with_a_second_account_is_said_by_its_own_name(self):
        both = self.GIVEN | TWILIO | {"calls": "twilio", "calls2": "twilio"}
        with pytest.raises(ConfigError, match="UPSTANDER_CALLS2_USER"):
            settings.dialling(Config(**(both | {"calls2_user": "AC1"})))
        with pytest.raises(ConfigError, match="leave one of the two away"):
            settings.dialling(Config(**(self.GIVEN | TWILIO), calls2="twilio", sip2_trunk="two.example"))

    def test_what_is_wrong_with_it_is_said_by_its_own_name(self):
        with pytest.raises(ConfigError, match="UPSTANDER_SIP2_NUMBER"):
            settings.dialling(Config(**self.GIVEN, sip2_trunk="two.example", sip2_number="12"))
