"""A Critical's text message is owed in the judgement itself, beside the mail and the call, to whoever can be texted."""

from datetime import time, timedelta
from uuid import UUID

import pytest

from tests.actions.conftest import mails_leave
from tests.actions.test_judging import critical, standard
from tests.packs.conftest import ILLINOIS
from tests.support.configured import put
from tests.support.people import with_own_telephones
from upstander import clock as the_clock
from upstander.actions import escalation, referrals, services, texted
from upstander.actions.escalation_ladder import ladders
from upstander.actions.models import EscalationStep, Notice
from upstander.delivery import queries as delivered
from upstander.delivery.models import Delivery
from upstander.delivery.registry import render
from upstander.directory import calendars_services
from upstander.directory.models import Contact, ContactPoint
from upstander.packs import load

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.2.a.1")]
SECRET_WORDS = "He said he will bring a gun"


@pytest.fixture
def tip(town, call_taker, new_tip) -> UUID:
    """A Critical, whose four contacts have telephones of their own."""
    with_own_telephones(town)
    made = new_tip(town.school.pk, SECRET_WORDS)
    critical(made, call_taker)
    return made


def texts(state: str = "pending") -> list[Delivery]:
    return list(
        Delivery.objects.filter(channel="sms", purpose=texted.AT_ONCE, state=state).order_by(
            "created_at", "pk"
        )
    )


def to(deliveries: list[Delivery]) -> set[str]:
    return {one.address_key for one in deliveries}


def told(town) -> set[str]:
    """The four whom the directive names for a tip about the school."""
    return {key(contact) for name, contact in town.contacts.items() if name != "other_principal"}


def key(contact: Contact) -> str:
    return f"contact:{contact.pk}"


def leave() -> None:
    """The texts that are owed leave."""
    Delivery.objects.filter(purpose=texted.AT_ONCE, state="pending").update(
        state="sent", sent_at=the_clock.now()
    )


def lower(tip: UUID, call_taker, supervisor) -> None:
    lowering = standard(tip, call_taker, reason="It was a film project", narrative="It was a film.")
    services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher says so")


def test_whoever_is_told_of_a_critical_is_owed_a_text_at_once_beside_mail_and_call(tip, town):
    everybody = told(town)
    assert to(texts()) == everybody and len(texts()) == 4
    assert {one.priority for one in texts()} == {0} and all(
        one.not_before <= the_clock.now() for one in texts()
    )
    for purpose in ("notice", "notice_call"):
        assert to(list(Delivery.objects.filter(purpose=purpose))) == everybody


def test_it_says_what_is_asked_in_their_language_and_no_word_of_the_tip(tip, town):
    principal = town.contacts["principal"]
    Contact.objects.filter(pk=principal.pk).update(language="es")
    owed = Delivery.objects.get(purpose=texted.AT_ONCE, address_key=key(principal))
    said = render(texted.AT_ONCE, [owed.subject_id])[owed.subject_id]
    notice = Notice.objects.get(contact=principal)
    assert said.to == texted.numbers(principal)[0] and f"1 {texted.code_of(notice.id)}" in said.text
    assert town.school.name in said.text and SECRET_WORDS not in said.text


def test_the_worker_finds_it_done_and_the_desk_draws_it(tip, town, clock):
    clock(1)
    escalation.criticals()
    assert EscalationStep.objects.filter(step="critical_text").count() == 4 and not Delivery.objects.filter(
        purpose="notice_sms"
    )
    ladder = ladders(tip, the_clock.now())[str(town.contacts["principal"].pk)]
    assert [(t.label, t.whom, t.state) for t in ladder.tried] == [("a text message", "", "pending")]
    assert ladder.next and ladder.next.at > the_clock.now() + timedelta(minutes=1), (
        "the rest of the ladder comes by the clock"
    )


