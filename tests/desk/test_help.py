"""Help: 988 and agencies near by, offered for any class, handed over while the talk stays open, and what came of it."""

import pytest

from tests.desk.conftest import action_of
from tests.support.people import with_own_telephones
from upstander.actions import words
from upstander.actions.models import RequiredAction
from upstander.actions.services import Decision
from upstander.intake import queries as intake
from upstander.packs.current import current

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-I.B")]


def test_the_screen_is_open_for_every_class_and_before_a_tip_is_judged(casey, town, new_tip, judged):
    tip = new_tip(town.school)
    page = casey.get(f"/tip/{tip.number}/help/").content.decode()
    assert "988" in page and "once the tip is judged" in page and 'name="result"' not in page
    assert f"/tip/{tip.number}/help/" in casey.get(f"/tip/{tip.number}/").content.decode()
    for subtype in ("planned_school_attack", "fire", "assault", "vaping", "truancy"):
        found = judged(new_tip(town.school), casey.account, subtype)
        assert "Record an offer of help" in casey.get(f"/tip/{found.number}/help/").content.decode()


def test_the_mental_health_end_users_of_the_place_stand_with_their_numbers(casey, town, new_tip):
    tip = new_tip(town.school)
    page = casey.get(f"/tip/{tip.number}/help/").content.decode()
    assert "Dr Lind" in page and "Prairie Counselling" in page and "217-555-0199" in page
    assert "Ana Rivera" not in page and "Officer Osei" not in page
    far = casey.get(f"/tip/{new_tip(town.far_school).number}/help/").content.decode()
    assert "Prairie Counselling" in far and "Dr Lind" not in far, (
        "an agency of the county that nobody has listed"
    )
    assert "knows no mental-health agency" in casey.get(f"/tip/{new_tip(None).number}/help/").content.decode()


def test_whom_the_tip_is_about_is_not_suggested_as_help(casey, town, new_tip, judged):
    decided = Decision(frozenset({with_own_telephones(town).contacts["counsellor"].pk}), reason="It is about her.")
    tip = judged(
        new_tip(town.school), casey.account, "self_harm", flags=("subject_is_poc",), conflict=decided
    )
    assert "Dr Lind" not in casey.get(f"/tip/{tip.number}/help/").content.decode()


def test_a_press_puts_the_sentence_into_the_reply_in_the_reporters_language(casey, town, new_tip):
    tip = new_tip(town.school, language="es")
    spanish = current().text("reporter.phrase.hand_over", "es")
    page = casey.get(f"/tip/{tip.number}/help/").content.decode()
    assert spanish in page and current().text("reporter.phrase.hand_over") in page
    reply = casey.post(f"/tip/{tip.number}/reply/", {"insert": "1", "phrase": "hand_over"}).content.decode()
    assert spanish in reply and not [s for s in intake.dialogue(tip.id) if s.sender == "desk"], (
        "nothing was sent yet"
    )


def test_help_that_is_owed_is_recorded_and_the_talk_stays_open(casey, town, new_tip, judged):
    tip = judged(new_tip(town.school), casey.account, "self_harm")
    row = action_of(tip.id, "crisis_referral")
    url = f"/tip/{tip.number}/help/{row.id}/"
    assert casey.post(url, {"result": "accepted", "service": "", "note": ""}).status_code == 422
    assert casey.post(url, {"result": "offered", "service": "", "note": "no answer yet"}).status_code == 302
    row.refresh_from_db()
    assert row.done_at is None
    casey.post(
        url, {"result": "handed_over", "service": "988, by text", "note": "stayed until a counselor wrote"}
    )
    row.refresh_from_db()
    assert row.result == "handed_over"
    assert words.detail(row.events.last(), tip.id)["service"] == "988, by text"
    found = intake.tip(tip.id)
    assert found is not None and found.closed_at is None
    page = casey.get(f"/tip/{tip.number}/help/").content.decode()
    assert "988, by text" in page and 'value="declined"' in page, "there may be more to say later"


def test_an_offer_is_taken_up_recorded_and_never_late(casey, town, new_tip, judged):
    tip = judged(new_tip(town.school), casey.account, "bullying")
    assert action_of(tip.id, "crisis_referral") is None
    url = f"/tip/{tip.number}/help/take-up/"
    assert casey.post(url, {"rule": "crisis_referral"}).status_code == 302
    row = action_of(tip.id, "crisis_referral")
    assert row.due_at is None and row.standing == RequiredAction.Standing.OFFERED
    casey.post(f"/tip/{tip.number}/help/{row.id}/", {"result": "declined", "service": "", "note": ""})
    row.refresh_from_db()
    assert row.result == "declined"


def test_nothing_is_taken_up_that_is_not_offered_nor_by_who_may_not(
    casey, jordan, signed_in, town, new_tip, judged
):
    url = f"/tip/{new_tip(town.school).number}/help/take-up/"
    assert casey.post(url, {"rule": "crisis_referral"}).status_code == 422, "not judged yet"
    tip = judged(new_tip(town.school), casey.account, "bullying")
    url = f"/tip/{tip.number}/help/take-up/"
    for rule in ("analytical_support", "endangered_missing_advisory", ""):
        assert casey.post(url, {"rule": rule}).status_code == 404
    assert signed_in("Ana Lyst", "stic_analyst").post(url, {"rule": "crisis_referral"}).status_code == 403
    casey.post(f"/tip/{tip.number}/claim/")
    assert jordan.post(url, {"rule": "crisis_referral"}).status_code == 409
    assert action_of(tip.id, "crisis_referral") is None


def test_who_only_reads_tips_has_no_form_and_records_nothing(casey, signed_in, town, new_tip, judged):
    tip = judged(new_tip(town.school), casey.account, "self_harm")
    reader = signed_in("Reading Person", "intelligence_command")
    page = reader.get(f"/tip/{tip.number}/help/").content.decode()
    assert 'name="result"' not in page and 'name="insert"' not in page
    row = action_of(tip.id, "crisis_referral")
    assert reader.post(f"/tip/{tip.number}/help/{row.id}/", {"result": "declined"}).status_code == 403
