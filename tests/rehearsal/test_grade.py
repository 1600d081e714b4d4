"""What the simulated reporter writes, and how a run is graded: against `protocol`, so that it teaches what the desk demands."""

from dataclasses import replace
from pathlib import Path

import pytest

from upstander.packs.errors import PackError
from upstander.packs.loader import load
from upstander.protocol import plan
from upstander.rehearsal import Done, expected, grade, hear, reply, said
from upstander.rehearsal.grade import OWN, facts
from upstander.rehearsal.talk import ENDING, OPENING

ROOT = Path(__file__).resolve().parents[2]
PACK = load(ROOT / "packs" / "illinois")
SCENARIOS = PACK.training.scenarios
pytestmark = pytest.mark.req("S-exercise")
everybody = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.code)


def right(scenario) -> Done:
    kinds = frozenset(action.kind for action in expected(PACK, scenario))
    return Done(
        frozenset(scenario.needs), scenario.subtypes, frozenset(scenario.flags), scenario.in_progress, kinds
    )


def point(result, what: str):
    return next(p for p in result.points if p.what == what)


@everybody
def test_whoever_does_everything_has_every_point(scenario):
    result = grade(PACK, scenario, right(scenario))
    assert (result.percent, result.passed) == (100, True)
    assert all(p.full for p in result.points)


@everybody
def test_the_actions_asked_are_what_the_directive_demands_of_the_call_taker(scenario):
    owed = {a.kind for a in plan(PACK, facts(PACK, scenario)).owed if a.owed_by == OWN}
    assert {a.kind for a in expected(PACK, scenario)} == owed
    graded = {p.code: p for p in grade(PACK, scenario, right(scenario)).points if p.what == "action"}
    assert graded.keys() == owed and all(p.says and p.cites for p in graded.values())


@everybody
def test_what_may_be_judged_besides_costs_nothing_and_anything_else_does(scenario):
    also = replace(right(scenario), subtypes=(*scenario.subtypes, *scenario.accepts))
    assert not [p for p in grade(PACK, scenario, also).points if p.what == "needless_kind"]
    other = next(
        s.key
        for s in PACK.subtypes
        if s.key not in (*scenario.subtypes, *scenario.accepts) and s.code != "unspecified"
    )
    result = grade(PACK, scenario, replace(right(scenario), subtypes=(*scenario.subtypes, other)))
    assert result.percent < 100 and point(result, "needless_kind").code == other


@pytest.mark.parametrize(
    "scenario", [s for s in SCENARIOS if PACK.critical(PACK.gravest(s.subtypes))], ids=lambda s: s.code
)
class TestCritical:
    def test_judged_as_if_it_could_wait_it_is_never_passed(self, scenario):
        result = grade(PACK, scenario, replace(right(scenario), subtypes=("bullying",)))
        assert not result.passed and point(result, "class").fatal

    def test_without_the_call_to_911_it_is_never_passed(self, scenario):
        made = replace(right(scenario), actions=right(scenario).actions - {"call_psap"})
        result = grade(PACK, scenario, made)
        assert not result.passed and result.percent > PACK.training.pass_percent


def test_too_grave_costs_less_than_too_low():
    nickname, sister = PACK.training.scenario("nickname"), PACK.training.scenario("uncle")
    graver = point(
        grade(PACK, nickname, replace(right(nickname), subtypes=("bullying", "threat_of_violence"))), "class"
    )
    lower = point(grade(PACK, sister, replace(right(sister), subtypes=("bullying",))), "class")
    assert 0 == lower.got < graver.got < graver.of


def test_words_that_send_a_reporter_into_danger_fail_whatever_the_points():
    backpack = PACK.training.scenario("backpack")
    result = grade(PACK, backpack, replace(right(backpack), heard=right(backpack).heard | {"sends_in"}))
    assert not result.passed and result.percent >= PACK.training.pass_percent


def test_words_that_harm_cost_points_and_silence_costs_more():
    nickname = PACK.training.scenario("nickname")
    harmed = grade(PACK, nickname, replace(right(nickname), heard=right(nickname).heard | {"dismisses"}))
    silent = grade(PACK, nickname, replace(right(nickname), heard=frozenset()))
    assert 100 > harmed.percent > silent.percent and not silent.passed


@everybody
def test_asked_everything_that_is_needed_the_reporter_tells_it_and_then_ends(scenario):
    marks: list[str] = []
    for need in scenario.needs:
        marks += reply(scenario, [need], marks)
    while new := reply(scenario, (), marks):
        assert not set(new) & set(marks)
        marks += new
    assert marks[-1] == ENDING and all(said(scenario, mark) for mark in marks)
    told = {line.to for n, line in enumerate(scenario.lines) if f"line{n}" in marks}
    assert set(scenario.needs) & {line.to for line in scenario.lines} <= told


def test_a_line_is_said_once_and_an_unknown_mark_has_no_words():
    sister = PACK.training.scenario("sister")
    first = reply(sister, hear(PACK, "Where are you?"), ())
    assert "Sorrel Lane" in said(sister, first[0])
    assert first[0] not in reply(sister, ["place"], first)
    assert said(sister, OPENING) and said(sister, "line99") == ""


def broken(tmp_path, old: str, new: str) -> str:
    import shutil

    folder = tmp_path / "illinois"
    shutil.copytree(ROOT / "packs" / "illinois", folder)
    text = (folder / "training.toml").read_text()
    assert old in text
    (folder / "training.toml").write_text(text.replace(old, new, 1))
    with pytest.raises(PackError) as error:
        load(folder)
    return str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('subtypes = ["self_harm", "medical_emergency"]', 'subtypes = ["selfharm"]', "selfharm"),
        ('cites = ["911-where-first"]', 'cites = ["nowhere"]', "nowhere"),
        (
            'needs = ["calms", "place", "danger", "suicide", "alone", "call_911"]',
            'needs = ["calms", "blames"]',
            "blames",
        ),
        ('flags = ["abuse_suspected"]', 'flags = ["abuse"]', "abuse"),
        ('without_certificate = "warn"', 'without_certificate = "ask"', "ask"),
        ("pass_percent = 80", "pass_percent = 101", "pass_percent"),
        ('code = "friday"', 'code = "sister"', "stands twice"),
    ],
)
def test_a_slip_in_the_file_is_said_with_its_place(tmp_path, old, new, says):
    assert says in broken(tmp_path, old, new)
