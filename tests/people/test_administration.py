"""The programme administrator makes accounts, and nobody else does."""

import re
from pathlib import Path

import pytest
from django.test import Client

import upstander
from upstander.audit.models import Entry
from upstander.people import access, desk_views, services
from upstander.people.models import Account, Invitation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk(origin):
    origin("desk")


def link_on(page: str) -> str:
    return re.search(r"/set-up/[\w-]+/", page)[0]


def test_an_account_is_made_and_its_link_sets_the_password_once(signed_in):
    admin = signed_in("alex")
    answer = admin.post(
        "/people/new/", {"name": "Pat Novak", "email": "Pat@Agency.example", "roles": ["sio"]}
    )
    link = link_on(answer.content.decode())
    made = Account.objects.get(email="pat@agency.example")
    assert access.roles(made) == {"sio"} and not made.has_usable_password()
    somebody = Client()
    assert "Pat Novak" in somebody.get(link).content.decode()
    short = somebody.post(link, {"password1": "short", "password2": "short"})
    assert b"too short" in short.content
    differ = somebody.post(link, {"password1": "a long enough one", "password2": "another one again"})
    assert b"not the same" in differ.content
    assert (
        somebody.post(link, {"password1": "a long enough one", "password2": "a long enough one"}).status_code
        == 200
    )
    again = Client()
    assert again.get(link).status_code == 410
    assert (
        again.post(link, {"password1": "a thief's password", "password2": "a thief's password"}).status_code
        == 410
    )
    made.refresh_from_db()
    assert made.check_password("a long enough one")
    acts = set(
        Entry.objects.filter(object_kind="account", object_id=str(made.pk)).values_list("act", flat=True)
    )
    assert {"account.created", "account.invited", "role.granted", "account.set_up"} <= acts


def test_the_link_is_over_after_three_days_and_void_once_there_is_a_newer_one(account, clock):
    old = services.invite("a", account.pk)
    new = services.invite("a", account.pk)
    assert services.invitation_for(old) is None and services.invitation_for(new)
    clock(3 * 86400 + 60)
    assert Client().get(f"/set-up/{new}/").status_code == 410
    assert Client().get("/set-up/made-up-by-somebody/").status_code == 410


def test_the_database_holds_no_link(account):
    token = services.invite("a", account.pk)
    for row in Invitation.objects.filter(account=account):
        assert token.encode() not in bytes(row.digest)


def test_bad_input_says_what_to_do_and_keeps_the_words(signed_in, demo):
    admin = signed_in("alex")
    page = admin.post("/people/new/", {"name": "Somebody New", "email": "not an address", "roles": ["sio"]})
    assert page.status_code == 422
    assert b'value="Somebody New"' in page.content and b'value="not an address"' in page.content
    assert b"checked" in page.content
    taken = admin.post("/people/new/", {"name": "Second", "email": demo["casey"].email})
    assert b"There is an account with this e-mail address already" in taken.content


def test_roles_are_given_and_ended(signed_in, account):
    admin = signed_in("alex")
    admin.post(f"/people/{account.pk}/role/", {"role": "auditor"})
    assert access.roles(account) == {"auditor"}
    assert admin.post(f"/people/{account.pk}/role/", {"role": "king"}).status_code == 302
    grant = account.role_grants.get()
    admin.post(f"/people/{account.pk}/role/{grant.pk}/end/")
    assert access.roles(account) == frozenset()
    assert admin.post(f"/people/{account.pk}/role/{grant.pk}/end/").status_code == 404


