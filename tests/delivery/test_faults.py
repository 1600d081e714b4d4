"""Whatever the mail server, the database or the machine does: nothing is lost, and the desk is shown what
is wrong.
"""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction

from tests.delivery.conftest import owe, row, states
from tests.support.eventually import eventually
from tests.support.proxy import Proxy
from upstander.clock import now
from upstander.delivery import ledger, queries
from upstander.delivery.models import Attempt, Delivery
from upstander.delivery.queue import UNWRITTEN
from upstander.delivery.throttle import Limits
from upstander.ops.models import Heartbeat

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]


def red() -> bool:
    return any(carrier.red for carrier in queries.carriers())


def all_arrived(smtp, subjects) -> bool:
    """Every owed mail was accepted, under the Message-ID of its row."""
    got = {m.message_id for m in smtp.messages(answered_only=True)}
    return got == set(Delivery.objects.filter(subject_id__in=subjects).values_list("message_id", flat=True))


@pytest.mark.parametrize(
    ("phase", "what", "code"),
    [
        ("connect", "554 5.3.2 not now", "greeting-554"),
        ("connect", "hang", "timeout"),
        ("mail", "530 5.7.0 sign in first", "sender-530"),
        ("rcpt", "451 4.3.0 later", "rcpt-451"),
        ("data", "451 4.3.0 later", "data-451"),
        ("data", "hang", "timeout"),
        ("data", "die", "lost"),
    ],
)
def test_a_server_that_fails_turns_the_carrier_red_and_every_mail_arrives_when_it_is_well(
    run_relay, smtp, phase, what, code
):
    smtp.behave(**{phase: what})
    subjects = owe(6)
    run_relay(smtp_timeout=0.5, smtp_connections=2)
    eventually(red)
    assert code in {carrier.error for carrier in queries.carriers()}
    assert states() == {"pending": 6}
    smtp.behave()
    eventually(lambda: states() == {"sent": 6}, 30)
    assert all_arrived(smtp, subjects)
    assert not red()


def test_a_server_that_is_gone_for_a_while_loses_nobodys_mail(run_relay, smtp):
    smtp.stop()
    subjects = owe(50) + owe(2, priority=0)
    run_relay()
    eventually(red)
    assert "refused" in {carrier.error for carrier in queries.carriers()}
    smtp.start()
    eventually(lambda: states() == {"sent": 52}, 40)
    assert all_arrived(smtp, subjects)
    assert not red()


def test_a_mail_that_was_taken_but_not_acknowledged_comes_twice_under_one_message_id(run_relay, smtp):
    smtp.behave(data="die", times=1)
    (subject,) = owe()
    run_relay()
    eventually(lambda: row(subject).state == "sent")
    assert [(m.message_id, m.answered) for m in smtp.messages()] == [
        (row(subject).message_id, False),
        (row(subject).message_id, True),
    ]


def test_an_address_that_is_refused_for_good_fails_alone_and_is_not_tried_again(run_relay, smtp):
    smtp.behave(rcpt="550 5.1.1 nobody of that name", match="test-other")
    (bad,), good = owe(purpose="test-other"), owe(5)
    run_relay()
    eventually(lambda: states() == {"failed": 1, "sent": 5})
    assert (row(bad).last_error, row(bad).attempts) == ("rcpt-550", 1)
    assert all_arrived(smtp, good)
    assert not red()


def test_kill_9_in_the_middle_of_a_burst_loses_nothing_and_doubles_little(run_relay, smtp):
    smtp.behave(data=0.01)
    with transaction.atomic():
        subjects = owe(200)
    for arrived in (40, 90, 140):
        relay = run_relay()
        eventually(lambda n=arrived: smtp.count() >= n)
        relay.kill()
    run_relay()
    eventually(lambda: states() == {"sent": 200}, 20)  # its successor does not wait for the leases to run out
    assert all_arrived(smtp, subjects)
    twice = [n for n in Counter(m.message_id for m in smtp.messages()).values() if n > 1]
    assert len(twice) <= 3 * UNWRITTEN  # what each relay had sent and not written down when it was killed
    assert Attempt.objects.filter(result="abandoned").exists()


def test_what_a_dead_relay_elsewhere_held_is_taken_up_when_its_lease_runs_out(run_relay, smtp, clock):
    (subject,) = owe()
    with transaction.atomic():
        (job,) = ledger.lease(
            "another machine's", "smtp", most=1, below=10, limits=Limits(99, 99), length=timedelta(minutes=1)
        ).jobs
    run_relay()
    owe()
    eventually(lambda: states() == {"sent": 1, "pending": 1})
    clock(61)
    eventually(lambda: row(subject).state == "sent")
    assert job.message_id in {m.message_id for m in smtp.messages()}


def test_a_clock_that_goes_back_holds_up_no_critical_and_one_that_goes_ahead_no_mail(run_relay, smtp, clock):
    clock(7200)
    owed, tried = owe(2, priority=0), owe(2, priority=0)
    again = now() + timedelta(seconds=20)
    Delivery.objects.filter(subject_id__in=tried).update(attempts=3, last_error="timeout", not_before=again)
    clock(0)
    assert red() and queries.backlog().oldest_critical_seconds >= 60
    run_relay()
    eventually(lambda: all(row(subject).state == "sent" for subject in owed + tried))
    smtp.behave(rcpt="450 4.2.1 greylisted")
    (later,) = owe()
    eventually(lambda: row(later).attempts >= 1)
    smtp.behave()
    clock(2 * 86_400)
    eventually(lambda: row(later).state == "sent")
    assert not red()


def test_a_database_line_that_went_dead_without_a_word_is_noticed_and_replaced(run_relay, relay_login, smtp):
    with Proxy.to_the_database() as proxy:
        run_relay(dsn=proxy.dsn(relay_login["UPSTANDER_DSN"]))
        eventually(lambda: Heartbeat.objects.filter(process="relay").exists())
        proxy.freeze()  # bytes go nowhere, nobody closes anything
        (subject,) = owe()
        eventually(lambda: row(subject).state == "sent", 40)


def test_a_relay_whose_database_is_restarted_goes_on(run_relay, relay_login, smtp):
    with Proxy.to_the_database() as proxy:
        run_relay(dsn=proxy.dsn(relay_login["UPSTANDER_DSN"]))
        owe(5)
        eventually(lambda: states() == {"sent": 5})
        proxy.cut()
        owe(5)
        eventually(lambda: states() == {"sent": 10})
        assert len({m.message_id for m in smtp.messages()}) == smtp.count() == 10


def test_a_relay_of_which_a_thread_has_ended_ends_whole_and_its_successor_sends(run_relay, smtp):
    """It has lanes beside that of mail, which would keep the process, silent, for ever."""
    (ends,) = owe(purpose="ends")
    relay = run_relay()
    eventually(lambda: relay.process.poll() is not None, 40)
    assert relay.process.returncode == 1
    Delivery.objects.filter(subject_id=ends).delete()
    owe(2)
    run_relay()
    eventually(lambda: states() == {"sent": 2})
