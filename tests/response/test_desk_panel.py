"""The desk sees on the tip's page what the recipients wrote and reported."""

import pytest

from upstander.actions.panels import panels
from upstander.response import services
from upstander.response.services import Report

pytestmark = pytest.mark.django_db


def _lines(tip_id):
    return [
        (line["text"], line["state"])
        for panel in panels(tip_id)
        if panel.name == "response"
        for line in panel.entries
    ]


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


def test_the_panel_asks_the_same_number_of_questions_however_many_recipients_wrote(
    person, town, told, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from upstander.response import queries

    ana = person("ana@x.example", (town.school, "end_user"), (town.district, "end_user"), name="Ana Rivera")
    services.follow_up(ana, told.referrals[town.school.name].id, "One.")
    services.report(ana, told.referrals[town.school.name].id, Report(("parents_notified",), text="Well."))
    with CaptureQueriesContext(connection) as first:
        queries.of_tip(told.tip_id)
    for n in range(3):
        services.follow_up(ana, told.referrals[town.district.name].id, f"Two {n}.")
    services.report(ana, told.referrals[town.district.name].id, Report(("parents_notified",), text="Well."))
    with django_assert_num_queries(len(first)):
        assert sum(len(work.lines) for work in queries.of_tip(told.tip_id)) == 4
