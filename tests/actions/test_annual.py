"""`upstander audit duties`: what was not met in a year, as CSV without a word of a tip."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from tests.actions.test_clocks import WHY, referral, tip  # noqa: F401 - fixtures
from upstander.actions import clocks
from upstander.actions.level_models import Measure
from upstander.annual import audit
from upstander.audit.models import Entry
from upstander.ids import new_id

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    done = CliRunner().invoke(audit, ["duties", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_each_duty_that_was_late_has_a_line(tip, call_taker):  # noqa: F811
    opened = clocks.open_clock(tip, "fatal_abuse", call_taker.pk, WHY)
    year = str(opened.due_at.astimezone().year)
    (row,) = csv.DictReader(io.StringIO(run("--year", year)))
    assert (row["duty"], row["result"], row["owner"], row["cites"]) == (
        "fatal_abuse", "not_met", "desk", "325 ILCS 5/4"
    )  # fmt: skip
    assert row["tip"] == opened.tip.number and row["opened_by"] == f"account:{call_taker.pk}"
    assert "LANTERN" not in str(row)
    assert Entry.objects.filter(act="duties.listed", object_id=year).exists()


def test_as_json_and_with_what_was_met_in_time(referral, call_taker):  # noqa: F811
    opened = clocks.open_school_clock(referral, "bullying_parents", call_taker.pk, WHY)
    year = str(opened.due_at.astimezone().year)
    assert run("--year", year, "--json") == ""
    line = json.loads(run("--year", year, "--json", "--all"))
    assert (line["result"], line["organization"]) == ("running", referral.scope.name)


def test_the_service_levels_of_each_month_keep_what_was_entered_afterwards_apart():
    start = datetime(2025, 3, 1, 6, tzinfo=UTC)  # the first minute of March in Chicago
    for seconds, entered in ((30, False), (300, False), (30, True)):
        Measure.objects.create(
            level="psap_call", subject=new_id(), tip_id=new_id(), started_at=start, state="done", entered=entered,
            ended_at=start + timedelta(seconds=seconds),
        )  # fmt: skip
    done = CliRunner().invoke(audit, ["levels", "--year", "2025"], catch_exceptions=False)
    lines = [row for row in csv.DictReader(io.StringIO(done.output)) if row["level"] == "psap_call"]
    march = [row for row in lines if row["month"] == "2025-03"]
    assert [(r["measured"], r["within"], r["entered"], r["entered_within"]) for r in march][0] == ("2", "1", "1", "1")
    assert {row["measured"] for row in lines if row["month"] != "2025-03"} == {"0"}
    assert len(lines) == 12 * len(march)


def test_a_year_without_any_is_a_head_alone():
    assert run("--year", "2001").count("\n") == 1
