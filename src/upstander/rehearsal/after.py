"""What an exercise showed: each report graded as in the trainer, and by the clocks; and what is to be talked about. Pure."""

from dataclasses import dataclass
from datetime import datetime

from upstander.packs.exercises import Exercise, Report
from upstander.packs.model import Pack
from upstander.rehearsal.grade import OWN, Done, Point, expected, grade

CLOCK_POINTS = 2


@dataclass(frozen=True, slots=True)
class Act:
    """A row of the ledger that the call-taker owed: one kind toward one target."""

    kind: str
    target: str
    due_at: datetime | None
    done_at: datetime | None

    @property
    def in_time(self) -> bool:
        """Whether it was done, and not late."""
        return self.done_at is not None and (self.due_at is None or self.done_at <= self.due_at)


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one report: `judged` is the last judgment's; `heard` what all answers did; None where it did not happen."""

    number: str
    received_at: datetime
    taken_at: datetime | None
    answered_at: datetime | None
    judged_at: datetime | None
    subtypes: tuple[str, ...]
    flags: frozenset[str]
    in_progress: bool
    heard: frozenset[str]
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """A time that was measured: `seconds` from the report, None where it did not happen; `within` is the limit."""

    code: str
    seconds: int | None
    within: int

    @property
    def kept(self) -> bool:
        """Whether it was in time."""
        return self.seconds is not None and self.seconds <= self.within


@dataclass(frozen=True, slots=True)
class Outcome:
    """One report with its grade. `seen` is None where nothing came of it: not entered, or not begun."""

    report: Report
    seen: Seen | None
    clocks: tuple[Clock, ...]
    points: tuple[Point, ...]
    late: tuple[Act, ...]

    @property
    def got(self) -> int:
        """Points, those of the clocks with them."""
        return sum(p.got for p in self.points) + CLOCK_POINTS * sum(c.kept for c in self.clocks)

    @property
    def of(self) -> int:
        """How many there were."""
        return sum(p.of for p in self.points) + CLOCK_POINTS * len(self.clocks)

    @property
    def fatal(self) -> bool:
        """Whether something was missed that no points make good."""
        return self.seen is None or any(p.fatal for p in self.points)


@dataclass(frozen=True, slots=True)
class Result:
    """The whole exercise."""

    outcomes: tuple[Outcome, ...]
    percent: int

    @property
    def fatal(self) -> bool:
        """Whether a report was missed altogether, or a Critical in what matters most."""
        return any(one.fatal for one in self.outcomes)


def assess(pack: Pack, exercise: Exercise, seen: dict[int, Seen], until: float) -> Result:
    """What the exercise showed by `until` seconds from its beginning: what was to come later is not asked for. `seen` by the
    place of a report in the script. Raises UnknownCode for what is not in the pack."""
    due = [(n, report) for n, report in enumerate(exercise.reports) if report.after <= until]
    outcomes = tuple(_outcome(pack, report, seen.get(n)) for n, report in due)
    whole = sum(one.of for one in outcomes) or 1
    return Result(outcomes, 100 * sum(one.got for one in outcomes) // whole)


def _outcome(pack: Pack, report: Report, seen: Seen | None) -> Outcome:
    scenario = pack.training.scenario(report.scenario) if pack.training else None
    assert scenario is not None, "a script names scenarios of its pack"
    subtypes = seen.subtypes if seen else ()
    owed = {action.kind for action in expected(pack, scenario)}
    acts = [act for act in (seen.acts if seen else ()) if act.kind in owed]
    done = {
        kind
        for kind in owed
        if (mine := [a for a in acts if a.kind == kind]) and all(a.in_time for a in mine)
    }
    made = Done(
        heard=seen.heard if seen else frozenset(),
        subtypes=subtypes
        or (pack.unspecified(pack.classes[-1].code).key,),  # nobody judged it: as if it were nothing
        flags=seen.flags if seen else frozenset(),
        in_progress=seen.in_progress if seen else not scenario.in_progress,
        actions=frozenset(done),
    )
    points = tuple(p for p in grade(pack, scenario, made).points if subtypes or p.what != "needless_kind")
    return Outcome(
        report, seen, tuple(_clocks(report, seen)), points, tuple(a for a in acts if not a.in_time)
    )


def _clocks(report: Report, seen: Seen | None) -> list[Clock]:
    def since(at: datetime | None) -> int | None:
        return int((at - seen.received_at).total_seconds()) if at and seen else None

    found = []
    if report.answer_within:
        found.append(Clock("answer", since(seen.answered_at if seen else None), report.answer_within))
    if report.judge_within:
        found.append(Clock("judge", since(seen.judged_at if seen else None), report.judge_within))
    return found


__all__ = ["OWN", "Act", "Clock", "Outcome", "Result", "Seen", "assess"]
