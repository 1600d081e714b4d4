"""A scripted exercise on the practice system: reports at their times, reporters who answer, a silent carrier, grade and paper."""

import inspect
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from click.testing import CliRunner

from tests.support.configured import put
from tests.training.conftest import GOOD
from upstander import clock
from upstander.actions import services as actions
from upstander.actions.models import RequiredAction
from upstander.actions.services import Judging
from upstander.config import Config
from upstander.delivery import playing, texting
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.sandbox import SandboxCarrier
from upstander.directory.models import Organisation
from upstander.exercises import cli, measure, report, run, state
from upstander.exercises.run import CannotRun
from upstander.intake import queries as intake
from upstander.intake import services as intake_services
from upstander.intake.models import Tip
from upstander.intake.submission import Submission
from upstander.packs.current import current
from upstander.rehearsal import expected
from upstander.web import paper

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-exercise")]


@pytest.fixture
def practice(monkeypatch, tmp_path, town):
    """This process is of a practice system, with a folder of its own, and the places that the scripts name."""
    Organisation.objects.filter(pk=town.school.pk).update(name="Harrow Creek Middle School")
    Organisation.objects.filter(pk=town.district.pk).update(name="Harrow Creek High School")
    put(monkeypatch, mode="sandbox", data=tmp_path)
    return tmp_path


@pytest.fixture
def at(monkeypatch):
    """`at(running, 151)`: it is so many seconds after the beginning."""

    def move(running, seconds: float) -> list[str]:
        moment = running.began_at + timedelta(seconds=seconds)
        monkeypatch.setattr(clock, "now", lambda: moment)
        return run.step(running)

    return move


def scenario_of(running, n: int):
    return current().training.scenario(run.script(running.code).reports[n].scenario)


def done_right(running, n: int, account, at) -> None:
    """The desk answers, judges and does everything at this moment."""
    tip_id, scenario = running.reports[n].tip_id, scenario_of(running, n)
    intake_services.say(tip_id, "desk", GOOD, account_id=account.pk)
    actions.judge(
        Judging(
            tip_id=tip_id, account_id=account.pk, subtypes=scenario.subtypes, in_progress=scenario.in_progress,
            flags=scenario.flags, narrative="What may be read.",
        )
    )  # fmt: skip
    RequiredAction.objects.filter(tip_id=tip_id).update(
        done_at=clock.now(), done_by=account.actor, result="answered"
    )


def test_it_runs_on_a_practice_system_only(monkeypatch, tmp_path):
    put(monkeypatch, mode="production", data=tmp_path)
    with pytest.raises(CannotRun, match="practice system"):
        run.begin("evening")
    assert not Tip.objects.exists() and not (tmp_path / "exercises").exists()


def test_a_place_that_is_not_there_is_said_before_anything_comes(practice):
    Organisation.objects.filter(name="Harrow Creek High School").update(name="Elsewhere")
    with pytest.raises(CannotRun, match="lacks Harrow Creek High School"):
        run.begin("evening")
    assert not Tip.objects.exists() and state.newest() is None


def test_reports_come_at_their_times_and_once(practice, db, at):
    running = run.begin("evening")
    assert any("Every day on the bus" in line for line in at(running, 0))
    assert at(running, 1) == [] and Tip.objects.count() == 1
    at(running, 151)
    tips = list(Tip.objects.order_by("received_at"))
    assert len(tips) == 2 and tips[1].danger_now and not tips[0].danger_now


def test_begun_again_from_its_file_it_goes_on_where_it_was(practice, db, at):
    running = run.begin("evening")
    at(running, 0)
    again = state.load(running.id)
    assert again == running == state.newest()
    at(again, 2)
    assert Tip.objects.count() == 1


def test_the_simulated_reporter_answers_what_the_desk_asks_and_once(practice, casey, at):
    running = run.begin("evening")
    at(running, 0)
    tip_id = running.reports[0].tip_id
    intake_services.say(tip_id, "desk", "Thank you. Where is that?", account_id=casey.account.pk)
    assert any("has answered" in line for line in at(running, 5))
    assert at(running, 6) == []
    words = [one.text for one in intake.dialogue(tip_id) if one.sender == "reporter"]
    assert words[-1] == "bus 9 to Coneflower Middle School"


def test_a_note_of_the_desk_is_no_answer(practice, casey, at):
    running = run.begin("evening")
    at(running, 0)
    intake_services.say(running.reports[0].tip_id, "note", "Where is that?", account_id=casey.account.pk)
    assert at(running, 5) == []


def test_what_comes_by_telephone_is_rung_in_by_whoever_directs_and_found(practice, casey, at):
    running = run.begin("surge")
    lines = at(running, 181)
    assert any("RING THE DESK NOW" in line and "a gun in his bag" in line for line in lines)
    assert not any("RING" in line for line in at(running, 182))
    given = Submission(channel="phone", text="He rang", entered_by=casey.account.pk)
    tip = intake_services.receive(given, "a-call-of-the-exercise-000001")
    assert any(tip.number in line for line in at(running, 190))
    assert running.reports[3].tip_id == tip.tip_id


