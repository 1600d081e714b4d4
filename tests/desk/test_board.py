"""The fusion center's board: every tip, who gave its class, one press to confirm it by name."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desk.conftest import action_of
from upstander.actions.models import RequiredAction
from upstander.audit.models import Entry
from upstander.clock import now
from upstander.intake.models import Tip

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-III.A")]
HX = {"HX-Request": "true"}


@pytest.fixture
def taylor(signed_in):
    return signed_in("Taylor Nowak", "stic_staff")


def numbers(client, show="open") -> list[str]:
    page = client.get(f"/board/?show={show}").content.decode()
    return [part.split('"')[0] for part in page.split('<li id="b-')[1:]]


def row(client, tip, show="open") -> str:
    page = client.get(f"/board/?show={show}").content.decode()
    start = page.index(f'<li id="b-{tip.number}"')
    return page[start : page.index("</li>", start)]


def test_graver_and_older_tips_stand_first_and_no_word_is_opened(taylor, casey, town, new_tip, judged):
    first = new_tip(town.school, text="Words that stay closed")
    calm = judged(new_tip(town.school), casey.account, "bullying")
    grave = judged(new_tip(town.school), casey.account, "planned_school_attack")
    danger = new_tip(town.school, danger_now=True)
    assert numbers(taylor) == [danger.number, grave.number, first.number, calm.number]
    assert "Words that stay closed" not in taylor.get("/board/").content.decode()
    assert not Entry.objects.filter(act="tip.viewed").exists()


def test_the_filters_show_what_they_say(taylor, casey, town, new_tip, judged):
    unjudged = new_tip(town.school)
    calm = judged(new_tip(town.school), casey.account, "bullying")
    grave = judged(new_tip(town.school), casey.account, "planned_school_attack")
    closed = judged(new_tip(town.school), casey.account, "truancy")
    Tip.objects.filter(pk=closed.id).update(closed_at=now())
    taylor.post(f"/board/{calm.number}/confirm/", {"seen": "1"})
    assert numbers(taylor) == numbers(taylor, "rubbish") == [grave.number, unjudged.number, calm.number]
    assert numbers(taylor, "unconfirmed") == [grave.number]
    assert numbers(taylor, "critical") == [grave.number]
    assert numbers(taylor, "all") == [grave.number, unjudged.number, calm.number, closed.number]


@pytest.mark.req("D-III.B")
def test_one_press_confirms_and_the_name_stands_there(taylor, casey, town, new_tip, judged):
    tip = judged(new_tip(town.school), casey.account, "bullying")
    before = row(taylor, tip)
    assert "Casey Lindgren" in before and "not confirmed" in before
    answer = taylor.post(f"/board/{tip.number}/confirm/", {"seen": "1", "show": "critical"})
    assert answer["Location"] == "/board/?show=critical"
    after = row(taylor, tip)
    assert "confirmed by Taylor Nowak" in after and "/confirm/" not in after
    assert RequiredAction.objects.get(tip_id=tip.id, kind="confirm_class").result == "confirmed"


def test_with_scripts_the_list_comes_back_and_says_so(taylor, casey, town, new_tip, judged):
    tip = judged(new_tip(town.school), casey.account, "bullying")
    answer = taylor.post(f"/board/{tip.number}/confirm/", {"seen": "1", "show": "open"}, headers=HX)
    page = answer.content.decode()
    assert "confirmed by Taylor Nowak" in page and "<html" not in page and tip.number in answer["HX-Trigger"]


@pytest.mark.parametrize("headers", [HX, {}], ids=["htmx", "plain"])
def test_a_class_that_changed_meanwhile_is_looked_at_first(taylor, casey, town, new_tip, judged, headers):
    tip = judged(new_tip(town.school), casey.account, "bullying")
    judged(tip, casey.account, "planned_school_attack")
    for seen in ("1", "", "x", "9" * 30):
        answer = taylor.post(f"/board/{tip.number}/confirm/", {"seen": seen}, headers=headers)
        assert answer.status_code == 409 and "judged again" in answer.content.decode()


def test_raising_opens_the_judging_form_and_is_the_word(taylor, casey, town, new_tip, judged):
    tip = judged(new_tip(town.school), casey.account, "bullying")
    assert f'href="/tip/{tip.number}/?judge#judge"' in row(taylor, tip)
    page = taylor.get(f"/tip/{tip.number}/?judge").content.decode()
    assert '<details class="judge" id="judge" open>' in page
    assert '<details class="judge" id="judge" open>' not in taylor.get(f"/tip/{tip.number}/").content.decode()
    taylor.post(f"/tip/{tip.number}/judge/", {"subtypes": ["planned_school_attack"], "narrative": "x"})
    assert "raised by Taylor Nowak" in row(taylor, tip)


def test_late_is_said_and_is_red_for_a_critical_only(signed_in, casey, town, new_tip, judged, clock):
    calm = judged(new_tip(town.school), casey.account, "bullying")
    grave = judged(new_tip(town.school), casey.account, "planned_school_attack")
    RequiredAction.objects.exclude(kind="confirm_class").update(done_at=now(), result="answered")
    clock(2 * 3600)
    later = signed_in("Late Shift", "stic_staff")
    assert "Late" in row(later, calm) and "action--overdue" not in row(later, calm)
    assert "action--overdue" in row(later, grave)


def test_an_analyst_reads_and_cannot_confirm(signed_in, casey, town, new_tip, judged):
    tip = judged(new_tip(town.school), casey.account, "bullying")
    riley = signed_in("Riley Haddad", "stic_analyst")
    assert "/confirm/" not in row(riley, tip)
    assert riley.post(f"/board/{tip.number}/confirm/", {"seen": "1"}).status_code == 403


def test_a_supervisor_sees_why_they_cannot_confirm_their_own(morgan, town, new_tip, judged):
    tip = judged(new_tip(town.school), morgan.account, "bullying")
    assert "somebody else confirms it" in row(morgan, tip)
    answer = morgan.post(f"/board/{tip.number}/confirm/", {"seen": "1"})
    assert answer.status_code == 409 and "yourself" in answer.content.decode()


def test_the_call_taker_has_no_board(casey, town, new_tip, judged):
    tip = judged(new_tip(town.school), casey.account, "bullying")
    assert casey.get("/board/").status_code == 403
    assert casey.post(f"/board/{tip.number}/confirm/", {"seen": "1"}).status_code == 403
    assert '"/board/"' not in casey.get("/").content.decode()


def test_on_the_tips_page_staff_confirm_and_a_call_taker_reads_who_does(taylor, casey, town, new_tip, judged):
    tip = judged(new_tip(town.school), casey.account, "bullying")
    action = action_of(tip.id, "confirm_class")
    address = f"/tip/{tip.number}/actions/{action.id}/"
    assert "Fusion-center staff confirm it" in casey.get(f"/tip/{tip.number}/").content.decode()
    assert casey.post(address, {"result": "confirmed", "seen": "1"}, headers=HX).status_code == 422
    casey.post(f"/tip/{tip.number}/claim/")  # staff need no claim for it
    assert 'value="confirmed"' in taylor.get(f"/tip/{tip.number}/").content.decode()
    assert taylor.post(address, {"result": "confirmed", "seen": "1"}, headers=HX).status_code == 200
    assert RequiredAction.objects.get(pk=action.id).done_by == taylor.account.actor


def test_a_hundred_rows_cost_as_many_queries_as_ten(taylor, casey, town, new_tip, judged):
    def queries() -> Counter[str]:
        with CaptureQueriesContext(connection) as caught:
            assert taylor.get("/board/").status_code == 200
        return Counter(q["sql"].split("WHERE")[0] for q in caught)

    for n in range(10):
        tip = judged(new_tip(town.school), casey.account, "bullying")
        if n % 2:
            taylor.post(f"/board/{tip.number}/confirm/", {"seen": "1"})
    few = min(queries(), queries(), key=Counter.total)  # what a process reads again after a while belongs to no row
    for _ in range(20):
        judged(new_tip(town.other_school), casey.account, "truancy")
    many = min(queries(), queries(), key=Counter.total)
    assert many.total() == few.total(), many - few
