"""The desk sees at each contact how the call stands that is made by itself, and what came of those before."""

from datetime import timedelta

import pytest

from upstander.actions import called, escalation, services
from upstander.actions.escalation_ladder import Tried, ladders
from upstander.actions.models import Judgement, Notice, RequiredAction
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


def test_who_has_confirmed_by_link_is_not_shown_as_rung_again_and_one_that_rings_rings(casey, critical):
    row = RequiredAction.objects.filter(tip=critical.id, kind="call_contacts").first()
    call = Delivery.objects.filter(purpose=called.PURPOSE, subject_id=row.pk)
    call.update(attempts=1, last_error="no_answer", not_before=now() + timedelta(minutes=1))
    assert "rung again (2)" in page(casey, critical)
    theirs = Notice.objects.get(referral__tip_id=critical.id, contact_id=int(row.target_ref))
    services.confirm(theirs.id, as_self=True, name="", strength="link")
    assert call.get().state == "pending", "the caller has not looked yet"
    assert "rung again" not in page(casey, critical)
    call.update(last_error="ringing", lease_until=now() + timedelta(minutes=1), leased_by="x")
    assert "ringing (1)" in page(casey, critical)


def test_a_call_is_not_on_its_way_once_the_tip_was_lowered(casey, morgan, critical, clock, judged):
    clock(4 * 60)
    escalation.criticals()
    said = {one.state for one in tried(critical) if one.label == "a call"}
    assert said == {"pending"}
    casey.post(
        f"/tip/{critical.number}/judge/", {"subtypes": ["bullying"], "narrative": "x", "reason": "It was a film project"}
    )
    lowering = Judgement.objects.get(state="pending")
    services.decide_lowering(lowering.id, morgan.account.pk, True, "The teacher said so")
    assert Notice.objects.filter(referral__tip_id=critical.id, action__ended_by=None).exists(), "they are mailed still"
    assert {one.state for one in tried(critical) if one.label == "a call"} == {"cancelled"}


def tried(tip) -> list[Tried]:
    return [one for ladder in ladders(tip.id, now()).values() for one in ladder.tried]
