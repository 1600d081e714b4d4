"""Designated end-users see their referrals, and not a word of anybody else's (D-II.I, decisions 6)."""

import re

import pytest
from django.test import Client

from tests.response.conftest import ADMINISTRATOR, END_USER, WORDS, enter
from upstander import clock
from upstander.actions.models import Notice, Referral
from upstander.actions.services import Judging, confirm, judge
from upstander.audit.models import Entry as Audit
from upstander.ids import new_id
from upstander.people import services as people
from upstander.response import queries, services
from upstander.response.models import Entry, Outcome

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school")]
SCHOOL = "Millbrook High School"
OUTCOME = {"outcomes": ["parents_notified"], "sufficient": "yes", "aware_before": "no", "useful": "yes"}


@pytest.fixture
def principal(person, town):
    return person("okafor@prairie.example", (town.school, END_USER), name="P. Okafor")


def at(referral: Referral, *parts: str) -> str:
    return "/".join(["/tips", str(referral.pk), *parts, ""])


def test_the_dashboard_lists_what_was_passed_on_and_the_page_says_what_it_says(principal, told):
    client, mine = enter(principal), told.referrals[SCHOOL]
    listed = client.get("/").content.decode()
    assert SCHOOL in listed and "nobody has confirmed" in listed and WORDS not in listed
    page = client.get(at(mine)).content.decode()
    assert WORDS in page and mine.tip_number in page
    assert "no school may ever read" not in page


def test_the_page_hinders_nobody_from_speaking_with_who_must_know_and_does_not_say_that_nobody_else_was_told(principal, told):
    page = enter(principal).get(at(told.referrals[SCHOOL])).content.decode()
    assert "others may have been told, too" in page and "those who need it to keep somebody safe" in page
    assert "nobody else" not in page


@pytest.mark.req("D-II.I")
@pytest.mark.parametrize("path", ["", "confirm", "follow-up", "ask", "outcome"])
def test_nobody_else_s_referral_opens_and_it_looks_like_one_that_is_not_there(path, principal, told, town):
    client = enter(principal)
    for name, referral in told.referrals.items():
        if name == SCHOOL:
            continue
        parts = [path] if path else []
        send = client.get if path == "" else client.post
        answer = send(at(referral, *parts), {"text": "x", **OUTCOME})
        absent = send(at(Referral(pk=told.tip_id), *parts), {"text": "x", **OUTCOME})
        assert answer.status_code == absent.status_code == 404
        assert WORDS.encode() not in answer.content
    assert not Entry.objects.exists() and not Outcome.objects.exists()
    assert not Notice.objects.exclude(confirmed_at=None).exists()


def test_a_neighbour_an_administrator_and_somebody_ended_see_nothing(person, town, told):
    neighbour = person("n@far.example", (town.far_school, END_USER))
    only_admin = person("a@prairie.example", (town.district, ADMINISTRATOR))
    ended = person("e@prairie.example", (town.school, END_USER), (town.far_district, ADMINISTRATOR))
    people.end_designation("a", ended.designations.get(organisation=town.school).pk)
    for account in (neighbour, only_admin, ended):
        client = enter(account)
        assert SCHOOL not in client.get("/").content.decode()
        assert client.get(at(told.referrals[SCHOOL])).status_code == 404


def test_without_sign_in_there_is_the_sign_in_page(told):
    for referral in told.referrals.values():
        assert Client().get(at(referral))["Location"].startswith("/sign-in/")


def test_police_designated_by_a_district_see_what_is_about_its_places_only(person, town, told):
    officer = person("osei@police.example", (town.police, END_USER), within_id=town.district.pk)
    chief = person("chief@police.example", (town.police, END_USER))
    elsewhere = Referral.objects.get(pk=told.referrals["Millbrook Police"].pk)
    elsewhere.pk, elsewhere.tip_id, elsewhere.place = new_id(), new_id(), town.far_school
    elsewhere.save(force_insert=True)
    assert {r.place.name for r in queries.visible(officer)} == {SCHOOL}
    assert {r.place.name for r in queries.visible(chief)} == {SCHOOL, "Farfield Middle School"}


def test_what_is_withdrawn_or_over_its_time_is_gone(principal, told):
    mine = Referral.objects.filter(pk=told.referrals[SCHOOL].pk)
    client = enter(principal)
    mine.update(until=clock.now())
    assert client.get(at(told.referrals[SCHOOL])).status_code == 404
    mine.update(until=None, state="withdrawn")
    assert client.get(at(told.referrals[SCHOOL])).status_code == 404


def test_unconfirmed_come_first_then_the_graver(principal, town, tell_of):
    mild = tell_of(town.school, ("truancy",)).referrals[SCHOOL]
    grave = tell_of(town.school, ("self_harm",)).referrals[SCHOOL]
    standard = tell_of(town.school, ("bullying",)).referrals[SCHOOL]
    assert [r.pk for r in queries.inbox(principal)] == [grave.pk, standard.pk, mild.pk]
    services.confirm(principal, grave.pk)
    assert [r.pk for r in queries.inbox(principal)] == [standard.pk, mild.pk, grave.pk]


