"""Telling many people: in as many statements as telling one, and each of them once."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.actions.conftest import mails_leave, rendered
from tests.actions.test_judging import critical, standard
from tests.support.town import contact, organisation
from upstander.actions import links, services
from upstander.actions.models import Notice, Referral
from upstander.delivery.models import Delivery
from upstander.vault import services as vault

pytestmark = pytest.mark.django_db


def statements(tip: UUID, account, **more) -> int:
    """How many statements judging a tip as Critical takes."""
    with CaptureQueriesContext(connection) as asked:
        critical(tip, account, **more)
    return len(asked)


def test_a_judgement_takes_no_more_statements_for_many_contacts_than_for_few(town, call_taker, new_tip):
    def judged() -> tuple[int, int]:
        tip = new_tip(town.school.pk)
        return statements(tip, call_taker), statements(tip, call_taker, in_progress=True)

    critical(new_tip(town.school.pk), call_taker)  # what a process keeps is asked for once
    few = judged()
    for n in range(8):
        agency = organisation("law_enforcement", f"Police {n}", county=town.county)
        contact(town.district, agency, "law_enforcement", f"Officer {n}", f"{n}@police.example")
    assert judged() == few
    assert Delivery.objects.filter(purpose="notice").count() == 2 * 4 + 12


def test_every_organisation_has_a_key_of_its_own(town, call_taker, new_tip):
    tip = new_tip(town.school.pk)
    critical(tip, call_taker)
    referrals = list(Referral.objects.filter(tip_id=tip).values_list("pk", flat=True))
    for audience in ("school", "relay", "desk"):
        assert len(set(vault.content_keys(referrals, audience).values())) == len(referrals) == 4


def test_who_has_changed_their_organisation_is_asked_there_and_corrected_once(
    town, call_taker, supervisor, new_tip
):
    """One action owes word to one person, who has been told of the tip under two organisations."""
    tip, officer = new_tip(town.school.pk), town.contacts["officer"]
    critical(tip, call_taker)
    mails_leave()
    officer.organisation = town.counselling
    officer.save()
    critical(tip, call_taker)
    both = Notice.objects.filter(referral__tip_id=tip, contact=officer)
    assert {n.referral.scope_id for n in both} == {town.police.pk, town.counselling.pk}
    lowering = standard(tip, call_taker, reason="It was a film project")
    services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher confirmed it")
    assert Delivery.objects.filter(purpose="stand_down", address_key=f"contact:{officer.pk}").count() == 1


def test_who_has_changed_their_organisation_is_mailed_of_that_in_which_they_are_asked(
    town, call_taker, new_tip
):
    """The referral to their old organisation was withdrawn."""
    tip, principal = new_tip(town.school.pk), town.contacts["principal"]
    critical(tip, call_taker)
    services.change_place(tip, call_taker.pk, town.other_school.pk)
    principal.organisation = town.counselling
    principal.save()
    services.change_place(tip, call_taker.pk, town.school.pk)
    mails_leave()
    old, new = Notice.objects.filter(referral__tip_id=tip, contact=principal).order_by("created_at")
    assert (old.referral.state, new.referral.state) == ("withdrawn", "open")
    critical(tip, call_taker, in_progress=True)
    key = f"contact:{principal.pk}"
    mail = rendered("raised", Delivery.objects.get(purpose="raised", address_key=key).subject_id)
    assert mail is not None and links.url_for(new.id) in mail.text


def test_who_was_told_under_one_organisation_is_corrected_although_the_other_heard_nothing(
    town, call_taker, new_tip
):
    tip, principal = new_tip(town.school.pk), town.contacts["principal"]
    critical(tip, call_taker)
    mails_leave()
    principal.organisation = organisation("law_enforcement", "Campus Police", county=town.county)
    principal.save()
    critical(tip, call_taker)
    services.change_place(tip, call_taker.pk, town.other_school.pk)
    told, other = Notice.objects.filter(referral__tip_id=tip, contact=principal).order_by("created_at")
    assert (told.referral.state, other.referral.state) == ("open", "withdrawn")
    [correction] = Delivery.objects.filter(purpose="stand_down")
    mail = rendered("stand_down", correction.subject_id)
    assert mail is not None and links.url_for(told.id) in mail.text
