"""What the yearly report counts of referrals (5 ILCS 860/40): numbers by result and year, by the programme's own calendar."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from upstander import clock
from upstander.actions import services
from upstander.actions.models import ActionEvent, RequiredAction
from upstander.actions.services import Judging, judge
from upstander.actions.yearly import help_referrals
from upstander.annual import audit

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-I.B")]


@pytest.fixture
def helped(town, call_taker, new_tip):
    """`helped("accepted", at)`: a tip for which help was offered, with this result, at this moment."""

    def make(*results: str, at: datetime) -> None:
        tip = new_tip(town.school.pk)
        judge(
            Judging(
                tip_id=tip,
                account_id=call_taker.pk,
                subtypes=("self_harm",),
                in_progress=False,
                narrative="x",
            )
        )
        row = RequiredAction.objects.get(tip_id=tip, kind="crisis_referral")
        for result in results:
            services.mark_done(row.id, call_taker.pk, "a note", result, {"service": "988"})
        ActionEvent.objects.filter(action=row).update(at=at)

    return make


def test_a_tip_counts_once_for_each_result_and_once_as_referred(helped):
    at = datetime(2026, 6, 1, 12, tzinfo=UTC)
    helped("offered", "declined", at=at)
    helped("offered", "offered", "accepted", "handed_over", at=at)
    helped("information_given", at=at)
    [year] = help_referrals(2026, 2026)
    assert year.by_result == {
        "offered": 2,
        "declined": 1,
        "accepted": 1,
        "handed_over": 1,
        "information_given": 1,
    }
    assert year.referred == 2


def test_the_year_ends_at_midnight_of_the_programme_and_a_year_without_is_there(helped):
    midnight = datetime(2026, 1, 1, 6, tzinfo=UTC)  # in Chicago
    helped("accepted", at=midnight - timedelta(seconds=1))
    helped("accepted", at=midnight)
    found = {year.year: year.referred for year in help_referrals(2024, 2026)}
    assert found == {2024: 0, 2025: 1, 2026: 1}


def test_nothing_of_a_tip_is_in_the_numbers(helped):
    helped("accepted", at=clock.now())
    assert set(help_referrals(2026, 2026)[0].__slots__) == {"year", "by_result", "referred"}


def printed(*arguments: str) -> str:
    done = CliRunner().invoke(audit, ["referrals", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_prints_what_the_yearly_report_counts(helped):
    helped("offered", "accepted", at=datetime(2025, 6, 1, 12, tzinfo=UTC))
    helped("declined", at=datetime(2025, 6, 1, 12, tzinfo=UTC))
    found = json.loads(printed("--year", "2025", "--json"))
    assert found == {"year": 2025, "by_result": {"accepted": 1, "declined": 1, "offered": 1}, "referred": 1}
    told = printed("--year", "2025")
    assert told.startswith("2025: 1 tip referred to help\n") and told.count("\n") == 4
    assert "a note" not in told


def test_a_year_without_any_says_so_and_a_wrong_year_is_refused():
    assert printed("--year", "2001") == "2001: 0 tips referred to help\n"
    refused = CliRunner().invoke(audit, ["referrals", "--year", "26"])
    assert refused.exit_code == 2 and "--year" in refused.output