def test_a_silent_carrier_takes_nothing_and_comes_back_by_itself(practice, db, at):
    running = run.begin("evening")
    at(running, 159)
    carrier = SandboxCarrier(Config(data=practice))
    assert not playing.dead(practice, "email", clock.now())
    assert any("email is silent" in line for line in at(running, 161))
    assert playing.dead(practice, "email", clock.now()) and not playing.dead(practice, "sms", clock.now())
    mail = texting.compose(texting.Text("+12175550123", "Hello"), uuid4(), "+12175550100")
    with pytest.raises(CarrierError, match="exercise"):
        carrier.send(replace(mail, channel="email"))
    at(running, 401)
    assert not playing.dead(practice, "email", clock.now())


def test_whatever_stands_in_its_file_no_other_carrier_asks_for_it():
    for module in ("smtp", "kannel", "twilio", "webhook", "webpush", "failover", "paced"):
        found = import_module(f"upstander.delivery.carriers.{module}")
        assert "playing" not in inspect.getsource(found), module


@pytest.mark.parametrize("content", ["", "[]", "{", '{"email": 3}', '{"email": "tomorrow"}'])
def test_a_file_that_cannot_be_read_plays_nothing(tmp_path, content):
    (tmp_path / playing.FILE).write_text(content)
    assert not playing.dead(tmp_path, "email", clock.now())


def test_it_ends_by_itself_and_nothing_more_comes(practice, db, at):
    running = run.begin("evening")
    at(running, 161)
    assert at(running, 20 * 60) == ["The exercise is over."]
    assert at(running, 20 * 60 + 5) == [] and not playing.dead(practice, "email", clock.now())
    assert Tip.objects.count() == 2


class TestTheGrade:
    def test_everything_right_and_in_time_has_every_point(self, practice, casey, town, at):
        running = run.begin("evening")
        for n, moment in enumerate((1, 151, 421)):
            at(running, moment)
            done_right(running, n, casey.account, at)
        found = measure.result(running)
        assert [(one.got, one.of) for one in found.outcomes if one.got != one.of] == []
        assert found.percent == 100 and not found.fatal

    def test_late_is_not_in_time_and_never_answered_is_missed(self, practice, casey, town, at):
        running = run.begin("evening")
        at(running, 151)
        at(running, 151 + 400)
        done_right(running, 1, casey.account, at)
        found = measure.result(running)
        danger = found.outcomes[1]
        assert [(c.code, c.kept) for c in danger.clocks] == [("answer", False), ("judge", False)]
        assert found.fatal and found.outcomes[0].seen is not None and not found.outcomes[0].clocks[0].kept

    def test_what_was_done_after_its_time_counts_as_late_and_is_named(self, practice, casey, town, at):
        running = run.begin("evening")
        at(running, 151)
        done_right(running, 1, casey.account, at)
        RequiredAction.objects.filter(kind="call_psap").update(done_at=clock.now() + timedelta(minutes=9))
        danger = measure.result(running).outcomes[1]
        assert danger.fatal and {act.kind for act in danger.late} == {"call_psap"}

    def test_what_never_came_in_is_missed(self, practice, db, at):
        running = run.begin("surge")
        at(running, 200)
        found = measure.result(running)
        assert len(found.outcomes) == 4, "what was to come later is not asked for"
        assert found.outcomes[3].seen is None and found.outcomes[3].fatal and found.fatal

    def test_only_what_the_directive_asks_of_the_call_taker_is_graded(self, practice, casey, town, at):
        running = run.begin("evening")
        at(running, 151)
        done_right(running, 1, casey.account, at)
        graded = {p.code for p in measure.result(running).outcomes[1].points if p.part == "actions"}
        assert graded == {action.kind for action in expected(current(), scenario_of(running, 1))}


def test_the_report_says_what_was_missed_names_nobody_and_prints(practice, casey, town, at):
    running = run.begin("evening")
    at(running, 151)
    done_right(running, 1, casey.account, at)
    at(running, 161)
    run.end(running)
    made = report.document(running, measure.result(running))
    said = " ".join(str(block) for block in made.blocks)
    assert (
        "EXERCISE" in made.head
        and "Second lunch" in said
        and "never" in said
        and "E-mail silent for 4:00" in said
    )
    assert "Casey" not in said
    assert paper.pdf(made, clock.now()).startswith(b"%PDF")


def test_the_command_lists_refuses_and_makes_the_report_anew(practice, db, at):
    called = CliRunner().invoke(cli.exercise, ["list"])
    assert "evening" in called.output and "surge" in called.output
    assert "no such exercise" in CliRunner().invoke(cli.exercise, ["report"]).output
    running = run.begin("evening")
    at(running, 0)
    out = practice / "report.pdf"
    assert "Report:" in CliRunner().invoke(cli.exercise, ["report", "--out", str(out)]).output
    assert out.read_bytes().startswith(b"%PDF")
    with pytest.raises(CannotRun, match="evening"):
        run.begin("nothing")


def test_a_command_that_was_cut_off_goes_on(practice, db, at):
    assert "No exercise is under way" in CliRunner().invoke(cli.exercise, ["go-on"]).output
    running = run.begin("evening")
    at(running, 30 * 60 - 1)
    running.ended_at = None
    state.keep(running)
    out = practice / "report.pdf"
    assert "The exercise is over." in CliRunner().invoke(cli.exercise, ["go-on", "--out", str(out)]).output
    assert out.read_bytes().startswith(b"%PDF")
