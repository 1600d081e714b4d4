"""The yearly plan, and what the programme is governed by."""

from datetime import date, timedelta

import pytest

from tests.network.support import client_for, make_sio
from upstander import clock as the_clock
from upstander.ids import new_id
from upstander.insight import due, governing, plan
from upstander.insight.models import PlanItem, Record
from upstander.network import walls

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network"), pytest.mark.req("S-sio")]


@pytest.fixture
def officer():
    return make_sio()


@pytest.fixture
def sio(officer):
    return client_for(officer)


def planned(sio, month: date, title: str = "Forum with other states") -> PlanItem:
    press = new_id()
    given = {"press": str(press), "title": title, "owner": "Sam Whitaker", "month": month.isoformat()}
    assert sio.post(f"/desk/plan/{month.year}/", given).status_code == 302
    return PlanItem.objects.get(pk=press)


def this_month() -> date:
    return plan.first_of(the_clock.today())


def test_what_was_not_done_is_late_then_carried_over_and_says_from_when(sio, officer, clock):
    item, other = planned(sio, this_month()), planned(sio, this_month(), "Newsletter")
    sio.post(f"/desk/plan/items/{other.pk}/done/")
    clock(timedelta(days=40).total_seconds())
    with walls.reading(walls.STAFF):
        assert [(one.what, one.late) for one in due.due()] == [(item.title, True)]
    answer = client_for(officer).post("/desk/plan/carry-over/", follow=True).content.decode()
    item.refresh_from_db()
    other.refresh_from_db()
    assert item.month == this_month() != item.first_month and other.month == other.first_month
    assert "carried over from" in answer and "1 item is this month" in answer
    with walls.reading(walls.STAFF):
        assert [one.late for one in due.due()] == [False]


def test_an_item_can_be_said_anew(sio):
    item = planned(sio, this_month())
    month = plan.after(this_month(), 3)
    given = {"press": str(new_id()), "title": "Forum", "owner": "Ada", "month": month.isoformat(), "state": "begun"}
    assert sio.post(f"/desk/plan/items/{item.pk}/", given).status_code == 302
    item.refresh_from_db()
    assert (item.title, item.owner, item.month, item.state) == ("Forum", "Ada", month, "begun")
    given |= {"owner": "", "state": "gone"}
    answer = sio.post(f"/desk/plan/items/{item.pk}/", given)
    assert answer.status_code == 422 and "Write who does it." in answer.content.decode()


def test_pressed_twice_it_is_planned_once_and_a_state_that_is_none_is_not_there(sio):
    month = this_month()
    given = {"press": str(new_id()), "title": "Visit", "owner": "Sam", "month": month.isoformat()}
    for _time in range(2):
        sio.post(f"/desk/plan/{month.year}/", given)
    item = PlanItem.objects.get()
    assert sio.post(f"/desk/plan/items/{item.pk}/gone/").status_code == 404
    assert sio.get("/desk/plan/1066/").status_code == 404
    assert sio.get("/desk/plan/items/00000000-0000-0000-0000-000000000007/").status_code == 404


@pytest.mark.parametrize("kind", sorted(governing.COLUMNS))
def test_each_table_takes_a_record_shows_it_and_lets_it_end(sio, kind):
    columns, press = governing.COLUMNS[kind], new_id()
    given = {"press": str(press), "title": "Larkspur", "who": "Sumac College", "day": "2026-03-04", "notes": "Twice a year."}
    more = {"version": "Draft-7b"} if columns.version else {}
    assert sio.post(f"/desk/governance/add/{kind}/", given | more).status_code == 302
    said = sio.get("/desk/governance/").content.decode()
    assert "Larkspur" in said and "Mar 4, 2026" in said and ("Draft-7b" in said) == bool(columns.version)
    ended = {**given, **more, "press": str(new_id()), "ended": "on"}
    assert sio.post(f"/desk/governance/{press}/", ended).status_code == 302
    assert "holds no more" in sio.get("/desk/governance/").content.decode()
    assert Record.objects.get().ended_at is not None


def test_an_agreement_that_ends_soon_is_due_on_the_day_page(sio):
    ends = the_clock.today() + timedelta(days=10)
    given = {"press": str(new_id()), "title": "Data sharing", "who": "Lakeland", "day": "2026-01-01", "until": ends.isoformat()}
    sio.post("/desk/governance/add/agreement/", given)
    with walls.reading(walls.STAFF):
        assert [(one.kind, one.day, one.what, one.late) for one in due.due()] == [("record", ends, "Data sharing", False)]


def test_a_record_with_a_mistake_comes_back_filled_and_open(sio):
    given = {"press": str(new_id()), "title": "", "who": "Sumac College", "day": "2026-03-04", "until": "2026-01-01"}
    answer = sio.post("/desk/governance/add/board/", given)
    said = answer.content.decode()
    assert answer.status_code == 422 and "<details open" in said and "Sumac College" in said
    assert "Write what it is called." in said and "This is before it begins." in said
    assert sio.post("/desk/governance/add/club/", given).status_code == 404
