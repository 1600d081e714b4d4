"""When a delivery that did not succeed is tried again. Pure: chance is an argument."""

from datetime import timedelta

_FIRST = timedelta(seconds=1)
LONGEST_CRITICAL = timedelta(seconds=30)
_LONGEST = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=5)  # as mail servers do (RFC 5321, 4.5.4.1)


def ceiling(attempts: int, *, critical: bool) -> timedelta:
    """The longest wait after `attempts` (1 or more) tries: doubling, up to half a minute for a Critical,
    else 5.
    """
    longest = LONGEST_CRITICAL if critical else _LONGEST
    doublings = min(max(attempts, 1) - 1, 20)
    return min(longest, _FIRST * (1 << doublings))


def delay(attempts: int, chance: float, *, critical: bool) -> timedelta:
    """Full jitter: anywhere between nothing and the ceiling. `chance` is uniform in [0, 1).

    After an outage the waiting mails come back spread out, not as one wave that knocks the server over again.
    """
    return ceiling(attempts, critical=critical) * chance
