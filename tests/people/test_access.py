"""Who may do what follows from live grants and designations, and from nothing else."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from upstander import clock as the_clock
from upstander.people import access, services
from upstander.people.models import Account, Designation, Role, RoleGrant

pytestmark = pytest.mark.django_db


def test_a_role_counts_from_its_start_to_its_end(account, clock):
    now = the_clock.now()
    RoleGrant.objects.create(
        account=account, role=Role.SIO, granted_by="system:test",
        starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=2),
    )  # fmt: skip
    assert access.roles(account) == frozenset()
    clock(3600 + 60)
    assert access.roles(account) == {"sio"}
    clock(7200 + 60)
    assert access.roles(account) == frozenset()


def test_nobody_and_the_deactivated_hold_nothing(account, places):
    services.grant_role("system:test", account.pk, Role.SIO)
    services.designate("system:test", account.pk, places["school"].pk)
    services.deactivate("system:test", account.pk)
    account.refresh_from_db()
    for person in (account, AnonymousUser(), Account()):
        assert access.roles(person) == frozenset()
        assert access.scopes(person) == ()
        assert not access.designated(person)
        assert not access.administers(person, places["school"].pk)


def test_staff_is_whoever_ever_held_a_role_also_while_they_may_do_nothing(account, settings):
    """It is asked in order to refuse: an ended or demo account must not slip through as "no staff"."""
    assert not access.staff(account) and not access.staff(AnonymousUser()) and not access.staff(Account())
    grant = services.grant_role("system:test", account.pk, Role.SIO)
    assert access.staff(account)
    services.end_role("system:test", grant.pk)
    account.is_active = False
    assert access.staff(account)
    account.is_active, account.is_demo, settings.UPSTANDER_SANDBOX = True, True, False
    assert access.staff(account)


@pytest.mark.req("D-II.I")
def test_an_administrator_who_is_not_designated_reads_no_referral(account, places):
    services.designate("a", account.pk, places["district"].pk, Designation.Kind.ADMINISTRATOR)
    assert access.scopes(account) == ()
    assert access.designated(account)
    services.designate("a", account.pk, places["district"].pk)
    assert access.scopes(account) == (places["district"].pk,)


@pytest.mark.req("D-II.I")
def test_an_end_user_reads_only_what_they_are_designated_for_and_administers_nothing(account, places):
    services.designate("a", account.pk, places["police"].pk)
    services.designate("a", account.pk, places["school"].pk)
    assert set(access.scopes(account)) == {places["police"].pk, places["school"].pk}
    assert not access.administers(account, places["school"].pk)


def test_a_district_s_administrator_looks_after_its_schools_and_not_the_neighbour_s(account, places):
    services.designate("a", account.pk, places["district"].pk, Designation.Kind.ADMINISTRATOR)
    assert access.administers(account, places["district"].pk)
    assert access.administers(account, places["school"].pk)
    for not_theirs in ("other_school", "neighbour", "region", "police"):
        assert not access.administers(account, places[not_theirs].pk)


def test_a_region_is_no_umbrella(account, places):
    services.designate("a", account.pk, places["region"].pk, Designation.Kind.ADMINISTRATOR)
    assert not access.administers(account, places["school"].pk)


def test_an_ended_designation_closes_at_once(account, places):
    made = services.designate("a", account.pk, places["school"].pk)
    services.end_designation("a", made.pk)
    assert access.scopes(account) == ()


def test_what_is_held_is_not_given_twice(account, places):
    first = services.designate("a", account.pk, places["school"].pk)
    assert services.designate("b", account.pk, places["school"].pk).pk == first.pk
    assert services.grant_role("a", account.pk, "sio").pk == services.grant_role("b", account.pk, "sio").pk


def test_the_last_administrator_stays(account, demo):
    admin = demo["alex"].account_id
    grant = RoleGrant.objects.get(account_id=admin, role=Role.PROGRAMME_ADMIN)
    with pytest.raises(services.NotAllowed):
        services.end_role("a", grant.pk)
    with pytest.raises(services.NotAllowed):
        services.deactivate("a", admin)
    services.grant_role("a", account.pk, Role.PROGRAMME_ADMIN)
    services.end_role("a", grant.pk)
    assert Role.PROGRAMME_ADMIN not in access.roles(Account.objects.get(pk=admin))
