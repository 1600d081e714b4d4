"""Calls by Twilio have a second carrier, of any kind: an account that refuses is found out and passed by, and what it has under
way goes on. The caller is the process that it is; Twilio is a server on loopback that speaks its protocol, the trunk one that
speaks SIP.
"""

import queue
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection

from tests.actions.conftest import call_taker, new_tip, town  # noqa: F401 - fixtures
from tests.delivery.test_health import no_memory  # noqa: F401 - nothing is known from another test
from tests.support.ends import EndPoint
from tests.support.eventually import eventually
from tests.support.ladder import CallerProcess
from tests.support.sip import PASSWORD, USER, SipTrunk
from tests.support.twilio_calls import TwilioCalls
from tests.telephone.conftest import free_port
from tests.telephone.test_twilio import OURS, TOKEN, Rung
from upstander import clock as the_clock
from upstander.actions import services
from upstander.actions.services import Judging
from upstander.config import Config, config
from upstander.delivery import budget, health, queries
from upstander.delivery.caller import ledger, standby
from upstander.delivery.caller.paced import Paced
from upstander.delivery.caller.settings import Dialling
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.health import Prober
from upstander.delivery.models import Attempt, Carrier, Delivery
from upstander.delivery.spending import Spending
from upstander.delivery.telephone.lines import Ended, Placing, Report
from upstander.delivery.twilio.account import Account
from upstander.delivery.twilio.probe import AccountProbe
from upstander.ids import new_id

pytestmark = pytest.mark.req("D-IV.A.2")
ANOTHER = "AC" + "9" * 32


@pytest.fixture(scope="module")
def provider() -> Iterator[TwilioCalls]:
    with TwilioCalls(TOKEN) as api:
        yield api


@pytest.fixture
def twilio(provider: TwilioCalls) -> Iterator[TwilioCalls]:
    provider.forget()
    yield provider
    for call in provider.calls.values():
        call.ends.set()
    provider.check()


def account(api: TwilioCalls, **more: str) -> Account:
    given = {"sid": api.SID, "token": TOKEN, "number": OURS, "url": api.url, "ours": "http://127.0.0.1:9"}
    return Account(**(given | more), timeout=1.0)


def test_the_account_itself_is_asked_and_nobody_is_rung_by_that(twilio: TwilioCalls):
    AccountProbe("twilio_calls", account(twilio)).probe()
    twilio.account_status = "suspended"
    for wrong, code in (
        (account(twilio), "account"),
        (account(twilio, token="another"), "twilio-401"),
        (account(twilio, url="http://127.0.0.1:9"), "refused"),
    ):
        with pytest.raises(CarrierError) as refused:
            AccountProbe("twilio_calls", wrong).probe()
        assert refused.value.code == code
    assert not twilio.calls


@pytest.mark.django_db
def test_a_suspended_account_is_red_after_three_questions_and_who_stands_in_is_named(twilio: TwilioCalls, monkeypatch):
    for name in ("EVERY", "AGAIN"):
        monkeypatch.setattr(health, name, 0.0)
    how = Dialling("twilio", {"twilio_calls": account(twilio), "twilio_calls2": account(twilio)}, 2, 20.0, 5.0, timedelta(60))
    ledger.in_use(*how.carriers)
    prober = Prober(standby.probes(how)[:1])
    prober.turn()
    assert not any(carrier.red for carrier in queries.carriers())
    twilio.account_status = "suspended"
    health.write("twilio_calls2", [health.Seen(the_clock.now(), "", probe=True)])
    for _ in range(3):
        prober.turn()
    [red] = [carrier for carrier in queries.carriers() if carrier.red]
    assert (red.name, red.error, red.channel, red.instead) == ("twilio_calls", "line-account", "call", "twilio_calls2")
    twilio.account_status = "active"
    prober.turn()
    assert not any(carrier.red for carrier in queries.carriers())


def test_of_two_accounts_the_second_rings_while_the_first_refuses(twilio: TwilioCalls, no_memory, tmp_path: Path):  # noqa: F811
    with TwilioCalls(TOKEN, ANOTHER) as other:
        both = {"twilio_calls": account(twilio), "twilio_calls2": account(other, sid=ANOTHER)}
        heard: queue.SimpleQueue[Report] = queue.SimpleQueue()
        how = Dialling("twilio", both, 2, 20.0, 5.0, timedelta(60))
        ways = standby.ways(Config(), how, tmp_path, heard.put, lambda *_: None)
        assert ways is not None
        ways.start()
        twilio.answer = (401, 20003)
        assert [_rung(ways, heard), ways.chosen.name] == ["trunk", "twilio_calls2"]
        other.phone("+12175550177").expects_call().told("never").is_busy()
        assert _rung(ways, heard) == "busy"
        health.of("twilio_calls").well(probe=True)
        twilio.answer = (201, 0)
        twilio.phone("+12175550177").expects_call().told("never").is_busy()
        assert _rung(ways, heard) == "busy"
        other.check()
        ways.stop(10)


def _rung(ways: standby.Ways, heard: "queue.SimpleQueue[Report]") -> str:
    """What ringing somebody once came to."""
    call, way = uuid4(), ways.chosen
    way.phone.place(Placing(call, "+12175550177", way.voice.greeting("Press one.", "en", 1, 1.0), 20.0, 30.0))
    while True:
        report = heard.get(timeout=20)
        if isinstance(report, Ended) and report.call == call:
            return report.code


