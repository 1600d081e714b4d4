"""The day, the contacts, the plan and the governance are the staff's: by page, by press, and in the database itself."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests.network.support import client_for, make_member, make_second, make_sio, played
from upstander.ids import new_id
from upstander.insight import contacts, governing, plan
from upstander.insight.contacts import Words
from upstander.insight.models import Contact, PlanItem, Record
from upstander.markings import Level
from upstander.network import walls

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network"), pytest.mark.req("S-levels", "S-sio")]


@pytest.fixture
def there():
    """One of each, and the addresses about them: pages, and what is only pressed."""
    day = plan.first_of(contacts.clock.today())
    with walls.reading(walls.STAFF):
        contact = contacts.log(Words("Maria Zeller", "", "", "Call"), "call", "", day, 1, new_id())
        item = plan.add("Forum", "Sam", day, 1, new_id())
        record = governing.add("board", governing.Said("Larkspur", day), 1, new_id())
    pages = [
        "/desk/", f"/desk/unread/{new_id()}/", "/desk/contacts/", f"/desk/contacts/{contact}/", "/desk/plan/",
        f"/desk/plan/{day.year}/", f"/desk/plan/items/{item.pk}/", "/desk/governance/", f"/desk/governance/{record.pk}/",
    ]  # fmt: skip
    pressed = [
        "/desk/contacts/log/", f"/desk/contacts/{contact}/done/", "/desk/plan/carry-over/", f"/desk/plan/items/{item.pk}/done/",
        "/desk/governance/add/board/",
    ]  # fmt: skip
    return pages, pressed


@pytest.mark.parametrize("level", Level)
def test_no_member_opens_or_presses_anything_here(there, level):
    pages, pressed = there
    browser = client_for(make_member(level=level))
    for address in pages:
        assert browser.get(address).status_code == 403, address
    for address in [*pages, *pressed]:
        assert browser.post(address, {"press": str(new_id()), "who": "X", "title": "X"}).status_code in (403, 405), address
    assert (Contact.objects.count(), PlanItem.objects.count(), Record.objects.count()) == (1, 1, 1)
    assert Contact.objects.get().next_done_at is None and PlanItem.objects.get().state == "open"
    assert 'href="/desk/"' not in browser.get("/").content.decode()


def test_who_is_not_signed_in_is_asked_to_sign_in(there, client):
    for address in there[0] + there[1]:
        assert client.post(address).status_code == 302 and client.get(address).status_code == 302, address


def test_a_second_person_sees_the_day_too(there):
    assert client_for(make_second()).get("/desk/").status_code == 200
    assert client_for(make_sio()).get(there[0][1]).status_code == 404


@pytest.mark.parametrize("table", ["insight_contact", "insight_planitem", "insight_record"])
def test_the_database_shows_and_takes_it_for_the_staff_alone(there, table):
    with played("network"):
        for level in Level:
            with pytest.raises(DatabaseError, match="permission denied"), walls.reading(level), connection.cursor() as cursor:
                cursor.execute(f"SELECT 1 FROM {table}")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table}")
        with walls.reading(walls.STAFF), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (1,)
        with pytest.raises(DatabaseError, match="permission denied"), walls.reading(walls.STAFF), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")


def test_no_member_asks_how_far_outreach_is_and_nobody_reads_its_rows():
    with played("network"):
        for level in Level:
            with pytest.raises(DatabaseError, match="permission denied"), walls.reading(level), connection.cursor() as cursor:
                cursor.execute("SELECT * FROM published_outreach('2026-11-23')")
        for table in ("outreach_case", "outreach_step", "intake_tip", "actions_requiredaction"):
            with pytest.raises(DatabaseError, match="denied"), walls.reading(walls.STAFF), connection.cursor() as cursor:
                cursor.execute(f"SELECT 1 FROM {table}")
