"""How a run is graded: classification and required actions against `protocol`, words against the script's needs (S-exercise)."""

from collections.abc import Iterator
from dataclasses import dataclass

from upstander.packs.model import Pack
from upstander.packs.training import Scenario
from upstander.protocol import Facts, RequiredAction, Target, plan

PARTS = ("classification", "actions", "words")
OWN = "call_taker"
CALL = "call_psap"
CLASS_POINTS, KIND_POINTS, WORD_POINTS = 4, 2, 2


@dataclass(frozen=True, slots=True)
class Done:
    """What a trainee did: what their words were heard to do, what they judged, and the kinds of actions that they named."""

    heard: frozenset[str]
    subtypes: tuple[str, ...]
    flags: frozenset[str]
    in_progress: bool
    actions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that was graded, of the pack's `code`; `says` why, in the pack's words. `what`: class, kind, needless_kind, mark,
    progress, action, needless_action, need or harm; `fatal`: with it no run is passed."""

    part: str
    what: str
    code: str
    got: int
    of: int
    says: str
    cites: tuple[str, ...]
    fatal: bool = False

    @property
    def full(self) -> bool:
        """Whether it was done as it should be."""
        return self.got == self.of and not self.fatal


@dataclass(frozen=True, slots=True)
class Grade:
    """All points of a run; `percent` is rounded down, so that nobody passes by rounding."""

    points: tuple[Point, ...]
    percent: int
    passed: bool


def facts(pack: Pack, scenario: Scenario) -> Facts:
    """What the scenario is, at an invented school with one contact and everybody on file."""
    return Facts(
        klass=pack.gravest(scenario.subtypes),
        subtypes=scenario.subtypes,
        in_progress=scenario.in_progress,
        network=scenario.network,
        flags=frozenset(scenario.flags),
        contacts=(_there("contact"),) if scenario.network == "in" else (),
        psap=_there("psap"),
        agency=_there("agency"),
        troop=_there("troop"),
        zone=_there("zone"),
    )


def _there(kind: str) -> Target:
    return Target(kind, kind, kind)


def expected(pack: Pack, scenario: Scenario) -> tuple[RequiredAction, ...]:
    """What the directive demands of the call-taker in this scenario, each kind once, in the order in which it would be done."""
    owed = [action for action in plan(pack, facts(pack, scenario)).owed if action.owed_by == OWN]
    return tuple({action.kind: action for action in reversed(owed)}.values())[::-1]


def grade(pack: Pack, scenario: Scenario, done: Done) -> Grade:
    """The grade of a run. Raises UnknownCode for a sub-type that is not in the pack, ValueError for none judged."""
    points = (
        *_classification(pack, scenario, done),
        *_actions(pack, scenario, done),
        *_words(pack, scenario, done),
    )
    whole = sum(point.of for point in points)
    percent = 100 * sum(point.got for point in points) // whole
    least = pack.training.pass_percent if pack.training else 100
    return Grade(points, percent, percent >= least and not any(point.fatal for point in points))


def _classification(pack: Pack, scenario: Scenario, done: Done) -> Iterator[Point]:
    right, judged = pack.gravest(scenario.subtypes), pack.gravest(done.subtypes)
    lower = pack.rank(judged) > pack.rank(right)
    got = (
        CLASS_POINTS if judged == right else 0 if lower else CLASS_POINTS // 2
    )  # too grave costs less than too low
    missed = lower and pack.critical(right) and not pack.critical(judged)
    yield Point(
        "classification",
        "class",
        right,
        got,
        CLASS_POINTS,
        scenario.why,
        pack.klass(right).cites,
        fatal=missed,
    )
    for key in scenario.subtypes:
        subtype = pack.subtype(key)
        points = KIND_POINTS if key in done.subtypes else 0
        yield Point("classification", "kind", key, points, KIND_POINTS, subtype.words, subtype.cites)
    for key in sorted(
        set(done.subtypes) - {*scenario.subtypes, *scenario.accepts, pack.unspecified(right).key}
    ):
        yield Point(
            "classification", "needless_kind", key, 0, 1, pack.subtype(key).words, pack.subtype(key).cites
        )
    for code in scenario.flags:
        yield Point("classification", "mark", code, int(code in done.flags), 1, pack.flag(code).meaning, ())
    yield Point("classification", "progress", "", int(done.in_progress == scenario.in_progress), 1, "", ())


def _actions(pack: Pack, scenario: Scenario, done: Done) -> Iterator[Point]:
    owed = expected(pack, scenario)
    for action in owed:
        named = action.kind in done.actions
        fatal = action.kind == CALL and not named
        yield Point(
            "actions", "action", action.kind, int(named), 1, action.because, action.cites, fatal=fatal
        )
    for kind in sorted(done.actions - {action.kind for action in owed}):
        yield Point("actions", "needless_action", kind, 0, 1, "", ())


def _words(pack: Pack, scenario: Scenario, done: Done) -> Iterator[Point]:
    for listen in pack.training.listens if pack.training else ():
        if listen.code in scenario.needs:
            got = WORD_POINTS if listen.code in done.heard else 0
            yield Point("words", "need", listen.code, got, WORD_POINTS, listen.teaches, listen.cites)
        elif listen.kind != "helps" and listen.code in done.heard:
            never = listen.kind == "never"
            yield Point(
                "words", "harm", listen.code, 0, WORD_POINTS, listen.teaches, listen.cites, fatal=never
            )
