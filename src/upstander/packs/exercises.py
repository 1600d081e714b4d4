"""Exercises on the practice system (S-exercise): which simulated reporters come when and by which channel, what fails."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from upstander.packs.reader import Source, Table
from upstander.packs.training import Training

FILES: Final = ("exercises",)
CHANNELS: Final = ("web", "api", "phone")
"""By which a report comes. `phone`: whoever directs the exercise rings the desk and reads it out."""
CARRIERS: Final = ("email", "sms")
"""Whose carrier may be played dead."""


@dataclass(frozen=True, slots=True)
class Report:
    """A simulated reporter (a scenario of the trainer) who comes so many seconds after the beginning. `answer_within` and
    `judge_within`: seconds from the report in which a person answers and judges it; 0: not measured."""

    after: int
    scenario: str
    channel: str
    place: str
    danger_now: bool
    about_self: bool
    answer_within: int
    judge_within: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A carrier that takes nothing for so many seconds."""

    after: int
    channel: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Note:
    """What whoever directs the exercise tells or hands to the desk."""

    after: int
    says: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """A script. It ends after so many minutes, whatever is open then."""

    code: str
    title: str
    about: str
    minutes: int
    reports: tuple[Report, ...]
    failures: tuple[Failure, ...]
    notes: tuple[Note, ...]


def exercises(sources: Mapping[str, Source], trainer: Training | None) -> tuple[Exercise, ...]:
    """The exercises of a pack, noting what is missing or unknown; none where it has no exercises.toml."""
    if "exercises" not in sources:
        return ()
    root = sources["exercises"].root()
    found = tuple(_exercises(root))
    _check(found, root, trainer)
    root.done()
    return found


def _exercises(root: Table) -> Iterator[Exercise]:
    for t in root.tables("exercise"):
        yield Exercise(
            code=t.code("code"),
            title=t.string("title"),
            about=t.string("about"),
            minutes=t.number("minutes"),
            reports=tuple(_reports(t)),
            failures=tuple(_failures(t)),
            notes=tuple(_notes(t)),
        )


def _reports(exercise: Table) -> Iterator[Report]:
    for t in exercise.tables("report"):
        yield Report(
            after=t.number("after", least=0),
            scenario=t.string("scenario"),
            channel=t.choice("channel", CHANNELS),
            place=t.optional("place") or "",
            danger_now=t.truth("danger_now", default=False),
            about_self=t.truth("about_self", default=False),
            answer_within=t.optional_number("answer_within") or 0,
            judge_within=t.optional_number("judge_within") or 0,
        )


def _failures(exercise: Table) -> Iterator[Failure]:
    for t in exercise.tables("failure", required=False):
        yield Failure(t.number("after", least=0), t.choice("channel", CARRIERS), t.number("seconds"))


def _notes(exercise: Table) -> Iterator[Note]:
    for t in exercise.tables("note", required=False):
        yield Note(t.number("after", least=0), t.string("says"))


def _check(found: tuple[Exercise, ...], root: Table, trainer: Training | None) -> None:
    """Codes stand once, scenarios are the trainer's, and everything happens before the end."""
    codes = [one.code for one in found]
    for code in {c for c in codes if codes.count(c) > 1}:
        root.problem(f"the exercise {code!r} stands twice.", "name each once.", "exercise")
    known = {one.code for one in trainer.scenarios} if trainer else set()
    for one in found:
        for report in one.reports:
            if not report.place and report.channel != "phone":
                root.problem(
                    f"{one.code!r}: {report.scenario!r} has no place.",
                    "name one of the practice system.",
                    "exercise",
                )
            if report.scenario not in known:
                message = f"{one.code!r} names the scenario {report.scenario!r}, which is not known."
                root.problem(message, "add it to training.toml.", "exercise")
        ends = one.minutes * 60
        steps = (
            [s.after for s in one.reports] + [s.after for s in one.failures] + [s.after for s in one.notes]
        )
        if any(after >= ends for after in steps):
            root.problem(
                f"{one.code!r} ends before something that happens in it.", "more minutes.", "exercise"
            )
