"""Text messages out: the alphabet that carries them, what a carrier's answer means, what becomes of them later."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from tests.support.twilio import Twilio
from upstander import clock
from upstander.config import Config, ConfigError
from upstander.delivery import lanes, ledger, queries, services, texting
from upstander.delivery.carriers import CARRIERS, chosen_for_texts
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.sandbox import SandboxCarrier
from upstander.delivery.carriers.twilio import TwilioCarrier
from upstander.delivery.gsm import fits_gsm, plain
from upstander.delivery.models import Attempt, Delivery
from upstander.delivery.reports import report
from upstander.delivery.sandbox import newest
from upstander.delivery.texting import Text
from upstander.delivery.throttle import Limits
from upstander.ops import events

pytestmark = pytest.mark.django_db  # before a text leaves it is asked who has stopped
TO = "217-555-0123"


@pytest.mark.parametrize(
    ("text", "fits"), [("plain @£$ é ü Ω", True), ("[€]", True), ("знает", False), ("😟", False), ("ç", False)]
)
def test_what_the_small_alphabet_has_and_has_not(text, fits):
    assert fits_gsm(text) is fits


def test_typographic_marks_do_not_cost_the_small_alphabet():
    assert fits_gsm(plain("“That’s it” – or… not\u00a0quite\x00"))


def test_a_number_is_found_in_any_spelling_and_what_is_none_is_refused_for_good():
    assert texting.compose(Text(TO, "words"), uuid4(), "+1").recipient == "+12175550123"
    for number in ("", "911", "217-555-0123 ext. 4", "somebody"):
        with pytest.raises(CarrierError, match="address") as refused:
            texting.compose(Text(number, "words"), uuid4(), "+1")
        assert refused.value.permanent
    with pytest.raises(CarrierError, match="empty"):
        texting.compose(Text(TO, " \x00"), uuid4(), "+1")
    assert len(texting.compose(Text(TO, "x" * 5000), uuid4(), "+1").text) == texting.LONGEST


def test_the_practice_house_keeps_texts_as_it_keeps_mail():
    SandboxCarrier(Config()).send(texting.compose(Text(TO, "él tiene 😟"), uuid4(), "+12175550100"))
    (kept,) = newest(5)
    assert (kept.channel, kept.text.strip()) == ("sms", "él tiene 😟") and "12175550123" in kept.recipient


class TestTwilio:
    @pytest.fixture
    def api(self) -> Iterator[Twilio]:
        with Twilio() as running:
            yield running

    def carrier(self, api: Twilio) -> TwilioCarrier:
        return TwilioCarrier(Config(sms_url=api.url, sms_user="AC1", sms_password="auth", inbound_url="https://sms.example.gov"))

    def test_it_takes_a_text_with_where_to_tell_what_became_of_it(self, api):
        out = texting.compose(Text(TO, "él 😟"), uuid4(), "+12175550100")
        self.carrier(api).send(out)
        (taken,) = api.texts
        assert taken["path"] == "/2010-04-01/Accounts/AC1/Messages.json" and api.logins == ["AC1:auth"]
        assert (taken["To"], taken["From"], taken["Body"]) == ("+12175550123", "+12175550100", "él 😟")
        assert taken["StatusCallback"] == f"https://sms.example.gov/sms/twilio/report?ref={out.delivery_id}"

    @pytest.mark.parametrize(
        ("answer", "code", "permanent"),
        [
            ((400, 21610), "stopped", True),
            ((400, 21211), "address", True),
            ((400, 1), "twilio-400", True),
            ((401, 20003), "twilio-401", False),
            ((429, 20429), "twilio-429", False),
            ((503, 0), "twilio-503", False),
        ],
    )
    def test_what_its_answer_means(self, api, answer, code, permanent):
        api.answer = answer
        with pytest.raises(CarrierError, match=code) as refused:
            self.carrier(api).send(texting.compose(Text(TO, "words"), uuid4(), "+1"))
        assert refused.value.permanent is permanent


class TestWhichCarrier:
    def test_the_practice_house_has_one_and_production_none_by_itself(self):
        assert chosen_for_texts(Config()) == "sandbox"
        assert chosen_for_texts(Config(sms="off")) is None
        assert chosen_for_texts(Config(mode="production")) is None
        assert chosen_for_texts(Config(mode="production", sms="sandbox")) is None
        assert lanes.texts(Config(mode="production")) is None

    @pytest.mark.parametrize("name", ["kannel", "twilio"])
    def test_a_setting_that_is_missing_is_named(self, name):
        assert name in CARRIERS
        with pytest.raises(ConfigError, match="UPSTANDER_SMS_NUMBER"):
            lanes.texts(Config(sms=name))


class TestReports:
    @pytest.fixture
    def sent(self) -> Delivery:
        with transaction.atomic():
            id = services.send("test", uuid4(), "contact:1", 3, channel="sms")
        Delivery.objects.filter(id=id).update(state="sent", sent_at=clock.now(), carrier="kannel")
        return Delivery.objects.get(id=id)

    @pytest.fixture
    def failed(self, monkeypatch) -> list[object]:
        heard: list[object] = []
        monkeypatch.setitem(events._handlers, "delivery.failed", [lambda **what: heard.append(what["delivery_id"])])
        return heard

    def say(self, sent: Delivery, *states: str, carrier: str = "kannel") -> str:
        for state in states:
            report(str(sent.id), carrier, state, "system:router")
        sent.refresh_from_db()
        return sent.state

    def test_it_arrived_whatever_comes_late_or_twice(self, sent, failed):
        assert self.say(sent, "1", "8", "1", "2") == "sent"
        assert not failed
        assert Attempt.objects.filter(delivery=sent, result="delivered").count() == 1

    @pytest.mark.parametrize(
        ("carrier", "state"),
        [("kannel", "2"), ("kannel", "16"), ("twilio", "undelivered"), ("twilio", "failed")],
    )
    def test_in_vain_is_refused_for_good_and_heard_once(self, sent, failed, carrier, state):
        assert self.say(sent, state, state, carrier=carrier) == "failed"
        assert failed == [sent.id]

    def test_a_report_that_is_quicker_than_our_own_writing_counts(self, sent, failed):
        """The gateway has refused it before the relay has written down that the gateway took it."""
        Delivery.objects.filter(id=sent.id).update(state="pending", sent_at=None, carrier="")
        limits, minute = Limits(9, 9), timedelta(minutes=1)
        [job] = ledger.lease("r", "kannel", most=9, below=9, limits=limits, length=minute, channel="sms").jobs
        assert self.say(sent, "16") == "pending"
        ledger.settle("r", "kannel", [ledger.Result(job, "accepted", clock.now(), 400)])
        sent.refresh_from_db()
        assert (sent.state, sent.last_error, failed) == ("failed", "rejected", [sent.id])

    def test_what_was_said_of_an_earlier_try_is_not_said_of_this_one(self, sent, failed):
        self.say(sent, "16")
        Delivery.objects.filter(id=sent.id).update(state="pending", sent_at=None, carrier="")
        Attempt.objects.filter(delivery=sent).update(at=clock.now() - timedelta(minutes=5))
        limits, minute = Limits(9, 9), timedelta(minutes=1)
        [job] = ledger.lease("r", "kannel", most=9, below=9, limits=limits, length=minute, channel="sms").jobs
        ledger.settle("r", "kannel", [ledger.Result(job, "accepted", clock.now(), 400)])
        sent.refresh_from_db()
        assert sent.state == "sent" and failed == [sent.id]

    def test_what_names_none_of_ours_says_nothing(self, sent):
        for ref in ("", "nonsense", str(uuid4())):
            assert not report(ref, "kannel", "1", "system:router")
        assert not report(str(sent.id), "kannel", "77", "system:router")


def test_only_offered_channels_are_to_be_owed():
    assert queries.offers("email") and queries.offers("sms") and not queries.offers("carrier pigeon")
