"""The desk answers a school's question, and sees what nobody has confirmed and nobody has closed (issue 2, point 8)."""

import uuid

import pytest

from upstander.actions.models import Referral
from upstander.audit.models import Entry as Audit
from upstander.ids import new_id
from upstander.response import services
from upstander.response.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-II.H")]


@pytest.fixture
def asked(casey, person, town, new_tip, judged):
    """A tip on which the school has asked: (tip, referral, question)."""
    from upstander.people import services as people

    tip = judged(new_tip(town.school), casey.account, "bullying")
    referral = Referral.objects.get(tip_id=tip.id, scope=town.school)
    ana = person("Ana Rivera")
    people.designate("system:test", ana.pk, town.school.pk, "end_user")
    services.ask(ana, referral.id, "Which hall?")
    return tip, referral, Entry.objects.get(kind="question")


def post(client, tip, question_id, text="The east one.", press=None):
    given = {"text": text, "press": str(press or new_id())}
    return client.post(f"/tip/{tip.number}/answer/{question_id}/", given)


def test_a_question_is_answered_where_it_stands_and_once(casey, asked):
    tip, referral, question = asked
    action, press = f"/tip/{tip.number}/answer/{question.pk}/", new_id()
    assert action in casey.get(f"/tip/{tip.number}/").content.decode()
    for _ in range(2):
        assert post(casey, tip, question.pk, press=press).status_code == 302
    page = casey.get(f"/tip/{tip.number}/").content.decode()
    assert "answer of the desk: The east one." in page and action not in page
    assert Entry.objects.filter(referral=referral, kind="answer").count() == 1
    assert Audit.objects.filter(act="referral.answered", actor=casey.account.actor).count() == 1


def test_an_empty_answer_and_one_to_a_tip_that_another_holds_stay_on_the_page(casey, jordan, asked):
    tip, _, question = asked
    assert post(casey, tip, question.pk, " ").status_code == 422
    casey.post(f"/tip/{tip.number}/claim/")
    answer = post(jordan, tip, question.pk, "My typed words")
    assert answer.status_code == 409 and "My typed words" in answer.content.decode()
    assert not Entry.objects.filter(kind="answer").exists()


def test_a_question_of_another_tip_or_of_none_is_not_there(casey, asked, new_tip):
    other = new_tip()
    assert post(casey, other, asked[2].pk).status_code == 404
    assert post(casey, asked[0], uuid.uuid4()).status_code == 404
    assert not Entry.objects.filter(kind="answer").exists()


def test_who_only_reads_tips_sees_the_question_and_cannot_answer(signed_in, asked):
    tip, _, question = asked
    reader = signed_in("Ada Analyst", "stic_analyst")
    page = reader.get(f"/tip/{tip.number}/").content.decode()
    assert "asks the desk: Which hall?" in page and "/answer/" not in page
    assert post(reader, tip, question.pk).status_code == 403


def test_the_page_of_referrals_lists_what_is_waited_for_and_no_words(signed_in, asked, clock):
    tip, referral, _ = asked
    clock(15 * 86400)
    later = signed_in("Late Shift", "call_taker")
    page = later.get("/referrals/")
    words, lists = page.content.decode(), {found.name: found for found in page.context["lists"]}
    here = (tip.number, referral.scope.name)
    for name in ("asked", "unconfirmed", "unclosed"):
        assert here in {(row.tip_number, row.scope) for row in lists[name].rows}, name
    assert f"/tip/{tip.number}/" in words and "Which hall?" not in words
    entry = Audit.objects.get(act="referrals.listed")
    assert entry.actor == later.account.actor


def test_the_page_of_referrals_is_not_for_strangers_nor_for_other_roles(desk, client, signed_in):
    assert client.get("/referrals/")["Location"].startswith("/sign-in/")
    for n, role in enumerate(("sio", "outreach", "programme_admin", "auditor")):
        assert signed_in(f"Other {n}", role).get("/referrals/").status_code == 403
