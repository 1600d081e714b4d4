"""An account that has no password is led to where it gets one, at every origin."""

import pytest
from django.conf import settings
from django.test import Client

from upstander.people import services
from upstander.people.demo import DemoAccount
from upstander.people.models import Account
from upstander.people.second_factor import authenticator_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-II.I")]


def signed_in_without(person: DemoAccount) -> Client:
    account = Account.objects.get(pk=person.account_id)
    account.set_unusable_password()
    account.save(update_fields=["password"])
    account.refresh_from_db()  # with the mark that binds its sessions
    client = Client()
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["upstander_second_factor"] = authenticator_of(account.pk)
    session.save()
    return client


def test_at_a_school_it_is_led_to_the_page_that_mails_a_link(demo, origin):
    origin("school", "tests.response.school_site")
    answer = signed_in_without(demo["ana"]).get("/account/password/", follow=True)
    assert answer.redirect_chain == [("/forgotten/", 302)]
    words = answer.content.decode()
    assert "has no password yet" in words and "Send me the link" in words


def test_at_the_desk_it_reads_who_makes_the_link(demo, origin):
    origin("desk")
    services.grant_role("system:test", demo["casey"].account_id, "supervisor")
    client = signed_in_without(demo["casey"])
    for answer in (client.get("/account/password/"), client.post("/account/password/", {"password1": "x"})):
        assert answer.status_code == 200 and "An administrator of the program makes a link" in answer.content.decode()
