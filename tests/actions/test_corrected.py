"""Everybody who was told by a channel is corrected by that channel: a text for a text, a call for a call, beside the mail."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.actions.conftest import mails_leave
from tests.actions.test_judging import critical, standard
from tests.support.people import with_own_telephones
from upstander import clock as the_clock
from upstander.actions import called, corrected, referrals, services, texted
from upstander.actions.models import ActionEvent, Notice, RequiredAction
from upstander.delivery.caller import ledger, speaking
from upstander.delivery.models import Delivery
from upstander.delivery.registry import render
from upstander.delivery.services import send
from upstander.directory.models import Contact
from upstander.ops.events import tell

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.2")]
SECRET_WORDS = "He said he will bring a gun"
MINUTES = timedelta(minutes=5)


@pytest.fixture
def tip(town, call_taker, new_tip) -> UUID:
    """A Critical, whose contacts have telephones of their own; the mails have left, the calls are owed."""
    with_own_telephones(town)
    made = new_tip(town.school.pk, SECRET_WORDS)
    critical(made, call_taker)
    mails_leave()
    return made


def notice(tip: UUID, contact: Contact) -> Notice:
    return Notice.objects.get(referral__tip_id=tip, contact=contact)


def taken(delivery: Delivery) -> ledger.Job:
    """The caller has this call, as it leases it."""
    tries, row = delivery.attempts, Delivery.objects.filter(pk=delivery.pk)
    row.update(attempts=tries + 1, lease_until=the_clock.now() + MINUTES, leased_by="caller-1", last_error="dialling")
    return ledger.Job(delivery.id, delivery.purpose, delivery.subject_id, tries)


def ring(tip: UUID, contact: Contact) -> ledger.Job:
    """The caller takes this contact's call."""
    action = RequiredAction.objects.get(tip=tip, kind=called.KIND, target_ref=str(contact.pk))
    return taken(Delivery.objects.get(purpose=called.PURPOSE, subject_id=action.pk))


def correcting() -> ledger.Job:
    """The caller takes the correction."""
    return taken(Delivery.objects.get(purpose=corrected.CALL, state="pending"))


def picks_up(tip: UUID, contact: Contact) -> None:
    ledger.ended(ring(tip, contact), "no_key", 9, numbers=1, first=timedelta(minutes=1))


def texted_to(tip: UUID, contact: Contact) -> None:
    """A notice by text has left."""
    of = notice(tip, contact)
    id = send(texted.PURPOSE, of.id, f"contact:{contact.pk}", 0, channel="sms")
    Delivery.objects.filter(pk=id).update(state="sent", sent_at=the_clock.now())


def lower(tip: UUID, call_taker, supervisor) -> None:
    lowering = standard(tip, call_taker, reason="It was a film project", narrative="It was a film.")
    services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher says so")


def owed(purpose: str) -> set[str]:
    return set(Delivery.objects.filter(purpose=purpose, state="pending").values_list("address_key", flat=True))


@pytest.fixture
def lowered(town, tip, call_taker, supervisor) -> UUID:
    """The principal was told by a call that they picked up, the counsellor by a text, both by mail; then it was lowered."""
    picks_up(tip, town.contacts["principal"])
    texted_to(tip, town.contacts["counsellor"])
    lower(tip, call_taker, supervisor)
    return tip


def correction(tip: UUID, contact: Contact, purpose: str) -> UUID:
    return Delivery.objects.get(purpose=purpose, address_key=f"contact:{contact.pk}").subject_id


def test_each_is_corrected_by_the_channels_by_which_they_were_told_and_by_no_other(lowered, town):
    principal, counsellor = (f"contact:{town.contacts[name].pk}" for name in ("principal", "counsellor"))
    assert owed("stand_down_call") == {principal}
    assert owed("stand_down_sms") == {counsellor}
    assert owed("stand_down") >= {principal, counsellor}, "and by mail, as ever"


