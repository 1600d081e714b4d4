"""Two steps, slower after mistakes, and nothing is shown before both are done."""

import pytest
from django.test import Client

from tests.people.conftest import sign_in
from upstander.audit.models import Entry
from upstander.people import services
from upstander.people.demo import PASSWORD, SECRET
from upstander.people.models import Account, DeskSession, SchoolSession
from upstander.people.sealed import secrets_of
from upstander.people.second_factor import current_code

pytestmark = pytest.mark.django_db
REAL_PASSWORD = "seven quiet green boats"


@pytest.fixture(autouse=True)
def desk(origin):
    origin("desk")


def shown(answer) -> str:
    return answer.content.decode()


def test_password_and_code_open_the_desk(demo):
    client = Client()
    assert client.get("/")["Location"] == "/sign-in/?next=/"
    sign_in(client, demo["casey"].email)
    assert shown(client.get("/")) == "the work"
    assert Entry.objects.filter(act="account.signed_in", actor=f"account:{demo['casey'].account_id}").exists()


def test_the_password_alone_opens_nothing(demo):
    client = Client()
    client.post("/sign-in/", {"login": demo["casey"].email, "password": PASSWORD})
    assert client.get("/").status_code == 302
    assert client.get("/account/").status_code == 302


def test_a_wrong_password_an_unknown_address_and_an_ended_account_look_alike(demo, account):
    services.deactivate("a", account.pk)
    pages = set()
    for login, password in (
        (demo["casey"].email, "not the password at all"),
        ("nobody@nowhere.example", "not the password at all"),
        (account.email, REAL_PASSWORD),
    ):
        answer = Client().post("/sign-in/", {"login": login, "password": password})
        assert answer.status_code == 200
        page = shown(answer).replace(login, "LOGIN")
        pages.add(page[page.index("<main") :].split("csrfmiddlewaretoken")[0])
    assert len(pages) == 1
    assert "The e-mail address or the password is not right." in pages.pop()


def test_what_was_typed_stays_except_the_password(demo):
    answer = Client().post("/sign-in/", {"login": "casey@demo.example", "password": "wrong wrong wrong"})
    assert 'value="casey@demo.example"' in shown(answer)
    assert "wrong wrong wrong" not in shown(answer)


def wrong(client: Client, email: str, times: int) -> str:
    for _ in range(times):
        answer = client.post("/sign-in/", {"login": email, "password": "not the password"})
    return shown(answer)


def test_after_three_mistakes_each_next_try_waits_longer_and_nobody_is_locked_out(demo, clock):
    email = demo["casey"].email
    assert "Wait" not in wrong(Client(), email, 4)
    assert "Wait 2 seconds" in shown(Client().post("/sign-in/", {"login": email, "password": PASSWORD}))
    clock(3)
    wrong(Client(), email, 1)
    assert "Wait 4 seconds" in wrong(Client(), email, 1)
    for moved in range(100, 2000, 100):  # wrong a hundred times more: never longer than a minute
        clock(moved)
        wrong(Client(), email, 1)
    assert "Wait 60 seconds" in wrong(Client(), email, 1)
    clock(2061)
    sign_in(Client(), email)


def test_an_unknown_address_waits_like_a_known_one(demo):
    assert "Wait 2 seconds" in wrong(Client(), "nobody@nowhere.example", 5)


def test_a_stranger_s_guessing_does_not_keep_out_who_has_signed_in_here_before(demo):
    own = sign_in(Client(), demo["casey"].email)
    own.post("/sign-out/")
    assert "Wait" in wrong(Client(), demo["casey"].email, 6)
    sign_in(own, demo["casey"].email)


def test_a_forged_known_browser_is_a_stranger(demo):
    stranger = Client()
    stranger.cookies["upstander_desk_known"] = "eyJ3aG8iOiJ4In0:1abc:forged"
    assert "Wait" in wrong(stranger, demo["casey"].email, 6)


def test_wrong_codes_wait_too(demo):
    client = Client()
    client.post("/sign-in/", {"login": demo["casey"].email, "password": PASSWORD})
    for _ in range(4):
        page = shown(client.post("/sign-in/code/", {"code": "000000"}))
        assert "This code is not right" in page
    assert "Wait" in shown(client.post("/sign-in/code/", {"code": current_code(SECRET)}))


def test_a_post_without_a_code_is_asked_again(demo):
    client = Client()
    client.post("/sign-in/", {"login": demo["casey"].email, "password": PASSWORD})
    assert client.post("/sign-in/code/", {}).status_code == 200


def test_nobody_signs_up(demo):
    for path in ("/signup/", "/accounts/signup/", "/password/reset/", "/accounts/password/reset/"):
        assert Client().get(path).status_code == 404


