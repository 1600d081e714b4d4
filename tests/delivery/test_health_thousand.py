"""Budgets: an hour with a thousand Criticals, through a carrier that takes little and to few addresses (issue 4)."""

from datetime import timedelta

import pytest

from tests.delivery.conftest import owe
from upstander.clock import now
from upstander.delivery import ledger, queries
from upstander.delivery.ledger import Result
from upstander.delivery.models import Delivery
from upstander.delivery.throttle import Limits

pytestmark = pytest.mark.django_db
LITTLE = Limits(per_minute=20, per_address=1)  # of the provider's account, and to one address


def a_turn() -> None:
    """The relay takes what may go now, and the carrier takes it."""
    found = ledger.lease("relay", "smtp", most=200, below=10, limits=LITTLE, length=timedelta(minutes=5))
    ledger.settle("relay", "smtp", [Result(job, "accepted", now(), 1) for job in found.jobs])


def waiting(priority: int) -> int:
    return Delivery.objects.filter(priority=priority, state="pending").count()


def test_a_thousand_criticals_in_an_hour_all_leave_in_their_minute_and_newsletters_wait(clock):
    for minute in range(60):
        clock(minute * 61)
        owe(17, priority=0, key=f"contact:{minute % 3}")
        owe(10, priority=9)
        a_turn()
        assert waiting(0) == 0
    assert Delivery.objects.filter(priority=0, state="sent").count() == 60 * 17 > 1000
    assert queries.backlog().oldest_critical_seconds == 0 and waiting(9) == 600


def test_a_thousand_at_once_leave_as_fast_as_the_account_allows_and_none_is_left(clock):
    """The account takes 20 a minute: 50 minutes, in which the age of the oldest is on the metric, and red."""
    owe(1000, priority=0, key="contact:1")
    since = Delivery.objects.order_by("not_before").values_list("not_before", flat=True)[0]
    for minute in range(50):
        clock(minute * 61)
        age = queries.backlog().oldest_critical_seconds
        assert minute * 61 <= age <= (now() - since).total_seconds() and queries.backlog().criticals == 1000 - 20 * minute
        a_turn()
    assert waiting(0) == 0
