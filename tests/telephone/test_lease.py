"""Who has never been rung does not wait for those who are rung again."""

from datetime import timedelta
from uuid import uuid4

import pytest

from upstander import clock as the_clock
from upstander.delivery.caller import ledger
from upstander.delivery.models import Delivery

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.2")]
LONG = timedelta(seconds=60)


def owed(tries: int, minutes: int) -> Delivery:
    """A call that has been rung so often, and has been due for so many minutes."""
    since = the_clock.now() - timedelta(minutes=minutes)
    return Delivery.objects.create(
        id=uuid4(), channel="call", purpose="notice_call", subject_id=uuid4(), address_key="contact:1", priority=0,
        created_at=since, not_before=since, attempts=tries, message_id=str(uuid4()),
    )  # fmt: skip


def test_a_new_critical_is_rung_before_whom_has_been_rung_in_vain_for_hours():
    old = [owed(3, 60 + n) for n in range(4)]
    new = owed(0, 0)
    assert [job.id for job in ledger.lease("a", most=2, again=2, length=LONG)] == [new.pk, old[-1].pk]


def test_some_lines_are_kept_for_who_has_not_been_rung_yet():
    old = [owed(1, 60) for _ in range(4)]
    assert len(ledger.lease("a", most=3, again=1, length=LONG)) == 1
    assert not ledger.lease("a", most=2, again=0, length=LONG)
    new = owed(0, 0)
    assert [job.id for job in ledger.lease("a", most=2, again=0, length=LONG)] == [new.pk]
    assert len(ledger.lease("a", most=9, again=9, length=LONG)) == len(old) - 1


def test_the_gravest_comes_first_all_the_same():
    grave = owed(2, 1)
    Delivery.objects.filter(pk=owed(0, 9).pk).update(priority=3)
    assert ledger.lease("a", most=1, again=1, length=LONG)[0].id == grave.pk
