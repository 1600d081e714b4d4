"""What leaves next: gravest first, prepared by the batch, sent one at a time, and never from an old look."""

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from upstander import clock
from upstander.delivery import queue
from upstander.delivery.ledger import Job
from upstander.delivery.mail import Mail
from upstander.delivery.queue import BATCH, Queue, Ready

_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANY = 10


def job(priority: int = 3, minutes: int = 0, purpose: str = "test") -> Job:
    at = _NOON + timedelta(minutes=minutes)
    return Job(uuid4(), purpose, uuid4(), "email", priority, at, at, "<id@upstander.example>", 1, at)


def ready(one: Job) -> Ready:
    return Ready(one, Mail("ana@school.example", "Ana", "Notice", "Words"), time.monotonic(), clock.now())


def test_jobs_are_prepared_together_where_they_are_alike_gravest_and_oldest_first():
    early, late, other, grave = job(), job(minutes=1), job(minutes=2, purpose="other"), job(0, minutes=9)
    waiting = Queue()
    waiting.put([other, late, grave, early])
    assert [waiting.take(ANY) for _ in range(3)] == [[grave], [early, late], [other]]


def test_no_more_are_prepared_at_once_than_a_batch():
    waiting = Queue()
    waiting.put([job() for _ in range(BATCH + 1)])
    assert [len(waiting.take(ANY)) for _ in range(2)] == [BATCH, 1]


def test_each_line_takes_one_of_the_mails_that_are_ready_whoever_prepared_them():
    waiting, mails = Queue(), [ready(job(minutes=n)) for n in range(3)]
    waiting.put_ready(mails)
    assert [waiting.take(ANY) for _ in mails] == mails


def test_what_is_ready_goes_before_more_of_its_kind_is_prepared():
    waiting, first = Queue(), ready(job(minutes=1))
    waiting.put([job()])
    waiting.put_ready([first])
    assert waiting.take(ANY) == first


def test_a_critical_is_prepared_and_sent_before_newsletters_that_are_ready():
    waiting, news, critical = Queue(), ready(job(9)), job(0)
    waiting.put_ready([news])
    waiting.put([critical])
    assert waiting.take(ANY) == [critical]
    waiting.put_ready([written := ready(critical)])
    assert [waiting.take(ANY), waiting.take(ANY)] == [written, news]


def test_a_line_that_is_kept_for_criticals_takes_nothing_else():
    waiting, critical = Queue(), job(0)
    waiting.put_ready([ready(job(9))])
    waiting.put([job(9), critical])
    assert waiting.take(0) == [critical]


def test_a_mail_that_waited_too_long_for_a_line_is_prepared_anew(monkeypatch):
    waiting, old = Queue(), ready(job())
    waiting.put_ready([old])
    monkeypatch.setattr(queue, "FRESH", -1.0)
    assert waiting.take(ANY) == [old.job]


def test_no_more_are_sent_than_may_go_out_twice_until_they_are_written_down():
    waiting, mails = Queue(unwritten=2), [ready(job(minutes=n)) for n in range(3)]
    waiting.put_ready(mails)
    first, second = waiting.take(ANY), waiting.take(ANY)
    assert not waiting._may_send(ANY)
    waiting.written([first.job.id])
    assert waiting.take(ANY) == mails[2]
    assert second == mails[1]


def test_what_nobody_has_begun_to_send_comes_back_when_it_is_closed_also_what_came_late():
    waiting, leased, prepared, late = Queue(), job(), ready(job()), ready(job())
    waiting.put([leased])
    waiting.put_ready([prepared])
    assert waiting.close() == [leased, prepared.job]
    waiting.put_ready([late])
    assert waiting.close() == [late.job]
    assert waiting.take(ANY) is None


@pytest.mark.parametrize(("n", "worst"), [(1, 0), (2, 3), (3, 9), (99, 9)])
def test_the_worst_of_the_next_is_found_among_jobs_and_mails(n: int, worst: int):
    waiting = Queue()
    assert waiting.worst_of_next(n) == -1
    waiting.put([job(9), job(0)])
    waiting.put_ready([ready(job(3))])
    assert waiting.worst_of_next(n) == worst
