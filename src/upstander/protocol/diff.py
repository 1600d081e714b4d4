"""What a new judgement changes.

A duty is the same duty while its rule and its target are the same: it is not done twice.
"""

from dataclasses import dataclass
from typing import NamedTuple

from upstander.protocol.facts import Target
from upstander.protocol.plan import Plan, RequiredAction


class Identity(NamedTuple):
    """What makes two steps of one tip the same."""

    rule: str
    target_kind: str
    target_ref: str


@dataclass(frozen=True, slots=True)
class Step:
    """One action toward one target: the grain in which duties are owed, done and proved."""

    action: RequiredAction
    target: Target

    @property
    def identity(self) -> Identity:
        return Identity(self.action.rule, self.target.kind, self.target.ref)


@dataclass(frozen=True, slots=True)
class Diff:
    """`added` is newly owed, `dropped` no longer owed; `kept` is still owed, as the new plan words it."""

    added: tuple[Step, ...]
    dropped: tuple[Step, ...]
    kept: tuple[Step, ...]


def steps(plan: Plan) -> tuple[Step, ...]:
    """A plan as steps, one for each target, in order."""
    return tuple(Step(action, target) for action in plan.actions for target in action.targets)


def diff(old: Plan | None, new: Plan) -> Diff:
    """What `new` adds to `old`, drops from it and keeps, by identity; with no old plan everything is
    added.
    """
    before = {step.identity: step for step in (steps(old) if old else ())}
    after = {step.identity: step for step in steps(new)}
    return Diff(
        added=tuple(step for i, step in after.items() if i not in before),
        dropped=tuple(step for i, step in before.items() if i not in after),
        kept=tuple(step for i, step in after.items() if i in before),
    )
