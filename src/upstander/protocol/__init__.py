"""What the directive demands: a pure function from the facts of a tip to what must be done, by whom, and why.

No clock, no database, no settings. `plan(pack, facts)` gives a `Plan`; `diff(old, new)` what a new
judgement changes.
"""

from upstander.protocol.diff import Diff, Step, diff, steps
from upstander.protocol.facts import Facts, FactsError, Target
from upstander.protocol.plan import Gap, Plan, RequiredAction, plan

__all__ = [
    "Diff",
    "Facts",
    "FactsError",
    "Gap",
    "Plan",
    "RequiredAction",
    "Step",
    "Target",
    "diff",
    "plan",
    "steps",
]