def test_who_has_no_telephone_is_not_texted_and_is_once_a_number_is_there(
    tip, town, new_tip, call_taker, clock
):
    principal = town.contacts["principal"]
    numbers = list(principal.points.filter(kind="phone").values_list("value", flat=True))
    principal.points.filter(kind="phone").delete()
    second = new_tip(town.school.pk)
    critical(second, call_taker)
    notice = Notice.objects.get(referral__tip_id=second, contact=principal)
    assert not EscalationStep.objects.filter(notice=notice).exists()
    ContactPoint.objects.create(contact=principal, kind="phone", value=numbers[0])
    clock(5)
    escalation.criticals()
    assert Delivery.objects.filter(purpose="notice_sms", subject_id=notice.id, state="pending").exists()


def test_quiet_hours_do_not_hold_it_back(town, call_taker, new_tip):
    with_own_telephones(town)
    always = dict.fromkeys(("email", "sms", "call"), (time(0), time(0)))
    calendars_services.set_quiet(town.contacts["principal"].pk, always, "account:1")
    critical(new_tip(town.school.pk), call_taker)
    assert key(town.contacts["principal"]) in to(texts())


def test_what_is_no_critical_has_no_text_at_once(town, call_taker, new_tip):
    with_own_telephones(town)
    standard(new_tip(town.school.pk), call_taker, narrative="Somebody cries a lot.")
    assert not texts()


def test_raised_everybody_is_texted_again_and_what_waited_of_before_leaves_no_more(tip, town, call_taker):
    leave()
    critical(tip, call_taker, in_progress=True)
    assert len(texts()) == 4 and len(texts("sent")) == 4
    before, after = texts("sent")[0].subject_id, texts()[0].subject_id
    assert render(texted.AT_ONCE, [before]) == {} and len(render(texted.AT_ONCE, [after])) == 1


def test_judged_again_alike_nobody_is_texted_twice(tip, call_taker):
    critical(tip, call_taker)
    assert len(texts()) == 4


def test_a_lowering_corrects_by_text_whom_a_text_has_told_and_nobody_else(tip, town, call_taker, supervisor):
    mails_leave()
    has_left = Delivery.objects.filter(purpose=texted.AT_ONCE, address_key=key(town.contacts["principal"]))
    has_left.update(state="sent", sent_at=the_clock.now())
    lower(tip, call_taker, supervisor)
    corrections = Delivery.objects.filter(purpose="stand_down_sms", state="pending")
    assert to(list(corrections)) == {key(town.contacts["principal"])}


def test_who_is_left_out_is_owed_no_text_any_more(tip, town):
    officer = town.contacts["officer"]
    referrals.leave_out(tip, [officer.pk])
    assert to(texts()) == told(town) - {key(officer)}


def test_who_has_confirmed_before_it_left_is_not_texted(tip, town):
    notice = Notice.objects.get(contact=town.contacts["principal"])
    services.confirm(notice.id, as_self=True, name="", strength="link")
    owed = Delivery.objects.get(purpose=texted.AT_ONCE, address_key=key(town.contacts["principal"]))
    assert render(texted.AT_ONCE, [owed.subject_id]) == {}


def test_every_critical_class_of_illinois_has_one():
    pack = load(ILLINOIS)
    for klass in (c.code for c in pack.classes if c.critical):
        assert [s for s in pack.steps(klass) if s.channel == "sms" and s.after_minutes == 0], klass


def test_a_house_that_sends_no_texts_owes_none_and_is_not_red_for_them(monkeypatch, town, call_taker, new_tip, clock):
    """Else each Critical would leave texts behind that wait for ever, and every carrier would be red for them."""
    put(monkeypatch, sms="off")
    with_own_telephones(town)
    critical(new_tip(town.school.pk, SECRET_WORDS), call_taker)
    mails_leave()
    for minutes in (1, 3, 6, 20):
        clock(minutes * 60)
        escalation.criticals()
    assert not Delivery.objects.filter(channel="sms").exists()


def test_what_was_owed_by_text_before_texts_were_switched_off_turns_no_carrier_red(tip, monkeypatch, clock):
    mails_leave()
    clock(60)
    assert texts() and delivered.backlog().oldest_critical_seconds > 30
    put(monkeypatch, sms="off")
    assert delivered.backlog().oldest_critical_seconds == 0
