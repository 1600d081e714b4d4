"""What happens on the lines: a pure model, told of events and of the time, which says what to command and what to report.

One call a line, for the agent names a call by its account alone. Every state has an end by the clock: an agent that says nothing
costs a call at most its time.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from upstander.delivery.telephone.control import Event

SINK = "sink{}"  # what a line's agent plays what it hears into, by the line's number
CLOSES_WITHIN = 5.0  # seconds that the agent may take to say that a call it was told to end has ended
_NOBODY_THERE = ("404", "410", "484", "604")
_BUSY = ("486", "600")
_DECLINED = ("603", "607", "608")
_NOT_NOW = ("408", "480", "487")
_OUR_SIDE = ("401", "402", "403", "407", "488", "503")


@dataclass(frozen=True, slots=True)
class Placing:
    """A call to place: `number` is E.164; `sound` is played to who answers; the times are in seconds."""

    call: UUID
    number: str
    sound: Path
    rings: float
    talks: float


@dataclass(frozen=True, slots=True)
class Command:
    """What the agent is to do on an account; to `call`, its id of one there, where that is known."""

    account: str
    command: str
    params: str = ""
    call: str = ""


@dataclass(frozen=True, slots=True)
class Ringing:
    """It rings at the other end."""

    call: UUID


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody, or a machine, has picked up."""

    call: UUID


