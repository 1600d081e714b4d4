"""Nobody works with a password alone; secrets lie sealed; the practice code is for practice."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.test import Client

from tests.people.conftest import sign_in
from upstander.people import second_factor, services
from upstander.people.demo import PASSWORD, SECRET, demo_accounts
from upstander.people.models import Account, DeskSession
from upstander.people.sealed import secrets_of
from upstander.people.second_factor import current_code
from upstander.people.sessions.desk import SessionStore
from upstander.vault.envelope import CannotOpen

pytestmark = pytest.mark.django_db
REAL_PASSWORD = "seven quiet green boats"


@pytest.fixture(autouse=True)
def desk(origin):
    origin("desk")


@pytest.fixture
def newcomer(account) -> Client:
    """Somebody with a role whose second factor is not set up: signed in with the password."""
    services.grant_role("a", account.pk, "sio")
    client = Client()
    client.post("/sign-in/", {"login": account.email, "password": REAL_PASSWORD})
    return client


def secret_on(page: str) -> str:
    return re.search(r'<code translate="no">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")


def test_who_has_no_second_factor_is_led_to_set_it_up_and_sees_nothing_else(newcomer):
    for path in ("/", "/account/", "/account/password/", "/people/", "/account/recovery-codes/"):
        assert newcomer.get(path)["Location"] == "/account/second-factor/"
    page = newcomer.get("/account/second-factor/").content.decode()
    assert "<svg" in page and "data:" not in page


def test_setting_it_up_leads_to_recovery_codes_and_then_to_work(newcomer, account):
    secret = secret_on(newcomer.get("/account/second-factor/").content.decode())
    answer = newcomer.post("/account/second-factor/", {"code": current_code(secret)})
    assert answer["Location"] == "/account/recovery-codes/"
    codes = re.findall(
        r"<li><code>(\d{8})</code></li>", newcomer.get("/account/recovery-codes/").content.decode()
    )
    assert len(codes) == 10
    assert newcomer.get("/").status_code == 200
    other = Client()
    other.post("/sign-in/", {"login": account.email, "password": REAL_PASSWORD})
    assert other.post("/sign-in/code/", {"code": codes[0]}).status_code == 302
    assert other.get("/").status_code == 200
    third = Client()
    third.post("/sign-in/", {"login": account.email, "password": REAL_PASSWORD})
    assert b"This code is not right" in third.post("/sign-in/code/", {"code": codes[0]}).content


def test_the_code_that_set_it_up_does_not_open_again(newcomer, account):
    secret = secret_on(newcomer.get("/account/second-factor/").content.decode())
    newcomer.post("/account/second-factor/", {"code": current_code(secret)})
    other = Client()
    other.post("/sign-in/", {"login": account.email, "password": REAL_PASSWORD})
    assert b"This code is not right" in other.post("/sign-in/code/", {"code": current_code(secret)}).content


def test_a_wrong_code_sets_nothing_up_and_the_key_stays_the_same(newcomer, account):
    before = secret_on(newcomer.get("/account/second-factor/").content.decode())
    page = newcomer.post("/account/second-factor/", {"code": "000000"}).content.decode()
    assert "This code is not right" in page and secret_on(page) == before
    assert not Authenticator.objects.filter(user=account).exists()


def test_the_secret_lies_nowhere_in_clear(newcomer, account):
    secret = secret_on(newcomer.get("/account/second-factor/").content.decode())
    stored = SessionStore().decode(DeskSession.objects.get(account_id=account.pk).session_data)
    assert secret not in json.dumps(stored)
    newcomer.post("/account/second-factor/", {"code": current_code(secret)})
    for row in Authenticator.objects.filter(user=account):
        assert secret not in json.dumps(row.data)


def test_a_session_from_before_the_second_factor_is_void(newcomer, account):
    thief = Client()
    thief.post("/sign-in/", {"login": account.email, "password": REAL_PASSWORD})
    secret = secret_on(newcomer.get("/account/second-factor/").content.decode())
    newcomer.post("/account/second-factor/", {"code": current_code(secret)})
    assert newcomer.get("/").status_code == 200
    assert thief.get("/")["Location"].startswith("/sign-in/")
    assert thief.get("/account/second-factor/")["Location"].startswith("/sign-in/")


def test_a_lost_phone_a_new_link_and_the_old_session_is_out(demo, signed_in):
    casey = signed_in("casey")
    token = services.invite("account:1", demo["casey"].account_id, new_second_factor=True)
    assert casey.get("/").status_code == 302
    page = Client().post(
        f"/set-up/{token}/", {"password1": "a quite new password", "password2": "a quite new password"}
    )
    assert page.status_code == 200
    client = Client()
    client.post("/sign-in/", {"login": demo["casey"].email, "password": "a quite new password"})
    assert client.get("/")["Location"] == "/account/second-factor/"


def test_it_is_set_up_once(signed_in):
    assert signed_in("casey").get("/account/second-factor/")["Location"] == "/account/"


def test_recovery_codes_are_shown_again_only_to_who_proves_it_is_them(signed_in, clock, monkeypatch):
    client = signed_in("casey")
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600  # an hour since the password was typed
    session["account_authentication_methods"] = session["account_authentication_methods"]
    session.save()
    assert client.get("/account/recovery-codes/new/")["Location"].startswith("/account/confirm/")
    assert client.post("/account/confirm/", {"password": "not it"}).status_code == 200
    answer = client.post("/account/confirm/?next=/account/recovery-codes/new/", {"password": PASSWORD})
    assert answer["Location"] == "/account/recovery-codes/new/"
    client.post("/account/recovery-codes/new/")
    assert client.get("/account/recovery-codes/").content.count(b"<li><code>") == 10


def test_who_never_had_recovery_codes_makes_some(signed_in):
    client, other = signed_in("casey"), signed_in("morgan")
    assert "/account/recovery-codes/new/" in client.get("/account/").content.decode()
    assert client.get("/account/recovery-codes/")["Location"] == "/account/recovery-codes/new/"
    assert "You have none." in client.get("/account/recovery-codes/new/").content.decode()
    assert client.post("/account/recovery-codes/new/")["Location"] == "/account/recovery-codes/"
    assert client.get("/account/recovery-codes/").content.count(b"<li><code>") == 10
    assert "<dd>10</dd>" in client.get("/account/").content.decode()
    assert other.get("/account/recovery-codes/")["Location"] == "/account/recovery-codes/new/"  # nobody else's are shown
    assert Client().get("/account/recovery-codes/new/")["Location"].startswith("/sign-in/")


def test_a_code_in_groups_is_the_same_code(demo):
    code = current_code(SECRET)
    client = Client()
    client.post("/sign-in/", {"login": demo["casey"].email, "password": PASSWORD})
    assert client.post("/sign-in/code/", {"code": f"{code[:3]} {code[3:]}"}).status_code == 302


def test_the_practice_code_shows_in_the_sandbox_to_demo_accounts_only(demo, account, settings):
    def page(email: str, password: str) -> str:
        client = Client()
        client.post("/sign-in/", {"login": email, "password": password})
        return client.get("/sign-in/code/").content.decode()

    assert current_code(SECRET) in page(demo["casey"].email, PASSWORD)
    with secrets_of(account.pk):
        Authenticator.objects.create(user=account, type="totp", data={"secret": encrypt(SECRET)})
    assert "your code now" not in page(account.email, REAL_PASSWORD)
    settings.UPSTANDER_SANDBOX = False
    shown = page(demo["casey"].email, PASSWORD)
    assert "your code now" not in shown and current_code(SECRET) not in shown


def test_demo_accounts_are_made_once_and_never_in_production(demo, places, settings):
    from upstander.people.demo import demo_accounts
    from upstander.people.models import Account, Designation, RoleGrant

    where = {
        "district": places["district"].pk, "school": places["school"].pk,
        "police": places["police"].pk, "mental_health": places["clinic"].pk,
    }  # fmt: skip
    counts = [model.objects.count() for model in (Account, RoleGrant, Designation, Authenticator)]
    assert len(demo_accounts(**where)) == len(demo)
    assert counts == [model.objects.count() for model in (Account, RoleGrant, Designation, Authenticator)]
    settings.UPSTANDER_SANDBOX = False
    with pytest.raises(services.NotAllowed):
        demo_accounts(**where)


def test_a_real_account_with_a_demo_address_is_left_alone(db, places):
    from upstander.people.demo import demo_accounts

    services.create_account("a", "casey@demo.example", "A real Casey")
    with pytest.raises(services.NotAllowed):
        demo_accounts(
            district=places["district"].pk, school=places["school"].pk,
            police=places["police"].pk, mental_health=places["clinic"].pk,
        )  # fmt: skip


def test_signing_in_twice_in_one_minute_works_for_practice(demo):
    sign_in(Client(), demo["casey"].email)
    sign_in(Client(), demo["casey"].email)


def test_a_demo_account_is_nobody_once_the_system_is_in_service(demo, signed_in, settings):
    """Its password and its codes stand in the source: a database that practised goes into production without them."""
    browser = signed_in("alex")
    settings.UPSTANDER_SANDBOX = False
    assert browser.get("/people/").status_code == 403
    answer = Client().post("/sign-in/", {"login": demo["alex"].email, "password": PASSWORD})
    assert answer.status_code == 200 and "not right" in answer.content.decode()


def test_a_code_in_other_digits_is_a_wrong_code(demo):
    """Arabic-Indic digits, say: six of them, and no ASCII."""
    browser = Client()
    browser.post("/sign-in/", {"login": demo["casey"].email, "password": PASSWORD})
    answer = browser.post("/sign-in/code/", {"code": "\u0661\u0662\u0663\u0664\u0665\u0666"})
    assert answer.status_code == 200 and "not right" in answer.content.decode()


def test_a_sealed_secret_moved_to_another_account_does_not_open(account, demo):
    """Who can write to the table, and has the code of their own account, does not sign in as somebody else."""
    other = Account.objects.get(pk=demo["alex"].account_id)
    own = Authenticator.objects.get(user=other, type="totp")
    Authenticator.objects.create(user=account, type="totp", data=own.data)
    assert second_factor.accept(other, second_factor.current_code(SECRET))
    with pytest.raises(CannotOpen):
        second_factor.accept(account, second_factor.current_code(SECRET))


def test_the_demo_seals_anew_what_an_earlier_version_sealed_for_nobody(demo, places):
    account = Account.objects.get(pk=demo["casey"].account_id)
    with secrets_of(0):
        Authenticator.objects.filter(user=account, type="totp").update(data={"secret": encrypt(SECRET)})
    demo_accounts(
        district=places["district"].pk, school=places["school"].pk,
        police=places["police"].pk, mental_health=places["clinic"].pk,
    )  # fmt: skip
    assert second_factor.accept(account, second_factor.current_code(SECRET))
