"""How calls stand that a provider makes for us: pure, told of time and of what it says, late, twice, in any order, or never.

What it says by itself (webhooks) is believed as what it says when asked. A call of which nothing is heard is asked about, and has
an end by our own clock at last.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from upstander.delivery.telephone.lines import Answered, Ended, Report, Ringing

ASK_AFTER = 6.0  # seconds without a word from the provider, until it is asked about a call
SEARCH_AFTER = 2.0  # seconds, until the provider's list is searched for such a call, and searched again
LOST_AFTER = 20.0  # seconds for a word on a call of which we do not know whether the provider has taken it
_MISSING = 2  # times that the list does not have a call whose asker is dead, until it was not placed
_SPARE = 30.0  # seconds after a call's own longest time, until it is given up whatever the provider says
_ORDER = {"queued": 0, "initiated": 0, "": 0, "ringing": 1, "in-progress": 2, "answered": 2}
_NOBODY_THERE = ("404", "410", "484", "604")
_REMEMBERED = 1000  # calls that are over, of which something may still be said


@dataclass(slots=True)
class Line:
    """One call under way. `sid`: the provider's name of it, empty while it is not known."""

    call: UUID
    until: float
    sid: str = ""
    rank: int = 0
    heard_at: float = 0.0
    unsure_since: float | None = None  # the request to place it had no answer
    missing: int = 0  # how often the provider's list did not have it
    orphan: bool = False  # who asked for it is dead: no request for it is on its way any more


@dataclass
class Lines:
    """All calls under way. `reports` are taken by whoever drives it."""

    reports: deque[Report] = field(default_factory=deque)
    _lines: dict[UUID, Line] = field(default_factory=dict)
    _over: deque[str] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def __len__(self) -> int:
        return len(self._lines)

    def sid(self, call: UUID) -> str:
        """The provider's name of a call; empty where it is over, or not known (yet)."""
        line = self._lines.get(call)
        return line.sid if line else ""

    def begin(self, call: UUID, now: float, longest: float, sid: str = "") -> None:
        """A call is asked for, or was found under way (`sid`); it takes at most `longest` seconds."""
        self._lines[call] = Line(call, now + longest + _SPARE, sid, heard_at=now if not sid else now - ASK_AFTER)

    def perhaps(self, call: UUID, now: float, longest: float) -> None:
        """A call was asked for by somebody who died before the answer: it is searched for at once."""
        self._lines[call] = Line(call, now + longest + _SPARE, heard_at=now - SEARCH_AFTER, unsure_since=now, orphan=True)

    def placed(self, call: UUID, sid: str, now: float) -> bool:
        """The provider has taken a call; whether it is news."""
        line = self._lines.get(call)
        if line is None or line.sid == sid:
            return False
        line.sid, line.heard_at, line.unsure_since = sid, now, None
        return True

    def refused(self, call: UUID, code: str, now: float, *, unsure: bool) -> None:
        """The provider has not taken a call; or nobody knows (`unsure`): then it is waited for."""
        line = self._lines.get(call)
        if line is None or line.sid:
            return
        if unsure:
            line.unsure_since = now
        else:
            self._end(line, code, 0)

    def heard(self, call: UUID, sid: str, status: str, now: float, seconds: int = 0, code: str = "") -> bool:
        """What the provider says of a call; whether its name is news. Of one that is over, or not this one: nothing."""
        line = self._lines.get(call)
        if line is None or sid in self._over or (line.sid and line.sid != sid):
            return False
        new = self.placed(call, sid, now)
        line.heard_at = now
        outcome = _outcome(status, code)
        if outcome:
            self._end(line, outcome, seconds)
        elif _ORDER.get(status, 0) > line.rank:
            line.rank = _ORDER[status]
            self.reports.append(Ringing(call) if line.rank == 1 else Answered(call))
        return new

    def silent(self, now: float) -> list[tuple[UUID, str]]:
        """The calls about which the provider is to be asked now, each once in a while."""
        found = [line for line in self._lines.values() if line.sid and now - line.heard_at >= ASK_AFTER]
        for line in found:
            line.heard_at = now
        return [(line.call, line.sid) for line in found]

    def unsure(self, now: float) -> list[UUID]:
        """The calls of which nobody knows whether the provider has taken them, and for which its list is to be searched now."""
        found = [
            line for line in self._lines.values()
            if line.unsure_since is not None and not line.sid and now - line.heard_at >= SEARCH_AFTER
        ]  # fmt: skip
        for line in found:
            line.heard_at = now
        return [line.call for line in found]

    def found(self, call: UUID, sids: Iterable[str], now: float) -> str:
        """The provider's list has these calls to that number, the latest first: the name of the one that must be this one, empty
        where none is, or it is known by now. It is asked about at once."""
        line = self._lines.get(call)
        others = {other.sid for other in self._lines.values()}.union(self._over)
        sid = next((sid for sid in sids if sid not in others), "")
        if line is None or line.unsure_since is None:
            return ""
        if not sid:
            line.missing += 1
            return ""
        self.placed(call, sid, now - ASK_AFTER)
        return sid

    def tick(self, now: float) -> list[str]:
        """What the clock ends; the provider's names of those that it is to hang up."""
        late = [line for line in self._lines.values() if now >= line.until]
        lost = [line for line in self._lines.values() if line.unsure_since is not None and _lost(line, now - line.unsure_since)]
        for line in {line.call: line for line in (*late, *lost)}.values():
            self._end(line, "trunk" if line.rank == 0 else "answered" if line.rank == 2 else "no_answer", 0)
        return [line.sid for line in late if line.sid]

    def lose(self) -> None:
        """Forget all calls without a word: whoever comes next finds them under way."""
        self._lines.clear()

    def _end(self, line: Line, code: str, seconds: int) -> None:
        if line.sid:
            self._over.append(line.sid)
        del self._lines[line.call]
        self.reports.append(Ended(line.call, code, seconds))


def _lost(line: Line, unsure: float) -> bool:
    """Whether a call, about which nobody has known anything for `unsure` seconds, counts as not placed."""
    return unsure >= LOST_AFTER or (line.orphan and line.missing >= _MISSING)


def _outcome(status: str, code: str) -> str:
    """What an end in Twilio's word is in ours; empty where it is none."""
    if status == "failed":
        return "wrong_number" if code in _NOBODY_THERE else "unreachable"
    return {"completed": "answered", "busy": "busy", "no-answer": "no_answer", "canceled": "no_answer"}.get(status, "")