@dataclass(frozen=True, slots=True)
class Key:
    """Who picked up pressed this key, now or `at`."""

    call: UUID
    key: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over. `code`: answered (it was picked up), busy, declined, no_answer, wrong_number, unreachable, trunk (our
    side of the exchange refused it), agent_died (it was cut through no fault of theirs). `seconds` of talk."""

    call: UUID
    code: str
    seconds: int = 0


Report = Ringing | Answered | Key | Ended


def outcome(said: str, *, rang: bool) -> str:
    """What a call that nobody picked up came to, by the reason that the agent gives for its end."""
    status = said[:3]
    if status in _BUSY:
        return "busy"
    if status in _DECLINED:
        return "declined"
    if status in _NOBODY_THERE:
        return "wrong_number"
    if status in _OUR_SIDE:
        return "trunk"
    return "no_answer" if rang or status in _NOT_NOW else "unreachable"


@dataclass(slots=True)
class _Line:
    account: str
    slot: Path  # the file that the agent opens when a call of this line is answered
    sink: str  # where what is heard on this line can be taken from
    placing: Placing | None = None
    rang: bool = False
    answered_at: float | None = None
    until: float = 0.0
    ending: str = ""  # the code with which we hung up
    playing: Path | None = None
    stuck: bool = False
    name: str = ""  # the agent's id of the call, once it has said one
    earlier: str = ""  # that of the call before

    @property
    def free(self) -> bool:
        return self.placing is None and not self.stuck


class Lines:
    """All lines of one agent. `commands` and `reports` are taken by whoever drives it."""

    def __init__(self, lines: Iterable[tuple[str, Path]], domain: str) -> None:
        """`lines`: the account's address and its slot of each; `domain`: where numbers are dialled."""
        self._lines = {a: _Line(a, slot, SINK.format(n)) for n, (a, slot) in enumerate(lines)}
        self._domain = domain
        self.commands: deque[Command] = deque()
        self.reports: deque[Report] = deque()

    @property
    def free(self) -> int:
        """How many calls could be placed now."""
        return sum(line.free for line in self._lines.values())

    @property
    def worn_out(self) -> bool:
        """Whether a line hangs for ever and no call would suffer by a new agent."""
        return any(line.stuck for line in self._lines.values()) and not any(
            line.placing for line in self._lines.values()
        )

    def deadline(self) -> float | None:
        """When `tick` has something to do."""
        return min((line.until for line in self._lines.values() if line.placing), default=None)

    def place(self, placing: Placing, now: float) -> None:
        """Ring; raises LookupError where no line is free."""
        line = next((line for line in self._lines.values() if line.free), None)
        if line is None:
            raise LookupError("no line is free")
        line.placing, line.rang, line.answered_at, line.ending = placing, False, None, ""
        line.playing, line.until, line.name = placing.sound, now + placing.rings, ""
        _point(line.slot, placing.sound)
        self._command(line, "dial", f"sip:{placing.number}@{self._domain}")

    def play(self, call: UUID, sound: Path) -> None:
        """Play something else from its beginning to who picked up; nothing where they have gone."""
        line = self._of(call)
        if line and line.answered_at is not None and not line.ending:
            line.playing = sound
            self._command(line, "ausrc", f"aufile,{sound}")

    def connect(self, one: UUID, other: UUID) -> None:
        """Let two who have picked up hear each other; nothing where one of them has gone."""
        pair = self._of(one), self._of(other)
        if any(line is None or line.answered_at is None or line.ending for line in pair):
            return
        for line, heard in (pair, pair[::-1]):
            assert line and heard
            line.playing = None
            self._command(line, "ausrc", f"aubridge,{heard.sink}")

    def press(self, call: UUID, key: str) -> None:
        """Press a key toward who picked up."""
        line = self._of(call)
        if line and line.answered_at is not None and not line.ending:
            self._command(line, "sndcode", key)

    def hang_up(self, call: UUID, now: float) -> None:
        """End a call, wherever it has got to."""
        line = self._of(call)
        if line and not line.ending:
            self._end(line, "answered" if line.answered_at is not None else "no_answer", now)

    def happened(self, event: Event, now: float) -> None:
        """Something happened on an account.

        Whoever reaches the agent's port can call an account: their keys, and their hanging up, are not those of whom we rang.
        """
        line = self._lines.get(event.account)
        if line is None:
            return
        if not event.ours:
            if event.type == "CALL_INCOMING":  # nobody calls here: these lines only ring others
                self._refuse(line, event.call)
        elif line.placing is None:
            if event.type == "CALL_CLOSED":
                line.stuck = False  # the end that we had given up waiting for
        elif _is_of(line, event.call):
            self._went_on(line, line.placing, event, now)

    def _went_on(self, line: _Line, placing: Placing, event: Event, now: float) -> None:
        """Something happened to the call that was placed on a line."""
        if event.type in ("CALL_RINGING", "CALL_PROGRESS"):
            if not line.rang and line.answered_at is None:
                line.rang = True
                self.reports.append(Ringing(placing.call))
        elif event.type == "CALL_ESTABLISHED":
            if line.answered_at is None and not line.ending:
                line.answered_at, line.until = now, now + placing.talks
                self.reports.append(Answered(placing.call))
        elif event.type == "CALL_DTMF_START":
            self._pressed(line, event.param[:1])
        elif event.type == "CALL_CLOSED":
            self._closed(line, event.param, now)

    def tick(self, now: float) -> None:
        """The time is `now`: end what has had its time."""
        for line in self._lines.values():
            if line.placing is None or now < line.until:
                continue
            if line.ending:  # told to end, and not a word since
                self._finish(line, line.ending, now)
                line.stuck = True
            elif line.answered_at is not None:
                self._end(line, "answered", now)
            else:
                self._end(line, "no_answer" if line.rang else "unreachable", now)

    def lose(self) -> None:
        """The agent is gone, and every call with it."""
        for line in self._lines.values():
            if line.placing:
                self.reports.append(Ended(line.placing.call, "agent_died"))
                line.placing = None
            line.stuck, line.name, line.earlier = False, "", ""
        self.commands.clear()

    def calls(self) -> Sequence[UUID]:
        """The calls that are under way."""
        return [line.placing.call for line in self._lines.values() if line.placing]

    def _pressed(self, line: _Line, key: str) -> None:
        if line.placing is None or line.answered_at is None or line.ending:
            return
        if key == "3" and line.playing is not None:
            self._command(line, "ausrc", f"aufile,{line.playing}")
        else:
            self.reports.append(Key(line.placing.call, key))

    def _closed(self, line: _Line, said: str, now: float) -> None:
        if line.answered_at is None:
            self._finish(line, line.ending or outcome(said, rang=line.rang), now)
        elif line.ending or said.startswith(("end of file", "Connection reset")):
            self._finish(line, "answered", now)
        else:  # the sound could not be opened, say: they heard nothing, and it is not their doing
            self._finish(line, "agent_died", now)

    def _end(self, line: _Line, code: str, now: float) -> None:
        line.ending, line.until = code, now + CLOSES_WITHIN
        self._command(line, "hangup")

    def _finish(self, line: _Line, code: str, now: float) -> None:
        if line.placing:
            seconds = 0 if line.answered_at is None else round(now - line.answered_at)
            self.reports.append(Ended(line.placing.call, code, seconds))
        line.placing, line.earlier = None, line.name

    def _of(self, call: UUID) -> _Line | None:
        return next((line for line in self._lines.values() if line.placing and line.placing.call == call), None)

    def _command(self, line: _Line, command: str, params: str = "") -> None:
        self.commands.append(Command(line.account, command, params, "" if command == "dial" else line.name))

    def _refuse(self, line: _Line, call: str) -> None:
        """Hang up on who calls us; without the name of their call only where no call of ours could be meant."""
        if call or line.placing is None:
            self.commands.append(Command(line.account, "hangup", call=call))


def _is_of(line: _Line, call: str) -> bool:
    """Whether what happened is of the call that was placed on a line: the first that the agent names after the one before."""
    if call and not line.name and call != line.earlier:
        line.name = call
    return call == line.name


def _point(slot: Path, sound: Path) -> None:
    """Make the line's slot lead to this sound, at once: the agent opens it when somebody answers."""
    spare = slot.with_suffix(".new")
    spare.unlink(missing_ok=True)
    spare.symlink_to(sound)
    spare.replace(slot)
