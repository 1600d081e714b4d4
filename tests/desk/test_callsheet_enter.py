"""Entering what was done from paper: in the sheet's order, with its real times, wrong ones refused at their field."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.desk.conftest import action_of
from upstander.actions import services as actions
from upstander.actions.models import ActionEvent, RequiredAction
from upstander.clock import now
from upstander.intake.models import Tip
from upstander.packs.current import current

pytestmark = pytest.mark.django_db
PAGE = "/call-sheet/enter/"
ROW = re.compile(r'<li class="action" id="e-([0-9a-f]{8})"')
WORDS = "Canary-9054 hid it behind the gymnasium"


@pytest.fixture
def critical(casey, town, new_tip, judged, clock):
    tip = new_tip(town.school, text=WORDS)
    clock(20 * 60)
    judged(tip, casey.account, "planned_school_attack")
    clock(40 * 60)
    return tip


def wall(at: datetime) -> dict[str, str]:
    """A moment as it is typed into the two fields."""
    here = at.astimezone(ZoneInfo(current().programme.time_zone))
    return {"happened_day": here.strftime("%Y-%m-%d"), "happened_hour": here.strftime("%H:%M")}


def enter(client, action, at=None, **given):
    typed = {"result": "answered", "answered_by": "Operator 12"} | wall(at or now() - timedelta(minutes=1)) | given
    return client.post(f"{PAGE}{action.id}/", typed)


def rows(client) -> list[str]:
    return ROW.findall(client.get(PAGE).content.decode())


def test_the_open_calls_stand_in_the_sheets_order_without_a_word_of_the_tip(casey, critical):
    from upstander.actions import callsheet

    wanted = [line.action.id.hex[-8:] for line in callsheet.read(now()).lines]
    assert rows(casey) == wanted and "Canary" not in casey.get(PAGE).content.decode()


def test_one_row_after_the_other_with_its_real_time(casey, critical):
    psap, at = action_of(critical.id, "call_psap"), now() - timedelta(minutes=15)
    first, second = rows(casey)[:2]
    answer = enter(casey, psap, at, note="Sent two cars")
    assert answer.status_code == 302 and answer["Location"] == f"{PAGE}?after={first}"
    page = casey.get(answer["Location"]).content.decode()
    assert rows(casey)[0] == second and "Recorded." in page
    assert page.index(f"e-{second}") < page.index("data-focus")
    event = ActionEvent.objects.get(action=psap)
    assert event.when == at.replace(second=0, microsecond=0) and event.actor == casey.account.actor


@pytest.mark.req("D-IV.A.2.a.1")
def test_the_tips_page_and_the_sheet_say_when_it_was_and_when_it_was_entered(casey, critical):
    psap, at = action_of(critical.id, "call_psap"), now() - timedelta(minutes=15)
    enter(casey, psap, at, result="voicemail", answered_by="")
    for address in (f"/tip/{critical.number}/", "/owed/"):
        page = casey.get(address).content.decode()
        assert "entered <" in page, address
    from upstander.actions.callsheet_words import moment

    assert f"{moment(at)} voicemail" in casey.get("/call-sheet/").content.decode()


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"happened_hour": "soon"}, "Write the time as 14:30."),
        ({"happened_day": "the 3rd", "happened_hour": "10:00"}, "Write the day as 2026-11-22."),
        ({"happened_day": "2020-01-01"}, "Write the time too, as 14:30."),
        ({"happened_day": "2020-01-01", "happened_hour": "10:00"}, "The tip came in after that."),
        ({"happened_day": "2999-01-01", "happened_hour": "10:00"}, "This time is still to come."),
        ({"happened_day": "9999-12-31", "happened_hour": "23:59"}, "Look at the year again."),
    ],
)
def test_a_time_that_cannot_be_is_refused_at_its_field_and_the_form_comes_back_filled(casey, critical, typed, why):
    psap = action_of(critical.id, "call_psap")
    for address in (f"{PAGE}{psap.id}/", f"/owed/{psap.id}/", f"/tip/{critical.number}/actions/{psap.id}/"):
        sent = {"result": "answered", "answered_by": "Operator 12", "note": "Kept", "back": "call_taker", **typed}
        answer = casey.post(address, sent)
        page = answer.content.decode()
        assert answer.status_code == 422 and why in page and 'value="Kept"' in page, address
        assert f'value="{typed.get("happened_hour", "")}"' in page or "happened_hour" not in typed
    assert not ActionEvent.objects.filter(action=psap).exists()


def test_what_was_done_from_paper_is_not_taken_for_done_at_this_press(casey, critical):
    psap = action_of(critical.id, "call_psap")
    answer = enter(casey, psap, happened_day="", happened_hour="", note="Kept")
    page = answer.content.decode()
    assert answer.status_code == 422 and "Write the time too, as 14:30." in page and 'value="Kept"' in page
    assert not ActionEvent.objects.filter(action=psap).exists()


def test_who_answered_is_asked_for_as_ever(casey, critical):
    answer = enter(casey, action_of(critical.id, "call_psap"), answered_by="")
    assert answer.status_code == 422 and "Write who answered" in answer.content.decode()


def test_a_row_that_somebody_entered_meanwhile_says_so(casey, critical, signed_in):
    psap = action_of(critical.id, "call_psap")
    actions.record_call(psap.id, casey.account.pk, "answered", 3, {"answered_by": "Operator 12"})
    before = ActionEvent.objects.count()
    assert enter(casey, psap, answered_by="").status_code == 422
    assert "recorded this meanwhile" in enter(casey, psap, answered_by="").content.decode()
    assert ActionEvent.objects.count() == before


def test_a_tip_that_somebody_else_holds_is_not_entered(casey, jordan, critical):
    jordan.post(f"/tip/{critical.number}/claim/")
    answer = enter(casey, action_of(critical.id, "call_psap"))
    assert answer.status_code == 409 and "Jordan Okafor holds this tip" in answer.content.decode()


@pytest.mark.parametrize("role", ["outreach", "sio", "auditor", "programme_admin", "custodian", "intelligence_command"])
def test_nobody_else_enters(signed_in, role, critical):
    other, psap = signed_in("Other Person", role), action_of(critical.id, "call_psap")
    assert other.get(PAGE).status_code == 403 and enter(other, psap).status_code == 403
    assert not ActionEvent.objects.filter(action=psap).exists()


def test_nor_who_is_not_signed_in_nor_what_is_no_call(client, casey, critical):
    psap = action_of(critical.id, "call_psap")
    assert client.get(PAGE).status_code == 302 and enter(client, psap).status_code == 302
    assert casey.get(f"{PAGE}{psap.id}/").status_code == 405
    assert enter(casey, action_of(critical.id, "document")).status_code == 404
    assert casey.post(f"{PAGE}{critical.id}/", {}).status_code == 404


@pytest.mark.urls("upstander.urls.school")
def test_the_schools_origin_knows_no_such_page(client):
    assert client.get(PAGE).status_code == 404


def test_with_nothing_owed_the_page_says_so(casey, critical):
    RequiredAction.objects.update(done_at=now())
    assert "No call is owed" in casey.get(PAGE).content.decode()
    Tip.objects.update(closed_at=now())
    assert "No call is owed" in casey.get(PAGE).content.decode()
