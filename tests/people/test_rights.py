"""The logins' rights suffice for what the processes do here, and for nothing more."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client

from tests.people.conftest import refused, sign_in
from upstander import clock
from upstander.intake import worker
from upstander.people import services
from upstander.people.demo import PASSWORD
from upstander.people.models import Account, Attempt, Designation, RoleGrant
from upstander.people.sessions.desk import SessionStore as DeskSessions

pytestmark = pytest.mark.django_db


def test_the_desk_signs_people_in_and_looks_after_them(demo, places, origin, as_login):
    origin("desk")
    as_login("desk")
    admin = sign_in(Client(), demo["alex"].email)
    page = admin.post("/people/new/", {"name": "Pat", "email": "pat@x.example", "roles": ["sio"]})
    assert page.status_code == 200
    casey = demo["casey"].account_id
    assert admin.post(f"/people/{casey}/link/", {"new_second_factor": "on"}).status_code == 200
    assert admin.post(f"/people/{casey}/active/").status_code == 302
    where = {"q": "lincoln", "organisation": places["school"].pk, "kind": "end_user"}
    assert admin.post(f"/people/{demo['sam'].account_id}/designation/", where).status_code == 302
    assert admin.post("/account/recovery-codes/new/").status_code == 302
    assert admin.get("/account/recovery-codes/").status_code == 200
    admin.post("/sign-out/")


def test_the_school_origin_signs_people_in_and_can_make_nobody_staff(demo, account, origin, as_login):
    origin("school")
    as_login("school")
    sign_in(Client(), demo["ana"].email).post("/sign-out/")
    services.designate("a", account.pk, Designation.objects.first().organisation_id)
    made, token = services.create_account("a", "new@x.example", "New")
    assert services.accept_invitation(token, "seven quiet green boats")
    assert refused(lambda: services.grant_role("a", account.pk, "sio"))
    assert refused(lambda: RoleGrant.objects.update(ends_at=None))
    assert refused(lambda: account.delete())
    assert refused(lambda: DeskSessions.get_model_class().objects.count())


@pytest.mark.parametrize("login", ["public", "relay", "events", "sealer"])
def test_no_other_login_reads_a_password_or_a_secret(login, demo, as_login):
    as_login(login)
    for table in ("people_account", "mfa_authenticator", "people_invitation", "people_desk_session"):
        with connection.cursor() as cursor:
            assert refused(lambda t=table, c=cursor: c.execute(f"SELECT * FROM {t}")), table


@pytest.mark.parametrize("as_worker", [True, False])
def test_the_worker_removes_sessions_and_counters_that_are_over(as_worker, demo, origin, as_login):
    origin("desk")
    sign_in(Client(), demo["casey"].email)
    long_ago = clock.now() - timedelta(days=1)
    sessions = DeskSessions.get_model_class().objects
    assert sessions.update(expire_date=long_ago) and Attempt.objects.update(last_at=long_ago)
    sign_in(Client(), demo["morgan"].email)
    kept = sessions.filter(expire_date__gt=clock.now()).count(), Attempt.objects.count()
    if as_worker:
        as_login("worker")
        worker.clear()
    else:
        worker.Worker().turn()
    left = Attempt.objects.filter(last_at=long_ago).count()
    assert (sessions.count(), left) == (kept[0], 0) and 0 < Attempt.objects.count() < kept[1]


def test_the_school_login_cannot_make_its_way_into_the_desk(demo, account, origin, as_login):
    """Whoever captures that origin holds its login: no password, second factor or set-up link of staff is theirs to write."""
    origin("school")
    staff = Account.objects.get(pk=demo["alex"].account_id)
    theirs = Authenticator.objects.get(user=staff)
    mine = Authenticator.objects.create(user=account, type="totp", data={"secret": "sealed"})
    as_login("school")
    assert refused(lambda: Account.objects.filter(pk=staff.pk).update(password="x"))
    assert refused(lambda: Authenticator.objects.filter(pk=theirs.pk).update(data=mine.data))
    assert refused(
        lambda: Authenticator.objects.filter(pk=mine.pk).update(user_id=staff.pk, type="recovery_codes")
    )
    assert refused(lambda: Authenticator.objects.create(user=staff, type="recovery_codes", data={}))
    assert refused(lambda: theirs.delete())
    assert refused(lambda: services.invite("a", staff.pk))
    Account.objects.filter(pk=account.pk).update(password="x")
    Authenticator.objects.filter(pk=mine.pk).delete()


def test_the_school_login_reads_no_hash_and_everybody_still_signs_in_and_changes_the_password(
    demo, account, places, origin, as_login
):
    services.designate("a", account.pk, places["school"].pk)
    origin("school")
    as_login("school")
    with connection.cursor() as cursor:
        assert refused(lambda: cursor.execute("SELECT password FROM people_account"))
        assert refused(lambda: cursor.execute("SELECT people_password_proved(1, 'x')"))
        cursor.execute("SELECT people_password_frame(%s)", [demo["alex"].account_id])
        assert set(cursor.fetchone()[0].rpartition("$")[2]) == {"A"}, "what it was made with, and no letter of the hash"
    wrong = Client().post("/sign-in/", {"login": demo["ana"].email, "password": "not the right one"})
    assert wrong.status_code == 200 and "is not right" in wrong.content.decode()
    browser, other = sign_in(Client(), demo["ana"].email), Client()
    other.cookies = browser.cookies.copy()
    typed = {"oldpassword": PASSWORD, "password1": "nine loud yellow trains", "password2": "nine loud yellow trains"}
    assert browser.post("/account/password/", typed | {"oldpassword": "not it"}).status_code == 200
    assert browser.post("/account/password/", typed).status_code == 302
    assert browser.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302, "whoever else was signed in is not any more"
    found = Account.objects.get(pk=demo["ana"].account_id)
    assert found.check_password("nine loud yellow trains") and not found.check_password(PASSWORD)
    assert found.password == "(kept by the database)"


def test_staff_who_come_to_the_school_origin_change_nothing_there(demo, places, origin, as_login):
    origin("desk")
    casey = demo["casey"]
    token = services.invite("a", casey.account_id)
    services.designate("a", casey.account_id, places["school"].pk)
    origin("school")
    as_login("school")
    browser = sign_in(Client(), casey.email)
    assert browser.get("/account/password/").status_code == 403
    assert browser.post("/account/recovery-codes/new/").status_code == 403
    own = browser.get("/account/").content.decode()
    assert "/account/recovery-codes/" not in own and "/account/password/" not in own
    assert Client().get(f"/set-up/{token}/").status_code == 410
    assert browser.post("/sign-out/").status_code == 302