def test_what_is_said_is_short_in_their_language_and_no_word_of_the_tip(lowered, town):
    principal, counsellor = town.contacts["principal"], town.contacts["counsellor"]
    Contact.objects.filter(pk__in=[principal.pk, counsellor.pk]).update(language="es")
    call = corrected.call(correction(lowered, principal, "stand_down_call"))
    assert not call.asks and call.language == "es" and call.numbers and "Se ha corregido" in call.greeting
    assert town.school.name not in call.greeting and SECRET_WORDS not in call.greeting, "whoever picks up hears nothing of a tip"
    subject = correction(lowered, counsellor, "stand_down_sms")
    text = render("stand_down_sms", [subject])[subject]
    assert "corrección" in text.text and town.school.name in text.text and SECRET_WORDS not in text.text
    assert text.to == texted.numbers(counsellor)[0]


def test_who_was_told_by_text_alone_is_corrected_too(town, tip, call_taker, supervisor):
    someone = town.contacts["officer"]
    of = notice(tip, someone)
    Delivery.objects.filter(purpose="notice", subject_id=of.id).update(state="failed", sent_at=None)
    texted_to(tip, someone)
    lower(tip, call_taker, supervisor)
    assert f"contact:{someone.pk}" in owed("stand_down_sms") & owed("stand_down")


def test_a_notice_by_text_that_has_not_left_leaves_no_more_and_needs_no_correction(town, tip, call_taker):
    send(texted.PURPOSE, notice(tip, town.contacts["officer"]).id, "contact:1", 0, channel="sms")
    referrals.leave_out(tip, [town.contacts["officer"].pk])
    assert not owed("notice_sms") and not owed("stand_down_sms")


def test_whose_telephone_rings_at_that_moment_is_called_when_it_is_over_if_they_have_heard(town, tip, call_taker, supervisor):
    hears, misses = town.contacts["principal"], town.contacts["counsellor"]
    jobs = {contact: ring(tip, contact) for contact in (hears, misses)}
    lower(tip, call_taker, supervisor)
    waits = Delivery.objects.filter(purpose="stand_down_call")
    assert {d.not_before > the_clock.now() for d in waits} == {True} and waits.count() == 2
    ledger.ended(jobs[hears], "no_key", 9, numbers=1, first=MINUTES)
    ledger.ended(jobs[misses], "no_answer", 0, numbers=1, first=MINUTES)
    assert corrected.call(correction(tip, hears, "stand_down_call")) is not None
    assert corrected.call(correction(tip, misses, "stand_down_call")) is None, "who has heard nothing is not rung about it"


def test_heard_it_is_done_and_said_so_and_a_second_correction_needs_a_second_call(lowered, town):
    principal = town.contacts["principal"]
    job = correcting()
    assert speaking.pressed(job.purpose, job.subject_id, "1") is None, "no key is asked for: it is said again"
    ledger.heard(job, 12)
    assert Delivery.objects.get(pk=job.id).state == "sent"
    assert ActionEvent.objects.filter(result="corrected", action__target_ref=str(principal.pk)).count() == 1
    assert corrected.call(job.subject_id) is None


def test_in_vain_often_enough_it_is_given_up_and_said_so(lowered, clock):
    for n in range(corrected.MOST_TRIES):
        clock((n + 1) * 3600)
        job = correcting()
        assert speaking.render(job.purpose, job.subject_id) is not None
        ledger.ended(job, "no_answer", 0, numbers=1, first=timedelta(minutes=1))
    clock(24 * 3600)
    job = correcting()
    assert speaking.render(job.purpose, job.subject_id) is None
    assert ActionEvent.objects.filter(result="uncorrected").count() == 1


def test_who_is_told_of_something_graver_is_corrected_no_more(lowered, town, call_taker):
    critical(lowered, call_taker)
    assert not owed("stand_down_call") and not owed("stand_down_sms") and not owed("stand_down")


def test_the_relay_writes_the_text_with_its_own_login(lowered, town, as_login):
    text = correction(lowered, town.contacts["counsellor"], "stand_down_sms")
    as_login("relay")
    assert render("stand_down_sms", [text])


def test_the_caller_says_it_with_its_own(lowered, town, as_login):
    call = correction(lowered, town.contacts["principal"], "stand_down_call")
    as_login("caller")
    assert speaking.render("stand_down_call", call) is not None
    tell("delivery.called", purpose="stand_down_call", subject_id=call, code="heard", seconds=9)
