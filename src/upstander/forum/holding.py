"""Whether a post waits for a moderator (decision 121). Pure.

A member's first posts wait, and those in which something was found that could identify a child, and all in open threads, which
are read by people who were not vetted for more. All others are seen at once, and can be withdrawn.
"""

from typing import Final

from upstander.markings import Level

FIRST: Final = 3
"""So many posts of a member are released by a person before the next is seen at once."""
OPEN, NEWCOMER, IDENTIFYING = "open", "newcomer", "identifying"


def held_for(level: Level, released_before: int, found: int, *, staff: bool) -> list[str]:
    """Why a post waits; nothing where it is seen at once.

    `released_before`: posts of the same member that are seen now; `found`: how much in it could identify a child; what the staff
    write waits for nobody (they are shown what was found before they send it).
    """
    if staff:
        return []
    reasons = {OPEN: level is Level.OPEN, NEWCOMER: released_before < FIRST, IDENTIFYING: found > 0}
    return [reason for reason, holds in reasons.items() if holds]
