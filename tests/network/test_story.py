"""From an application to the first page, as a school's principal and as a sworn officer (S-membership, S-levels)."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.test import Client

from tests.network.applying import (
    OFFICER,
    account_of,
    agency,
    apply,
    approve,
    filled,
    link_in,
    mail_of,
    sign,
    tick_all,
    waiting,
)
from tests.network.support import client_for, make_second, make_sio
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network.models import Application, Inquiry, Member, Signature
from upstander.network.standing import level_of, standing
from upstander.people.models import Account
from upstander.people.sealed import secrets_of


def sets_up(account: Account, path: str) -> Client:
    """The new member presses the link, chooses a password, and sets up the second factor."""
    browser = Client()
    chosen = {"password1": "seven quiet green boats", "password2": "seven quiet green boats"}
    assert "Your password is kept" in browser.post(path, chosen).content.decode()
    with secrets_of(account.pk):
        Authenticator.objects.create(user=account, type="totp", data={"secret": encrypt("A" * 32)})
    account.refresh_from_db()
    return client_for(account)


@pytest.mark.req("S-membership")
def test_a_principal_applies_is_vouched_for_vetted_and_reads_what_is_fouo(network):
    browser, sio, second = Client(), client_for(make_sio()), client_for(make_second())
    assert "Apply for membership" in browser.get("/apply/").content.decode()
    path = apply(browser)
    assert path.startswith("/apply/confirm/")
    assert "Dana" not in sio.get("/desk/members/").content.decode(), "before the address is confirmed it is nobody's work"

    one = sign(browser, path, "dana WHITLOCK")
    assert Signature.objects.get(application=one).agreement.version
    asked = mail_of("network_inquiry")
    assert asked.to_address == "ida@switchgrass.example" and "Dana Whitlock" in asked.text
    yes = {"knows": "yes", "holds": "yes", "address": "yes", "by": "Ida Berg"}
    assert "Thank you" in browser.post(link_in(asked.text), yes).content.decode()
    assert Inquiry.objects.get(application=one).vouched

    assert "Dana Whitlock" in sio.get("/desk/members/").content.decode()
    page = sio.get(f"/desk/members/applications/{one.pk}/").content.decode()
    assert "Yes to all" in page and "Make them a member" not in page
    answer = approve(one, sio)
    assert answer.status_code == 200 and "Not yet" in answer.content.decode()
    tick_all(one, sio, second)
    assert approve(one, sio).status_code == 302
    member = Member.objects.get(account=account_of(one))
    assert level_of(member.id) == Level.FOUO

    mail = mail_of("network_invitation")
    assert mail.to_address == "dana@switchgrass.example"
    mine = sets_up(member.account, link_in(mail.text))
    assert mine.get("/").status_code == 200
    assert standing(member.account).level == Level.FOUO
    assert mine.get("/desk/members/").status_code == 403
    assert mine.get("/me/").status_code == 200


@pytest.mark.req("S-levels")
def test_a_sworn_officer_reads_les_once_two_people_have_the_agencys_word(network):
    agency()
    browser, sio, second = Client(), client_for(make_sio()), client_for(make_second())
    asks_which = browser.post("/apply/", filled(**OFFICER))
    assert asks_which.status_code == 422 and "Which of these is your agency?" in asks_which.content.decode()
    pick = asks_which.context["form"].offered["agency"][0]
    one = waiting(browser, **OFFICER, agency_pick=pick)
    assert one.agency is not None and one.agency.name == "Harrow Creek Police Department"
    tick_all(one, sio, second)
    assert approve(one, sio).status_code == 302
    assert level_of(Member.objects.get(account=account_of(one)).id) == Level.LES


@pytest.mark.req("S-membership")
def test_a_schools_designated_person_keeps_the_account_that_they_have(network):
    known = Account.objects.create_user("dana@switchgrass.example", "seven quiet green boats", name="Dana Whitlock")
    sio, second = client_for(make_sio()), client_for(make_second())
    one = waiting(Client())
    tick_all(one, sio, second)
    approve(one, sio)
    assert Member.objects.get(account=known)
    assert link_in(mail_of("network_welcome").text) == "/me/"


@pytest.mark.req("S-membership")
def test_who_is_refused_reads_why_and_can_ask_again(network):
    sio, browser = client_for(make_sio()), Client()
    one = waiting(browser)
    address = f"/desk/members/applications/{one.pk}/"
    assert sio.post(address, {"act": "refuse", "press": str(new_id())}).status_code == 422, "a refusal has a reason"
    press = {"act": "refuse", "press": str(new_id()), "reason": "Your district asked us to wait."}
    assert sio.post(address, press).status_code == 302
    mail = mail_of("network_refused")
    assert "Your district asked us to wait." in mail.text
    path = link_in(mail.text)
    assert browser.post(path, {"press": str(new_id()), "words": ""}).status_code == 422
    assert browser.post(path, {"press": str(new_id()), "words": "They have agreed since."}).status_code == 302
    assert "They have agreed since." in sio.get(address).content.decode()
    sio.post(address, {"act": "reopen", "press": str(new_id())})
    assert Application.objects.get(pk=one.pk).state == "waiting"
    assert mail_of("network_refused") is None, "a mail that waits says nothing that is not so any more"
