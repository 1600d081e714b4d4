"""A fault of ours at one call's key stops the keys of no other call."""

from uuid import UUID, uuid4

import pytest

from upstander import clock as the_clock
from upstander.delivery.call_models import CallEvent
from upstander.delivery.models import Delivery
from upstander.delivery.twilio import events
from upstander.delivery.twilio.caller import FromTwilio

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("D-IV.A.2")]


def owed(purpose: str) -> UUID:
    """A call of a purpose that is owed, and that no caller has in sight."""
    now, id = the_clock.now(), uuid4()
    Delivery.objects.create(
        id=id, channel="call", purpose=purpose, subject_id=uuid4(), address_key="contact:1", priority=0, created_at=now,
        not_before=now, attempts=1, message_id=str(uuid4()),
    )  # fmt: skip
    return id


def test_a_key_that_cannot_be_written_down_does_not_come_again_for_ever(caplog: pytest.LogCaptureFixture):
    """Nobody knows what a key means for this purpose. The caller must not end by it, start, and meet the same key again."""
    spoilt = owed("nobody_knows")
    events.keep(spoilt, "CA" + "1" * 32, "key", "1")
    FromTwilio(lambda: None).hear({}, lambda report: None)
    assert not CallEvent.objects.exists()
    assert Delivery.objects.get(pk=spoilt).state == Delivery.State.PENDING, "who pressed it is rung again"
    assert "call-hearer" in caplog.text
