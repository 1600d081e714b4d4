"""Whose request a transaction is, as the database knows it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from upstander.people.acting import named
from upstander.people.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-privacy")]


def who() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('upstander.account', true), '')")
        return str(cursor.fetchone()[0])


@pytest.fixture
def two() -> tuple[Account, Account]:
    return Account.objects.create_user("ana@x.example"), Account.objects.create_user("ben@x.example")


def test_it_is_that_persons_and_afterwards_nobodys(two):
    with named(two[0]) as id:
        assert who() == str(id) == str(two[0].pk)
    assert who() == ""


def test_a_look_from_within_anothers_gives_it_back_to_them(two):
    ana, ben = two
    with named(ana):
        with named(ben):
            assert who() == str(ben.pk)
        assert who() == str(ana.pk)
        with pytest.raises(LookupError), named(ben):
            raise LookupError
        assert who() == str(ana.pk)
    assert who() == ""


def test_who_has_ended_or_is_not_signed_in_is_nobody(two):
    two[0].is_active = False
    for nobody in (two[0], AnonymousUser()):
        with named(nobody) as id:
            assert id == 0 and who() == "0"