def test_an_organisation_is_found_and_designated_for(signed_in, account, places):
    admin = signed_in("alex")
    page = admin.post(f"/people/{account.pk}/", {"q": "lincoln"}).content.decode()
    assert "Lincoln Elementary" in page and "Adams Elementary" not in page
    assert "Lincoln" not in admin.get(f"/people/{account.pk}/?q=lincoln").content.decode()
    assert (
        "No organization has these words"
        in admin.post(f"/people/{account.pk}/", {"q": "zzzz"}).content.decode()
    )
    where = f"/people/{account.pk}/designation/"
    assert admin.post(where, {"q": "lincoln", "kind": "end_user"}).status_code == 422
    admin.post(where, {"q": "lincoln", "organisation": places["school"].pk, "kind": "administrator"})
    assert access.administers(account, places["school"].pk)
    admin.post(f"{where}{account.designations.get().pk}/end/")
    assert not access.designated(account)


def test_an_account_is_ended_and_let_in_again(signed_in, account):
    admin = signed_in("alex")
    admin.post(f"/people/{account.pk}/active/")
    account.refresh_from_db()
    assert not account.is_active
    admin.post(f"/people/{account.pk}/active/")
    account.refresh_from_db()
    assert account.is_active


def test_the_last_administrator_cannot_end_themselves_by_mistake(signed_in, demo):
    admin = signed_in("alex")
    answer = admin.post(f"/people/{demo['alex'].account_id}/active/", follow=True)
    assert b"last program administrator" in answer.content


@pytest.mark.parametrize("who", ["casey", "morgan", "drew", "sam", None])
def test_nobody_else_opens_or_changes_anything_here(who, signed_in, account, demo, places):
    client = signed_in(who) if who else Client()
    token_count = Invitation.objects.count()
    reads = ("/people/", "/people/new/", f"/people/{account.pk}/")
    writes = {
        "/people/new/": {"name": "X", "email": "x@y.example"},
        f"/people/{account.pk}/link/": {},
        f"/people/{account.pk}/active/": {},
        f"/people/{account.pk}/role/": {"role": "programme_admin"},
        f"/people/{account.pk}/designation/": {
            "q": "lincoln",
            "organisation": places["school"].pk,
            "kind": "end_user",
        },
    }
    for path in reads:
        assert client.get(path).status_code == (403 if who else 302)
    for path, data in writes.items():
        assert client.post(path, data).status_code == (403 if who else 302)
    account.refresh_from_db()
    assert account.is_active and access.roles(account) == frozenset() and not access.designated(account)
    assert not Account.objects.filter(email="x@y.example").exists()
    assert Invitation.objects.count() == token_count


def test_the_list_finds_people_by_part_of_their_name(signed_in):
    page = signed_in("alex").post("/people/", {"q": "linDGR"}).content.decode()
    assert "Casey Lindgren" in page and "Morgan Reyes" not in page
    assert "Nobody found" in signed_in("alex").post("/people/", {"q": "zzzz"}).content.decode()


def test_a_search_for_a_person_stands_in_no_address_also_on_the_next_page(signed_in, monkeypatch):
    monkeypatch.setattr(desk_views, "PAGE", 2)
    admin = signed_in("alex")
    first = admin.post("/people/", {"q": "demo.example"})
    assert "q=" not in first.content.decode() and 'name="page" value="2"' in first.content.decode()
    second = admin.post("/people/", {"q": "demo.example", "page": "2"})
    assert {a.pk for a in first.context["page"]}.isdisjoint(a.pk for a in second.context["page"])
    assert admin.get("/people/?q=zzzz").context["q"] == ""


def test_no_page_of_the_house_sends_what_is_typed_in_an_address():
    found = set()
    for template in Path(upstander.__file__).parent.rglob("*.html"):
        for form in re.findall(r"<form\b[^>]*>", template.read_text()):
            if 'method="post"' not in form:
                found.add("/".join(template.parts[-2:]))
    assert found == set()


@pytest.mark.parametrize("typed", ["a\x00b", "\x00"])
def test_what_no_database_takes_is_searched_for_without_it(signed_in, account, typed):
    assert signed_in("alex").post("/people/", {"q": typed}).status_code == 200
    assert signed_in("alex").post(f"/people/{account.pk}/", {"q": typed}).status_code == 200
