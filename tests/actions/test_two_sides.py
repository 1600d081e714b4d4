"""The desk and the relay come to the same rows from two sides: neither loses what it does, and nobody sees an error."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from tests.actions.test_at_the_same_moment import LONG, somebody_waits
from tests.actions.test_judging import critical
from tests.support.eventually import eventually
from upstander import clock
from upstander.actions import services
from upstander.actions.models import RequiredAction
from upstander.delivery import ledger
from upstander.delivery.ledger import Job, Result
from upstander.delivery.models import Delivery
from upstander.delivery.throttle import Limits
from upstander.ops import events

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def first_heard() -> Callable[[Callable[[], None]], None]:
    """`first_heard(what)`: what happens once, after the relay has written down a mail and before anybody hears of it."""
    handlers = events._handlers["delivery.sent"]
    added: list[Callable[..., None]] = []

    def before(what: Callable[[], None]) -> None:
        todo = [what]

        def hear(delivery_ids: list[UUID]) -> None:
            if todo:
                todo.pop()()

        added.append(hear)
        handlers.insert(0, hear)

    yield before
    for hear in added:
        handlers.remove(hear)


def leased(key: str) -> Job:
    Delivery.objects.exclude(address_key=key).update(not_before=clock.now() + timedelta(hours=1))
    [job] = ledger.lease(
        "a", "smtp", most=9, below=10, limits=Limits(6000, 6000), length=timedelta(minutes=1)
    ).jobs
    return job


@pytest.mark.req("D-IV.A.2")
def test_a_place_is_corrected_while_the_mail_to_its_contact_is_written_down(
    town, call_taker, new_tip, first_heard
):
    """The relay has the mail and comes to its action, the desk has ended the action and comes to its mail."""
    tip, principal = new_tip(town.school.pk), town.contacts["principal"]
    critical(tip, call_taker)
    job = leased(f"contact:{principal.pk}")
    written = threading.Event()

    def the_desk_comes() -> None:
        written.set()
        eventually(somebody_waits, LONG)

    first_heard(the_desk_comes)

    def settled() -> None:
        try:
            ledger.settle("a", "smtp", [Result(job, "accepted", clock.now(), 5)])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as relay:
        done = relay.submit(settled)
        assert written.wait(LONG)
        services.change_place(tip, call_taker.pk, town.other_school.pk)
        done.result(LONG)
    row = RequiredAction.objects.get(tip_id=tip, kind="email_contacts", target_ref=str(principal.pk))
    assert (row.result, row.ended_by_id is not None) == ("sent", True)
    [correction] = Delivery.objects.filter(purpose="stand_down")
    assert (correction.subject_id, correction.state) == (row.id, "pending")
