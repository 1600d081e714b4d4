"""The personal link: one press confirms, looking does not, and over a shoulder there is nothing to read
(decisions 10).
"""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.response.conftest import END_USER, WORDS, enter
from upstander.actions import services
from upstander.actions.links import token_for
from upstander.actions.models import Notice
from upstander.actions.words import confirmer
from upstander.audit.models import Entry as Audit
from upstander.packs.current import current

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school")]


@pytest.fixture
def notice(told) -> Notice:
    return Notice.objects.get(referral=told.referrals["Millbrook High School"])


@pytest.fixture
def link(notice) -> str:
    return f"/c/{token_for(notice.pk)}/"


def confirmed(notice: Notice) -> bool:
    notice.refresh_from_db()
    return notice.confirmed


def test_a_mail_scanner_that_follows_the_link_confirms_nothing(link, notice):
    scanner = Client(enforce_csrf_checks=True)
    for _ in range(3):
        assert scanner.get(link).status_code == 200
        assert scanner.head(link).status_code == 200
    assert scanner.options(link).status_code == 405
    assert not confirmed(notice)


def test_the_page_says_what_where_and_what_we_ask_and_no_word_of_the_tip(link, notice):
    page = Client().get(link).content.decode()
    for said in ("Millbrook High School", "not in progress", "Are you P. Okafor?", "800-555-0142"):
        assert said in page
    for kept in (WORDS, "LANTERN", "ullying", notice.referral.tip_number, str(notice.referral.tip_id)):
        assert kept not in page


def test_one_press_confirms_also_in_a_browser_that_keeps_no_cookies(link, notice):
    answer = Client(enforce_csrf_checks=True).post(link, {"self": "yes"})
    assert "The desk knows that you have this" in answer.content.decode()
    assert not answer.cookies
    assert confirmed(notice) and (notice.confirmed_as, notice.strength) == ("self", "link")
    assert Audit.objects.filter(act="notice.confirmed", actor=f"contact:{notice.contact_id}").count() == 1


def test_after_a_key_on_the_telephone_the_page_does_not_say_that_it_was_the_reader(link, notice):
    services.confirm(notice.pk, as_self=False, name="", strength="key")
    page = Client().get(link).content.decode()
    assert "somebody there has this" in page and "The desk knows that you have this" not in page


def test_a_page_read_before_the_tip_was_raised_confirms_nothing_of_what_it_is_now(link, notice):
    Notice.objects.filter(pk=notice.pk).update(asked_since=notice.asked_since - timedelta(minutes=3))
    read = re.search(r'name="asked" value="([^"]+)"', Client().get(link).content.decode()).group(1)
    Notice.objects.filter(pk=notice.pk).update(asked_since=notice.asked_since)
    for press in ({"self": "yes"}, {"name": "Vi Ce-Principal"}):
        answer = Client().post(link, {**press, "asked": read})
        assert answer.status_code == 409 and "has changed since you opened" in answer.content.decode()
        assert not confirmed(notice)
    again = re.search(r'name="asked" value="([^"]+)"', answer.content.decode()).group(1)
    Client().post(link, {"self": "yes", "asked": again})
    assert confirmed(notice)


def test_somebody_else_says_who_they_are(link, notice):
    nameless = Client().post(link, {"name": "  "})
    assert nameless.status_code == 422 and not confirmed(notice)
    Client().post(link, {"name": "Vi Ce-Principal"})
    assert confirmed(notice) and notice.confirmed_as == "other"
    assert confirmer(notice, "school") == "Vi Ce-Principal"
    assert b"Vi Ce" not in bytes(notice.sealed_confirmer)


def test_the_first_confirmation_stands(link, notice):
    Client().post(link, {"self": "yes"})
    Client().post(link, {"name": "Somebody Later"})
    assert confirmed(notice) and notice.confirmed_as == "self"


def test_confirming_one_notice_confirms_no_other(link, notice):
    Client().post(link, {"self": "yes"})
    assert not Notice.objects.exclude(pk=notice.pk).exclude(confirmed_at=None).exists()


def test_a_mail_s_link_is_no_receipt_by_the_police_who_sign_in_or_call(told, town, person):
    officer = Notice.objects.get(referral__tip_id=told.tip_id, contact=town.contacts["officer"])
    link = f"/c/{token_for(officer.pk)}/"
    page = Client().get(link).content.decode()
    assert "Sign in and confirm" in page and "800-555-0142" in page
    assert 'name="self"' not in page and 'name="name"' not in page
    for press in ({"self": "yes"}, {"name": "Sgt. Dale"}):
        answer = Client().post(link, press)
        assert answer.status_code == 403 and "cannot confirm by a link" in answer.content.decode()
        assert not confirmed(officer)
    osei = enter(
        person("osei@police.example", (officer.referral.scope, END_USER), contact_id=officer.contact_id)
    )
    osei.post(f"/tips/{officer.referral_id}/confirm/", {})
    assert confirmed(officer) and officer.strength == "sign_in"


def test_who_works_for_the_police_needs_more_than_a_link_whatever_they_are_listed_as(told, town):
    officer = Notice.objects.get(referral__tip_id=told.tip_id, contact=town.contacts["officer"])
    type(officer.contact).objects.filter(pk=officer.contact_id).update(end_user_type="school")
    assert Client().post(f"/c/{token_for(officer.pk)}/", {"self": "yes"}).status_code == 403
    assert not confirmed(officer)


def test_a_forged_link_an_unknown_one_and_one_that_is_over_get_one_kind_page(link, notice, clock):
    good = Client().get(link).status_code
    pages = set()
    own = link.split("/")[2]
    altered = own[:-1] + ("3" if own.endswith("2") else "2")
    for token in ("x", "a" * 48, token_for(notice.referral_id), altered):
        for send in (Client().get, Client().post):
            answer = send(f"/c/{token}/", {"self": "yes"})
            assert answer.status_code == 404
            pages.add(answer.content)
    clock(8 * 86400)
    pages.add(Client().post(link, {"self": "yes"}).content)
    assert good == 200 and len(pages) == 1
    assert b"800-555-0142" in pages.pop()
    assert not confirmed(notice)


def test_the_page_speaks_the_contact_s_language(link, notice):
    type(notice.contact).objects.filter(pk=notice.contact_id).update(language="es")
    page = Client().get(link).content.decode()
    assert '<html lang="es"' in page
    klass = notice.referral.klass
    assert current().class_name(klass, "es") in page and current().class_name(klass) not in page


def test_reading_more_needs_signing_in(link):
    page = Client().get(link).content.decode()
    assert "Sign in to read all" in page
    address = page.split('href="/tips/')[1].split('"')[0]
    assert Client().get(f"/tips/{address}")["Location"].startswith("/sign-in/")


def test_a_withdrawn_referral_has_no_link(link, notice):
    type(notice.referral).objects.filter(pk=notice.referral_id).update(state="withdrawn")
    assert Client().post(link, {"self": "yes"}).status_code == 404
