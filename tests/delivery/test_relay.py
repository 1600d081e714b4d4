"""What is owed arrives: through real processes, a real mail server and a real database."""

import time

import pytest
from django.db import transaction

from tests.delivery.conftest import owe, row, states
from tests.support.eventually import eventually
from tests.support.relay_main import recipient
from upstander.audit.models import Entry
from upstander.delivery import envelopes, queries
from upstander.delivery.models import Delivery
from upstander.ops.models import Heartbeat
from upstander.vault.keys import keyring

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]


def test_an_owed_mail_arrives_under_its_stable_message_id_and_is_then_sent(run_relay, smtp):
    run_relay()
    (subject,) = owe()
    (mail,) = eventually(smtp.messages)
    assert mail.recipient == recipient("test", subject)
    assert mail.message_id == row(subject).message_id
    done = eventually(lambda: row(subject) if row(subject).state == "sent" else None)
    assert (done.carrier, done.attempts, done.last_error, done.lease_until) == ("smtp", 1, "", None)
    assert [(t.result, t.permanent) for t in done.tries.all()] == [("accepted", False)]
    assert Entry.objects.get(act="mail.tried").object_id == str(done.id)
    assert eventually(lambda: Heartbeat.objects.filter(process="relay", state__pending=0).exists())


def test_where_mail_comes_in_each_mail_leaves_from_an_address_of_its_own_that_only_we_can_make(run_relay, smtp):
    run_relay(mail_in="lmtp")
    subjects = owe(2)
    mails = eventually(lambda: found if len(found := smtp.messages()) == 2 else None)
    assert {envelopes.delivery_of(mail.sender, keyring()) for mail in mails} == {row(subject).id for subject in subjects}
    assert {mail.message["From"].addresses[0].addr_spec for mail in mails} == {"tips@upstander.example"}


def test_a_mail_whose_notice_was_lost_on_the_way_goes_within_the_next_poll(run_relay, smtp):
    run_relay()
    (subject,) = owe()
    eventually(lambda: row(subject).state == "sent")
    Delivery.objects.update(state="pending", not_before=row(subject).created_at)  # nobody is notified of this
    eventually(lambda: smtp.count() == 2)


def test_what_an_upper_room_does_not_owe_any_more_is_cancelled_and_its_fault_stops_nobody_else(
    run_relay, smtp
):
    (gone,), (broken,), (unknown,) = owe(purpose="gone"), owe(purpose="broken"), owe(purpose="nobody's")
    (good,) = owe(priority=9)
    relay = run_relay(smtp_connections=1)
    eventually(lambda: row(good).state == "sent")
    assert row(gone).state == "cancelled"
    for subject in (broken, unknown):
        assert eventually(lambda s=subject: row(s).last_error == "render")
        assert row(subject).state == "pending"
    assert not any(c.red for c in queries.carriers())
    assert "an upper room" not in relay.log.read_text()  # what a fault says may hold what a person wrote


def test_one_mail_that_cannot_be_rendered_stops_no_other_of_its_batch(run_relay, smtp):
    with transaction.atomic():
        (bad,), good = owe(purpose="many", begins="0"), owe(9, purpose="many", begins="1")
    run_relay()
    eventually(lambda: states() == {"sent": 9, "pending": 1})
    assert row(bad).last_error == "render"
    assert {m.recipient for m in smtp.messages()} == {recipient("many", subject) for subject in good}


def test_a_server_that_holds_one_mail_of_a_batch_holds_no_other(run_relay, smtp):
    with transaction.atomic():
        (held,), others = owe(), owe(12)
    smtp.behave(data="hang", match=held.hex)
    run_relay(smtp_connections=3, smtp_timeout=30)
    eventually(lambda: states() == {"sent": 12, "pending": 1}, 20)  # the server would hold it for 30
    assert {recipient("test", subject) for subject in others} < {m.recipient for m in smtp.messages()}


def test_what_was_cancelled_while_it_waited_for_a_line_is_not_sent(run_relay, smtp):
    smtp.behave(data=0.5)
    with transaction.atomic():
        owe(12)
    run_relay(smtp_connections=1)
    eventually(lambda: smtp.count() >= 1)
    Delivery.objects.update(state="cancelled")
    (owed,) = owe()
    eventually(lambda: row(owed).state == "sent")
    assert smtp.count() <= 6  # it, what was under way, and what was prepared within the second before


@pytest.mark.parametrize("lines", [1, 4])
def test_a_critical_overtakes_a_thousand_newsletters(run_relay, smtp, lines):
    smtp.behave(data=0.5)
    with transaction.atomic():
        owe(1000, purpose="test-news", priority=9)
    run_relay(smtp_connections=lines)
    eventually(lambda: smtp.count() >= 3)
    owe(priority=0)
    committed = time.monotonic()
    eventually(lambda: any(m.recipient.startswith("test.") for m in smtp.messages()))
    after = [m for m in smtp.messages() if m.at > committed]
    position = next(i for i, m in enumerate(after) if m.recipient.startswith("test."))
    assert position <= 2 * lines  # what each line was at, and what it took while the news came


def test_a_critical_does_not_wait_behind_newsletters_that_a_server_holds(run_relay, smtp):
    smtp.behave(data="hang", match="test-news")
    owe(10, purpose="test-news", priority=9)
    run_relay(smtp_connections=3, smtp_timeout=30)
    eventually(lambda: smtp.count() == 2)
    (critical,) = owe(priority=0)
    eventually(lambda: row(critical).state == "sent", 15)  # the server would hold a line for 30


def test_one_address_gets_its_share_a_minute_and_criticals_at_once(run_relay, smtp, clock):
    owe(8, key="contact:7")
    run_relay(smtp_per_address_per_minute=3)
    eventually(lambda: states().get("sent") == 3)
    criticals = owe(4, priority=0, key="contact:7")
    eventually(lambda: all(row(c).state == "sent" for c in criticals))
    assert states() == {"sent": 7, "pending": 5}
    clock(61)
    eventually(lambda: states() == {"sent": 10, "pending": 2})


def test_two_relays_share_the_work_and_send_nothing_twice(run_relay, smtp):
    smtp.behave(data=0.02)
    run_relay(smtp_connections=2), run_relay(smtp_connections=2)
    with transaction.atomic():
        owe(120)  # more than one of them holds at a time
    at_work: set[str] = set()

    def done() -> bool:
        at_work.update(Delivery.objects.exclude(leased_by="").values_list("leased_by", flat=True))
        return states() == {"sent": 120}

    eventually(done, 60)
    assert len(at_work) == 2
    assert len({m.message_id for m in smtp.messages()}) == len(smtp.messages()) == 120


def test_a_relay_that_is_told_to_end_finishes_its_mail_and_returns_the_rest(run_relay, smtp):
    smtp.behave(data=0.2)
    owe(40)
    relay = run_relay(smtp_connections=2)
    eventually(lambda: smtp.count() >= 3)
    assert relay.stop() == 0
    assert states()["sent"] == smtp.count()
    assert not Delivery.objects.exclude(leased_by="").exists()
    assert set(Delivery.objects.filter(state="pending").values_list("attempts", flat=True)) == {0}


def test_a_production_relay_without_a_mail_server_ends_and_says_what_to_set(run_relay):
    relay = run_relay(ready=False, mode="production", smtp_host="")
    assert relay.process.wait(20) == 2
    assert "UPSTANDER_SMTP_HOST" in relay.log.read_text()
