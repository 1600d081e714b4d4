"""Agencies' tokens: an administrator makes and revokes them, and each is seen once."""

import re

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, transaction
from django.test import Client

from tests.people.conftest import refused, sign_in
from tests.people.test_pages import page, well  # noqa: F401 - a fixture
from tests.support.browser import follow, press
from upstander.audit.models import Entry
from upstander.people import tokens
from upstander.people.cli import people
from upstander.people.demo import PASSWORD, SECRET
from upstander.people.models import AgencyToken
from upstander.people.second_factor import current_code

pytestmark = pytest.mark.django_db
URL = "/people/agencies/"


@pytest.fixture
def alex(demo, origin) -> Client:
    origin("desk")
    return sign_in(Client(), demo["alex"].email)


def made_by(client: Client, places, **more) -> str:
    answer = client.post(
        f"{URL}make/",
        {"q": "clinic", "organisation": places["clinic"].pk, "kind": "agency", "days": 365} | more,
    )
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    return re.search(r"upsa_[\w-]{43}", answer.content.decode())[0]


def test_it_is_shown_once_and_kept_as_a_hash(alex, places):
    assert "Riverside Clinic" in alex.post(URL, {"q": "clinic"}).content.decode()
    token = made_by(alex, places)
    row = AgencyToken.objects.get()
    assert token.encode() not in bytes(row.digest) and row.ends == token[-4:]
    assert tokens.holder(token, tokens.SEND).name == "Riverside Clinic"
    listed = alex.get(URL).content.decode()
    assert token not in listed and f"…{token[-4:]}" in listed and "Riverside Clinic" in listed
    assert Entry.objects.get(act="agency_token.made").actor == row.made_by


def test_a_press_revokes_it_for_ever(alex, places):
    token = made_by(alex, places)
    address = f"{URL}{AgencyToken.objects.get().pk}/revoke/"
    for _press in range(2):
        assert alex.post(address).status_code == 302
    assert Entry.objects.filter(act="agency_token.revoked").count() == 1
    with pytest.raises(tokens.TokenOver):
        tokens.holder(token)
    shown = alex.get(URL).content.decode()
    assert "Revoked" in shown and f"Revoke …{token[-4:]}" not in shown
    assert alex.post(f"{URL}00000000-0000-0000-0000-000000000007/revoke/").status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"organisation": ""}, {"organisation": "0"}, {"kind": "king"}, {"days": "99999"}]
)
def test_what_is_wrong_is_said_at_its_field_and_makes_nothing(alex, places, wrong):
    given = {"q": "clinic", "organisation": places["clinic"].pk, "kind": "partner", "days": 90} | wrong
    answer = alex.post(f"{URL}make/", given)
    assert answer.status_code == 422 and next(iter(wrong)) in answer.context["form"].errors
    assert not AgencyToken.objects.exists()


@pytest.mark.parametrize("who", ["casey", "morgan"])
def test_nobody_else_at_the_desk_makes_sees_or_revokes_one(who, demo, origin, places):
    origin("desk")
    tokens.make("account:1", places["clinic"].pk, "agency", 90)
    client = sign_in(Client(), demo[who].email)
    assert client.get(URL).status_code == 403
    assert client.post(f"{URL}make/", {"q": "x"}).status_code == 403
    assert client.post(f"{URL}{AgencyToken.objects.get().pk}/revoke/").status_code == 403
    assert AgencyToken.objects.filter(revoked_at=None).count() == 1


def test_the_school_origin_has_no_such_page(demo, origin):
    origin("school", "upstander.urls.school")
    assert sign_in(Client(), demo["ana"].email).get(URL).status_code == 404


def test_the_desk_s_login_suffices_and_brings_no_token_back(alex, places, as_login):
    as_login("desk")
    made_by(alex, places)
    row = AgencyToken.objects.get()
    tokens.revoke("account:1", row.pk)
    assert refused(lambda: AgencyToken.objects.update(expires_at=row.expires_at))
    assert refused(lambda: AgencyToken.objects.update(organisation=places["police"]))
    assert refused(lambda: row.delete())


def test_no_token_lives_backwards(places):
    with pytest.raises(IntegrityError), transaction.atomic():
        tokens.make("account:1", places["clinic"].pk, "agency", -1)
    with pytest.raises(LookupError):
        tokens.make("account:1", 0, "agency", 90)
    with pytest.raises(ValueError):
        tokens.make("account:1", places["clinic"].pk, "king", 90)


def test_the_command_line_makes_lists_and_revokes(places):
    def run(*words: str):
        return CliRunner().invoke(people, ["token", *words])

    made = run("make", str(places["clinic"].pk), "--as", "partner", "--days", "30")
    token = made.output.split()[-1]
    assert made.exit_code == 0 and tokens.holder(token).kind == "partner"
    listed = run("list").output
    assert "Riverside Clinic" in listed and token not in listed and token[-4:] in listed
    assert run("revoke", str(AgencyToken.objects.get().pk)).exit_code == 0
    with pytest.raises(tokens.TokenOver):
        tokens.holder(token)
    assert (
        run("make", "0").exit_code == 1
        and run("revoke", "00000000-0000-0000-0000-000000000007").exit_code == 1
    )


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_on_a_phone(page, demo, places, origin, live_server):  # noqa: F811
    origin("desk")
    page.goto(live_server.url + "/people/")
    page.get_by_label("E-mail address").fill(demo["alex"].email)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    page.get_by_label("Code").fill(current_code(SECRET))
    press(page, "Go on")
    follow(page, "Agencies’ tokens")
    well(page)
    page.get_by_label("Find the agency").fill("clinic")
    press(page, "Find")
    press(page, "Make the token")
    assert "Choose one of these." in page.content()
    well(page)
    page.get_by_label("Riverside Clinic").check(force=True)
    press(page, "Make the token")
    assert "upsa_" in page.locator("#token").inner_text()
    well(page)
    follow(page, "Done")
    well(page)
    press(page, f"Revoke …{AgencyToken.objects.get().ends}")
    assert "Revoked" in page.content()
    well(page)
