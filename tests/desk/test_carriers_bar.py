"""What the desk's bar says of a carrier that is dead: what is affected, and who stands in."""

from datetime import timedelta

import pytest

from tests.desk.test_queue import well  # noqa: F401 - a fixture
from upstander.clock import now
from upstander.delivery import queries as delivery_queries
from upstander.delivery import services as delivery
from upstander.delivery.budget import UsedUp
from upstander.delivery.models import Carrier, Delivery
from upstander.ids import new_id
from upstander.ops.models import Heartbeat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("well")]


def dead(name: str, error: str = "refused") -> None:
    Carrier.objects.create(name=name, failures_in_a_row=3, last_failure_at=now(), last_error=error)


def bar(client) -> str:
    return client.get("/bar/").content.decode()


def test_a_dead_carrier_is_red_with_how_many_criticals_wait_on_it(casey):
    dead("smtp", "line-refused")
    page = bar(casey)
    assert "Carrier smtp refuses: mail does not leave (line-refused)" in page and "wait" not in page
    for _ in range(2):
        delivery.send("notice", new_id(), "contact:1", 0)
    delivery.send("notice", new_id(), "contact:1", 3)
    Delivery.objects.update(attempts=1)
    assert "2 messages of Criticals wait for it" in bar(casey)


def test_where_a_second_one_stands_in_that_is_said(casey):
    dead("smtp")
    Carrier.objects.create(name="smtp+smtp2", last_success_at=now())
    Carrier.objects.create(name="smtp2", last_success_at=now())
    assert "Carrier smtp is dead (refused): smtp2 carries instead" in bar(casey)
    Carrier.objects.filter(name="smtp2").update(failures_in_a_row=3, last_error="dns")
    Carrier.objects.filter(name="smtp+smtp2").update(failures_in_a_row=3, last_error="dns")
    page = bar(casey)
    assert "Carrier smtp refuses" in page and "Carrier smtp2 refuses" in page and "smtp+smtp2" not in page


def test_one_that_has_said_nothing_for_a_minute_stands_in_for_nobody(casey):
    dead("smtp")
    Carrier.objects.create(name="smtp+smtp2")
    Carrier.objects.create(name="smtp2", last_success_at=now() - timedelta(minutes=2))
    assert "Carrier smtp refuses: mail does not leave" in bar(casey)


def test_texts_of_criticals_that_nobody_reports_are_said(casey):
    id = delivery.send("notice", new_id(), "contact:1", 0, channel="sms")
    Delivery.objects.filter(id=id).update(
        state="sent", carrier="twilio", sent_at=now() - timedelta(minutes=20)
    )
    assert "twilio has taken 1 text of a Critical and not said that it arrived: call" in bar(casey)


@pytest.mark.parametrize(
    ("name", "words"), [("kannel", "text messages do not leave"), ("sip", "nobody is rung by it")]
)
def test_each_channel_in_its_own_words(casey, name, words):
    dead(name)
    assert words in bar(casey)


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (1, "The mailbox cannot be reached"),
        (2, "The mailbox refuses our login"),
        (3, "What lies in the mailbox cannot be kept"),
    ],
)
def test_a_mailbox_that_is_not_read_is_red_after_a_minute_with_why(casey, trouble, words):
    for seconds, red in ((50, False), (61, True)):
        Heartbeat.objects.filter(process="inbound").update(
            state={"mailbox_seconds": seconds, "mailbox_trouble": trouble}
        )
        assert (words in bar(casey)) is red
    assert "do not come in" in bar(casey)


def test_two_of_a_pair_are_one_when_a_critical_waits_and_other_channels_are_not_accused(casey):
    for name in ("smtp", "smtp2", "smtp+smtp2", "kannel"):
        Carrier.objects.create(name=name, last_success_at=now())
    delivery.send("notice", new_id(), "contact:1", 0)
    Delivery.objects.update(attempts=1, created_at=now() - timedelta(seconds=9))
    page = bar(casey)
    assert "A critical message waits at carrier smtp+smtp2. 1 message of a Critical waits for it" in page
    assert "carrier smtp2" not in page and "carrier kannel" not in page


def test_a_budget_that_is_used_up_is_said(casey, monkeypatch):
    monkeypatch.setattr(
        delivery_queries,
        "used_up",
        lambda: [UsedUp(carrier="kannel", span=timedelta(days=1), most=2000, used=2003)],
    )
    assert "The budget of carrier kannel is used up (2003 of 2000 in 24:00 h" in bar(casey)
