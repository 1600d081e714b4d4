"""What a lane of the relay may still give to its provider's account."""

import time

from upstander import clock
from upstander.config import Config
from upstander.delivery import budget, health

_COUNTED_FOR = 5.0  # seconds for which a count holds


class Spending:
    """What of a lane's budgets is left for what is not Critical; counted anew every few seconds."""

    def __init__(self, config: Config, lane: str) -> None:
        """`lane`: the carrier, or two, the second of which counts while the first is dead."""
        self._names = lane.split("+")
        self._budgets = {name: budget.of(config, name) for name in self._names}
        self._left: dict[str, int] = {}
        self._counted_at = float("-inf")

    def left(self, under_way: int) -> int | None:
        """How many may still be begun; None for no bound. Raises the database's errors."""
        name = self._names[-1] if len(self._names) > 1 and health.of(self._names[0]).down else self._names[0]
        if not self._budgets[name].bounds:
            return None
        if time.monotonic() - self._counted_at > _COUNTED_FOR or name not in self._left:
            now = clock.now()
            self._left = {
                one: -under_way + min(most - budget.taken(one, span, now) for span, most in its.bounds)
                for one, its in self._budgets.items()
                if its.bounds
            }
            self._counted_at = time.monotonic()
        return max(0, self._left[name])

    def gone(self, n: int) -> None:
        """So many more are on their way."""
        self._left = {name: left - n for name, left in self._left.items()}
