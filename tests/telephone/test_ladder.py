"""A Critical rings every contact at once, until a human says by a key that they have it. All parts are real."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from tests.actions.conftest import supervisor  # noqa: F401 - a fixture
from tests.actions.test_judging import standard
from tests.support.eventually import eventually
from tests.support.ladder import CallerProcess
from tests.support.sip import SipTrunk
from tests.support.town import Town
from tests.telephone.conftest import free_port
from upstander import clock as the_clock
from upstander.actions import called, services
from upstander.actions.models import ActionEvent, Notice, RequiredAction
from upstander.actions.services import Judging
from upstander.audit.models import Entry
from upstander.delivery.models import Attempt, Carrier, Delivery
from upstander.directory.models import Contact, ContactPoint
from upstander.ops.models import Heartbeat

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]
MINUTE = 61


def start(trunk: SipTrunk, log: Path, **more: object) -> CallerProcess:
    how = {
        "calls": "sip", "sip_trunk": f"127.0.0.1:{trunk.port}", "sip_number": "+12175550100", "sip_domain": "trunk.example",
        "sip_listen": free_port(), "sip_rtp_ports": "21500-21900", "sip_lines": 6, "calls_ring_seconds": 1.5, "sip_bridges": 0,
    }  # fmt: skip
    return CallerProcess(log, **(how | more))


@pytest.fixture(scope="module")
def caller(
    line_to_the_world: SipTrunk, django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CallerProcess]:
    """One caller for the file: what is owed in a test is rung in it."""
    with django_db_blocker.unblock():
        process = start(line_to_the_world, tmp_path_factory.mktemp("caller") / "log").started()
    yield process
    assert process.stop() == 0


class Rung:
    """A Critical, whose contacts have a telephone each, and the ledger as it stands."""

    def __init__(self, town: Town, trunk: SipTrunk, judge: Callable[[], UUID]) -> None:
        self._trunk, self._judge, self.town = trunk, judge, town
        names = ("superintendent", "officer", "counsellor", "principal")
        self.numbers = {name: f"+1217555020{n}" for n, name in enumerate(names)}
        for name, number in self.numbers.items():
            points = ContactPoint.objects.filter(contact=town.contacts[name], kind="phone")
            points.update(value=f"{number[2:5]}-{number[5:8]}-{number[8:]}")
        self.tip: UUID | None = None

    def phone(self, name: str):
        return self._trunk.phone(self.numbers[name])

    def begins(self) -> None:
        """The tip is judged to be Critical."""
        self.tip = self._judge()

    def only(self, *names: str) -> None:
        """Nobody else is listed."""
        for name, contact in self.town.contacts.items():
            if name not in names:
                Contact.objects.filter(pk=contact.pk).update(ended_on=the_clock.today())

    def action(self, name: str) -> RequiredAction:
        contact = self.town.contacts[name]
        return RequiredAction.objects.get(tip=self.tip, kind="call_contacts", target_ref=str(contact.pk))

    def notice(self, name: str) -> Notice:
        return Notice.objects.get(referral__tip_id=self.tip, contact=self.town.contacts[name])

    def delivery(self, name: str) -> Delivery:
        return Delivery.objects.get(purpose="notice_call", subject_id=self.action(name).pk)

    def events(self, name: str) -> list[str]:
        return list(ActionEvent.objects.filter(action=self.action(name)).order_by("at").values_list("result", flat=True))

    def came_to(self, name: str, *results: str) -> None:
        """Wait until the ledger shows these attempts at the contact, and no call is under way."""
        try:
            eventually(lambda: self.events(name) == list(results) and self.delivery(name).lease_until is None)
        except AssertionError as e:
            raise AssertionError(f"{self.events(name)} {vars(self.delivery(name))} {list(Attempt.objects.values())}") from e


@pytest.fixture
def rung(town, call_taker, new_tip, trunk: SipTrunk, caller: CallerProcess, clock) -> Rung:
    def judge() -> UUID:
        tip = new_tip(town.school.pk)
        services.judge(
            Judging(tip_id=tip, account_id=call_taker.pk, subtypes=("planned_school_attack",), in_progress=False)
        )
        return tip

    yield Rung(town, trunk, judge)
    connection.close()  # what still rings is owed nothing any more when the tables are emptied


def test_every_contact_rings_at_once_and_each_outcome_is_told_apart(rung: Rung, clock):
    rung.phone("principal").expects_call().presses("1")
    rung.phone("counsellor").expects_call().is_busy()
    rung.phone("superintendent").expects_call().never_answers()
    rung.phone("officer").expects_call().answers().then_hangs_up()
    rung.begins()
    rung.came_to("principal", "answered")
    rung.came_to("counsellor", "busy")
    rung.came_to("superintendent", "no_answer")
    rung.came_to("officer", "no_key")
    notice = rung.notice("principal")
    assert (notice.confirmed, notice.strength, notice.confirmed_as) == (True, "key", "somebody")
    assert rung.action("principal").result == "answered" and rung.delivery("principal").state == "sent"
    for name in ("counsellor", "superintendent", "officer"):
        assert not rung.notice(name).confirmed and rung.action(name).done_at is None
        assert rung.delivery(name).state == "pending"
    confirmed = Entry.objects.get(act="notice.confirmed")
    assert (confirmed.actor, confirmed.detail["strength"], confirmed.detail["by"]) == ("system:caller", "key", "somebody")
    assert confirmed.detail["contact"] == rung.town.contacts["principal"].pk
    assert Carrier.objects.get(name="sip").failures_in_a_row == 0
    # a minute later the others are rung again, and who has confirmed is not
    for name in ("counsellor", "superintendent"):
        rung.phone(name).expects_call().presses("1")
    rung.phone("officer").expects_call().presses("2")
    clock(MINUTE)
    rung.came_to("counsellor", "busy", "answered")
    rung.came_to("superintendent", "no_answer", "answered")
    rung.came_to("officer", "no_key", "passed_on")


def test_who_passes_it_on_is_rung_again_later_while_nobody_has_confirmed(rung: Rung, clock):
    rung.only("principal")
    rung.phone("principal").expects_call().presses("2")
    rung.begins()
    rung.came_to("principal", "passed_on")
    assert not rung.notice("principal").confirmed and rung.action("principal").done_at is None
    waits = rung.delivery("principal")
    assert waits.state == "pending" and waits.not_before - the_clock.now() > 3 * timedelta(seconds=MINUTE)
    rung.phone("principal").expects_call().presses("1")
    clock(5 * MINUTE)
    rung.came_to("principal", "passed_on", "answered")
    assert rung.notice("principal").confirmed


def test_who_passes_it_on_is_not_rung_again_once_somebody_of_the_tip_has_it(rung: Rung, clock):
    rung.only("principal", "counsellor")
    rung.phone("principal").expects_call().presses("2")
    rung.phone("counsellor").expects_call().presses("1")
    rung.begins()
    rung.came_to("principal", "passed_on")
    rung.came_to("counsellor", "answered")
    clock(5 * MINUTE)
    eventually(lambda: rung.delivery("principal").state == "cancelled")
    assert len(rung.phone("principal").calls) == 1


def test_a_key_on_a_police_telephone_is_no_receipt_and_ends_the_ringing(rung: Rung, clock):
    rung.only("officer")
    rung.phone("officer").expects_call().presses("1")
    rung.begins()
    rung.came_to("officer", "pressed")
    assert not rung.notice("officer").confirmed and rung.action("officer").done_at is None
    assert rung.delivery("officer").state == "cancelled"


def test_a_contact_with_two_numbers_is_rung_on_one_after_the_other(rung: Rung, clock, trunk: SipTrunk):
    rung.only("principal")
    contact = rung.town.contacts["principal"]
    ContactPoint.objects.create(contact=contact, kind="phone", value="217-555-0301", position=1)
    ContactPoint.objects.create(contact=contact, kind="phone", value="217-555-0302 x9", position=2)  # no machine can
    rung.phone("principal").expects_call().is_unknown()
    trunk.phone("+12175550301").expects_call().presses("1")
    rung.begins()
    eventually(lambda: rung.events("principal") == ["wrong_number"])
    clock(3)
    rung.came_to("principal", "wrong_number", "answered")


def test_who_has_confirmed_in_another_way_is_not_rung_any_more(rung: Rung, clock):
    rung.only("principal")
    rung.phone("principal").expects_call().is_busy()
    rung.begins()
    rung.came_to("principal", "busy")
    services.confirm(rung.notice("principal").pk, as_self=True, name="", strength="link")
    clock(MINUTE)
    eventually(lambda: rung.delivery("principal").state == "cancelled")


def test_a_key_after_the_call_is_owed_no_more_confirms_nothing(rung: Rung):
    rung.only("principal")
    rung.phone("principal").expects_call().never_answers()
    rung.begins()
    rung.came_to("principal", "no_answer")
    action = rung.action("principal")
    RequiredAction.objects.filter(pk=action.pk).update(ended_by=action.first_judgement)
    reply = called.pressed(action.pk, "1")
    assert reply is not None and reply.code == "over"
    assert not rung.notice("principal").confirmed


def test_two_contacts_with_one_telephone_are_rung_one_after_the_other(rung: Rung, clock):
    rung.only("principal", "counsellor")
    same = ContactPoint.objects.get(contact=rung.town.contacts["principal"], kind="phone").value
    ContactPoint.objects.filter(contact=rung.town.contacts["counsellor"], kind="phone").update(value=same)
    rung.phone("principal").expects_call().presses("1")
    rung.begins()
    eventually(lambda: Notice.objects.filter(strength="key").count() == 1)
    rung.phone("principal").expects_call().presses("1")
    eventually(lambda: not Delivery.objects.filter(channel="call", lease_until__isnull=False).exists())
    clock(6)
    eventually(lambda: Notice.objects.filter(strength="key").count() == 2)


def test_what_came_of_a_call_is_written_down_though_the_database_was_gone_while_it_rang(rung: Rung):
    rung.only("principal")
    rung.phone("principal").expects_call().never_answers()
    rung.begins()
    eventually(lambda: rung.delivery("principal").last_error == "ringing", every=0.02)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] >= 1
    rung.came_to("principal", "no_answer")
    assert len(rung.phone("principal").calls) == 1


def test_somebody_without_a_number_that_a_machine_can_ring_is_said_to_be_so(rung: Rung):
    rung.only("principal")
    ContactPoint.objects.filter(contact=rung.town.contacts["principal"], kind="phone").update(value="217-555-0200 x12")
    rung.begins()
    rung.came_to("principal", "no_number")
    assert rung.delivery("principal").state == "cancelled" and rung.action("principal").done_at is None


def test_a_trunk_that_refuses_is_told_once_and_is_red_and_nobody_is_forgotten(rung: Rung, clock):
    rung.only("principal")
    for _ in range(3):
        rung.phone("principal").expects_call().is_refused(503)
    rung.begins()
    for n in (1, 2, 3):
        eventually(lambda n=n: Attempt.objects.filter(result="trunk").count() == n)
        if n < 3:
            clock(10 * n)
    assert Carrier.objects.get(name="sip").failures_in_a_row == 3
    rung.phone("principal").expects_call().presses("1")
    clock(60)
    rung.came_to("principal", "trunk", "answered")
    assert Carrier.objects.get(name="sip").failures_in_a_row == 0


def test_it_beats_and_the_agent_keeps_nothing_of_the_calls(rung: Rung, caller: CallerProcess):
    rung.only("principal")
    rung.phone("principal").expects_call().presses("1")
    rung.begins()
    rung.came_to("principal", "answered")
    eventually(lambda: Heartbeat.objects.filter(process="caller").exists())
    from upstander.config import config

    folder = config().data / "caller"
    eventually(lambda: len(list((folder / "sounds").iterdir())) == 1)  # the greeting, which holds nothing
    assert (folder / "agent").stat().st_mode & 0o077 == 0
    assert "555" not in caller.log.read_text() and "Millbrook" not in caller.log.read_text()


def test_after_kill_9_nobody_is_forgotten_and_who_confirmed_is_not_rung_again(
    town, call_taker, new_tip, trunk: SipTrunk, caller: CallerProcess, clock, tmp_path: Path
):
    # a caller of its own, for the file's is killed with nobody else
    def judge() -> UUID:
        tip = new_tip(town.school.pk)
        services.judge(
            Judging(tip_id=tip, account_id=call_taker.pk, subtypes=("planned_school_attack",), in_progress=False)
        )
        return tip

    caller.process.send_signal(19)  # SIGSTOP: the file's own caller takes nothing meanwhile
    try:
        rung = Rung(town, trunk, judge)
        rung.only("principal", "counsellor")
        rung.phone("principal").expects_call().presses("1")
        rung.phone("counsellor").expects_call().never_answers()
        rung.begins()
        first = start(trunk, tmp_path / "first", calls_ring_seconds=60).started()
        try:
            eventually(lambda: rung.notice("principal").confirmed)
            eventually(lambda: rung.delivery("counsellor").last_error == "ringing")
        finally:
            first.kill()
        rung.phone("counsellor").expects_call().presses("1")
        second = start(trunk, tmp_path / "second").started()
        try:
            rung.came_to("counsellor", "answered")
            assert Attempt.objects.filter(delivery=rung.delivery("counsellor"), result="abandoned").count() == 1
            assert len(rung.phone("principal").calls) == 1
        finally:
            assert second.stop() == 0
    finally:
        caller.process.send_signal(18)


@pytest.mark.req("D-IV.A.2")
def test_who_heard_of_it_by_a_call_hears_the_correction_by_a_call_and_no_key_is_needed(
    rung: Rung, call_taker, supervisor, trunk: SipTrunk  # noqa: F811
):
    rung.only("principal", "counsellor")
    rung.phone("principal").expects_call().presses("1")
    rung.phone("counsellor").expects_call().is_busy()
    rung.begins()
    rung.came_to("principal", "answered")
    rung.came_to("counsellor", "busy")
    rung.phone("principal").expects_call().answers()
    lowered = standard(rung.tip, call_taker, reason="It was a film project", narrative="It was a film.")
    services.decide_lowering(lowered.id, supervisor.pk, True, "The teacher says so")
    call = rung.phone("principal").rang(times=2)
    eventually(lambda: call.heard > 8000 * 5, 20)  # five seconds of voice: they have heard what it is
    next(d for d in trunk._dialogs.values() if d.call is call).hang_up()
    rung.came_to("principal", "answered", "corrected")
    assert Delivery.objects.get(purpose="stand_down_call").state == "sent", "and the counsellor, who heard nothing, is not rung"


def test_in_the_sandbox_nobody_is_rung_and_what_would_be_said_is_kept(
    town, call_taker, new_tip, caller: CallerProcess, trunk: SipTrunk, tmp_path: Path
):
    from upstander.delivery import sandbox

    caller.process.send_signal(19)
    try:
        tip = new_tip(town.school.pk)
        services.judge(
            Judging(tip_id=tip, account_id=call_taker.pk, subtypes=("planned_school_attack",), in_progress=False)
        )
        practice = CallerProcess(tmp_path / "log", calls="sandbox").started()
        try:
            eventually(lambda: Delivery.objects.filter(channel="call", state="sent", carrier="sandbox").count() == 4)
        finally:
            assert practice.stop() == 0
        kept = sandbox.newest(10)
        assert len(kept) == 4 and {k.channel for k in kept} == {"call"}
        assert "Press 1" in kept[0].text and "Millbrook High School" in kept[0].text and "+12175550199" in kept[0].recipient
        assert not RequiredAction.objects.filter(kind="call_contacts").exclude(done_at=None).exists()
    finally:
        caller.process.send_signal(18)


def test_the_database_grants_it_what_it_needs_and_no_word_of_a_tip(caller: CallerProcess):
    from upstander.ops import grants

    granted = grants.collect(settings.INSTALLED_APPS)["caller"]
    assert not {"intake_message", "vault_wrapped_key", "vault_reporter_address", "actions_judgement"} & granted.keys()
    assert granted["intake_tip"] == ['SELECT ("id", "closed_at")']
    assert "directory_answeringpoint" not in granted and "directory_route" not in granted
