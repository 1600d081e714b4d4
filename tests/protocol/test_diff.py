"""Two versions of a pack, asked the same: whose actions would change."""

import json
from pathlib import Path

import pytest
from click import BadParameter
from click.testing import CliRunner

from tests.packs.conftest import ILLINOIS, copy  # noqa: F401 - a fixture
from tests.packs.test_broken import change
from tests.protocol.people import facts
from upstander.packs import Pack, load
from upstander.protocol.diff import Change, changes, compare
from upstander.protocol.facts import FactsError
from upstander.replay import days, pack, points


@pytest.fixture
def stricter(copy: Path) -> Pack:  # noqa: F811
    """Law enforcement is told of every runaway, a Critical's call has 30 s, and outreach hears of nothing Standard."""
    change(copy, "directive.toml", "due_seconds = 60", "due_seconds = 30")
    change(
        copy,
        "directive.toml",
        'kind = "notify_law_enforcement"\nowed_by = "stic_staff"',
        'kind = "notify_law_enforcement"\nowed_by = "call_taker"',
    )
    change(copy, "directive.toml", '  classes = ["standard", "other"]\n  flags = ["law_enforcement_needed"]\n',
           '  subtypes = ["runaway"]\n')  # fmt: skip
    return load(copy)


def test_a_version_compared_with_itself_changes_nothing(pack: Pack) -> None:
    found = compare(pack, pack, points(pack))
    assert found.seen > 5000 and not found.changed and not found.times and not found.refused


def test_each_change_says_whose_it_is_and_what_becomes_of_it(pack: Pack, stricter: Pack) -> None:
    assert changes(pack, stricter, facts("emergency", "fire")) == (
        Change("changed", "call_psap", "call_psap", "call_taker", (("due_seconds", 60, 30),)),
    )
    assert changes(pack, stricter, facts("standard", "runaway")) == (
        Change("added", "notify_law_enforcement", "notify_law_enforcement", "call_taker"),
    )
    assert changes(stricter, pack, facts("standard", "runaway"))[0].what == "removed"
    (moved,) = changes(pack, stricter, facts("standard", "vaping", flags=frozenset({"criminal"})))
    assert moved.fields == (("owed_by", "stic_staff", "call_taker"),)


def test_many_are_counted_by_owner_each_with_examples(pack: Pack, stricter: Pack) -> None:
    known = [(f"tip {n}", facts("emergency", "fire")) for n in range(9)]
    found = compare(pack, stricter, [*known, ("a question", facts("other", "request_for_information"))])
    ((owner, rows),) = found.by_owner().items()
    assert owner == "call_taker" and [times for _, times in rows] == [9]
    assert found.examples[rows[0][0]] == [f"tip {n}" for n in range(5)]
    assert (found.seen, found.changed) == (10, 9)


def test_what_the_new_version_cannot_judge_is_counted_with_the_reason(pack: Pack) -> None:
    gone = facts("standard", "no_such_subtype")
    with pytest.raises(FactsError):
        changes(pack, pack, gone)
    found = compare(pack, pack, [("one", gone), ("two", facts("other"))])
    assert (
        found.seen == 2
        and sum(found.refused.values()) == 1
        and "no_such_subtype" in next(iter(found.refused))
    )


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-01-01..2026-01-31", "2026-01-01T06:00:00+00:00", "2026-02-01T06:00:00+00:00"),
        ("2026-03-08", "2026-03-08T06:00:00+00:00", "2026-03-09T05:00:00+00:00"),
        ("2026-11-01..", "2026-11-01T05:00:00+00:00", None),
        ("..2026-11-01", None, "2026-11-02T06:00:00+00:00"),
    ],
)
def test_days_are_whole_days_where_the_programme_is_also_when_clocks_change(
    text: str, first: str | None, last: str | None
) -> None:
    since, until = days(text, "America/Chicago")
    assert (since and since.isoformat(), until and until.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-02-30", "2026-02-01..2026-01-01", "2026-13-01..", "1..2"]
)
def test_what_is_no_day_is_refused_with_what_would_be(text: str) -> None:
    with pytest.raises(BadParameter, match="2026-01-01..2026-06-30"):
        days(text, "America/Chicago")


def run(*args: str) -> str:
    result = CliRunner().invoke(pack, ["diff", *args], env={"COLUMNS": "160"})
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_shows_whose_actions_change(copy: Path, stricter: Pack) -> None:  # noqa: F811
    shown = run(str(ILLINOIS), str(copy))
    assert "due_seconds: 60 -> 30" in shown and "Call-taker" in shown and "would change" in shown
    found = json.loads(run(str(ILLINOIS), str(copy), "--json"))
    assert found["new"]["digest"] == stricter.digest and found["changed"] < found["seen"]
    assert {"what", "rule", "kind", "owed_by", "fields", "times", "examples"} <= set(found["changes"][0])


def test_a_version_can_be_named_and_an_unknown_one_is_refused() -> None:
    assert "0 would change" in run("2026.1", "2026.1")
    result = CliRunner().invoke(pack, ["diff", "2026.1", "1999.1"])
    assert result.exit_code == 2 and "1999.1" in result.output
