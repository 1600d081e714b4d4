"""Somebody designated at a school who forgot the password, or never set one, gets a link to their own address."""

import re

import pytest
from django.db import connection
from django.test import Client

from tests.response.conftest import END_USER
from upstander.delivery.models import Delivery
from upstander.people import services as people
from upstander.people.models import Account, Forgotten
from upstander.response import forgotten

pytestmark = [pytest.mark.req("D-II.I")]


def test_the_page_keeps_the_address_and_the_worker_with_its_own_rights_owes_the_link(school, person, town, as_login):
    ana = person("ana@x.example", (town.school, END_USER))
    assert Client().post("/forgotten/", {"email": "ANA@x.example"}).status_code == 200
    as_login("worker")
    assert forgotten.turn() is False and not Forgotten.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    assert Delivery.objects.get(purpose=forgotten.PURPOSE).address_key == f"account:{ana.pk}"


def test_a_designated_person_gets_the_link_and_staff_strangers_and_former_ones_do_not(school, person, town):
    ana = person("ana@x.example", (town.school, END_USER))
    person("former@x.example")
    staff = person("staff@x.example", (town.school, END_USER))
    people.grant_role("system:test", staff.pk, "supervisor")
    assert "/forgotten/" in Client().get("/sign-in/").content.decode()
    pages = set()
    for email in ("ana@x.example", "former@x.example", "staff@x.example", "nobody@x.example", "ana@x.example"):
        answer = Client().post("/forgotten/", {"email": email})
        assert answer.status_code == 200
        pages.add(answer.content.decode().split("<main")[1])
    assert len(pages) == 1 and not Delivery.objects.filter(purpose=forgotten.PURPOSE).exists(), "the worker looks, not the page"
    assert forgotten.turn() is False
    (owed,) = Delivery.objects.filter(purpose=forgotten.PURPOSE)
    mail = forgotten.render_mail(owed.subject_id)
    assert mail is not None and mail.to_address == ana.email
    link = re.search(r"https?://[^/\s]+(/set-up/\S+)", mail.text)[1]
    new = {"password1": "eleven loud red kites", "password2": "eleven loud red kites"}
    assert Client().post(link, new).status_code == 200 and Client().post(link, new).status_code == 410
    assert Account.objects.get(pk=ana.pk).check_password("eleven loud red kites")
