"""What comes next while somebody who was asked has not confirmed. Pure: facts and the minutes that have passed are arguments.

It never takes anything back, and one person's confirming ends nobody else's steps: only those that a pack wants while nobody at
all has confirmed rest then.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from upstander.packs.model import Pack
from upstander.packs.steps import Step

TAKEN, DUE, COMING = "taken", "due", "coming"
RESTS, QUIET, CANNOT = "rests", "quiet", "cannot"
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What is known of one person's notice at a moment.

    `klass` is what they were told it is; `ended`: nothing is asked of them any more (the tip is closed, they were stood down,
    left out or set aside by a person); `confirmed`: they have; `anybody`: somebody who was told of the tip has. `able` names
    what can be done, by what steps need: channels by which they can be reached, and of "deputy", "next", "district", "region"
    and "programme" those for which there is somebody. `quiet` names what of it is not to be disturbed at this hour. `taken` are
    the steps that were taken, as (code, round).
    """

    klass: str
    confirmed: bool = False
    anybody: bool = False
    ended: bool = False
    able: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset()
    taken: frozenset[tuple[str, int]] = field(default=frozenset())

    @property
    def over(self) -> bool:
        """Whether no step comes any more."""
        return self.confirmed or self.ended


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of one person's ladder, how it stands, which round of it that is, and after how many minutes that comes or came.

    Standing: TAKEN, DUE (now), COMING (later); or it RESTS, because somebody has confirmed; or its time has come, and it waits
    for the end of QUIET hours, or CANNOT be done: there is no such channel, or nobody there.
    """

    step: Step
    standing: str
    round: int
    minutes: int


def rungs(pack: Pack, facts: NoticeFacts, elapsed: timedelta) -> tuple[Rung, ...]:
    """The whole ladder of a notice, `elapsed` after its person was asked, by the clock. Of a step that comes again and again
    there is one rung, its present round; where that is taken and the ladder goes on, the next one stands behind it."""
    return tuple(_rungs(pack, facts, elapsed))


def next_steps(pack: Pack, facts: NoticeFacts, elapsed: timedelta) -> tuple[Rung, ...]:
    """What is to be done now. Rounds that went by while nobody looked are not made up for: the present one is enough."""
    return tuple(rung for rung in rungs(pack, facts, elapsed) if rung.standing == DUE)


def _rungs(pack: Pack, facts: NoticeFacts, elapsed: timedelta) -> Iterator[Rung]:
    calm = not pack.critical(facts.klass)
    for step in pack.steps(facts.klass):
        round_, minutes = _present(step, elapsed)
        come = elapsed >= step.after_minutes * _MINUTE
        if (step.code, round_) in facts.taken:
            yield Rung(step, TAKEN, round_, minutes)
            if step.every_minutes and not facts.over:
                yield Rung(step, RESTS if _rests(step, facts) else COMING, round_ + 1, minutes + step.every_minutes)
        elif not facts.over:
            yield Rung(step, _standing(step, facts, calm=calm, come=come), round_, minutes)


def _present(step: Step, elapsed: timedelta) -> tuple[int, int]:
    """Which round of a step it is by now, or will be first; and its minute."""
    late = elapsed - step.after_minutes * _MINUTE
    if not step.every_minutes or late < timedelta(0):
        return 0, step.after_minutes
    round_ = late // (step.every_minutes * _MINUTE)
    return round_, step.after_minutes + round_ * step.every_minutes


def _rests(step: Step, facts: NoticeFacts) -> bool:
    return step.while_ == "nobody" and facts.anybody


def _standing(step: Step, facts: NoticeFacts, *, calm: bool, come: bool) -> str:
    if _rests(step, facts):
        return RESTS
    if not come:
        return COMING
    if step.needs not in facts.able:
        return CANNOT
    return QUIET if calm and step.needs in facts.quiet else DUE
