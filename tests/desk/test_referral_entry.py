"""What another agency passes on, written down at the desk: a tip that knows from whom it came (D-IV.B.3)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desk.conftest import action_of
from upstander.audit.models import Entry
from upstander.desk.models import Claim
from upstander.intake import queries as intake
from upstander.intake.models import Tip
from upstander.intake.submission import LIMITS
from upstander.vault import services as vault

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.B.3")]
URL = "/enter/referral/"
GIVEN = {
    "kind": "agency", "agency": "Millbrook Hospital", "mandated": "yes", "person": "Nurse Adeyemi",
    "callback": "217-555-0123 x 4", "reference": "MH-77", "text": "A child came in with bruises", "who": "a boy of nine",
    "when": "today", "key": "k" * 32,
}  # fmt: skip


def entered(client, **more) -> intake.QueueRow:
    answer = client.post(URL, GIVEN | more)
    assert answer.status_code == 302, answer.content.decode()
    found = intake.by_number(answer["Location"].strip("/").rpartition("/")[2])
    assert found is not None
    return found


@pytest.mark.req("D-II.E")
def test_it_becomes_a_tip_that_opens_at_the_desk_held_by_who_wrote_it_down(casey, town):
    tip = entered(casey, place_id=town.school.pk, place=town.school.name, danger_now="on", weapon="no")
    assert (tip.channel, tip.submitter, tip.place_id) == ("referral", "agency", town.school.pk)
    assert tip.danger_now and tip.weapon == "no" and tip.standing == 5
    assert Claim.objects.get().account == casey.account
    page = casey.get(f"/tip/{tip.number}/").content.decode()
    for words in ("Millbrook Hospital", "Nurse Adeyemi", "217-555-0123 x 4", "MH-77", "A child came in with bruises",
                  "from an agency that reports to DCFS itself", "a boy of nine", "yours until"):  # fmt: skip
        assert words in page, words
    assert Entry.objects.get(act="intake.received").actor == casey.account.actor


def test_at_judging_the_mark_is_set_already_and_the_agency_owes_its_own_report(casey, town, judged):
    tip = entered(casey, place_id=town.school.pk)
    page = casey.get(f"/tip/{tip.number}/").content.decode()
    assert 'id="id_judge_flag_submitted_by_agency" checked' in page
    judged(tip, casey.account, "child_abuse", flags=("submitted_by_agency",))
    assert action_of(tip.id, "dcfs_report").owed_by == "submitting_agency"


def test_a_person_takes_the_mark_away_and_the_call_center_reports(casey, town, judged):
    tip = entered(casey, place_id=town.school.pk)
    judged(tip, casey.account, "child_abuse", flags=())
    assert action_of(tip.id, "dcfs_report").owed_by == "call_taker"
    page = casey.get(f"/tip/{tip.number}/").content.decode()
    assert 'id="id_judge_flag_submitted_by_agency" checked' not in page, "what a person decided stands"


@pytest.mark.parametrize(("kind", "mandated"), [("agency", "unknown"), ("agency", "no"), ("other", "yes")])
def test_in_doubt_the_call_center_reports(casey, town, judged, kind, mandated):
    tip = entered(casey, kind=kind, mandated=mandated)
    assert tip.submitter == "partner"
    page = casey.get(f"/tip/{tip.number}/").content.decode()
    assert 'id="id_judge_flag_submitted_by_agency" checked' not in page and "from a partner" in page
    judged(tip, casey.account, "child_abuse")
    assert action_of(tip.id, "dcfs_report").owed_by == "call_taker"


def test_no_release_and_no_school_reads_who_passed_it_on(casey, town):
    page = casey.get(f"/tip/{entered(casey, place_id=town.school.pk).number}/")
    form = page.context["page"].form("judge")
    assert "bruises" in form["narrative"].value()
    assert "Hospital" not in form["narrative"].value() and "Adeyemi" not in form["narrative"].value()


def test_sent_twice_it_is_one_tip(casey):
    assert entered(casey).id == entered(casey).id
    assert Tip.objects.count() == 1


def test_without_scripts_a_typed_place_is_asked_after_once_and_may_stand(casey, town):
    answer = casey.post(URL, GIVEN | {"place": "Millbrook"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Which one?" in page and town.school.name in page
    assert 'name="searched" value="Millbrook"' in page and "A child came in with bruises" in page
    chosen = entered(casey, place="Millbrook", searched="Millbrook", place_id=town.school.pk)
    assert chosen.place_id == town.school.pk
    kept = entered(casey, place="Millbrook", searched="Millbrook", place_id="", key="m" * 32)
    assert kept.place_id is None
    said = {s.field: s.text for s in intake.dialogue(kept.id)}
    assert said["place"] == "Millbrook"
    assert entered(casey, place="behind the old mill on Rd 9", key="n" * 32).place_id is None, "no place has these words"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": ""}, "Choose who passes it on."),
        ({"kind": "king"}, "Select a valid choice"),
        ({"mandated": ""}, "is an answer"),
        ({"agency": " "}, "Write the name of the agency or line"),
        ({"text": ""}, "Please tell us what is happening"),
        ({"text": "x" * (LIMITS["text"] + 3)}, "too long by 3 characters"),
        ({"who": "x" * (LIMITS["who"] + 1)}, "too long by 1 character"),
        ({"place": "x" * (LIMITS["place_text"] + 1)}, "too long by 1 character"),
        ({"reference": "x" * 101}, "too long by 1 character"),
        ({"weapon": "perhaps"}, "Select a valid choice"),
        ({"place_id": str(2**63)}, "less than or equal"),
        ({"place_id": "999999999"}, "The directory has no such place any more"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_every_word_stays(casey, wrong, words):
    answer = casey.post(URL, GIVEN | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page
    assert "Nurse Adeyemi" in page and "today" in page and not Tip.objects.exists()


def test_a_mark_that_is_none_gets_a_new_one_and_nothing_is_lost(casey):
    assert entered(casey, key="weak").submitter == "agency"
    assert Tip.objects.count() == 1


def test_who_reads_tips_and_works_none_has_neither_page_nor_link(signed_in, casey):
    for role in ("stic_analyst", "intelligence_command"):
        person = signed_in(f"Some {role}", role)
        assert person.get(URL).status_code == person.post(URL, GIVEN).status_code == 403
        assert URL not in person.get("/").content.decode()
    assert URL in casey.get("/enter/phone/").content.decode() and "/enter/phone/" in casey.get("/").content.decode()
    assert not Tip.objects.exists()


def test_without_the_csrf_token_nothing_is_stored(casey):
    casey.handler.enforce_csrf_checks = True
    assert casey.post(URL, GIVEN).status_code == 403 and not Tip.objects.exists()


def test_when_the_words_are_destroyed_the_names_are_gone_with_them(casey):
    tip = entered(casey)
    vault.expunge(tip.id)
    page = casey.get(f"/tip/{tip.number}/")
    assert page.status_code == 200 and "Millbrook Hospital" not in page.content.decode()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([*GIVEN, "place", "place_id", "searched", "language", "subtype", "danger_now"]),
                       st.text(max_size=200)))  # fmt: skip
def test_no_input_breaks_the_form(casey, typed):
    answer = casey.post(URL, GIVEN | typed)
    assert answer.status_code in (302, 422)
