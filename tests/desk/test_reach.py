"""Those who supervise enter their own numbers, or an administrator does; nobody else sees them, and they are asked again."""

import pytest
from django.db import connection
from django.test import Client

from upstander.audit.models import Entry
from upstander.config import config
from upstander.packs.current import current
from upstander.people import reach
from upstander.people.models import Reach
from upstander.people.reach import Numbers

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.2")]
GIVEN = {"text": "217-555-0142", "phone": "(217) 555-0143", "mail": "m@home.example"}
KEPT = Numbers("+12175550142", "+12175550143", "m@home.example")


@pytest.fixture
def his(morgan) -> str:
    return f"/reach/{morgan.account.pk}/"


def test_ones_own_are_kept_sealed_and_shown_to_oneself(morgan, his):
    answer = morgan.post(his, GIVEN)
    assert answer.status_code == 302 and answer["Location"] == f"{his}?saved=1"
    shown = morgan.get(f"{his}?saved=1").content.decode()
    assert all(f'value="{number}"' in shown for number in (KEPT.text, KEPT.phone, KEPT.mail))
    assert reach.numbers([morgan.account.pk]) == {morgan.account.pk: KEPT}
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM people_reach t")
        (row,) = cursor.fetchone()
    assert not any(
        word.encode().hex() in row or word in row for word in ("2175550142", "2175550143", "m@home")
    )
    (entry,) = Entry.objects.filter(act="account.reach_set")
    assert entry.actor == morgan.account.actor and "555" not in str(entry.detail)


@pytest.mark.parametrize(
    ("field", "written"),
    [("text", "911"), ("phone", "217-555-0142 x 12"), ("phone", "2041"), ("mail", "morgan at home")],
)
def test_what_reaches_nobody_is_said_at_its_field_and_stays_there(morgan, his, field, written):
    answer = morgan.post(his, {**GIVEN, field: written})
    shown = answer.content.decode()
    assert answer.status_code == 422 and f'value="{written}"' in shown and "usa-error-message" in shown
    assert not Reach.objects.exists()


def test_all_empty_takes_them_away(morgan, his):
    morgan.post(his, GIVEN)
    morgan.post(his, {"text": "", "phone": "", "mail": ""})
    assert not Reach.objects.exists() and Entry.objects.filter(act="account.reach_removed").count() == 1


def test_who_keeps_no_telephone_is_told_that_nothing_rings(morgan, his):
    said = {"text": "No telephone is kept: nothing rings.", "": "No number is kept."}
    for which, words in said.items():
        answer = morgan.post(his, {name: value if name == which else "" for name, value in GIVEN.items()}, follow=True)
        assert words in answer.content.decode()
    assert "is kept" not in morgan.post(his, GIVEN, follow=True).content.decode()


def test_an_administrator_enters_anybodys_on_record_and_a_colleague_nobodys(morgan, his, signed_in):
    boss, colleague = signed_in("Dana Admin", "programme_admin"), signed_in("Lee Super", "supervisor")
    assert boss.post(his, GIVEN).status_code == 302
    assert 'value="+12175550142"' in boss.get(his).content.decode()
    assert Entry.objects.filter(act="account.reach_seen", actor=boss.account.actor).count() == 1
    for answer in (colleague.get(his), colleague.post(his, {"text": "", "phone": "", "mail": ""})):
        assert answer.status_code == 403
    assert "555" not in colleague.get("/reach/").content.decode(), "the list names ways, no numbers"
    assert Reach.objects.count() == 1


def test_nobody_else_opens_the_pages(morgan, his, casey, desk):
    for path in ("/reach/", his):
        assert casey.get(path).status_code == 403 and casey.post(path).status_code in (403, 405)
        assert Client().get(path)["Location"].startswith("/sign-in/")


def test_the_list_says_what_nobody_has_and_who_is_told_how(morgan, his, monkeypatch):
    def listed() -> str:
        return " ".join(morgan.get("/reach/").content.decode().split())

    assert "there is no duty telephone" in listed() and "mail alone" in listed()
    monkeypatch.setenv("UPSTANDER_ON_CALL_NUMBER", "+12175550911")
    config.cache_clear()
    assert "only the duty telephone rings" in listed()
    morgan.post(his, GIVEN)
    assert "only the duty telephone rings" not in listed() and "text message" in listed()
    monkeypatch.undo()
    config.cache_clear()


def test_they_are_to_be_looked_at_again_and_saving_says_that_they_are_right(morgan, his, clock):
    morgan.post(his, GIVEN)
    assert "to be looked at again" not in morgan.get("/reach/").content.decode()
    Reach.objects.update(
        verified_at=Reach.objects.get().verified_at - _days(current().limits.contact_check_days)
    )
    assert "to be looked at again" in morgan.get("/reach/").content.decode()
    assert "Are these still right?" in morgan.get(his).content.decode()
    morgan.post(his, GIVEN)
    assert "to be looked at again" not in morgan.get("/reach/").content.decode()


def test_a_wrong_number_is_rung_no_more_until_it_was_looked_at(morgan, his):
    morgan.post(his, GIVEN)
    reach.wrong("system:caller", morgan.account.pk)
    assert reach.channels([morgan.account.pk])[morgan.account.pk] == {"sms"}
    assert (
        "is nobody" in morgan.get(his).content.decode()
        and "wrong number" in morgan.get("/reach/").content.decode()
    )
    morgan.post(his, GIVEN)
    assert reach.channels([morgan.account.pk])[morgan.account.pk] == {"sms", "call"}


def test_their_account_leads_there_and_a_call_takers_does_not(morgan, casey, his):
    assert f'href="{his}"' in morgan.get("/account/").content.decode()
    assert "/reach/" not in casey.get("/account/").content.decode()


def _days(n: int):
    from datetime import timedelta

    return timedelta(days=n)
