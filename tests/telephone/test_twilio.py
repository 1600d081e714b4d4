"""A Critical rings every contact through Twilio, until a human says by a key that they have it. Caller and end-point are the
processes that they are; Twilio's side is a server on loopback that speaks its protocol and signs as it does.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection

from tests.actions.conftest import call_taker, new_tip, town  # noqa: F401 - fixtures
from tests.support.ends import EndPoint
from tests.support.eventually import eventually
from tests.support.ladder import CallerProcess
from tests.support.twilio_calls import Expected, TwilioCalls, spoken
from upstander import clock as the_clock
from upstander.actions import called, services
from upstander.actions.models import ActionEvent, Notice, RequiredAction
from upstander.actions.services import Judging
from upstander.delivery.call_models import CallEvent
from upstander.delivery.models import Attempt, Carrier, Delivery
from upstander.directory.models import Contact, ContactPoint
from upstander.ids import new_id

pytestmark = [pytest.mark.stack, pytest.mark.req("D-IV.A.2"), pytest.mark.django_db(transaction=True)]
TOKEN, OURS = "t0ken-of-the-account", "+12175550100"
NAMES = ("superintendent", "officer", "counsellor", "principal")
MINUTE = 61


@pytest.fixture(scope="module")
def provider() -> Iterator[TwilioCalls]:
    with TwilioCalls(TOKEN) as twilio:
        yield twilio


@pytest.fixture(scope="module")
def settings_of(provider: TwilioCalls) -> dict[str, object]:
    return {
        "calls": "twilio", "calls_user": provider.SID, "calls_password": TOKEN, "calls_number": OURS, "calls_url": provider.url,
        "sip_lines": 6, "calls_timeout": 3,
    }  # fmt: skip


@pytest.fixture(scope="module")
def end_point(django_db_setup: None, settings_of, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EndPoint]:
    made = EndPoint(tmp_path_factory.mktemp("inbound"), **settings_of)
    yield made
    made.stop()


@pytest.fixture
def twilio(provider: TwilioCalls, end_point: EndPoint, transactional_db: None) -> Iterator[TwilioCalls]:
    provider.forget()
    end_point.start()
    yield provider
    for call in provider.calls.values():
        call.ends.set()
        call.new.set()
    end_point.stop()
    provider.check()


@pytest.fixture
def start(settings_of, end_point: EndPoint, tmp_path: Path) -> Iterator[Callable[[str], CallerProcess]]:
    """`start("first")`: a caller, which keeps its name between starts."""
    begun: list[CallerProcess] = []

    def run(name: str) -> CallerProcess:
        begun.append(CallerProcess(tmp_path / f"log-{name}", inbound_url=end_point.url, **settings_of).started())
        return begun[-1]

    yield run
    for process in begun:
        if process.process.poll() is None:
            assert process.stop() == 0
    connection.close()


class Rung:
    """A Critical, whose contacts have a telephone each."""

    def __init__(self, people: dict[str, Contact], twilio: TwilioCalls, judge: Callable[[], UUID], logs: Path) -> None:
        self.people, self._twilio, self._judge, self._logs = people, twilio, judge, logs
        self.numbers = {name: f"+1217555020{n}" for n, name in enumerate(NAMES)}
        for name, number in self.numbers.items():
            ContactPoint.objects.filter(contact=people[name], kind="phone").update(value=number)
        self.tip: UUID | None = None

    def expects(self, name: str) -> Expected:
        return self._twilio.phone(self.numbers[name]).expects_call()

    def calls(self, name: str):
        return self._twilio.phone(self.numbers[name]).calls

    def begins(self, *names: str) -> None:
        """Judged to be Critical; nobody but these is listed."""
        for name, contact in self.people.items():
            if names and name not in names:
                Contact.objects.filter(pk=contact.pk).update(ended_on=the_clock.today())
        self.tip = self._judge()

    def placed(self, name: str, times: int) -> bool:
        """Whether so many calls were placed, and the last is written down."""
        calls = self.calls(name)
        return len(calls) == times and CallEvent.objects.filter(kind="placed", sid=calls[-1].sid).exists()

    def action(self, name: str) -> RequiredAction:
        return RequiredAction.objects.get(tip=self.tip, kind="call_contacts", target_ref=str(self.people[name].pk))

    def delivery(self, name: str) -> Delivery:
        return Delivery.objects.get(purpose=called.PURPOSE, subject_id=self.action(name).pk)

    def confirmed(self, name: str) -> bool:
        return Notice.objects.get(referral__tip_id=self.tip, contact=self.people[name]).confirmed

    def events(self, name: str) -> list[str]:
        return list(ActionEvent.objects.filter(action=self.action(name)).order_by("at").values_list("result", flat=True))

    def came_to(self, name: str, *results: str) -> None:
        """Wait until the ledger shows these attempts at the contact, and no call is under way."""
        try:
            eventually(lambda: self.events(name) == list(results) and self.delivery(name).lease_until is None, 30)
        except AssertionError as e:
            said = "".join(log.read_text() for log in self._logs.glob("log-*"))
            raise AssertionError(f"{name}: {self.events(name)} {vars(self.delivery(name))} {said}") from e


@pytest.fixture
def rung(town, call_taker, new_tip, twilio: TwilioCalls, clock, tmp_path: Path) -> Rung:  # noqa: F811
    def judge() -> UUID:
        tip = new_tip(town.school.pk, "He said SECRETWORD")
        services.judge(Judging(tip_id=tip, account_id=call_taker.pk, subtypes=("planned_school_attack",), in_progress=False))
        return tip

    return Rung(town.contacts, twilio, judge, tmp_path)


def test_every_contact_rings_each_end_is_told_apart_and_a_key_confirms(rung: Rung, start, clock, twilio: TwilioCalls, town):  # noqa: F811
    start("only")
    rung.expects("principal").presses("3", "1")
    rung.expects("counsellor").is_busy()
    rung.expects("superintendent").never_answers()
    rung.expects("officer").answers(20)  # a voicemail: it hears all of it and presses nothing
    rung.begins()
    rung.came_to("principal", "answered")
    rung.came_to("counsellor", "busy")
    rung.came_to("superintendent", "no_answer")
    rung.came_to("officer", "no_key")
    assert rung.confirmed("principal") and rung.delivery("principal").state == "sent"
    assert not any(rung.confirmed(name) for name in NAMES[:3])
    (call,) = rung.calls("principal")
    spoken(call, "It is recorded")
    greeting, again, *after = call.said
    assert greeting == again and greeting.startswith("en-US: This is"), "3 is: say it again"
    placed = list(twilio.calls.values())
    early = [said for c in placed for said in c.said[: c.before or None]] + [str(c.form) for c in placed]
    assert not any(word in said for word in (town.school.name, "SECRETWORD", "Imminent") for said in early), "before a key"
    assert any(town.school.name in said for said in after) and "SECRETWORD" not in str(call.said)
    assert Carrier.objects.get(name="twilio_calls").failures_in_a_row == 0
    eventually(lambda: not CallEvent.objects.exists())
    rung.expects("counsellor").fails("404")
    rung.expects("superintendent").presses("2")
    rung.expects("officer").presses("1")
    clock(MINUTE)
    rung.came_to("counsellor", "busy", "wrong_number")
    rung.came_to("superintendent", "no_answer", "passed_on")
    rung.came_to("officer", "no_key", "pressed")  # of the police a key is no receipt
    assert set(twilio.answers) == {200}


def test_reported_twice_backwards_or_never_it_is_known_all_the_same(rung: Rung, start, twilio: TwilioCalls):
    start("only")
    rung.expects("principal").presses("1").told("twice")
    rung.expects("counsellor").presses("1").told("backwards")
    rung.expects("superintendent").is_busy().told("never")
    rung.expects("officer").answers(9).told("backwards")
    rung.begins()
    rung.came_to("principal", "answered")
    rung.came_to("counsellor", "answered")
    rung.came_to("officer", "no_key")
    rung.came_to("superintendent", "busy")
    assert twilio.looked, "of the silent one Twilio was asked"
    assert Attempt.objects.filter(carrier="twilio_calls", result="no_key").count() == 1, "told twice is written down once"


def test_after_kill_9_a_call_under_way_goes_on_and_who_confirmed_is_not_rung_again(rung: Rung, start, twilio: TwilioCalls):
    first = start("first")
    rung.expects("principal").presses("1")
    rung.expects("counsellor").never_answers()
    rung.begins("principal", "counsellor")
    rung.came_to("principal", "answered")
    rung.came_to("counsellor", "no_answer")
    ringing = rung.expects("counsellor").told("never")
    Delivery.objects.filter(pk=rung.delivery("counsellor").pk).update(not_before=the_clock.now())
    eventually(lambda: rung.placed("counsellor", 2), 20)
    first.kill()
    call = rung.calls("counsellor")[-1]
    eventually(lambda: call.status == "ringing")
    second = start("second")
    assert second.said("call-taken-up"), "it is found, and not placed again"
    call.ends.set()  # nobody picks up; Twilio says nothing by itself, and is asked
    rung.came_to("counsellor", "no_answer", "no_answer")
    assert ringing.status == "ringing" and len(rung.calls("principal")) == 1 and len(rung.calls("counsellor")) == 2
    assert not Attempt.objects.filter(result="abandoned").exists()


def test_a_caller_that_dies_before_twilio_s_yes_is_followed_by_one_that_finds_the_call(rung: Rung, start, twilio: TwilioCalls):
    """Nobody is rung twice: Twilio has taken the call, and who asked for it has not heard so."""
    first = start("first")
    twilio.answers_now.clear()
    rung.expects("principal").presses("1").told("never").holds = picks_up = threading.Event()
    rung.begins("principal")
    eventually(lambda: len(rung.calls("principal")) == 1, 20)
    first.kill()
    assert set(CallEvent.objects.values_list("kind", "sid", "value")) == {("asked", "", "twilio_calls")}
    second = start("second")
    eventually(lambda: rung.placed("principal", 1), 20)
    assert second.said("call-taken-up")
    twilio.answers_now.set()
    picks_up.set()
    eventually(lambda: rung.confirmed("principal"), 20)
    eventually(lambda: not CallEvent.objects.exists(), 20)
    assert len(rung.calls("principal")) == 1


def test_a_caller_that_dies_before_twilio_is_asked_is_followed_by_one_that_rings(rung: Rung, start, twilio: TwilioCalls):
    first = start("first")
    rung.expects("principal").is_busy()
    rung.begins("principal")
    eventually(lambda: rung.delivery("principal").leased_by)
    leased = rung.delivery("principal").leased_by
    rung.came_to("principal", "busy")
    first.kill()
    delivery = rung.delivery("principal")
    lease = Delivery.objects.filter(pk=delivery.pk)
    lease.update(leased_by=leased, lease_until=the_clock.now() + timedelta(minutes=4), attempts=2, not_before=the_clock.now())
    CallEvent.objects.create(id=new_id(), at=the_clock.now() + timedelta(seconds=30), delivery_id=delivery.pk, kind="asked",
                             value="twilio_calls")  # fmt: skip
    rung.expects("principal").presses("1")
    start("second")
    eventually(lambda: rung.confirmed("principal"), 45)
    assert len(rung.calls("principal")) == 2, "the earlier one is not taken for it"


def test_a_key_that_is_pressed_while_no_caller_runs_confirms_when_one_does(rung: Rung, start, twilio: TwilioCalls):
    first = start("first")
    waits = rung.expects("principal").never_answers()
    rung.begins("principal")
    rung.came_to("principal", "no_answer")
    rung.expects("principal").told("never")
    Delivery.objects.filter(pk=rung.delivery("principal").pk).update(not_before=the_clock.now())
    eventually(lambda: rung.placed("principal", 2), 20)
    first.kill()
    call = rung.calls("principal")[-1]
    key = {"CallSid": call.sid, "Digits": "1", "CallStatus": "in-progress", "To": call.to}
    address = call.form["StatusCallback"][0].replace("/status?", "/key?")
    assert twilio.asks(address, key)[0] == 200, "kept, though nobody takes it"
    start("second")
    eventually(lambda: rung.confirmed("principal"), 20)
    assert rung.delivery("principal").state == "sent" and waits.status == "no-answer"


def test_whoever_is_not_twilio_is_not_believed(rung: Rung, start, twilio: TwilioCalls, end_point: EndPoint):
    address = f"{end_point.url}/call/twilio/key?ref={uuid4()}"
    form = {"CallSid": "CA" + "0" * 32, "Digits": "1", "CallStatus": "in-progress"}
    assert twilio.asks(address, form, token="another")[0] == 403
    assert twilio.asks(address, form | {"Digits": "12"})[0] == 400
    assert twilio.asks(address, form | {"CallSid": "<script>"})[0] == 400
    assert twilio.asks(f"{end_point.url}/call/twilio/key?ref=x", form)[0] == 400
    assert twilio.asks(address, form)[0] == 200, "signed, and of no call of ours: kept, and forgotten"
    start("only")
    eventually(lambda: not CallEvent.objects.exists())


def test_what_twilio_refuses_is_told_apart_and_what_it_takes_without_a_word_is_not_placed_twice(
    rung: Rung, start, twilio: TwilioCalls
):
    start("only")
    twilio.answer = (400, 21211)
    rung.begins("principal")
    rung.came_to("principal", "wrong_number")
    twilio.answer = (401, 20003)
    Delivery.objects.filter(pk=rung.delivery("principal").pk).update(not_before=the_clock.now())
    rung.came_to("principal", "wrong_number", "trunk")
    eventually(lambda: Carrier.objects.get(name="twilio_calls").last_error == "trunk")
    rung.expects("principal").presses("1")
    twilio.answer, twilio.hangs = (201, 0), True  # it takes the call, and the line breaks before it says so
    eventually(lambda: rung.confirmed("principal"), 30)
    assert len(rung.calls("principal")) == 1