def test_the_database_holds_no_key_that_opens_a_session(demo):
    client = sign_in(Client(), demo["casey"].email)
    key = client.cookies["upstander_desk"].value
    row = DeskSession.objects.get(account_id=demo["casey"].account_id)
    assert key not in (row.session_key, row.session_data)
    thief = Client()
    thief.cookies["upstander_desk"] = row.session_key
    assert thief.get("/").status_code == 302


def test_the_session_s_key_changes_at_sign_in(demo):
    client = Client()
    client.post("/sign-in/", {"login": demo["casey"].email, "password": PASSWORD})
    before = client.cookies["upstander_desk"].value
    client.post("/sign-in/code/", {"code": current_code(SECRET)})
    assert client.cookies["upstander_desk"].value != before
    assert DeskSession.objects.count() == 1


def test_the_cookie_is_for_this_site_s_pages_only(demo):
    cookie = sign_in(Client(), demo["casey"].email).cookies["upstander_desk"]
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and not cookie["expires"]


def test_a_session_ends_after_twelve_hours(demo, clock):
    client = sign_in(Client(), demo["casey"].email)
    clock(12 * 3600 - 60)
    assert client.get("/").status_code == 200
    clock(12 * 3600 + 60)
    assert client.get("/").status_code == 302
    from upstander.people.sessions.desk import SessionStore

    SessionStore.clear_expired()
    assert not DeskSession.objects.filter(account_id=demo["casey"].account_id).exists()


def test_signing_out_ends_the_session(demo):
    client = sign_in(Client(), demo["casey"].email)
    assert client.get("/sign-out/").status_code == 200
    client.post("/sign-out/")
    assert client.get("/").status_code == 302
    assert not DeskSession.objects.exists()


def test_a_new_password_signs_out_every_other_browser(demo):
    here, there = (sign_in(Client(), demo["casey"].email) for _ in range(2))
    answer = here.post(
        "/account/password/",
        {"oldpassword": PASSWORD, "password1": "another long password", "password2": "another long password"},
    )
    assert answer.status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


def test_a_deactivated_account_is_out_at_once(demo):
    client = sign_in(Client(), demo["casey"].email)
    services.deactivate("a", demo["casey"].account_id)
    assert client.get("/").status_code == 302
    assert not DeskSession.objects.exists()


def test_a_code_opens_once(account, origin):
    from allauth.mfa.models import Authenticator
    from allauth.mfa.utils import encrypt

    with secrets_of(account.pk):
        Authenticator.objects.create(user=account, type="totp", data={"secret": encrypt(SECRET)})
    services.grant_role("a", account.pk, "sio")
    sign_in(Client(), account.email, REAL_PASSWORD)
    again = Client()
    again.post("/sign-in/", {"login": account.email, "password": REAL_PASSWORD})
    answer = again.post("/sign-in/code/", {"code": current_code(SECRET)})
    assert "This code is not right" in shown(answer)


def test_whoever_asks_in_the_background_is_told_to_sign_in(demo):
    answer = Client().get("/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/sign-in/")


def test_a_page_of_another_role_is_closed(signed_in):
    assert signed_in("casey").get("/supervisors/").status_code == 403
    assert signed_in("morgan").get("/supervisors/").status_code == 200


def test_who_has_no_role_reads_why_and_may_sign_out(signed_in):
    client = signed_in("ana")  # a principal: of the school origin
    answer = client.get("/")
    assert answer.status_code == 403
    assert "you have no role at the desk" in shown(answer)
    assert client.get("/account/").status_code == 200


def test_the_school_origin_wants_a_designation(demo, origin):
    origin("school")
    assert shown(sign_in(Client(), demo["ana"].email).get("/")) == "the work"
    staff = sign_in(Client(), demo["casey"].email).get("/")
    assert staff.status_code == 403
    assert "no organization has designated you" in shown(staff)
    assert SchoolSession.objects.count() == 2 and DeskSession.objects.count() == 0


def test_a_desk_session_opens_nothing_at_the_school_origin(demo, origin):
    services.designate(
        "a",
        demo["casey"].account_id,
        Account.objects.get(email=demo["ana"].email).designations.get().organisation_id,
    )
    at_the_desk = sign_in(Client(), demo["casey"].email)
    origin("school")
    client = Client()
    client.cookies["upstander_school"] = at_the_desk.cookies["upstander_desk"].value
    assert client.get("/").status_code == 302


def test_passwords_are_kept_by_argon2(db):
    from django.contrib.auth.hashers import Argon2PasswordHasher, make_password

    from upstander import settings as ours

    assert ours.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert make_password("seven quiet green boats", hasher=Argon2PasswordHasher()).startswith(
        "argon2$argon2id"
    )
