"""What the law may ask: the panel on a tip's page, and the page of everything that runs (issue 3, point 6; 0074)."""

import uuid
from datetime import timedelta

import pytest

from upstander import clock as the_clock
from upstander.actions import clocks
from upstander.actions.clock_models import Clock
from upstander.actions.models import Referral, RequiredAction
from upstander.audit.models import Entry
from upstander.ids import new_id

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-I.A")]
WHY = "The doctor on call has said so."


@pytest.fixture
def tip(casey, town, new_tip, judged):
    """A tip about a neglected child: the desk is asked about the coroner."""
    return judged(new_tip(town.school), casey.account, "child_neglect")


def post(client, tip, act="open/", **given):
    return client.post(f"/tip/{tip.number}/clocks/{act}", given)


def opens(client, tip, **more):
    return post(client, tip, code="fatal_abuse", reason=WHY, row=str(new_id()), **more)


def test_the_panel_asks_cites_and_says_what_nobody_has_checked(casey, tip):
    page = casey.get(f"/tip/{tip.number}/").content.decode()
    assert "Is there reasonable cause to suspect that a child has died" in page
    assert "325 ILCS 5/4" in page and "not checked against the law" in page and "at once" in page
    assert "A reminder, not legal advice" in page


def test_a_tip_that_is_not_judged_is_asked_nothing(casey, new_tip):
    assert "What the law may ask" not in casey.get(f"/tip/{new_tip().number}/").content.decode()


def test_one_press_opens_the_clock_and_it_is_red_until_met(casey, tip):
    assert opens(casey, tip)["Location"].endswith("#clocks")
    red = casey.get("/red/").content.decode()
    assert tip.number in red and "a duty of the law is late" in red
    row = Clock.objects.get()
    page = casey.get(f"/tip/{tip.number}/").content.decode()
    assert WHY in page and "overdue" in page and "Who took it, and when" in page
    assert post(casey, tip, f"{row.pk}/meet/", evidence="").status_code == 422
    answer = post(casey, tip, f"{row.pk}/meet/", evidence="Coroner Haas, 14:10")
    assert answer.status_code == 302
    assert "a duty of the law is late" not in casey.get("/red/").content.decode()
    page = casey.get(f"/tip/{tip.number}/").content.decode()
    assert "Coroner Haas, 14:10" in page


def test_the_same_press_twice_opens_one_clock(casey, tip):
    row = str(new_id())
    for _ in range(2):
        assert post(casey, tip, code="fatal_abuse", reason=WHY, row=row).status_code == 302
    assert Clock.objects.count() == 1
    assert "runs already" in opens(casey, tip).content.decode()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"reason": ""}, "Write who has determined it"),
        ({"day": "yesterday"}, "Write the day as 2026-11-22."),
        ({"day": "2099-01-01"}, "This lies in the future."),
        ({"day": "1999-01-01"}, "more than a year ago"),
        ({"day": "2026-03-08", "hour": "02:30"}, "There was no such time"),
        ({"hour": "25:00"}, "Write the time as 14:30."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(casey, tip, given, says):
    answer = (
        opens(casey, tip, **given) if "reason" not in given else post(casey, tip, code="fatal_abuse", **given)
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and says in page and not Clock.objects.exists()
    assert given.get("reason", WHY) in page


def test_a_duty_about_which_nobody_asked_can_be_opened_too(casey, tip):
    answer = post(casey, tip, code="cybertipline", reason=WHY, row=str(new_id()), other="1")
    assert answer.status_code == 302 and Clock.objects.get().code == "cybertipline"
    assert post(casey, tip, code="bullying_parents", reason=WHY, other="1").status_code == 422
    assert post(casey, tip, code="", reason=WHY, other="1").status_code == 422


def test_only_a_supervisor_waives_and_what_was_waived_stays(casey, morgan, tip):
    opens(casey, tip)
    act = f"{Clock.objects.get().pk}/waive/"
    assert post(casey, tip, act, reason="It was nothing").status_code == 403
    assert "/waive/" not in casey.get(f"/tip/{tip.number}/").content.decode()
    assert post(morgan, tip, act, reason=" ").status_code == 422
    assert post(morgan, tip, act, reason="The child lives.").status_code == 302
    assert "The child lives." in casey.get(f"/tip/{tip.number}/").content.decode()
    assert Entry.objects.filter(act="clock.waived", actor=morgan.account.actor).count() == 1


def test_a_clock_of_another_tip_is_not_there(casey, tip, new_tip):
    opens(casey, tip)
    other, row = new_tip(), Clock.objects.get()
    assert post(casey, other, f"{row.pk}/meet/", evidence="x").status_code == 404
    assert post(casey, tip, f"{uuid.uuid4()}/meet/", evidence="x").status_code == 404


def test_who_only_reads_tips_reads_the_clocks_and_opens_none(signed_in, tip, casey):
    opens(casey, tip)
    reader = signed_in("Ada Analyst", "stic_analyst")
    page = reader.get(f"/tip/{tip.number}/").content.decode()
    assert WHY in page and "/clocks/" not in page.replace(f'/tip/{tip.number}/clocks/"', "")
    assert opens(reader, tip).status_code == 403


def test_each_reading_of_the_panel_is_on_the_record(casey, tip):
    casey.get(f"/tip/{tip.number}/clocks/")
    assert (
        Entry.objects.filter(act="tip.viewed", actor=casey.account.actor).latest("id").detail["part"]
        == "clocks"
    )


def test_a_schools_clock_is_shown_and_nothing_is_red_by_it(casey, town, new_tip, judged):
    tip = judged(new_tip(town.school), casey.account, "bullying")
    assert "The schools are reminded of" in casey.get(f"/tip/{tip.number}/").content.decode()
    referral = Referral.objects.get(tip_id=tip.id, scope=town.school)
    since = the_clock.now() - timedelta(days=3)
    clocks.open_school_clock(
        referral, "bullying_parents", casey.account.pk, "We know it since Monday.", since
    )
    page = casey.get(f"/tip/{tip.number}/").content.decode()
    assert "We know it since Monday." in page and town.school.name in page and "has run out" in page
    assert "duty of the law is late" not in casey.get("/red/").content.decode()


def test_the_page_lists_what_runs_what_is_late_first_and_no_words(casey, tip, clock):
    clocks.open_by_fact("evidence_handed_over", tip.id)
    opens(casey, tip)
    page = casey.get("/duties/")
    words = page.content.decode()
    assert [s.clock.code for s in page.context["ours"]] == ["fatal_abuse", "evidence_preservation"]
    assert f"/tip/{tip.number}/#clocks" in words and "1 is late." in words and WHY not in words
    assert Entry.objects.get(act="duties.listed").actor == casey.account.actor


def test_a_tip_does_not_close_over_a_late_duty(casey, town, new_tip, judged):
    from tests.actions.conftest import mails_leave

    tip = judged(new_tip(town.school), casey.account, "complaint_about_school")
    mails_leave()
    RequiredAction.objects.filter(tip_id=tip.id, done_at=None).update(done_at=the_clock.now())
    clocks.open_clock(tip.id, "fatal_abuse", casey.account.pk, WHY)
    answer = casey.post(f"/tip/{tip.number}/close/")
    assert answer.status_code == 422 and "A duty of the law is late." in answer.content.decode()
    row = Clock.objects.get()
    clocks.meet_clock(row, casey.account.pk, "Haas took it")
    assert casey.post(f"/tip/{tip.number}/close/").status_code == 302