def test_opening_is_on_record_each_time_and_on_the_timeline_once(principal, told):
    client, mine = enter(principal), told.referrals[SCHOOL]
    for _ in range(3):
        client.get(at(mine))
    read = Audit.objects.filter(act="referral.read", object_id=str(mine.pk), actor=principal.actor)
    assert read.count() == 3
    assert [line.kind for line in queries.lines(mine.pk, "desk")] == ["read"]


def test_the_addressee_confirms_by_being_signed_in(principal, told):
    mine = told.referrals[SCHOOL]
    enter(principal).post(at(mine, "confirm"))
    notice = Notice.objects.get(referral=mine)
    assert (notice.confirmed_as, notice.strength) == ("self", "sign_in")


def test_a_key_on_the_telephone_is_somebody_at_the_number(principal, told):
    mine = told.referrals[SCHOOL]
    confirm(Notice.objects.get(referral=mine).pk, as_self=False, name="", strength="key")
    assert "somebody at this number has it" in enter(principal).get(at(mine)).content.decode()


def test_a_page_read_before_the_tip_was_raised_confirms_nothing_and_asks_again(
    principal, told, call_taker, clock
):
    client, mine = enter(principal), told.referrals[SCHOOL]
    asked = asked_on(client.get(at(mine)).content.decode())
    clock(30)
    judge(Judging(tip_id=told.tip_id, account_id=call_taker.pk, subtypes=("fire",), in_progress=True))
    answer = client.post(at(mine, "confirm"), {"asked": asked})
    page = answer.content.decode()
    assert answer.status_code == 409 and "This tip has changed since you opened the page" in page
    assert "in progress" in page and not Notice.objects.get(referral=mine).confirmed
    assert client.post(at(mine, "confirm"), {"asked": asked_on(page)}).status_code == 302
    assert Notice.objects.get(referral=mine).confirmed


def test_somebody_else_of_the_organisation_stands_in_by_name(person, town, told):
    deputy = person("deputy@prairie.example", (town.district, END_USER), name="Dee Putty")
    mine = told.referrals[town.district.name]
    client = enter(deputy)
    client.post(at(mine, "confirm"))
    notice = Notice.objects.get(referral=mine)
    assert (notice.confirmed_as, notice.strength) == ("other", "sign_in")
    assert "Dee Putty has it instead" in client.get(at(mine)).content.decode()


def test_one_s_confirming_stops_nobody_s_and_standing_in_needs_saying_for_whom(person, town, tell_of):
    from tests.support.town import contact

    contact(town.school, town.school, "school", "Second Person", "second@prairie.example")
    mine = tell_of(town.school).referrals[SCHOOL]
    other = person("other@prairie.example", (town.school, END_USER))
    client = enter(other)
    page = client.post(at(mine, "confirm"), follow=True).content.decode()
    assert "Say for whom you have it" in page
    assert not Notice.objects.filter(referral=mine).exclude(confirmed_at=None).exists()
    chosen = Notice.objects.get(referral=mine, contact__name="Second Person")
    client.post(at(mine, "confirm"), {"notice": str(chosen.pk)})
    client.post(at(mine, "confirm"), {"notice": "not an id"})
    assert [n.pk for n in Notice.objects.filter(referral=mine).exclude(confirmed_at=None)] == [chosen.pk]
    foreign = Notice.objects.exclude(referral=mine).first()
    services_said = client.post(at(mine, "confirm"), {"notice": str(foreign.pk)})
    foreign.refresh_from_db()
    assert services_said.status_code == 302 and foreign.confirmed_at is None


def asked_on(page: str) -> str:
    return re.search(r'name="asked" value="([^"]+)"', page)[1]


def entry_on(page: str, prefix: str) -> str:
    return re.search(rf'name="{prefix}-entry" value="([0-9a-f-]+)"', page)[1]


def test_a_note_and_a_question_are_sealed_and_a_second_press_writes_nothing(principal, told):
    client, mine = enter(principal), told.referrals[SCHOOL]
    page = client.get(at(mine)).content.decode()
    note = {"note-text": "Spoke with him. HERON-1188.", "note-entry": entry_on(page, "note")}
    for _ in range(2):
        assert client.post(at(mine, "follow-up"), note).status_code == 302
    client.post(at(mine, "ask"), {"ask-text": "Which day? OTTER-42."})
    lines = queries.lines(mine.pk, "desk")
    assert [(line.kind, line.text) for line in lines if line.text] == [
        ("follow_up", "Spoke with him. HERON-1188."),
        ("question", "Which day? OTTER-42."),
    ]
    for entry in Entry.objects.exclude(sealed_text=None):
        assert b"HERON" not in bytes(entry.sealed_text) and b"OTTER" not in bytes(entry.sealed_text)
    assert not Audit.objects.filter(detail__icontains="HERON").exists()


def test_a_note_s_id_of_another_referral_writes_nothing_there(principal, person, town, told):
    mine, theirs = told.referrals[SCHOOL], told.referrals[town.district.name]
    services.follow_up(principal, mine.pk, "mine", told.tip_id)
    boss = person("boss@prairie.example", (town.district, END_USER))
    services.follow_up(boss, theirs.pk, "theirs", told.tip_id)
    assert [line.text for line in queries.lines(mine.pk, "school") if line.text] == ["mine"]


