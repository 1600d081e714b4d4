"""A broken pack is explained with file and line, and never half-loaded."""

import random
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.packs.conftest import ILLINOIS
from upstander.packs import PackError, Problem, load
from upstander.packs.cli import pack as cli

FILES = sorted(ILLINOIS.glob("*.toml"))


def change(folder: Path, file: str, old: str, new: str, nth: int = 0) -> int:
    """Replace the n-th occurrence of `old` by `new`; returns its line."""
    path = folder / file
    text = path.read_text()
    at = [m.start() for m in re.finditer(re.escape(old), text)][nth]
    path.write_text(text[:at] + new + text[at + len(old) :])
    return text.count("\n", 0, at) + 1


def problems(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(PackError) as caught:
        load(folder)
    return caught.value.problems


def only(folder: Path) -> Problem:
    (problem,) = problems(folder)
    return problem


@pytest.mark.parametrize(
    ("file", "old", "new", "says", "tries"),
    [
        (
            "directive.toml",
            'kind = "call_psap"',
            'kind = "cal_psap"',
            "'cal_psap' is not known",
            "'call_psap'",
        ),
        (
            "directive.toml",
            'owed_by = "stic_staff"',
            'owed_by = "stik_staff"',
            "'stik_staff'",
            "'stic_staff'",
        ),
        ("escalation.toml", 'act = "deputy"', 'act = "deputi"', "'deputi' is not known", "'deputy'"),
        ("escalation.toml", 'channel = "sms"\n', "", "only a step by a channel names one", "channel ="),
        ("escalation.toml", 'while = "silent"', 'while = "asleep"', "'asleep' is not known", "silent"),
        ("escalation.toml", 'classes = ["standard"]', 'classes = ["standart"]', "'standart' is not known", "'standard'"),
        ("escalation.toml", 'cites = ["D-IV.A.3.a"]', 'cites = ["D-IV.A.3.x"]', "'D-IV.A.3.x' is not known", "D-IV.A.3.a"),
        ("escalation.toml", 'code = "critical_call"', 'code = "critical_text"', "stands twice", "of its own"),
        ("escalation.toml", "every_minutes = 10\n", "", "could rest unconfirmed", "every_minutes"),
        ("escalation.toml", 'while = "silent"\nsource = "Ours"', 'while = "silent"', "whose number it is", "Ours"),
        (
            "duties.toml",
            'subtypes = ["bullying", "cyber_bullying"]',
            'subtypes = ["bullying"]\nflags = ["criminal"]',
            "a school is told of no flag",
            "name subtypes",
        ),
        ("duties.toml", 'fact = "evidence_handed_over"', 'fact = "evidence_handed"', "not known", "evidence_handed_over"),
        ("directive.toml", '["emergency"]', '["emergancy"]', "'emergancy'", "'emergency'"),
        ("directive.toml", '["criminal"]', '["crminal"]', "'crminal'", "'criminal'"),
        (
            "directive.toml",
            '["sexual_images_of_children"]',
            '["sexual_image_of_children"]',
            "'sexual_image_",
            "'sexual_images_",
        ),
        ("directive.toml", '["D-IV.A.3.a"]', '["D-IV.A.3.x"]', "paragraph 'D-IV.A.3.x'", "'D-IV.A.3.a'"),
        ("directive.toml", '["D-IV.A.3.a"]', "[]", "'cites' is empty", "at least one"),
        ("directive.toml", "due_seconds = 60", 'due_seconds = "60"', "wrong kind", "a whole number"),
        ("directive.toml", "due_seconds = 60", "due_seconds = 0", "too small", "at least 1"),
        (
            "directive.toml",
            "due_seconds = 60",
            "due_second = 60",
            "'due_second' is not a key",
            "'due_seconds'",
        ),
        (
            "directive.toml",
            'carries = "facts"',
            'carries = "tip"',
            "outreach would get the tip's text",
            "facts",
        ),
        ("directive.toml", 'id = "document"', 'id = "call_psap"', "stands twice", "already on line"),
        ("taxonomy.toml", 'code = "fight"', 'code = "assault"', "stands twice", "already on line"),
        (
            "taxonomy.toml",
            'yes_flag = "abduction_of_minor"',
            'yes_flag = "abduction"',
            "flag 'abduction'",
            "abduction_of_minor",
        ),
        ("taxonomy.toml", "critical = true", "critical = 1", "wrong kind", "true or false"),
        (
            "pack.toml",
            "effective_from = 2026-01-01",
            'effective_from = "2026-01-01"',
            "wrong kind",
            "without quotes",
        ),
        (
            "pack.toml",
            "release_minutes",
            "releas_minutes",
            "'releas_minutes' is not a key",
            "'release_minutes'",
        ),
        ("pack.toml", 'kind = "app"', 'kind = "ap"', "'ap' is not known", "'app'"),
        (
            "texts.en.toml",
            "{school} - {tip_number}",
            "{tip_nummer}",
            "{tip_nummer} cannot be filled in",
            "'tip_number'",
        ),
        (
            "texts.es.toml",
            'lost = "',
            'last = "',
            "'reporter.receipt.last' is not a text",
            "'reporter.receipt.lost'",
        ),
        (
            "texts.es.toml",
            "su cuenta de {programme}",
            "su cuenta",
            "other words than in English",
            "programme",
        ),
        ("paragraphs.toml", 'id = "D-I.B"', 'id = "D-I.A"', "stands twice", "already on line"),
        ("statutes.toml", 'id = "325 ILCS 5/7"', 'id = "325 ILCS 5/4"', "stands twice", "already on line"),
        (
            "directive.toml",
            'proof = "call_answered"',
            'proof = "call_answerd"',
            "'call_answerd'",
            "call_answered",
        ),
        (
            "directive.toml",
            'command_review:notify_troop"',
            'command_review:troop"',
            "'command_review:troop'",
            "notify_troop",
        ),
        (
            "directive.toml",
            'unless_flags = ["criminal"',
            'unless_flags = ["crminal"',
            "'crminal'",
            "'criminal'",
        ),
        (
            "directive.toml",
            'script = "isp.investigate"\nstanding = "offered"',
            'script = "isp.investigate"\nstanding = "ofered"',
            "'ofered' is not known",
            "'offered'",
        ),
        (
            "directive.toml",
            'law_enforcement = "undecided"',
            'law_enforcement = "open"',
            "'open'",
            "undecided",
        ),
        ("directive.toml", "age_under = 16", "age_undr = 16", "'age_undr' is not a key", "'age_under'"),
        ("directive.toml", "age_under = 16", 'age_under = "16"', "wrong kind", "a whole number"),
        (
            "proofs.toml",
            'required_for = ["answered"]',
            'required_for = ["anwsered"]',
            "'anwsered'",
            "'answered'",
        ),
        ("proofs.toml", 'closes = { answered = "answered" }', "closes = {}", "nothing ends", "closes ="),
        (
            "taxonomy.toml",
            'class_only = ["outreach"',
            'class_only = ["contacts", "outreach"',
            "'contacts'",
            "leave it out",
        ),
        ("taxonomy.toml", 'only = ["psap", ', "only = [", "the PSAP would not hear", '"psap"'),
        ("isp.toml", '"Boone", ', '"Boone", "Carroll", ', "'Carroll' lies in two troops", "troop 1"),
        ("duties.toml", "due = { hours = 24 }", "due = { hour = 24 }", "counts in one unit", "hours"),
        (
            "duties.toml",
            "due = { hours = 24 }",
            "due = { hours = 24, days = 1 }",
            "counts in one unit",
            "hours",
        ),
        ("duties.toml", "  2026-01-01, ", '  "2026-01-01", ', "not a list of dates", "2026-01-31"),
        (
            "duties.toml",
            '["substance_abuse"]',
            '["substance"]',
            "'substance' is not known",
            "substance_abuse",
        ),
        ("service.toml", "percent = 95", "percent = 195", "more than all", "at most 100"),
        ("service.toml", 'code = "closing"', 'code = "close"', "'close' is not known", "closing"),
    ],
)
def test_a_mistake_is_explained_where_it_stands(
    copy: Path, file: str, old: str, new: str, says: str, tries: str
) -> None:
    line = change(copy, file, old, new)
    found = [p for p in problems(copy) if p.file == str(copy / file) and says in p.message]
    assert found, problems(copy)
    assert tries in found[0].hint
    assert abs(found[0].line - line) <= 2  # an item that stands twice is named at its header


def test_a_missing_key_is_explained_at_its_table(copy: Path) -> None:
    line = change(copy, "directive.toml", 'owed_by = "intelligence_command"\n', "")
    problem = only(copy)
    assert "'owed_by' is missing" in problem.message
    assert problem.line == line - 3


def test_a_result_that_the_audit_or_the_ledger_has_no_room_for_is_refused(copy: Path) -> None:
    """Or the press that records it would fail, on the night when an alert is handed to an officer."""
    from upstander.actions.models import ActionEvent
    from upstander.audit.models import Entry
    from upstander.packs.vocabulary import ACT_LENGTH, RESULT_LENGTH

    assert (ACT_LENGTH, RESULT_LENGTH) == tuple(
        model._meta.get_field(name).max_length for model, name in ((Entry, "act"), (ActionEvent, "result"))
    )
    longest = ACT_LENGTH - len("action.endangered_missing_advisory.")
    line = change(copy, "proofs.toml", "{ handed_over =", "{ " + "x" * (longest + 1) + ' = "handed over", handed_over =')

    problem = only(copy)

    assert (problem.file, problem.line) == (str(copy / "proofs.toml"), line)
    assert "too long to be recorded" in problem.message
    assert f"at most {longest} characters" in problem.hint
    change(copy, "proofs.toml", "x" * (longest + 1), "x" * longest)
    assert load(copy)


def test_a_missing_text_is_explained(copy: Path) -> None:
    change(copy, "texts.en.toml", "emergency = ", "emergancy = ")
    assert any(
        "'call.psap.emergency' is missing" in p.message and "emergancy" in p.hint for p in problems(copy)
    )


@pytest.mark.req("D-IV.A.2.a.2")
def test_a_critical_without_a_call_to_the_psap_is_refused(copy: Path) -> None:
    change(copy, "directive.toml", "in_progress = false", "in_progress = true")
    problem = only(copy)
    assert "imminent_harm, in-network, not in progress: Critical, and no call to the PSAP" in problem.message


def test_a_rule_that_waits_for_itself_is_refused(copy: Path) -> None:
    change(copy, "directive.toml", 'after = ["dcfs_report:reported"]', 'after = ["dcfs_confirmation:sent"]')
    assert "'dcfs_confirmation' waits, in a circle" in only(copy).message


def test_an_offer_alone_does_not_keep_the_promise(copy: Path) -> None:
    change(
        copy,
        "directive.toml",
        'script = "call.psap.not_in_progress"\n',
        'script = "call.psap.not_in_progress"\nstanding = "offered"\n',
    )
    assert all("no call to the PSAP" in p.message for p in problems(copy))


def test_all_problems_are_told_together(copy: Path) -> None:
    change(copy, "directive.toml", 'kind = "document"', 'kind = "documents"')
    change(copy, "taxonomy.toml", 'label = "Fire"', 'labl = "Fire"')
    change(copy, "pack.toml", "claim_minutes = 10", "claim_minutes = -1")
    assert {Path(p.file).name for p in problems(copy)} == {"directive.toml", "taxonomy.toml", "pack.toml"}


def test_a_missing_file_is_explained(copy: Path) -> None:
    (copy / "outcomes.toml").unlink()
    assert only(copy).message.startswith("cannot be read")
    assert {p.line for p in problems(copy / "nowhere")} == {1}


def test_what_is_not_toml_is_explained_with_its_line(copy: Path) -> None:
    line = change(copy, "taxonomy.toml", 'code = "standard"', 'code = "standard')
    assert only(copy).line in (line, line + 1)
    assert "is not TOML" in only(copy).message


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a = " + b"[" * 5000, b"a = " + b"9" * 5000, b"\x00"])
def test_bytes_that_are_no_text_are_explained(copy: Path, content: bytes) -> None:
    (copy / "pack.toml").write_bytes(content)
    assert only(copy).file.endswith("pack.toml")


def test_the_digest_changes_with_a_single_letter(copy: Path) -> None:
    before = load(copy).digest
    assert before == load(ILLINOIS).digest
    change(copy, "texts.en.toml", "Thank you", "Thanks")
    assert load(copy).digest != before


VALUES = ["1", "true", "[]", "{}", "2026-01-01", "1979-05-27T07:32:00Z", "07:32:00", "[[1]]", '""', "nan"]


def mangle(text: str, chance: random.Random) -> str:
    """The text with one to three mistakes of the kinds that people and editors make."""
    lines = text.split("\n")
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(lines))
        line = lines[at]
        spot = chance.randrange(len(line) + 1)
        lines[at] = chance.choice(
            [
                "",
                line[:spot],
                line[:spot] + chance.choice("\"'[]{}=#.\\,\x00é0") + line[spot:],
                line[:spot] + line[spot + 1 :],
                re.sub(r"= .*", f"= {chance.choice(VALUES)}", line),
                re.sub(r"^(\s*)\w+", r"\1odd", line),
                f"{line}\n{chance.choice(lines)}",
            ]
        )
    return "\n".join(lines)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=st.sampled_from(FILES), seed=st.integers(0, 2**32))
def test_a_mangled_pack_loads_or_is_explained_and_never_crashes(copy: Path, file: Path, seed: int) -> None:
    original = file.read_text()
    target = copy / file.name
    target.write_text(mangle(original, random.Random(seed)))
    try:
        load(copy)
    except PackError as error:
        assert error.problems
        for problem in error.problems:
            lines = Path(problem.file).read_text().count("\n") + 1
            assert 1 <= problem.line <= lines and problem.message
    finally:
        target.write_text(original)


def test_the_command_prints_file_line_and_what_would_be_right(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copy.parent)
    line = change(copy, "directive.toml", 'kind = "document"', 'kind = "documents"')
    result = CliRunner().invoke(cli, ["check", "illinois"])
    assert result.exit_code == 1
    assert (
        f"illinois/directive.toml:{line}: kind = 'documents' is not known. try: Did you mean 'document'?"
        in result.output
    )


def test_the_command_says_ok() -> None:
    result = CliRunner().invoke(cli, ["check"])
    assert result.exit_code == 0 and result.output.startswith("ok: illinois 2026.1")
    assert CliRunner().invoke(cli, ["show"]).exit_code == 0
