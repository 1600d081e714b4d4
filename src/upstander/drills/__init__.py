"""What a building owes in a school year and how far it is: pure functions over the pack's data (R-plans).

Facts go in (a building, what was done, the day), standings come out. Nothing of it is stored: overdue is computed.
"""

from upstander.drills.fire import FireFlaw, proposal_flaws
from upstander.drills.standing import (
    AHEAD,
    MET,
    NOT_OWED,
    OVERDUE,
    SOON,
    STATES,
    UNDATED,
    WAIVED,
    Building,
    Event,
    Standing,
    due_on,
    standing,
    standings,
)
from upstander.drills.years import Year, year_of, year_starting

__all__ = [
    "AHEAD", "MET", "NOT_OWED", "OVERDUE", "SOON", "STATES", "UNDATED", "WAIVED", "Building", "Event", "FireFlaw", "Standing",
    "Year", "due_on", "proposal_flaws", "standing", "standings", "year_of", "year_starting",
]  # fmt: skip
