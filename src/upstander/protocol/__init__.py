"""What the directive demands: a pure function from the facts of a tip to what must be done, by whom, and why.

No clock, no database, no settings. `plan(pack, facts)` gives a `Plan`.
"""

from upstander.protocol.facts import Facts, FactsError, Target, answered_by, recorded
from upstander.protocol.persons import age_band, asks_of_person
from upstander.protocol.plan import Gap, Plan, RequiredAction, plan

__all__ = [
    "Facts",
    "FactsError",
    "Gap",
    "Plan",
    "RequiredAction",
    "Target",
    "age_band",
    "answered_by",
    "asks_of_person",
    "plan",
    "recorded",
]