def test_empty_and_overlong_words_stay_on_the_page(principal, told):
    client, mine = enter(principal), told.referrals[SCHOOL]
    assert client.post(at(mine, "ask"), {"ask-text": "   "}).status_code == 422
    answer = client.post(at(mine, "follow-up"), {"note-text": "WORDS " * 900})
    assert answer.status_code == 422 and b"WORDS WORDS" in answer.content
    assert not Entry.objects.exclude(sealed_text=None).exists()


def test_the_desk_sees_questions_until_they_are_answered(principal, told, call_taker):
    mine = told.referrals[SCHOOL]
    services.ask(principal, mine.pk, "Which day?")
    waiting = list(queries.open_questions())
    assert [r.pk for r in waiting] == [mine.pk] and len(waiting[0].asked) == 1
    services.answer(call_taker, mine.pk, "Last Friday.")
    assert list(queries.open_questions()) == []
    page = enter(principal).get(at(mine)).content.decode()
    assert "Last Friday." in page and call_taker.name not in page


def test_outcomes_are_reported_added_to_and_closed(principal, told):
    client, mine = enter(principal), told.referrals[SCHOOL]
    client.post(at(mine, "outcome"), {"outcomes": ["student_spoken_with"], "text": "First talk. WREN-9."})
    assert Referral.objects.get(pk=mine.pk).state == "open"
    form = client.get(at(mine, "outcome")).content.decode()
    assert "First talk. WREN-9." in form and re.search(r'value="student_spoken_with"[^>]*checked', form)
    both = {**OUTCOME, "outcomes": ["student_spoken_with", "parents_notified"], "closes": "on"}
    assert client.post(at(mine, "outcome"), both).status_code == 302
    said = queries.reported(mine.pk, "desk")
    assert said.outcomes == ("student_spoken_with", "parents_notified") and said.closes
    assert (said.sufficient, said.aware_before, said.useful) == (True, False, True)
    assert Referral.objects.get(pk=mine.pk).state == "closed"
    assert SCHOOL not in client.get("/").content.decode()
    assert SCHOOL in client.get("/?closed").content.decode()
    again = client.post(at(mine, "outcome"), OUTCOME)
    assert again.status_code == 422 and b"closed already" in again.content


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, b"Choose at least one"),
        ({"outcomes": ["not_of_the_pack"]}, b"Select a valid choice"),
        ({"outcomes": ["hospital"], "closes": "on", "useful": "yes", "text": "kept"}, b"answer this before"),
    ],
)
def test_an_incomplete_report_says_what_is_missing_and_keeps_the_rest(data, words, principal, told):
    answer = enter(principal).post(at(told.referrals[SCHOOL], "outcome"), data)
    assert answer.status_code == 422 and words in answer.content
    if "text" in data:
        assert b"kept" in answer.content
    assert not Outcome.objects.exists()


def test_the_desk_sees_what_is_unconfirmed_and_unclosed(principal, told, clock):
    mine = told.referrals[SCHOOL]
    assert mine.pk in {r.pk for r in queries.unconfirmed()}
    services.confirm(principal, mine.pk)
    assert mine.pk not in {r.pk for r in queries.unconfirmed()}
    assert not queries.unclosed().exists()
    clock(15 * 86400)
    assert mine.pk in {r.pk for r in queries.unclosed()}
    services.report(principal, mine.pk, services.Report(["hospital"]))
    assert mine.pk not in {r.pk for r in queries.unclosed()}
    work = {w.referral.pk: w for w in queries.of_tip(told.tip_id)}
    assert work[mine.pk].outcome.outcomes == ("hospital",) and len(work) == 4


def test_what_a_tip_s_people_do_is_told(principal, told, monkeypatch):
    from upstander.ops import events

    heard = []
    monkeypatch.setitem(events._handlers, "response.asked", [lambda **w: heard.append(("asked", w))])
    monkeypatch.setitem(events._handlers, "response.reported", [lambda **w: heard.append(("reported", w))])
    mine = told.referrals[SCHOOL].pk
    services.ask(principal, mine, "When?")
    services.report(principal, mine, services.Report(["hospital"]))
    assert heard == [("asked", {"referral_id": mine}), ("reported", {"referral_id": mine})]


def test_a_corrected_tip_says_so_and_asks_for_nothing(principal, told):
    Referral.objects.filter(pk=told.referrals[SCHOOL].pk).update(stood_down_at=clock.now())
    page = enter(principal).get(at(told.referrals[SCHOOL])).content.decode()
    assert "The desk has corrected this tip" in page and "I have this" not in page


def test_an_expunged_referral_keeps_its_rows_without_words(principal, told):
    from upstander.vault.services import expunge

    mine = told.referrals[SCHOOL]
    services.follow_up(principal, mine.pk, "words to be forgotten")
    expunge(mine.pk)
    page = enter(principal).get(at(mine))
    assert page.status_code == 200
    assert WORDS not in page.content.decode() and "to be forgotten" not in page.content.decode()
