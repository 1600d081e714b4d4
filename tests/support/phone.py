"""A person's telephone in a test: `phone.expects_text("911").replies("STOP")`. A text that nobody expects fails the test."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.support.eventually import eventually
from tests.support.kannel import Arrived, Kannel


@dataclass
class Phone:
    """One number on the network behind a gateway; `work` is what must happen for a text to get on (the router, the relay)."""

    network: Kannel
    number: str
    work: Callable[[], None]
    programme: str = "+12175550100"
    seen: list[Arrived] = field(default_factory=list)

    def texts(self, words: str) -> "Phone":
        """Write to the programme."""
        self.network.bring(self.number, self.programme, words)
        return self

    replies = texts

    def expects_text(self, part: str) -> "Phone":
        """The next text that comes holds `part`."""
        came = eventually(self._next, 20)
        self.seen.append(came)
        assert part in came.words, came
        return self

    def expects_nothing_else(self) -> None:
        """No text came that was not expected."""
        self.work()
        assert self._next() is None, self._next()

    def _next(self) -> Arrived | None:
        self.work()
        mine = [one for one in self.network.arrived if one.receiver == self.number]
        return mine[len(self.seen)] if len(mine) > len(self.seen) else None
