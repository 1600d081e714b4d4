"""Whoever captures the network's process takes home no password, and no second factor of staff or of a school's people."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.network.support import account, client_for, make_member, make_sio, played
from upstander import clock
from upstander.directory.models import Kind, Organisation
from upstander.markings import Level
from upstander.network import walls
from upstander.people import services
from upstander.people.models import Account, Designation, Invitation
from upstander.people.second_factor import current_code

PASSWORD = "seven quiet green boats"


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


def with_password(one: Account) -> Account:
    one.set_password(PASSWORD)
    one.save()
    return one


def designated(one: Account, **more: object) -> Account:
    school = Organisation.objects.create(kind=Kind.SCHOOL, name="Lincoln Elementary", updated_at=clock.now())
    fields = {"organisation": school, "kind": "end_user", "designated_by": "test", "starts_at": clock.now()}
    Designation.objects.create(account=one, **fields | more)
    return one


def signs_in(one: Account, password: str = PASSWORD) -> Client:
    browser = Client()
    answer = browser.post("/sign-in/", {"login": one.email, "password": password})
    assert answer.status_code == 302, "the password is right"
    answer = browser.post("/sign-in/code/", {"code": current_code("A" * 32)})
    assert answer.status_code == 302, "the code is right"
    return browser


@pytest.mark.req("S-levels")
@pytest.mark.parametrize("level", [*Level, walls.STAFF, None])
def test_the_networks_process_reads_no_hash_at_any_level(network, level):
    with_password(make_member().account)
    sql = "SELECT password FROM people_account"
    with played("network"), pytest.raises(DatabaseError, match="permission denied"):
        with transaction.atomic() if level is None else walls.reading(level), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.req("S-levels")
def test_the_networks_process_sees_the_second_factors_of_its_members_alone(network):
    member, sio, school = make_member().account, make_sio(), designated(make_member().account)
    with played("network"), walls.reading(walls.STAFF):
        seen = set(Authenticator.objects.values_list("user_id", flat=True))
    assert seen == {member.pk} and {sio.pk, school.pk}.isdisjoint(seen)
    with played("network"):
        assert set(Authenticator.objects.values_list("user_id", flat=True)) == {member.pk}


@pytest.mark.req("S-levels")
@pytest.mark.parametrize("ended", [False, True])
def test_the_networks_process_sets_nothing_that_a_schools_people_sign_in_with(network, ended):
    one = with_password(account("Ana Ortiz"))
    designated(one, ends_at=clock.now() if ended else None)
    theirs = Authenticator.objects.get(user=one)
    mine = make_member().account
    for act in (
        lambda: Account.objects.filter(pk=one.pk).update(password="x"),
        lambda: Authenticator.objects.create(user=one, type="recovery_codes", data={}),
        lambda: Authenticator.objects.filter(user=mine).update(user=one, type="recovery_codes"),
        lambda: services.invite("a", one.pk),
    ):
        with played("network"), pytest.raises(DatabaseError, match="permission denied"), walls.reading(walls.STAFF):
            act()
    with played("network"), walls.reading(walls.STAFF):
        assert Authenticator.objects.filter(pk=theirs.pk).update(data={}) == 0, "what is not seen is not changed"
        assert Authenticator.objects.filter(pk=theirs.pk).delete()[0] == 0
        assert Account.objects.filter(pk=mine.pk).update(password="!") == 1
    theirs.refresh_from_db()
    assert theirs.data != {} and not Invitation.objects.filter(account=one).exists()
    one.refresh_from_db()
    assert one.check_password(PASSWORD)


@pytest.mark.req("S-sio")
@pytest.mark.parametrize("who", ["member", "sio", "school"])
def test_everybody_still_signs_in_with_their_own_password_and_code(network, who):
    one = make_sio() if who == "sio" else make_member().account
    with_password(designated(one) if who == "school" else one)
    with played("network"):
        wrong = Client().post("/sign-in/", {"login": one.email, "password": "not the right one"})
        assert wrong.status_code == 200 and "is not right" in wrong.content.decode()
        assert Authenticator.objects.filter(user=one).exists() == (who == "member"), "a wrong password opens nothing"
        browser = signs_in(one)
        assert browser.get("/", follow=True).status_code == 200
        assert browser.get("/account/").status_code == 200


@pytest.mark.req("S-levels")
def test_a_quarter_of_an_hour_after_the_password_the_second_factor_is_hidden_again(network):
    sio = with_password(make_sio())
    with played("network"):
        browser = signs_in(sio)
        assert Authenticator.objects.filter(user=sio).exists()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_password_proof SET at = at - interval '16 minutes'")
    with played("network"):
        assert not Authenticator.objects.filter(user=sio).exists()
        assert browser.get("/", follow=True).status_code == 200, "who is signed in stays so"
        refused = pytest.raises(DatabaseError, match="permission denied")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO people_password_proof VALUES (%s, %s)", [sio.pk, clock.now()])


@pytest.mark.req("S-membership")
def test_a_member_changes_the_password_here_and_stays_signed_in_in_this_browser_only(network):
    one = with_password(make_member().account)
    with played("network"):
        browser, other = signs_in(one), client_for(Account.objects.get(pk=one.pk))
        typed = {"oldpassword": PASSWORD, "password1": "nine loud yellow trains", "password2": "nine loud yellow trains"}
        assert browser.post("/account/password/", typed).status_code == 302
        assert browser.get("/", follow=True).status_code == 200
        assert other.get("/").status_code == 302
        one = Account.objects.get(pk=one.pk)
        assert one.check_password("nine loud yellow trains") and not one.check_password(PASSWORD)


@pytest.mark.req("S-membership")
def test_a_schools_person_changes_nothing_of_it_at_the_networks_pages(network):
    one = designated(make_member().account)
    with played("network"):
        browser = client_for(one)
        assert browser.get("/account/password/").status_code == 403
        assert browser.post("/account/recovery-codes/new/").status_code == 403
        assert "/account/password/" not in browser.get("/account/").content.decode()


@pytest.mark.req("S-membership")
def test_an_account_that_is_read_here_cannot_be_stored_with_what_stands_for_its_password(network):
    one = Account.objects.get(pk=with_password(make_member().account).pk)
    assert one.has_usable_password() and "md5" not in one.password
    with pytest.raises(ValueError, match="no hash"):
        one.save()


@pytest.mark.req("S-levels")
def test_a_hash_of_other_costs_than_todays_is_compared_too(network, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    cheaper = Argon2PasswordHasher()
    cheaper.time_cost, cheaper.memory_cost, cheaper.parallelism = 1, 1024, 2
    one = make_member().account
    Account.objects.filter(pk=one.pk).update(password=cheaper.encode(PASSWORD, "some salt of it"))
    with played("network"):
        one = Account.objects.get(pk=one.pk)
        assert one.check_password(PASSWORD) and not one.check_password(PASSWORD + "s") and not one.check_password("")
        with connection.cursor() as cursor:
            cursor.execute("SELECT people_password_frame(%s)", [one.pk])
            assert set(cursor.fetchone()[0].split("$")[-1]) == {"A"}, "the hash itself is not handed out"


@pytest.mark.req("S-membership")
def test_a_page_that_wants_the_password_again_asks_for_it(network, settings):
    member = with_password(make_member().account)
    browser = signs_in(member)
    assert browser.get("/account/recovery-codes/new/").status_code == 200
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1  # whenever it was, it was too long ago
    answer = browser.get("/account/recovery-codes/new/")
    assert answer.status_code == 302 and answer["Location"].startswith("/account/confirm/")


@pytest.mark.req("S-membership")
def test_what_is_done_for_an_address_is_the_same_whoever_is_known_by_it(network):
    """No answer's words, and no work that could be timed, tell whether an address is a member's."""
    unset, off = make_member().account, with_password(make_member().account)
    Account.objects.filter(pk=unset.pk).update(password="!unset")
    Account.objects.filter(pk=off.pk).update(is_active=False)
    known = [with_password(make_member().account), with_password(make_sio()), with_password(designated(make_member().account))]
    Client().post("/sign-in/", {"login": "first@nowhere.example", "password": "x"})  # (what is made once for all)
    done = set()
    for email in ("nobody@nowhere.example", unset.email, off.email, *(one.email for one in known)):
        with played("network"), CaptureQueriesContext(connection) as asked:
            answer = Client().post("/sign-in/", {"login": email, "password": "not the right one"})
        words = answer.content.decode().split("<main")[1].replace(email, "")
        said = re.sub(r"csrf\S+ value=\"[^\"]+\"|_mark_\S+", "", words)
        own = r"'[^']*'|\"s\d+_x\d+\"|_curs_\w+|\b\d+\b"
        statements = tuple(re.sub(own, "?", query["sql"]) for query in asked.captured_queries)
        done.add((answer.status_code, said, statements))
    assert len(done) == 1


@pytest.mark.req("S-membership")
def test_a_session_that_somebody_planted_or_saw_before_the_code_opens_nothing_after_it(network):
    one, browser, name = with_password(make_member().account), Client(), "upstander_network"
    browser.cookies[name] = "planted0planted0planted0planted0"
    assert browser.post("/sign-in/", {"login": one.email, "password": PASSWORD}).status_code == 302
    between = browser.cookies[name].value
    assert browser.post("/sign-in/code/", {"code": current_code("A" * 32)}).status_code == 302
    assert browser.get("/", follow=True).status_code == 200
    keys = ["planted0planted0planted0planted0", between, browser.cookies[name].value]
    assert len(set(keys)) == 3, "another one at each step"
    for key in keys[:2]:
        thief = Client()
        thief.cookies[name] = key
        assert thief.get("/").status_code == 302, "nobody is signed in there"
