"""Leases and settling: a row is one relay's at a time, and done only when the carrier said so."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from tests.delivery.conftest import owe, row, states
from upstander import clock as the_clock
from upstander.delivery import ledger, queries, services
from upstander.delivery.ledger import Job, Result
from upstander.delivery.models import Attempt, Carrier, Delivery
from upstander.delivery.throttle import Limits
from upstander.ops import events

pytestmark = pytest.mark.django_db
PLENTY = Limits(10_000, 10_000)
MINUTE = timedelta(minutes=1)


def lease(relay: str = "a", most: int = 100, below: int = 10, limits: Limits = PLENTY) -> list[Job]:
    return ledger.lease(relay, "smtp", most=most, below=below, limits=limits, length=MINUTE).jobs


def result(job: Job, code: str = "accepted", *, permanent: bool = False) -> Result:
    return Result(job, code, the_clock.now(), 5, permanent)


def settle(*results: Result, relay: str = "a") -> None:
    ledger.settle(relay, "smtp", results)


@contextmanager
def hearing(name: str) -> Iterator[list[UUID]]:
    """The delivery ids of which `name` is told."""
    heard: list[UUID] = []

    def hear(
        delivery_id: UUID | None = None, delivery_ids: Sequence[UUID] = (), written_at: datetime | None = None
    ) -> None:
        heard.extend(delivery_ids or [delivery_id])

    events.on(name, hear)
    try:
        yield heard
    finally:
        events._handlers[name].remove(hear)


def test_the_gravest_and_then_the_oldest_come_first(clock):
    late, early = owe(priority=9), None
    clock(1)
    early = owe(priority=5) + owe(priority=0) + owe(priority=5)
    clock(2)
    assert [job.subject_id for job in lease()] == [early[1], early[0], early[2], late[0]]


def test_what_is_leased_is_not_leased_again_until_the_lease_runs_out_and_keeps_its_message_id(clock):
    owe()
    (job,) = lease("a")
    assert lease("b") == []
    clock(61)
    (again,) = lease("b")
    assert (again.id, again.message_id, again.attempts) == (job.id, job.message_id, 2)
    assert [t.result for t in Attempt.objects.all()] == ["abandoned"]


def test_what_is_not_due_is_left(clock):
    owe(not_before=the_clock.now() + MINUTE)
    assert lease() == []
    clock(61)
    assert len(lease()) == 1


def test_only_what_is_graver_overtakes():
    owe(priority=9), owe(priority=3)
    assert [job.priority for job in lease(below=9)] == [3]


@pytest.mark.django_db(transaction=True)
def test_two_relays_leasing_at_the_same_moment_pass_each_other_by():
    owe(20)
    found: list[Job] = []

    def other() -> None:
        found.extend(lease("b", most=100))
        connection.close()

    with transaction.atomic():
        mine = lease("a", most=10)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(10)  # it does not wait for our transaction
        assert not thread.is_alive()
    assert len(mine) == len(found) == 10
    assert {job.id for job in mine}.isdisjoint(job.id for job in found)


def test_before_a_send_the_row_must_still_be_ours_and_owed(clock):
    cancelled, taken, kept = owe(3)
    jobs = {job.subject_id: job for job in lease("a")}
    services.cancel("test", cancelled)
    Delivery.objects.filter(subject_id=taken).update(leased_by="b")

    def held() -> set[UUID]:
        return ledger.hold("a", list(jobs.values()), length=MINUTE, at_least=timedelta(seconds=30))

    assert held() == {jobs[kept].id}
    clock(40)  # twenty seconds are left: it is taken anew, so that no other relay can have it while we send
    assert held() == {jobs[kept].id}
    clock(90)
    assert [job.subject_id for job in lease("c")] == [taken]


def test_what_the_carrier_took_is_sent_and_told_once():
    owe(2)
    jobs = lease()
    with hearing("delivery.sent") as heard:
        settle(*[result(job) for job in jobs])
        settle(*[result(job) for job in jobs])  # the answer to the first commit was lost
    assert sorted(heard) == sorted(job.id for job in jobs)
    assert states() == {"sent": 2}


def test_what_the_carrier_took_is_sent_even_if_it_was_cancelled_meanwhile():
    (subject,) = owe()
    (job,) = lease()
    services.cancel("test", subject)
    settle(result(job))
    assert row(subject).state == "sent"


def test_a_temporary_failure_waits_and_is_tried_again_under_the_same_message_id(clock):
    (subject,) = owe()
    (job,) = lease()
    settle(result(job, "data-451"))
    after = row(subject)
    assert (after.state, after.last_error, after.lease_until, after.leased_by) == (
        "pending",
        "data-451",
        None,
        "",
    )
    clock(2)
    (again,) = lease()
    assert (again.attempts, again.message_id) == (2, job.message_id)


def test_a_permanent_failure_fails_and_is_told():
    (subject,) = owe()
    (job,) = lease()
    with hearing("delivery.failed") as heard, hearing("delivery.sent") as sent:
        settle(result(job, "rcpt-550", permanent=True))
    assert (heard, sent) == ([job.id], [])
    assert (row(subject).state, row(subject).last_error) == ("failed", "rcpt-550")
    assert Attempt.objects.get().permanent
    assert not Carrier.objects.exists()  # the carrier answered: nothing against it


def test_an_answer_that_comes_after_the_lease_was_lost_changes_only_what_was_really_sent(clock):
    (subject,) = owe()
    (job,) = lease("a")
    clock(61)
    lease("b")
    settle(result(job, "timeout"), relay="a")
    assert row(subject).leased_by == "b"
    settle(result(job), relay="a")
    assert row(subject).state == "sent"


def test_five_days_of_failures_are_the_end_and_are_told(clock):
    owe()
    clock(5 * 86400 + 60)
    (job,) = lease()
    with hearing("delivery.failed") as heard:
        settle(result(job, "rcpt-450"))
    assert (heard, states()) == ([job.id], {"failed": 1})


def test_a_row_and_what_is_told_of_it_are_one_transaction():
    owe()
    (job,) = lease()

    def fails(delivery_ids: Sequence[UUID]) -> None:
        raise KeyError

    events.on("delivery.sent", fails)
    with pytest.raises(KeyError):
        settle(result(job))
    events._handlers["delivery.sent"].remove(fails)
    assert (states(), Attempt.objects.count()) == ({"pending": 1}, 0)


def test_three_failures_in_a_row_are_red_and_a_success_lets_go_at_once_what_had_waited(clock):
    owe(4)
    jobs = lease()
    settle(*[result(job, "refused") for job in jobs[:3]])
    assert [(c.red, c.error, c.failures_in_a_row) for c in queries.carriers()] == [(True, "refused", 3)]
    Delivery.objects.filter(attempts=1, leased_by="").update(
        not_before=the_clock.now() + timedelta(minutes=5)
    )
    settle(result(jobs[3]))
    assert [c.red for c in queries.carriers()] == [False]
    assert len(lease()) == 3


@pytest.mark.parametrize("code", ["render", "database"])
def test_a_fault_of_ours_says_nothing_against_the_carrier(code: str):
    owe()
    settle(result(lease()[0], code))
    assert (states(), Carrier.objects.count()) == ({"pending": 1}, 0)


def test_what_was_not_begun_is_given_back_as_if_it_had_never_been_taken():
    owe()
    (job,) = lease("a")
    ledger.give_back("b", [job.id])  # not b's to give back
    assert lease("b") == []
    ledger.give_back("a", [job.id])
    assert lease("b")[0].attempts == 1


def test_a_mail_that_was_cancelled_in_a_relays_hands_and_is_owed_again_need_not_wait_for_its_lease():
    (subject,) = owe()
    (job,) = lease("a")
    services.cancel("test", subject)
    ledger.give_back("a", [job.id])  # not owed any more: it was not begun
    services.send("test", subject, "contact:1", 0)
    assert [again.id for again in lease("b")] == [job.id]


def test_a_relay_frees_what_its_dead_predecessor_held_and_nobody_elses():
    owe(2)
    lease("a", most=1), lease("b", most=1)
    assert ledger.free_own("a") == 1
    assert len(lease("a")) == 1


def test_mails_to_one_address_are_spread_over_the_minutes(clock):
    owe(5, key="contact:7")
    limits = Limits(1000, 2)
    jobs = lease(limits=limits)
    assert len(jobs) == 2
    settle(*[result(job) for job in jobs])
    assert lease(limits=limits) == []
    owe(priority=0, key="contact:7")
    clock(30)
    (critical,) = lease(limits=limits)
    assert critical.priority == 0
    settle(result(critical))
    clock(62)
    assert len(lease(limits=limits)) == 1  # the Critical counts in this minute, too


def test_the_carriers_minute_is_kept_across_leases_and_relays():
    owe(30)
    limits = Limits(10, 30)
    assert (len(lease("a", limits=limits)), len(lease("b", limits=limits))) == (8, 0)
    owe(5, priority=0)
    assert len(lease("b", limits=limits)) == 2


def test_what_is_owed_again_while_the_relay_finds_it_not_owed_stays_owed_and_is_taken_at_once():
    """The place of a tip was corrected away and back while its mail was being written."""
    (subject,) = owe()
    (job,) = lease()
    services.cancel("test", subject)
    services.send("test", subject, "contact:1", 0)
    settle(result(job, "not_owed"))
    assert row(subject).state == "pending"
    (again,) = lease("b")
    assert again.subject_id == subject


def test_what_was_cancelled_and_found_not_owed_is_in_no_relays_hands(clock):
    (subject,) = owe()
    (job,) = lease()
    services.cancel("test", subject)
    settle(result(job, "not_owed"))
    assert (row(subject).state, row(subject).leased_by) == ("cancelled", "")
