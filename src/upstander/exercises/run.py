"""Directing an exercise: what is due comes in, simulated reporters answer, carriers fall silent. `step` does what is due."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from upstander import clock
from upstander.config import ConfigError, config
from upstander.delivery import playing
from upstander.directory.models import Organisation
from upstander.exercises.state import Entered, Running, keep
from upstander.ids import new_id
from upstander.intake import dialogue, queries
from upstander.intake import services as intake
from upstander.intake.models import Channel, Message, Tip
from upstander.intake.submission import Submission
from upstander.packs.current import current
from upstander.packs.exercises import Exercise, Report
from upstander.packs.training import Scenario
from upstander.rehearsal import hear, reply, said
from upstander.rehearsal.talk import OPENING


class CannotRun(ConfigError):
    """Why no exercise begins here."""


def script(code: str) -> Exercise:
    """The exercise of this code in the pack; raises CannotRun."""
    found = next((one for one in current().exercises if one.code == code), None)
    if found is None:
        known = ", ".join(one.code for one in current().exercises) or "none"
        raise CannotRun(f"The pack has no exercise '{code}'. It has: {known}.")
    return found


def begin(code: str) -> Running:
    """Begin an exercise. Raises CannotRun outside the practice system, where its reports would be tips like any other, and where
    a place of the script is not in the directory."""
    if config().mode != "sandbox":
        raise CannotRun(
            "Exercises run on a practice system (UPSTANDER_MODE=sandbox): nothing of them may meet a real tip."
        )
    places = {report.place for report in script(code).reports if report.place}
    known = set(Organisation.objects.filter(name__in=places).values_list("name", flat=True))
    if missing := sorted(places - known):
        raise CannotRun(
            f"The directory of this practice system lacks {', '.join(missing)}, which the exercise names."
        )
    running = Running(id=new_id().hex, code=code, began_at=clock.now())
    keep(running)
    return running


def step(running: Running) -> list[str]:
    """Do what is due by now; what whoever directs should know or do, line by line. After the end it does nothing."""
    if running.ended_at is not None:
        return []
    exercise, now = script(running.code), clock.now()
    if now >= running.began_at + timedelta(minutes=exercise.minutes):
        return end(running)
    said_now = [
        *_reports(running, exercise, now),
        *_failures(running, exercise, now),
        *_notes(running, exercise, now),
    ]
    for n, entered in running.reports.items():
        said_now += _answers(exercise.reports[n], entered)
    keep(running)
    return said_now


def end(running: Running) -> list[str]:
    """End it now: nothing more comes, and no carrier is played dead."""
    if running.ended_at is None:
        running.ended_at = clock.now()
        playing.play(config().data, {})
        keep(running)
    return ["The exercise is over."]


def _due(after: int, running: Running, now: datetime) -> bool:
    return now >= running.began_at + timedelta(seconds=after)


def _scenario(report: Report) -> Scenario:
    trainer = current().training
    found = trainer.scenario(report.scenario) if trainer else None
    assert found is not None, "the pack's checks saw to it"
    return found


def _reports(running: Running, exercise: Exercise, now: datetime) -> Iterator[str]:
    for n, report in enumerate(exercise.reports):
        if n in running.reports or not _due(report.after, running, now):
            continue
        scenario = _scenario(report)
        if report.channel != "phone":
            running.reports[n] = _receive(running, n, report, scenario)
            yield f"Report {n + 1} came in ({report.channel}): {scenario.title}."
        elif n not in running.asked:
            running.asked[n] = now
            yield f"RING THE DESK NOW and say: “{scenario.opening}” Answer by the script of “{scenario.title}”."
        elif found := _entered_by_hand(running, n):
            running.reports[n] = Entered(tip_id=found.id)
            yield f"Report {n + 1} was entered by the desk ({found.number})."


def _receive(running: Running, n: int, report: Report, scenario: Scenario) -> Entered:
    place = Organisation.objects.filter(name=report.place).order_by("pk").first() if report.place else None
    submission = Submission(
        channel=report.channel, text=scenario.opening, place_id=place.pk if place else None,
        danger_now=report.danger_now, about_self=report.about_self,
    )  # fmt: skip
    receipt = intake.receive(submission, f"exercise-{running.id}-{n:03d}")
    return Entered(tip_id=receipt.tip_id, receipt=receipt.receipt, marks=[OPENING])


def _entered_by_hand(running: Running, n: int) -> Tip | None:
    """The first telephone call that was entered since somebody was told to ring, and that is no other report's."""
    taken = [entered.tip_id for entered in running.reports.values()]
    calls = Tip.objects.filter(channel=Channel.PHONE, received_at__gte=running.asked[n]).exclude(pk__in=taken)
    return calls.order_by("received_at", "pk").first()


def _answers(report: Report, entered: Entered) -> Iterator[str]:
    """The reporter reads what the desk has written since, and answers once."""
    if not entered.receipt:
        return
    new = [
        one
        for one in queries.dialogue(entered.tip_id)
        if one.sender == Message.From.DESK and one.id not in entered.answered
    ]
    if not new:
        return
    scenario = _scenario(report)
    heard = {code for one in new for code in hear(current(), one.text)}
    marks = reply(scenario, heard, entered.marks)
    if words := " ".join(said(scenario, mark) for mark in marks):
        dialogue.reply(entered.receipt, words, dedup=f"exercise-{new[-1].id}")
        yield f"The reporter of “{scenario.title}” has answered."
    entered.marks += marks
    entered.answered += [one.id for one in new]


def _failures(running: Running, exercise: Exercise, now: datetime) -> Iterator[str]:
    """Carriers that fall silent now; each comes back by itself."""
    new = [
        n
        for n, one in enumerate(exercise.failures)
        if n not in running.failed and _due(one.after, running, now)
    ]
    if not new:
        return
    running.failed += new
    until: dict[str, datetime] = {}
    for one in (exercise.failures[n] for n in running.failed):
        ends = running.began_at + timedelta(seconds=one.after + one.seconds)
        until[one.channel] = max(ends, until.get(one.channel, ends))
    playing.play(config().data, until)
    for one in (exercise.failures[n] for n in new):
        yield f"The carrier of {one.channel} is silent for {one.seconds} seconds."


def _notes(running: Running, exercise: Exercise, now: datetime) -> Iterator[str]:
    for n, note in enumerate(exercise.notes):
        if n not in running.told and _due(note.after, running, now):
            running.told.append(n)
            yield f"FOR YOU: {note.says}"
