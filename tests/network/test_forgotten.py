"""Who forgot the password gets a link by mail; a stranger learns nothing, and a mailbox alone opens nothing."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.network.applying import link_in, mail_of
from tests.network.conftest import network  # noqa: F401 - fixture
from tests.network.support import make_member, make_sio, played
from tests.network.test_what_signs_in import designated, signs_in, with_password
from upstander.delivery.models import Delivery
from upstander.markings import Level
from upstander.network import chores, walls
from upstander.network.models import Asking, Member
from upstander.network.vetting import let_in
from upstander.people import forgotten
from upstander.people.models import Account, Forgotten, Invitation
from upstander.people.services import invitation_for, invite

pytestmark = [pytest.mark.req("S-membership")]
PURPOSE = "network_forgotten"
NEW = "eleven loud red kites"


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


def asks(email: str) -> str:
    with played("network"):
        answer = Client().post("/forgotten/", {"email": email})
    assert answer.status_code == 200
    with played("worker"):
        assert chores.forgotten() is False
    assert not Forgotten.objects.exists(), "what was asked is answered, and gone"
    return answer.content.decode()


def owed() -> int:
    return Delivery.objects.filter(purpose=PURPOSE).count()


def test_a_member_sets_a_new_password_once_by_the_mailed_link_and_still_needs_the_second_factor(network, clock):  # noqa: F811
    member = make_member("Ana Rivera", Level.FOUO)
    with_password(member.account)
    old = signs_in(member.account)
    assert 'href="/forgotten/"' in Client().get("/sign-in/").content.decode()
    asks(member.account.email.upper())
    mail = mail_of(PURPOSE)
    assert mail.to_address == member.account.email
    page, link = Client(), link_in(mail.text)
    given = {"password1": NEW, "password2": NEW}
    assert page.post(link, given).status_code == 200
    assert page.post(link, given).status_code == 410, "good once"
    assert old.get("/").status_code == 302, "whoever was signed in is not any more"
    fresh = Client()
    answer = fresh.post("/sign-in/", {"login": member.account.email, "password": NEW})
    assert answer.status_code == 302 and fresh.get("/").status_code == 302, "the password alone opens nothing"
    clock(60)  # (a code counts once)
    assert signs_in(member.account, NEW).get("/").status_code == 200


def test_the_answer_is_the_same_for_everybody_and_only_members_get_a_mail(network):  # noqa: F811
    gone, removed, off = make_member("Gil Gone"), make_member("Rae Removed"), make_member("Ola Off")
    Member.objects.filter(pk=gone.pk).update(left_at=gone.joined_at)
    Member.objects.filter(pk=removed.pk).update(state=Member.State.REMOVED)
    Account.objects.filter(pk=off.account_id).update(is_active=False)
    school = designated(make_member("Sam School").account)
    strangers = ["nobody@switchgrass.example", make_sio().email, school.email]
    strangers += [one.account.email for one in (gone, removed, off)]
    said = {asks(email) for email in [*strangers, make_member("Ana Rivera").account.email]}
    assert len({page.split("<main")[1] for page in said}) == 1 and owed() == 1
    assert Invitation.objects.count() == 1


def test_one_mail_in_ten_minutes_and_five_a_day_and_two_hours_to_use_it(network, clock):  # noqa: F811
    member = make_member("Ana Rivera")
    for _press in range(3):
        asks(member.account.email)
    assert owed() == 1
    for minutes in range(1, 10):
        clock(minutes * (forgotten.AGAIN + timedelta(minutes=1)).total_seconds())
        asks(member.account.email)
    assert owed() == forgotten.MOST
    link = link_in(mail_of(PURPOSE).text)
    clock(6 * 3600)
    assert Client().get(link).status_code == 410
    assert mail_of(PURPOSE) is None, "what is over is not mailed any more"


@pytest.mark.parametrize("typed", ["", "x", "a@b@c", "\x00@x.example"])
def test_what_is_no_address_comes_back_with_a_word(network, typed):  # noqa: F811
    answer = Client().post("/forgotten/", {"email": typed})
    assert answer.status_code == 422 and "address" in answer.content.decode() and owed() == 0


def test_somebody_of_a_school_who_never_set_up_is_shown_where_to_get_the_link(network):  # noqa: F811
    member = make_member("Sam School")
    person = designated(member.account)
    Account.objects.filter(pk=person.pk).update(last_login=None, password="!")
    member.refresh_from_db()
    let_in(Member.objects.select_related("account").get(pk=member.pk), make_sio())
    assert Asking.objects.get(kind="welcome").stage == Asking.UNSET
    text = mail_of("network_welcome").text
    assert "not set up yet" in text and link_in(text) == "/forgotten/"


def test_a_stranger_who_types_an_address_voids_no_invitation_and_a_set_password_voids_them_all(network):  # noqa: F811
    member = make_member("Ana Rivera", Level.FOUO)
    given = invite("system:test", member.account_id)
    asks(member.account.email)
    assert invitation_for(given) is not None, "what was handed over is good as before"
    link = link_in(mail_of(PURPOSE).text)
    assert Client().post(link, {"password1": NEW, "password2": NEW}).status_code == 200
    assert invitation_for(given) is None, "the password is set: no other link sets another"


def test_what_the_page_does_is_the_same_for_every_address(network):  # noqa: F811
    """No work that could be timed tells whether an address is a member's: the worker looks, after the answer."""
    done = set()
    for email in (make_member("Ana Rivera").account.email, make_sio().email, "nobody@switchgrass.example"):
        with played("network"), CaptureQueriesContext(connection) as asked:
            Client().post("/forgotten/", {"email": email})
        own = r"'(?:[^']|'')*'|\"s\d+_x\d+\"|\b\d+\b"
        done.add(tuple(re.sub(own, "?", query["sql"]) for query in asked.captured_queries))
    assert len(done) == 1 and not owed()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(f::text, ' ') FROM people_forgotten f")
        kept = cursor.fetchone()[0]
    assert "ana.rivera" not in kept and b"ana.rivera".hex() not in kept, "sealed to the worker"
    with played("network"), pytest.raises(DatabaseError, match="permission denied"), walls.reading(walls.STAFF):
        list(Forgotten.objects.all())


def test_a_flood_of_addresses_fills_no_disk_and_what_waited_too_long_is_dropped(network, clock, monkeypatch):  # noqa: F811
    member = make_member("Ana Rivera")
    monkeypatch.setattr(forgotten, "WAITING", 3)
    with played("network"):
        for n in range(5):
            assert Client().post("/forgotten/", {"email": f"x{n}@switchgrass.example"}).status_code == 200
    assert Forgotten.objects.count() == 3
    clock((forgotten.OVER + timedelta(minutes=1)).total_seconds())
    asks(member.account.email)
    assert owed() == 1


def test_the_worker_makes_no_link_of_staff_whatever_it_is_made_to_do(network):  # noqa: F811
    sio = make_sio()
    with played("worker"), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        forgotten.link(sio, "en")
    assert not Invitation.objects.exists()
