"""The desk sees at each contact how the call stands that is made by itself, and what came of those before."""

from datetime import timedelta

import pytest

from upstander.actions import called
from upstander.actions.models import RequiredAction
from upstander.clock import now
from upstander.delivery.models import Delivery
from upstander.ops.events import tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def critical(casey, town, new_tip, judged):
    return judged(new_tip(town.school), casey.account, "planned_school_attack")


def page(casey, tip) -> str:
    return " ".join(casey.get(f"/tip/{tip.number}/").content.decode().split())


def test_who_is_ringing_now_stands_at_the_contact_with_how_often(casey, critical):
    row = RequiredAction.objects.filter(tip=critical.id, kind="call_contacts").first()
    call = Delivery.objects.filter(purpose=called.PURPOSE, subject_id=row.pk)
    assert "ringing" not in page(casey, critical)
    call.update(attempts=2, last_error="ringing", lease_until=now() + timedelta(minutes=1), leased_by="x")
    assert "ringing (2)" in page(casey, critical)
    call.update(last_error="talking")
    assert "picked up, listening (2)" in page(casey, critical)


def test_what_came_of_a_try_stands_there_and_when_the_next_one_is(casey, critical):
    row = RequiredAction.objects.filter(tip=critical.id, kind="call_contacts").first()
    tell("delivery.called", purpose=called.PURPOSE, subject_id=row.pk, code="declined", seconds=0)
    Delivery.objects.filter(subject_id=row.pk, channel="call").update(attempts=1, not_before=now() + timedelta(minutes=1))
    shown = page(casey, critical)
    assert "rung: declined" in shown and "rung again (2)" in shown


def test_what_is_not_owed_any_more_is_not_shown_as_ringing(casey, critical):
    row = RequiredAction.objects.filter(tip=critical.id, kind="call_contacts").first()
    call = Delivery.objects.filter(purpose=called.PURPOSE, subject_id=row.pk)
    call.update(attempts=2, state="cancelled")
    assert "rung again" not in page(casey, critical) and "ringing" not in page(casey, critical)
