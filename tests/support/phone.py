"""A person's telephone in a test, as the promise reads:

    phone.texts("He has a knife").expects_text("911").replies("STOP")
    phone.expects_call().presses("1")

What the telephone will do when it rings is said before it rings; a text is waited for. A text that nobody expects, and a call
that nobody expects, fails the test: see `expects_nothing_else`, and `tests.support.outside` for a whole world of telephones.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.support.eventually import eventually
from tests.support.kannel import Arrived, Kannel
from tests.support.sip import Call, Expected, SipTrunk


def _nothing() -> None:
    """A house whose processes run needs nothing."""


@dataclass
class Phone:
    """One number on the network behind a gateway and at the end of a trunk. `work` is what must happen for a text to get on (the
    router, the relay), where no process does it."""

    network: Kannel
    number: str
    work: Callable[[], None] = _nothing
    programme: str = "+12175550100"
    trunk: SipTrunk | None = None
    seen: list[Arrived] = field(default_factory=list)

    def texts(self, words: str) -> "Phone":
        """Write to the programme."""
        self.network.bring(self.number, self.programme, words)
        return self

    replies = texts

    def expects_text(self, part: str, seconds: float = 20.0) -> "Phone":
        """The next text that comes holds `part`."""
        came = eventually(self._next, seconds)
        self.seen.append(came)
        assert part in came.words, came
        return self

    def expects_call(self, shows: str = "") -> Expected:
        """It may be rung once more: `.presses("1")`, `.is_busy()`, `.is_unknown()`. `shows`: the number on its display."""
        assert self.trunk, "no trunk leads to this telephone"
        return self.trunk.phone(self.number).expects_call(shows)

    def rang(self, times: int = 1, seconds: float = 20.0) -> Call:
        """Wait until it has rung so often, and until that call is over; the last of these calls."""
        assert self.trunk, "no trunk leads to this telephone"
        return self.trunk.phone(self.number).over(times, seconds)

    def expects_nothing_else(self) -> None:
        """No text came that was not expected."""
        self.work()
        assert self._next() is None, self._next()

    @property
    def unexpected(self) -> list[Arrived]:
        """The texts that came and were not expected yet."""
        return [one for one in self.network.arrived if one.receiver == self.number][len(self.seen) :]

    def _next(self) -> Arrived | None:
        self.work()
        return next(iter(self.unexpected), None)
