"""Contacts with partners: logged in seconds, sealed, found again, with a next step that comes back by itself."""

from datetime import timedelta

import pytest
from django.db import connection

from tests.network.support import client_for, make_sio
from upstander import clock as the_clock
from upstander.ids import new_id
from upstander.insight import contacts, due
from upstander.insight.models import Contact
from upstander.network import walls

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network"), pytest.mark.req("S-sio")]
GIVEN = {"who": "Maria Zeller", "organisation": "Harrowbrook Fire", "kind": "call", "note": "Zinnia drill moved to May."}


@pytest.fixture
def officer():
    return make_sio()


@pytest.fixture
def sio(officer):
    return client_for(officer)


def log(sio, **more: object):
    return sio.post("/desk/contacts/log/", {"press": str(new_id()), **GIVEN, **more})


def test_a_name_is_enough(sio):
    answer = sio.post("/desk/contacts/log/", {"press": str(new_id()), "who": "Maria Zeller", "kind": "call"}, follow=True)
    assert answer.redirect_chain == [("/desk/", 302)]
    assert "Maria Zeller" in answer.content.decode() and "The contact is written down" in answer.content.decode()


def test_pressed_twice_it_is_one_contact(sio):
    press = str(new_id())
    for _time in range(2):
        log(sio, press=press)
    assert Contact.objects.count() == 1


def test_no_word_of_it_lies_open_in_any_column(sio):
    log(sio, next="Quartzine list")
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM insight_contact c")
        ((row,),) = cursor.fetchall()
        cursor.execute("SELECT coalesce(string_agg(e::text, ' '), '') FROM audit_entry e")
        ((record,),) = cursor.fetchall()
    for word in ("Zeller", "Harrowbrook", "Zinnia", "Quartzine"):
        spelled = word.encode().hex()
        assert word not in row + record and spelled not in row + record
    assert "insight.contact_logged" in record


def test_it_is_found_by_any_of_its_words_and_what_was_looked_for_stands_in_no_address(sio):
    log(sio)
    log(sio, who="Ned Abel", organisation="Cyber cell", note="Phishing at three districts.")
    found = sio.post("/desk/contacts/", {"words": "zinnia HARROWBROOK"})
    assert "Maria Zeller" in found.content.decode() and "Ned Abel" not in found.content.decode()
    assert found.request["QUERY_STRING"] == ""
    assert "Nothing found" in sio.post("/desk/contacts/", {"words": "zinnia abel"}).content.decode()
    assert "Ned Abel" in sio.get("/desk/contacts/?words=zinnia").content.decode()


def test_a_next_step_is_due_on_the_day_page_until_it_is_done(sio, officer, clock):
    log(sio, next="Send the list")
    with walls.reading(walls.STAFF):
        (one,) = due.due()
    assert (one.kind, one.what, one.note, one.late) == ("contact", "Send the list", "Maria Zeller", False)
    assert one.day == the_clock.today() + timedelta(days=7)
    clock(timedelta(days=9).total_seconds())
    with walls.reading(walls.STAFF):
        assert due.due()[0].late
    client_for(officer).post(f"{one.address}done/")
    with walls.reading(walls.STAFF):
        assert due.due() == []
        assert contacts.latest()[0].done_at is not None


def test_a_form_with_a_mistake_comes_back_filled_on_the_same_page(sio):
    answer = log(sio, who="", due="2026-12-24")
    said = answer.content.decode()
    assert answer.status_code == 422 and Contact.objects.count() == 0
    for words in ("Write with whom.", "Say what is to be done until then.", "Zinnia drill moved to May.", "What waits"):
        assert words in said
    assert "Write the day as 2026-01-31." in log(sio, next="Call", due="soon").content.decode()


def test_another_rows_envelope_does_not_open_here(sio):
    log(sio)
    log(sio, who="Ned Abel")
    one, other = Contact.objects.order_by("at")
    Contact.objects.filter(pk=one.pk).update(sealed_words=other.sealed_words)
    with walls.reading(walls.STAFF):
        assert contacts.one(one.pk).who == ""
