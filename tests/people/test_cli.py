"""An installation's first account is made on the command line; nobody knows its password but the person."""

import pytest
from click.testing import CliRunner

from upstander.people.access import roles
from upstander.people.cli import people
from upstander.people.models import Account

pytestmark = pytest.mark.django_db


def run(*words: str):
    return CliRunner().invoke(people, words)


def test_the_first_administrator_gets_a_link_that_sets_a_password():
    done = run("add", "first@state.example", "First Person", "--role", "programme_admin")
    assert done.exit_code == 0, done.output
    assert "/set-up/" in done.output
    account = Account.objects.get(email="first@state.example")
    assert roles(account) == {"programme_admin"}
    assert not account.has_usable_password()


def test_an_account_that_exists_is_not_made_again():
    run("add", "first@state.example", "First Person")
    again = run("add", "First@state.example", "Somebody")
    assert again.exit_code == 1
    assert "upstander people link" in again.output


def test_a_role_that_does_not_exist_is_refused_with_those_that_do():
    refused = run("add", "x@state.example", "X", "--role", "king")
    assert refused.exit_code == 2
    assert "call_taker" in refused.output
    assert not Account.objects.exists()


def test_a_lost_phone_is_mended_with_a_new_link():
    run("add", "first@state.example", "First Person")
    assert "/set-up/" in run("link", "first@state.example", "--new-second-factor").output
    assert run("link", "nobody@state.example").exit_code == 1
