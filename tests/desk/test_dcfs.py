"""A child may be abused or neglected: the hotline, its intake number, and the confirmation in writing within 48 hours."""

import re
from datetime import timedelta

import pytest

from tests.desk.conftest import action_of
from tests.desk.paper import digest, read
from upstander.actions import words
from upstander.actions.models import RequiredAction
from upstander.audit.models import Entry
from upstander.desk.models import Paper, PaperCopy
from upstander.desk.papers import newest

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.B.2")]

PRESS = re.compile(r'name="press" value="([^"]+)"')
LETTER = {
    "field_office": "Peoria Field Office, 2001 NE Jefferson", "child": "Zofia Wójcik, 10, 14 Elm", 
    "nature": "bruises on both arms",
    "responsible": "the stepfather", "taken": "PSAP called at 9:02",
}  # fmt: skip


@pytest.fixture
def tip(casey, town, new_tip, judged):
    found = new_tip(town.school, text="I am her neighbor at number 16, he beats her", who="Zofia")
    return judged(found, casey.account, "child_abuse")


def called(client, tip, result="reported", **more):
    row = action_of(tip.id, "dcfs_report")
    given = {"result": result, "answered_by": "Worker 77", "intake_number": "A-4471", "note": ""} | more
    return client.post(f"/tip/{tip.number}/dcfs/{row.id}/", given)


def saved(client, tip, **more):
    seen = newest(tip.id, "dcfs_letter")
    given = LETTER | {"seen": str(seen.paper.n if seen else 0)} | more
    return client.post(f"/tip/{tip.number}/letter/", given)


def test_two_calls_with_the_same_outcome_are_two_and_a_second_press_is_none(casey, tip):
    row = action_of(tip.id, "dcfs_report")

    def press() -> str:
        return PRESS.search(casey.get(f"/tip/{tip.number}/dcfs/").content.decode())[1]

    first, second = press(), press()
    for mark, events in ((first, 1), (first, 1), (second, 2)):
        answer = called(casey, tip, "busy", answered_by="", intake_number="", press=mark)
        assert answer.status_code == 302 and row.events.count() == events


def pdf(client, tip):
    return client.post(f"/tip/{tip.number}/letter/pdf/")


def test_the_numbers_are_the_packs_and_the_duty_is_cited(casey, tip):
    page = casey.get(f"/tip/{tip.number}/dcfs/").content.decode()
    for number in ("800-252-2873", "800-358-5117", "217-524-2606"):
        assert number in page
    assert "The report is ours" in page and "325 ILCS 5/4" in page and "D-IV.B.2" in page
    assert "not compared with the law" in page, "an unchecked statute says so"
    assert "who cares for them" in page, "what the hotline asks"


@pytest.mark.req("D-IV.B.3")
def test_another_agencys_duty_is_said_in_words_and_recorded_with_who_and_when(casey, town, new_tip, judged):
    tip = judged(new_tip(town.school), casey.account, "child_abuse", flags=("submitted_by_agency",))
    page = casey.get(f"/tip/{tip.number}/dcfs/").content.decode()
    assert (
        "The submitting agency reports" in page and "that agency" in page and "The report is ours" not in page
    )
    row = action_of(tip.id, "dcfs_report")
    assert row.rule == "dcfs_report_by_agency"
    url = f"/tip/{tip.number}/dcfs/{row.id}/"
    assert casey.post(url, {"result": "reported", "answered_by": "", "note": "at 9"}).status_code == 422
    casey.post(
        url,
        {"result": "reported", "answered_by": "Off. Lee, Pekin PD", "intake_number": "B-1", "note": "at 9"},
    )
    row.refresh_from_db()
    assert row.result == "reported"
    assert not RequiredAction.objects.filter(tip_id=tip.id, kind="dcfs_confirmation").exists()


@pytest.mark.req("D-IV.A.2.c.5")
def test_of_sexual_images_dcfs_is_told_by_voice_and_without_images(casey, town, new_tip, judged):
    tip = judged(new_tip(town.school), casey.account, "sexual_images_of_children")
    assert (
        "Offer no image, describe none, send none" in casey.get(f"/tip/{tip.number}/dcfs/").content.decode()
    )
    called(casey, tip)
    assert "No image is attached or described" in casey.get(f"/tip/{tip.number}/letter/").content.decode()
    saved(casey, tip)
    _, text = read(pdf(casey, tip))
    assert "told by voice. No image is attached" in " ".join(text.split())


@pytest.mark.req("325 ILCS 5/7")
def test_the_intake_number_is_the_proof_and_owes_the_letter_within_48_hours(casey, tip):
    answer = called(casey, tip, intake_number="")
    assert answer.status_code == 422 and "Intake number" in answer.content.decode()
    called(casey, tip, result="busy", intake_number="", answered_by="")
    assert action_of(tip.id, "dcfs_report").done_at is None
    assert called(casey, tip).status_code == 302
    page = casey.get(f"/tip/{tip.number}/dcfs/").content.decode()
    assert (
        "A-4471" in page
        and "Worker 77" in page
        and f"/tip/{tip.number}/letter/" in page
        and "data-due" in page
    )
    letter = action_of(tip.id, "dcfs_confirmation")
    assert letter.due_at - letter.owed_since == timedelta(hours=48)
    assert "A-4471" in casey.get(f"/tip/{tip.number}/").content.decode(), (
        "the tip's page shows the number, too"
    )