class Quiet:
    """A telephone that is never busy, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.placed: queue.SimpleQueue[Placing] = queue.SimpleQueue()

    def free(self) -> int:
        return 30

    def place(self, placing: Placing) -> None:
        self.placed.put(placing)

    def start(self) -> None:
        """Nothing to start."""

    stop = start


def test_no_more_calls_a_second_are_asked_for_than_the_account_takes():
    phone = Quiet()
    paced = Paced(phone, 4)
    assert paced.free() == 4, "of thirty lines"
    calls = [Placing(uuid4(), "+12175550177", Path("x"), 20.0, 30.0) for _ in range(3)]
    for call in calls:
        paced.place(call)
    assert paced.free() == 1, "three wait for their turn"
    paced.start()
    assert [phone.placed.get(timeout=10) for _ in calls] == calls
    eventually(lambda: paced.free() == 4)
    paced.stop()


@pytest.mark.django_db
class TestBudget:
    def test_what_was_rung_counts_and_what_our_side_kept_from_ringing_does_not(self):
        delivery = Delivery.objects.create(
            id=new_id(), channel="call", purpose="notice_call", subject_id=new_id(), address_key="contact:1", priority=0,
            created_at=the_clock.now(), not_before=the_clock.now(), message_id="1",
        )  # fmt: skip
        for result, ago in (("busy", 1), ("no_key", 2), ("trunk", 3), ("no_answer", 30)):
            at = the_clock.now() - timedelta(hours=ago)
            Attempt.objects.create(delivery=delivery, at=at, carrier="twilio_calls", result=result)
        bounded = Config(calls="twilio", calls_budget="2/day")
        assert Spending(Config(calls_budget="10/day"), "twilio_calls+sip").left(1) == 7
        [one] = budget.used_up(bounded, ["twilio_calls", "sip"])
        assert (one.carrier, one.most, one.used) == ("twilio_calls", 2, 2)

    def test_one_that_is_used_up_keeps_no_critical_from_being_rung(self):
        for n, priority in enumerate((3, 0)):
            Delivery.objects.create(
                id=new_id(), channel="call", purpose="notice_call", subject_id=new_id(), address_key="contact:1",
                priority=priority, created_at=the_clock.now(), not_before=the_clock.now(), message_id=str(n),
            )  # fmt: skip
        length = timedelta(seconds=60)
        [critical] = ledger.lease("one", most=5, again=5, length=length, left=0)
        assert Delivery.objects.get(pk=critical.id).priority == 0
        assert len(ledger.lease("one", most=5, again=5, length=length)) == 1, "with money left the other one is, too"


class TestAHouse:
    """Twilio first, a trunk of our own second."""

    pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]

    @pytest.fixture
    def trunk(self) -> Iterator[SipTrunk]:
        with SipTrunk() as trunk:
            yield trunk
            trunk.check()

    @pytest.fixture
    def caller(
        self, twilio: TwilioCalls, trunk: SipTrunk, transactional_db: None, tmp_path: Path, tmp_path_factory
    ) -> Iterator[CallerProcess]:
        settings = {
            "calls": "twilio", "calls2": "sip", "calls_user": twilio.SID, "calls_password": TOKEN, "calls_number": OURS,
            "calls_url": twilio.url, "calls_timeout": 3, "sip_lines": 6, "sip_bridges": 0, "sip_number": OURS,
            "sip_trunk": f"127.0.0.1:{trunk.port}", "sip_domain": "trunk.example", "sip_user": USER, "sip_password": PASSWORD,
            "sip_listen": free_port(), "sip_rtp_ports": "23000-23400",
        }  # fmt: skip
        end_point = EndPoint(tmp_path_factory.mktemp("inbound"), **settings)
        end_point.start()
        caller = CallerProcess(tmp_path / "log-caller", inbound_url=end_point.url, **settings).started()
        yield caller
        for call in twilio.calls.values():
            call.ends.set()
            call.new.set()
        assert caller.stop() == 0
        end_point.stop()
        connection.close()
        shutil.rmtree(config().data / "caller" / "sounds", ignore_errors=True)  # (all tests' callers have one folder)

    def test_while_the_account_is_suspended_the_trunk_rings_and_who_talks_by_it_goes_on(
        self, caller: CallerProcess, trunk: SipTrunk, twilio: TwilioCalls, town, call_taker, new_tip, tmp_path: Path  # noqa: F811
    ):
        def judged() -> UUID:
            tip = new_tip(town.school.pk, "He said it")
            services.judge(Judging(tip_id=tip, account_id=call_taker.pk, subtypes=("planned_school_attack",), in_progress=False))
            return tip

        rung = Rung(town.contacts, twilio, judged, tmp_path)
        goes_on = rung.expects("principal")
        goes_on.presses("1").holds = held = threading.Event()
        rung.expects("counsellor").never_answers()
        rung.expects("superintendent").fails("500")  # taken, and not completed: nothing that a probe finds
        trunk.phone(rung.numbers["superintendent"]).expects_call().presses("1").and_listens()
        rung.begins("principal", "counsellor", "superintendent")
        eventually(lambda: rung.confirmed("superintendent"), 40)
        assert rung.delivery("superintendent").carrier == "sip" and rung.events("superintendent")[0] == "unreachable"
        rung.came_to("counsellor", "no_answer")
        twilio.answer, twilio.account_status = (401, 20003), "suspended"
        trunk.phone(rung.numbers["counsellor"]).expects_call().presses("1").and_listens()
        Delivery.objects.filter(pk=rung.delivery("counsellor").pk).update(not_before=the_clock.now())
        eventually(lambda: rung.confirmed("counsellor"), 40)
        assert rung.delivery("counsellor").carrier == "sip"
        held.set()  # only now the principal picks up, at the account that takes no new call
        eventually(lambda: rung.confirmed("principal"), 20)
        assert rung.delivery("principal").carrier == "twilio_calls" and len(rung.calls("principal")) == 1
        eventually(lambda: Carrier.objects.get(name="twilio_calls").last_error)
