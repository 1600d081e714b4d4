"""`upstander protocol` answers on its own."""

import json

import pytest
from click.testing import CliRunner, Result

from upstander.protocol.cli import protocol


def run(*args: str) -> Result:
    return CliRunner().invoke(protocol, args)


@pytest.mark.req("D-IV.A.2.a.1")
def test_explain_prints_the_actions_as_json() -> None:
    result = run("explain", "--class", "imminent_harm", "--in-progress", "yes", "--network", "in", "--json")
    actions = json.loads(result.stdout)["actions"]
    assert [a["kind"] for a in actions][:3] == ["call_psap", "call_contacts", "email_contacts"]
    assert {"kind", "owed_by", "due_seconds", "cites", "because"} <= set(actions[0])
    assert actions[0]["cites"] == ["D-IV.A.2.a.1"] and actions[0]["due_seconds"] == 60


def test_explain_prints_a_table_with_paragraphs_and_what_is_missing() -> None:
    result = run("explain", "--class", "emergency", "--subtype", "fire", "--contacts", "2", "--no-psap")
    assert result.exit_code == 0
    assert "D-IV.A.2.b.1" in result.output and "Contact 2" in result.output and "MISSING" in result.output


def test_a_subtype_graver_than_the_class_is_said_aside() -> None:
    result = run("explain", "--class", "other", "--subtype", "fight", "--json")
    assert (
        "crime_against_person" in result.stderr
        and json.loads(result.stdout)["klass"] == "crime_against_person"
    )


@pytest.mark.parametrize(
    ("args", "meant"),
    [
        (["--class", "standrad"], "'standard'"),
        (["--class", "standard", "--subtype", "bulying"], "'bullying'"),
        (["--class", "standard", "--flag", "crimnal"], "'criminal'"),
        (["--class", "standard", "--network", "inn"], "'in'"),
        (["--class", "standard", "--in-progress", "maybe"], "'yes'"),
        (["--class", "standard", "--after", "command_review:notify_trop"], "'command_review:notify_troop'"),
        (["--class", "standard", "--exclude", "7"], "Known: 1"),
        (["--class", "standard", "--doubt", "place"], "'place_retired'"),
        (["--class", "standard", "--law-enforcement", "maybe"], "'yes'"),
    ],
)
def test_a_wrong_value_is_refused_with_the_right_ones(args: list[str], meant: str) -> None:
    result = run("explain", *args)
    assert result.exit_code == 2 and meant in result.output


def test_what_is_offered_is_told_apart_and_has_no_time() -> None:
    actions = json.loads(run("explain", "--class", "standard", "--subtype", "bullying", "--json").stdout)[
        "actions"
    ]
    standing = {a["kind"]: (a["standing"], a["due_seconds"]) for a in actions}
    assert standing["crisis_referral"] == standing["coordinate_end_users"] == ("offered", None)
    assert standing["email_contacts"] == ("owed", 900)


@pytest.mark.parametrize(
    ("args", "kind"),
    [
        (["--class", "crime_against_person", "--subtype", "kidnapping", "--age", "15"], "amber_alert"),
        (
            ["--class", "crime_against_person", "--subtype", "kidnapping", "--age", "17", "--disabled"],
            "amber_alert",
        ),
        (["--class", "standard", "--law-enforcement", "yes"], "notify_law_enforcement"),
        (["--class", "emergency", "--after", "command_review:notify_zone"], "notify_isp_troop_or_zone"),
        (["--class", "other", "--exclude", "1"], "notify_law_enforcement"),
    ],
)
def test_every_fact_can_be_given(args: list[str], kind: str) -> None:
    actions = json.loads(run("explain", *args, "--json").stdout)["actions"]
    assert kind in [a["kind"] for a in actions if a["standing"] == "owed"]


def test_a_place_that_is_unsure_says_what_a_person_decides() -> None:
    result = run("explain", "--class", "other", "--doubt", "place_retired", "--json")
    assert [g["code"] for g in json.loads(result.stdout)["gaps"]] == ["place_retired"]


def test_facts_lists_what_can_be_said_of_a_tip() -> None:
    found = json.loads(run("facts", "--json").stdout)
    assert [c["code"] for c in found["classes"]][0] == "imminent_harm"
    assert {"code": "unspecified", "class": "other"}.items() <= [s for s in found["subtypes"]][-1].items()
    assert {
        "criminal",
        "abuse_suspected",
        "sexual_images",
        "abduction_of_minor",
        "submitted_by_agency",
        "intentionally_false",
        "law_enforcement_needed",
        "subject_is_poc",
    } <= {f["code"] for f in found["flags"]}
    assert run("facts").exit_code == 0


@pytest.mark.req("D-II.J")
def test_explain_may_be_told_of_the_session_and_answers_the_same() -> None:
    answers = {run("explain", "--class", "standard", "--session", s, "--json").stdout for s in ("in", "out", "unknown")}
    assert len(answers) == 1 and "email_contacts" in answers.pop()