def test_a_report_that_was_not_accepted_ends_the_duty_and_owes_no_letter(casey, tip):
    assert called(casey, tip, result="not_accepted", intake_number="").status_code == 302
    assert action_of(tip.id, "dcfs_report").result == "not_accepted"
    assert action_of(tip.id, "dcfs_confirmation") is None
    assert "No letter is owed" in casey.get(f"/tip/{tip.number}/letter/").content.decode()


@pytest.mark.req("D-II.H")
@pytest.mark.req("325 ILCS 5/7.9")
def test_the_letter_holds_what_the_law_asks_for_and_not_who_told_us(casey, tip):
    called(casey, tip)
    saved(casey, tip)
    reader, text = read(pdf(casey, tip))
    flat = " ".join(text.split())
    for said in ("A-4471", "Worker 77", "Zofia Wójcik", "bruises on both arms", "Casey Lindgren", "mandated reporter",
                 "Millbrook High School", "Prairie Valley CUSD 7", tip.number, "800-555-0142"):  # fmt: skip
        assert said in flat, said
    assert "Other children in the home: names, ages, sex, race: not known" in flat
    assert reader.metadata.title == "Written confirmation of a report of suspected child abuse or neglect"
    assert "neighbor" not in flat and "Who told us" not in flat.replace("Who told Upstander", "")


def test_who_told_us_is_named_only_where_a_person_ticks_it_and_kept_only_then(casey, tip):
    called(casey, tip)
    page = casey.get(f"/tip/{tip.number}/letter/").content.decode()
    assert 'name="name_source"' in page and "checked" not in page[page.index('name="name_source"') :][:120]
    untold = saved(casey, tip, source="Mrs. Nowak, number 16")
    assert untold.status_code == 422 and "Tick the box, or take the name out" in untold.content.decode()
    assert saved(casey, tip, name_source="on").status_code == 422
    assert not Paper.objects.exists()
    assert saved(casey, tip, name_source="on", source="Mrs. Nowak, number 16").status_code == 302
    _, text = read(pdf(casey, tip))
    assert "Mrs. Nowak, number 16" in text
    assert saved(casey, tip).status_code == 302
    _, text = read(pdf(casey, tip))
    assert "Nowak" not in text and "source" not in newest(tip.id, "dcfs_letter").fields


def test_the_letter_that_was_sent_is_the_proof_with_field_office_and_how(casey, tip):
    called(casey, tip)
    row = action_of(tip.id, "dcfs_confirmation")
    url = f"/tip/{tip.number}/letter/{row.id}/"
    given = {"result": "sent", "field_office": "Peoria", "note": "registered mail, 11:20"}
    assert casey.post(url, given).status_code == 422, "no letter was made"
    saved(casey, tip)
    made = pdf(casey, tip)
    assert casey.post(url, given | {"packet": digest(made), "field_office": ""}).status_code == 422
    assert casey.post(url, given | {"packet": digest(made)}).status_code == 302
    row.refresh_from_db()
    detail = words.detail(row.events.get(), tip.id)
    assert row.result == "sent" and detail["packet"] == digest(made) and detail["field_office"] == "Peoria"
    assert Entry.objects.get(act="paper.handed_over").detail["sha256"] == digest(made)
    assert "The letter:" in casey.get(f"/tip/{tip.number}/dcfs/").content.decode()


def test_before_the_call_the_letter_says_that_the_call_comes_first(casey, tip):
    assert "Call first" in casey.get(f"/tip/{tip.number}/letter/").content.decode()


def test_nothing_is_owed_for_a_tip_of_another_kind(casey, town, new_tip, judged):
    tip = judged(new_tip(town.school), casey.account, "bullying")
    assert "Nothing of this is owed" in casey.get(f"/tip/{tip.number}/dcfs/").content.decode()


@pytest.mark.parametrize("role", ["stic_analyst", "intelligence_command"])
def test_who_only_reads_tips_records_nothing_and_makes_no_letter(casey, signed_in, tip, role):
    called(casey, tip)
    saved(casey, tip)
    reader = signed_in("Reading Person", role)
    assert reader.get(f"/tip/{tip.number}/dcfs/").status_code == 200
    assert called(reader, tip).status_code == 403
    assert saved(reader, tip, nature="x").status_code == 403
    assert pdf(reader, tip).status_code == 403
    letter = action_of(tip.id, "dcfs_confirmation")
    assert reader.post(f"/tip/{tip.number}/letter/{letter.id}/", {"result": "sent"}).status_code == 403
    assert Paper.objects.count() == 1 and not PaperCopy.objects.exists()


def test_what_another_call_taker_holds_stays_theirs_and_every_word_stays(casey, jordan, tip):
    casey.post(f"/tip/{tip.number}/claim/")
    answer = called(jordan, tip, note="They hung up on me")
    assert answer.status_code == 409 and "They hung up on me" in answer.content.decode()
    answer = saved(jordan, tip)
    assert answer.status_code == 409 and "bruises on both arms" in answer.content.decode()
