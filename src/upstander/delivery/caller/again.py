"""When somebody is rung again, and on which of their numbers. Pure."""

from datetime import timedelta

from upstander.delivery.caller.speaking import PASSED_ON

# Outcomes that say nothing of whom we rang: the call was not placed, or was cut, by our side.
HOUSE = ("trunk", "agent_died", "speech", "abandoned")
AGAINST = ("trunk", "agent_died", "unreachable")  # what speaks against a carrier of calls, whoever was rung
AT_ONCE = timedelta(seconds=2)
_PASSED_ON = 5  # times the first pause, at least, until whoever left it to others is rung again
MOST_PAUSES = 15  # of them one after the other, each longer, where our own side is at fault
_LONGEST = 10  # times the first pause
_KEPT = 10  # of so many lines one is kept for who was never rung: the next Critical waits for nobody who is rung in vain


def number(numbers: tuple[str, ...], tries: int) -> str:
    """The number for the next try, after `tries` that reached the telephone network: one after the other, then from the first."""
    return numbers[tries % len(numbers)]


def pause(code: str, tries: int, numbers: int, first: timedelta) -> timedelta:
    """How long to wait after a call that came to `code` and was the try of number `tries` (1 or more; where our own side was at
    fault, the fault of that number in a row).

    Hardly at all before the contact's next number; then `first`, and the longer the more often all of them were tried, up to
    ten times as long. Where somebody has left it to others, five times at least, whatever other numbers there are.
    """
    if code in HOUSE:
        return AT_ONCE * min(tries, MOST_PAUSES)
    rounds, others = divmod(tries, max(numbers, 1))
    if others and code != PASSED_ON:
        return AT_ONCE
    return first * max(_PASSED_ON if code == PASSED_ON else 1, min(_LONGEST, 1 << max(0, (rounds - 1) // 3)))


def share(lines: int, busy: int, able: int) -> tuple[int, int]:
    """How many calls may be begun now, and how many of these may have been rung before: of `lines`, `busy` ring or talk, and the
    carrier is `able` to take so many at this moment. Lines are kept of all that there are, not of what a pace allows a second.
    """
    free = min(lines - busy, able)
    return free, min(free, lines - busy - lines // _KEPT)
