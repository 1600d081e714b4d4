"""The health of carriers: probes that send nothing, a second mail server that takes over, and back (issue 4)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.delivery.conftest import owe, row, states
from tests.delivery.test_smtp_carrier import mail
from tests.support.eventually import eventually
from tests.support.smtp_server import SmtpServer
from upstander.clock import now
from upstander.config import Config
from upstander.delivery import health, queries
from upstander.delivery.carriers import chosen, made
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.failover import FailoverCarrier
from upstander.delivery.health import AVOIDED, Prober
from upstander.delivery.models import Carrier, Delivery

FIRST, SECOND, PAIR = "smtp", "smtp2", "smtp+smtp2"


@pytest.fixture(autouse=True)
def no_memory() -> Iterator[None]:
    """Nothing is known of a carrier from another test."""
    health.of.cache_clear()
    yield
    health.of.cache_clear()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[SmtpServer]:
    """A second mail server."""
    with SmtpServer(tmp_path / "smtp2") as server:
        yield server


def settings(smtp, other=None) -> Config:
    given = {"smtp_host": "127.0.0.1", "smtp_port": smtp.port, "smtp_timeout": 0.5}
    if other:
        given |= {"smtp2_host": "127.0.0.1", "smtp2_port": other.port}
    return Config(**given)


def state(name: str) -> queries.CarrierState:
    return next(c for c in queries.carriers() if c.name == name)


class TestProbing:
    def test_a_probe_hands_nothing_over_and_says_whether_the_server_is_there(self, smtp):
        [one] = health.probed(settings(smtp), FIRST)
        one.probe()
        one.probe()
        one.close()
        assert smtp.count() == 0

    @pytest.mark.parametrize(
        ("what", "code"), [("554 5.3.2 not now", "greeting-554"), ("hang", "timeout"), ("die", "lost")]
    )
    def test_a_server_that_does_not_greet_is_found_out(self, smtp, what, code):
        smtp.behave(connect=what)
        [one] = health.probed(settings(smtp), FIRST)
        with pytest.raises(CarrierError) as raised:
            one.probe()
        assert raised.value.code == code

    @pytest.mark.django_db
    def test_three_probes_in_vain_are_red_and_one_that_is_answered_makes_it_good(self, smtp, monkeypatch):
        monkeypatch.setattr(health, "AGAIN", 0.0)
        monkeypatch.setattr(health, "EVERY", 0.0)
        prober = Prober(health.probed(settings(smtp), FIRST))
        prober.turn()
        assert not state(FIRST).red
        smtp.stop()
        for red in (False, False, True):
            prober.turn()
            assert state(FIRST).red is red
        assert state(FIRST).error == "line-refused"
        smtp.start()
        prober.turn()
        assert not state(FIRST).red

    @pytest.mark.django_db
    def test_an_answered_probe_makes_nothing_good_that_real_mails_met(self, smtp):
        Carrier.objects.create(name=FIRST, failures_in_a_row=5, last_error="sender-550")
        Prober(health.probed(settings(smtp), FIRST)).turn()
        assert state(FIRST).red and state(FIRST).error == "sender-550"

    @pytest.mark.django_db
    def test_two_probes_in_vain_and_the_slowest_answers_are_red_within_a_minute(self):
        slowest = 3 * health._TIMEOUT + health.EVERY + 2 * health.AGAIN + 3 * health.LOOK
        assert slowest + 7 <= 70 and 3 * 5 + health.EVERY + 2 * health.AGAIN + 3 * health.LOOK + 7 <= 60

    def test_a_house_without_a_mail_server_probes_nothing(self):
        assert health.probed(Config(), "sandbox") == []


class TestASecondServer:
    def test_it_is_used_where_one_is_named(self, smtp, other):
        assert chosen(settings(smtp)) == FIRST and chosen(settings(smtp, other)) == PAIR
        assert isinstance(made(settings(smtp, other), PAIR), FailoverCarrier)

    def test_while_the_first_is_well_the_second_gets_nothing(self, smtp, other):
        pair = made(settings(smtp, other), PAIR)
        for _ in range(3):
            pair.send(mail())
        pair.close()
        assert (smtp.count(), other.count()) == (3, 0)

    @pytest.mark.parametrize("what", ["554 5.3.2 not now", "hang", "die"])
    def test_a_first_that_is_dead_is_not_waited_for_and_the_message_keeps_its_id(self, smtp, other, what):
        smtp.behave(connect=what)
        pair, sent = made(settings(smtp, other), PAIR), mail()
        pair.send(sent)
        assert [m.message_id for m in other.messages()] == [sent.message["Message-ID"]]
        assert health.of(FIRST).down and not health.of(SECOND).down
        smtp.behave()
        pair.send(mail())  # it is still avoided
        pair.close()
        assert (smtp.count(), other.count()) == (0, 2)

    def test_it_is_used_again_when_a_probe_finds_it_well(self, smtp, other):
        smtp.stop()
        pair = made(settings(smtp, other), PAIR)
        pair.send(mail())
        smtp.start()
        health.of(FIRST).well(probe=True)
        pair.send(mail())
        pair.close()
        assert (smtp.count(), other.count()) == (1, 1)

    def test_or_tried_again_after_a_while_where_nobody_probes(self, monkeypatch):
        at = [100.0]
        monkeypatch.setattr(health.time, "monotonic", lambda: at[0])
        health.of(FIRST).failed("refused")
        assert health.of(FIRST).down
        at[0] += AVOIDED + 1
        assert not health.of(FIRST).down

    def test_what_the_first_may_have_taken_is_not_given_to_the_second(self, smtp, other):
        smtp.behave(data="die", times=1)
        pair, sent = made(settings(smtp, other), PAIR), mail()
        with pytest.raises(CarrierError) as raised:
            pair.send(sent)
        pair.close()
        assert raised.value.code == "lost" and not raised.value.untouched
        assert (smtp.count(), other.count()) == (1, 0)

    @pytest.mark.parametrize("said", ["550 5.1.1 nobody of that name", "450 4.2.1 greylisted"])
    def test_what_is_said_of_a_recipient_is_no_fault_of_the_server(self, smtp, other, said):
        smtp.behave(rcpt=said)
        pair = made(settings(smtp, other), PAIR)
        with pytest.raises(CarrierError):
            pair.send(mail())
        pair.close()
        assert other.count() == 0 and not health.of(FIRST).down

    def test_both_dead_is_one_failure(self, smtp, other):
        smtp.stop()
        other.stop()
        pair = made(settings(smtp, other), PAIR)
        with pytest.raises(CarrierError):
            pair.send(mail())
        assert health.of(FIRST).down and health.of(SECOND).down


def test_a_relay_whose_first_server_dies_sends_all_once_by_the_second_and_says_so(run_relay, smtp, other):
    run_relay(smtp2_host="127.0.0.1", smtp2_port=other.port, smtp_timeout=0.5)
    first = owe(3)
    eventually(lambda: states() == {"sent": 3})
    smtp.stop()
    second = owe(20) + owe(2, priority=0)
    eventually(lambda: states() == {"sent": 25})
    ids = [m.message_id for m in (*smtp.messages(), *other.messages())]
    assert len(ids) == len(set(ids)) == 25 and other.count() == 22
    assert ({row(s).carrier for s in first}, {row(s).carrier for s in second}) == ({FIRST}, {SECOND})
    eventually(
        lambda: FIRST in {c.name for c in queries.carriers() if c.red}, 60
    )  # its row is the first probe's to make
    assert state(FIRST).instead == SECOND and not state(PAIR).red
    smtp.start()
    eventually(lambda: not state(FIRST).red, 60)
    before = smtp.count()
    owe(3)
    eventually(lambda: states() == {"sent": 28})
    assert smtp.count() == before + 3


@pytest.mark.django_db
def test_what_waited_for_a_dead_server_goes_when_a_probe_finds_it_well(smtp):
    [waits] = owe(priority=0)
    Delivery.objects.update(attempts=6, last_error="refused", not_before=now() + timedelta(seconds=30))
    Carrier.objects.create(name=FIRST, failures_in_a_row=5, last_error="refused")
    Prober(health.probed(settings(smtp), FIRST)).turn()
    assert not state(FIRST).red and row(waits).not_before <= now()


def test_a_line_that_hangs_after_its_greeting_is_no_line_fault(smtp, other):
    smtp.behave(mail="hang")
    pair = made(settings(smtp, other), PAIR)
    pair.send(mail())
    pair.close()
    assert other.count() == 1
    assert [seen.error for seen in health.of(FIRST).news()] == ["timeout"]  # which no probe would make good
