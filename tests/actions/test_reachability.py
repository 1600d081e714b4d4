"""Nobody who is listed can be reached any more: the school stays In-Network, everything stays owed, and what is owed for an
Out-of-Network one is owed in addition, for tips that are open already too."""

from uuid import UUID, uuid4

import pytest

from tests.actions.conftest import mails_leave, refuse
from tests.actions.test_judging import critical
from upstander import clock as the_clock
from upstander.actions import queries, reachability
from upstander.actions.facts import gather
from upstander.actions.models import RequiredAction
from upstander.delivery.models import Delivery
from upstander.directory import queries as directory
from upstander.directory.models import ContactPoint, Device
from upstander.intake.models import Tip
from upstander.packs.current import current

pytestmark = pytest.mark.django_db


@pytest.fixture
def tip(town, call_taker, new_tip) -> UUID:
    made = new_tip(town.school.pk)
    critical(made, call_taker)
    return made


def kinds(tip_id: UUID) -> set[str]:
    rows = RequiredAction.objects.filter(tip_id=tip_id, ended_by=None, standing="owed")
    return set(rows.values_list("kind", flat=True))


def calls_and_mails(tip_id: UUID) -> set[tuple[str, str]]:
    rows = RequiredAction.objects.filter(tip_id=tip_id, kind__in=["call_contacts", "email_contacts"], ended_by=None)
    return set(rows.values_list("kind", "target_ref"))


def nobody_is_reached() -> None:
    ContactPoint.objects.update(bounced_at=the_clock.now())


def a_phone_is_told(contact) -> None:
    at = the_clock.now()
    Device.objects.create(
        id=uuid4(), browser=uuid4(), contact=contact, account_id=1, host="push.example", made_at=at, changed_at=at,
        key_version=1, sealed_relay=b"-",
    )  # fmt: skip


@pytest.mark.req("D-II.B", "D-IV.A.2.c")
def test_an_open_tip_owes_what_an_out_of_network_one_does_in_addition_and_nothing_less(tip, town):
    before, told = kinds(tip), calls_and_mails(tip)
    out = {a.kind for a in gather(current(), town.far_school.pk, ["planned_school_attack"], False, [])[1].owed} - before
    assert out, "an Out-of-Network school owes something that an In-Network one does not"
    nobody_is_reached()
    reachability.turn()
    assert out <= kinds(tip) and before <= kinds(tip)
    assert calls_and_mails(tip) == told, "every call and mail stays owed"
    assert directory.network_status(town.school.pk) == "in"
    assert queries.in_force(tip).network == "in"


def test_while_anybody_is_reached_nothing_is_added(tip):
    before = kinds(tip)
    first = ContactPoint.objects.order_by("pk").first()
    ContactPoint.objects.exclude(pk=first.pk).update(bounced_at=the_clock.now())
    reachability.turn()
    assert kinds(tip) == before


def test_it_is_added_once_and_ends_nothing_when_somebody_is_reached_again(tip):
    nobody_is_reached()
    reachability.turn()
    rows = RequiredAction.objects.filter(tip_id=tip).count()
    reachability.turn()
    assert RequiredAction.objects.filter(tip_id=tip).count() == rows
    ContactPoint.objects.update(bounced_at=None)
    reachability.turn()
    assert RequiredAction.objects.filter(tip_id=tip, ended_by=None).count() == rows


def test_a_closed_tip_stays_closed(tip):
    Tip.objects.filter(pk=tip).update(closed_at=the_clock.now())
    before = kinds(tip)
    nobody_is_reached()
    reachability.turn()
    assert kinds(tip) == before


def test_a_tip_that_is_judged_then_owes_it_from_the_beginning(town, call_taker, new_tip):
    nobody_is_reached()
    made = new_tip(town.school.pk)
    critical(made, call_taker)
    out = {a.kind for a in gather(current(), town.far_school.pk, ["planned_school_attack"], False, [])[1].owed}
    assert out <= kinds(made)
    assert {ref for _kind, ref in calls_and_mails(made)} == {str(c.contact_id) for c in directory.poc_list(town.school.pk)}


def test_a_contact_whose_every_address_and_number_fails_is_not_reachable(town):
    principal = town.contacts["principal"]
    ContactPoint.objects.filter(contact=principal, kind="email").update(bounced_at=the_clock.now())
    assert directory.unreachable([principal.pk]) == set(), "there is a telephone"
    ContactPoint.objects.filter(contact=principal).update(bounced_at=the_clock.now())
    assert directory.unreachable() == {principal.pk}
    (poc,) = [p for p in directory.poc_list(town.school.pk) if p.contact_id == principal.pk]
    assert not poc.reachable and poc.phones, "and stays on the list, with the numbers"


@pytest.mark.req("D-II.B", "D-IV.A.2.c")
def test_a_phone_that_is_told_of_news_makes_nobody_reachable(tip, town):
    principal, before = town.contacts["principal"], kinds(tip)
    a_phone_is_told(principal)
    nobody_is_reached()
    assert principal.pk in directory.unreachable() and directory.unreachable([principal.pk]) == {principal.pk}
    assert not any(poc.reachable for poc in directory.poc_list(town.school.pk))
    reachability.turn()
    out = {a.kind for a in gather(current(), town.far_school.pk, ["planned_school_attack"], False, [])[1].owed}
    assert out - before and out <= kinds(tip), "an old browser answers nobody's call: what is Out-of-Network's is owed"
    assert out <= {a.kind for a in gather(current(), town.school.pk, ["planned_school_attack"], False, [])[1].owed}


def test_the_relays_refusal_is_noticed(tip, town):
    ContactPoint.objects.filter(kind="phone").update(bounced_at=the_clock.now())
    before = kinds(tip)
    for delivery in Delivery.objects.filter(purpose="notice"):
        refuse(delivery)
    reachability.turn()
    assert before < kinds(tip)


def test_the_worker_may_with_its_own_login(tip, as_login):
    before = kinds(tip)
    mails_leave()
    nobody_is_reached()
    as_login("worker")
    reachability.turn()
    assert before < kinds(tip)
