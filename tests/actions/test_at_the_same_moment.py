"""The desk acts in the moment in which the relay takes a mail: two transactions, each with a connection of its own."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from tests.actions.test_judging import critical, standard
from tests.support.eventually import eventually
from upstander.actions import clocks, services
from upstander.actions.clock_models import Clock
from upstander.actions.models import Notice
from upstander.clock import now
from upstander.delivery import ledger, registry
from upstander.delivery.mail import Mail
from upstander.delivery.models import Delivery
from upstander.delivery.throttle import Limits
from upstander.ids import new_id

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "A student is bullied in the gym."
LONG = 20.0  # seconds that nothing here takes, unless one side waits for the other
Mails = Mapping[UUID, Mail]


def leased() -> list[UUID]:
    """The notices whose mails the relay takes."""
    found = ledger.lease(
        "a", "smtp", most=9, below=10, limits=Limits(6000, 6000), length=timedelta(minutes=1)
    )
    return [job.subject_id for job in found.jobs if job.purpose == "notice"]


def taken() -> Mails:
    """The first mails that the relay takes and writes, by notice."""
    return registry.render("notice", leased())


def closing(work: Callable[[], Mails]) -> Mails:
    """What `work` gives, in this thread's own connection, which then ends."""
    try:
        return work()
    finally:
        connection.close()


@pytest.fixture
def relay() -> Iterator[Callable[[Callable[[], Mails]], Future[Mails]]]:
    """`relay(work)` begins what the relay does, with a connection of its own."""
    with ThreadPoolExecutor(1) as thread:
        yield lambda work: thread.submit(closing, work)


def somebody_waits() -> bool:
    """Whether a transaction waits for another's row; looked at anew within a transaction, too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def owed(purpose: str) -> int:
    return Delivery.objects.filter(purpose=purpose, state="pending").count()


@pytest.fixture
def corrected(town, call_taker, supervisor, new_tip) -> UUID:
    """A tip that was lowered before any mail about it left: four first mails wait, and nothing has been released."""
    tip = new_tip(town.school.pk)
    critical(tip, call_taker)
    lowering = standard(tip, call_taker, reason="It was a film project", narrative="")
    services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher confirmed it")
    assert owed("notice") == Notice.objects.filter(referral__tip_id=tip).count() == 4
    return tip


class TestReleasing:
    """Words of a Standard tip go with its first mail, or follow it."""

    def test_a_mail_that_the_relay_would_take_during_the_release_waits_for_the_words(
        self, corrected, call_taker, relay
    ):
        with transaction.atomic():
            services.release(corrected, call_taker.pk, WORDS)
            assert relay(taken).result(LONG) == {}
        assert [WORDS in mail.text for mail in taken().values()] == [True] * 4
        assert not owed("narrative"), "nobody reads them twice"

    def test_one_that_it_is_just_taking_is_followed_by_the_words(self, corrected, call_taker, relay):
        begun, released = threading.Event(), threading.Event()

        def takes() -> Mails:
            with transaction.atomic():
                notices = leased()
                begun.set()
                assert released.wait(LONG)
            return registry.render("notice", notices)

        mails = relay(takes)
        assert begun.wait(LONG)
        with transaction.atomic():
            services.release(corrected, call_taker.pk, WORDS)
            released.set()
            assert [WORDS in mail.text for mail in mails.result(LONG).values()] == [False] * 4
        assert owed("narrative") == 4

    def test_so_is_one_that_it_has_taken(self, corrected, call_taker, relay):
        mails = relay(taken).result(LONG)
        assert [WORDS in mail.text for mail in mails.values()] == [False] * 4
        assert services.release(corrected, call_taker.pk, WORDS) == 4


class TestLowering:
    """Who is told of a Critical is told of its correction; who is told after it, of what the tip is now."""

    def test_a_mail_that_the_relay_would_take_meanwhile_says_what_the_tip_is_after_it(
        self, town, call_taker, supervisor, new_tip, relay
    ):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        lowering = standard(tip, call_taker, reason="It was a film project", narrative=WORDS)
        with transaction.atomic():
            services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher confirmed it")
            assert relay(taken).result(LONG) == {}
        mails = taken().values()
        assert [(WORDS in mail.text, mail.urgent) for mail in mails] == [(True, False)] * 4
        assert not owed("stand_down")

    def test_who_is_just_being_mailed_and_is_concerned_no_more_gets_the_correction(
        self, town, call_taker, new_tip, relay
    ):
        tip, principal = new_tip(town.school.pk), f"contact:{town.contacts['principal'].pk}"
        critical(tip, call_taker)
        Delivery.objects.exclude(address_key=principal).update(not_before=now() + timedelta(hours=1))
        begun = threading.Event()

        def takes() -> Mails:
            with transaction.atomic():
                notices = leased()
                begun.set()
                eventually(somebody_waits)  # until the desk comes to its mail
            return registry.render("notice", notices)

        mails = relay(takes)
        assert begun.wait(LONG)
        services.change_place(tip, call_taker.pk, town.other_school.pk)
        mails.result(LONG)
        [correction] = Delivery.objects.filter(purpose="stand_down")
        assert correction.address_key == principal
        assert registry.render("stand_down", [correction.subject_id]), (
            "their referral stands: they can read it"
        )


class TestOnePressTwice:
    """Two requests of one press arrive together: one waits for the other and finds what it wrote."""

    def both(self, relay, work: Callable[[], object]) -> None:
        with transaction.atomic():
            work()
            second = relay(lambda: {} if work() else {})
            eventually(somebody_waits)
        assert second.result(LONG) == {}

    def test_a_clock_is_opened_once(self, town, call_taker, new_tip, relay):
        tip, row = new_tip(town.school.pk), new_id()
        self.both(relay, lambda: clocks.open_clock(tip, "fatal_abuse", call_taker.pk, "He died.", row=row))
        assert Clock.objects.get().id == row

    def test_a_fact_opens_its_clock_once(self, town, new_tip, relay):
        tip = new_tip(town.school.pk)
        self.both(relay, lambda: clocks.open_by_fact("evidence_handed_over", tip))
        assert Clock.objects.get().fact == "evidence_handed_over"
