"""The desk sees on the tip's page what the recipients wrote and reported."""

import pytest

from upstander.actions.panels import panels
from upstander.response import services
from upstander.response.services import Report

pytestmark = pytest.mark.django_db


def _lines(tip_id):
    return [(line["text"], line["state"]) for panel in panels(tip_id) if panel.name == "response" for line in panel.entries]


def test_nothing_written_is_no_panel(told):
    assert _lines(told.tip_id) == []


@pytest.mark.req("D-II.H")
def test_notes_and_the_outcome_stand_with_the_tip(person, town, told):
    ana = person("ana@x.example", (town.school, "end_user"), name="Ana Rivera")
    referral = told.referrals[town.school.name]
    services.follow_up(ana, referral.id, "Spoke with his parents.")
    services.report(ana, referral.id, Report(("parents_notified",), True, False, True, "All is well.", True))

    (note, _), (outcome, state) = _lines(told.tip_id)

    assert note == "wrote: Spoke with his parents."
    assert outcome.startswith("reports: Parents or guardians notified. All is well.")
    assert "aware before: no" in outcome
    assert state == "done"


def test_a_question_stands_out_until_it_is_answered(person, town, told, call_taker):
    ana = person("ana@x.example", (town.school, "end_user"), name="Ana Rivera")
    referral = told.referrals[town.school.name]
    services.ask(ana, referral.id, "Which hall?")
    assert _lines(told.tip_id) == [("asks the desk: Which hall?", "now")]

    services.answer(call_taker, referral.id, "The east one.")

    assert [state for _, state in _lines(told.tip_id)] == ["", ""]
