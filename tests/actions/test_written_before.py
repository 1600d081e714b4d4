"""A mail is written a moment before it is tried: what is refused is the address it was written for, and no better one."""

from datetime import timedelta

import pytest

from tests.actions.test_judging import critical
from upstander import clock
from upstander.delivery import ledger
from upstander.delivery.ledger import Result
from upstander.delivery.models import Delivery
from upstander.delivery.throttle import Limits
from upstander.directory.models import ContactPoint

pytestmark = pytest.mark.django_db


@pytest.mark.req("D-IV.A.2")
def test_two_mails_written_for_one_wrong_address_leave_the_next_address_untouched(town, call_taker, new_tip):
    """The second is tried after the first was settled, and was written before: batches are prepared together."""
    principal = town.contacts["principal"]
    ContactPoint.objects.create(contact=principal, kind="email", value="second@prairie.example", position=9)
    for tip in (new_tip(town.school.pk), new_tip(town.school.pk, text="Again")):
        critical(tip, call_taker)
    Delivery.objects.exclude(address_key=f"contact:{principal.pk}", purpose="notice").delete()
    limits = Limits(6000, 6000)
    jobs = ledger.lease("a", "smtp", most=9, below=10, limits=limits, length=timedelta(minutes=1)).jobs
    written_at = clock.now()
    for job in jobs:
        refused = Result(job, "rcpt-550", clock.now(), 0, permanent=True, written_at=written_at)
        ledger.settle("a", "smtp", [refused])
    live = ContactPoint.objects.filter(contact=principal, kind="email", bounced_at=None)
    assert [point.value for point in live] == ["second@prairie.example"]
    assert (
        list(Delivery.objects.values_list("state", flat=True)) == ["pending"] * len(jobs) == ["pending"] * 2
    )
