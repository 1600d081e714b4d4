"""The school is reminded of what the law may ask of it, opens its own clocks, and meets them with evidence (0074)."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from tests.response.conftest import ADMINISTRATOR, END_USER, enter
from upstander import clock as the_clock
from upstander.actions import clocks
from upstander.actions.clock_models import SchoolClock
from upstander.actions.models import Referral
from upstander.audit.models import Entry
from upstander.ids import new_id

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school"), pytest.mark.req("D-I.A")]
WHY = "We have known of it since the morning meeting."


@pytest.fixture
def head(person, town):
    return enter(person("okafor@prairie.example", (town.school, END_USER), name="P. Okafor"))


@pytest.fixture
def mine(told, town) -> Referral:
    return told.referrals[town.school.name]


def post(client, referral, act="", **given):
    return client.post(f"/tips/{referral.pk}/duties/{act}", given)


def opens(client, referral, **more):
    return post(client, referral, code="bullying_parents", reason=WHY, row=str(new_id()), **more)


def test_the_page_asks_with_law_and_disclaimer_and_opens_nothing_by_itself(head, mine):
    page = head.get(f"/tips/{mine.pk}/").content.decode()
    assert "Since when has the school" in page and "105 ILCS 5/27-23.7" in page
    assert "not checked against the law" in page and "A reminder, not legal advice" in page
    assert not SchoolClock.objects.exists()


def test_we_have_determined_it_then_we_have_done_it(head, mine):
    assert opens(head, mine).status_code == 302
    row = SchoolClock.objects.get()
    assert row.due_at - row.opened_at == timedelta(hours=24)
    assert WHY in head.get(f"/tips/{mine.pk}/").content.decode()
    assert "A duty of yours runs" in head.get("/").content.decode()
    assert post(head, mine, f"{row.pk}/done/", evidence="").status_code == 422
    assert post(head, mine, f"{row.pk}/done/", evidence="Both mothers reached").status_code == 302
    assert "Both mothers reached" in head.get(f"/tips/{mine.pk}/").content.decode()
    assert "A duty of yours runs" not in head.get("/").content.decode()
    acts = Entry.objects.filter(act__startswith="clock.", object_kind="referral").order_by("id")
    assert [e.act for e in acts] == ["clock.opened", "clock.met"]


def test_it_does_not_hold(head, mine):
    opens(head, mine)
    act = f"{SchoolClock.objects.get().pk}/waive/"
    assert post(head, mine, act, reason="").status_code == 422
    assert post(head, mine, act, reason="It was a quarrel among equals.").status_code == 302
    assert "It was a quarrel among equals." in head.get(f"/tips/{mine.pk}/").content.decode()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"reason": "  "}, "Write who has determined it"),
        ({"day": "2026-13-40"}, "Write the day as"),
        ({"day": "2099-01-01"}, "lies in the future"),
        ({"code": "fatal_abuse"}, "Choose one of the duties."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(head, mine, given, says):
    sent = {"code": "bullying_parents", "reason": WHY, "row": str(new_id())} | given
    answer = post(head, mine, **sent)
    assert answer.status_code == 422 and says in answer.content.decode()
    assert not SchoolClock.objects.exists()


def test_another_duty_can_be_opened_and_the_same_press_twice_opens_one(head, mine):
    row = str(new_id())
    for _ in range(2):
        answer = post(head, mine, code="firearm_report", reason=WHY, row=row, other="1")
        assert answer.status_code == 302
    assert SchoolClock.objects.get().code == "firearm_report"


def test_police_and_counselling_are_reminded_of_nothing(person, town, told):
    for n, place in enumerate((town.police, town.counselling)):
        client = enter(person(f"p{n}@agency.example", (place, END_USER)))
        referral = told.referrals[place.name]
        assert "What the law may ask" not in client.get(f"/tips/{referral.pk}/").content.decode()
        assert opens(client, referral).status_code == 422
    assert not SchoolClock.objects.exists()


def test_what_belongs_to_others_is_not_there(person, town, head, mine, told):
    opens(head, mine)
    row = SchoolClock.objects.get()
    stranger = enter(person("x@far.example", (town.far_school, END_USER)))
    keeper = enter(person("y@prairie.example", (town.school, ADMINISTRATOR)))
    for client in (stranger, keeper):
        assert opens(client, mine).status_code == 404
        assert post(client, mine, f"{row.pk}/done/", evidence="x").status_code == 404
        assert post(client, mine, f"{row.pk}/waive/", reason="x").status_code == 404
    other = told.referrals[town.district.name]
    above = enter(person("ana@prairie.example", (town.district, END_USER)))
    assert post(above, other, f"{row.pk}/done/", evidence="x").status_code == 404, "another referral's clock"
    assert post(head, mine, f"{uuid.uuid4()}/done/", evidence="x").status_code == 404
    assert opens(Client(), mine)["Location"].startswith("/sign-in/")
    assert SchoolClock.objects.get().runs


def test_a_tip_that_was_corrected_asks_nothing_more_and_its_clock_can_still_be_ended(head, mine):
    opens(head, mine)
    Referral.objects.filter(pk=mine.pk).update(stood_down_at=the_clock.now())
    page = head.get(f"/tips/{mine.pk}/").content.decode()
    assert "Since when has the school" not in page and "We have done it" in page


def test_a_colleague_who_opens_it_too_is_told_that_it_runs(head, mine, person, town):
    opens(head, mine)
    colleague = enter(person("second@prairie.example", (town.school, END_USER)))
    answer = opens(colleague, mine)
    assert answer.status_code == 422 and "runs already" in answer.content.decode()


def test_the_schools_own_login_suffices(head, mine, as_login):
    as_login("school")
    assert opens(head, mine).status_code == 302
    row = SchoolClock.objects.get()
    assert head.get(f"/tips/{mine.pk}/").status_code == head.get("/").status_code == 200
    assert post(head, mine, f"{row.pk}/done/", evidence="Reached").status_code == 302
    assert clocks.holder(row) == mine.pk
