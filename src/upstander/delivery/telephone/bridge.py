"""Bridged calls: a person of the house is rung first, then whom they want to speak to, and the two hear each other.

An agent of its own, so that what happens to the many calls that are made by themselves cuts no talk of people. Nobody outside is
rung before somebody of the house has picked up, and where `key` asks for it, has pressed 1: a voicemail of ours calls nobody. The
telephone's thread alone moves a call on; it waits for no database.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from uuid import UUID, uuid4

from upstander.delivery.telephone.agent import Trunk
from upstander.delivery.telephone.exchange import Exchange
from upstander.delivery.telephone.lines import Answered, Ended, Key, Placing, Report, Ringing
from upstander.delivery.telephone.sounds import Sounds, silence

NEAR_RINGS = 25.0  # seconds until our own telephone counts as one that nobody picks up
LONGEST = 2 * 3600.0  # seconds of a talk
_KEY_WAITS = 12.0  # seconds of silence after what is said three times
_GO = "1"
KEYS = frozenset("0123456789*#")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is to be bridged: `near` is our own telephone, `far` whom it is for; `key`: only once 1 was pressed at `near`."""

    id: UUID
    near: str
    far: str
    key: bool


@dataclass(frozen=True, slots=True)
class Stands:
    """How a bridged call stands.

    `code`: near (our own telephone rings), key (1 is waited for), far (the other rings), talking, over. With over, `result`:
    not_there (nobody of ours picked up, or pressed 1), given_up (ours hung up before anybody answered), answered, or what came
    of ringing the other side, as `lines.Ended` has it; and `seconds` of talk.
    """

    id: UUID
    code: str
    result: str = ""
    seconds: int = 0


@dataclass(slots=True)
class _Bridge:
    asked: Asked
    near: UUID = field(default_factory=uuid4)
    far: UUID | None = None
    picked_up: bool = False
    confirmed: bool = False  # somebody of ours is there, and wants the other rung
    joined: bool = False
    result: str = ""
    seconds: int = 0
    open: set[UUID] = field(default_factory=set)


class Switchboard:
    """Bridges up to `most` pairs over one trunk."""

    def __init__(self, trunk: Trunk, most: int, folder: Path, prompt: str, language: str, rings: float,
                 told: Callable[[Stands], None]) -> None:  # fmt: skip
        """`prompt` asks for the key, in `language`; `rings` is how long the other side rings, in seconds; `told` hears how each
        call stands, from the telephone's thread. Raises CannotSpeak."""
        self._rings, self._told, self._lock = rings, told, Lock()
        sounds = Sounds(folder / "sounds")
        self._prompt = sounds.greeting(prompt, language, 3, _KEY_WAITS)
        self._ringing, self._quiet = sounds.ringing(round(rings) + 30), silence(folder / "sounds", 30)
        self._bridges: dict[UUID, _Bridge] = {}  # by the call of either side
        self._exchange = Exchange(trunk, 2 * most, folder / "agent", self._happened)
        self.most = most

    def start(self) -> None:
        """Start the agent."""
        self._exchange.start()

    def stop(self) -> None:
        """Hang up everything and end."""
        self._exchange.stop()
        self._exchange.join(5)

    @property
    def up(self) -> bool:
        """Whether calls can be bridged now; raises RuntimeError where the telephone's thread has ended."""
        if not self._exchange.is_alive():
            raise RuntimeError("the telephone's thread has ended: the supervisor starts the caller anew")
        return self._exchange.up.is_set()

    @property
    def free(self) -> int:
        """How many more pairs could be bridged now."""
        with self._lock:
            busy = len({bridge.near for bridge in self._bridges.values()})
        return max(0, min(self.most - busy, self._exchange.free() // 2))

    def begin(self, asked: Asked) -> None:
        """Ring our own telephone."""
        bridge = _Bridge(asked)
        bridge.open.add(bridge.near)
        with self._lock:
            self._bridges[bridge.near] = bridge
        sound = self._prompt if asked.key else self._ringing
        self._exchange.place(Placing(bridge.near, asked.near, sound, NEAR_RINGS, LONGEST))

    def hang_up(self, id: UUID) -> None:
        """End a bridged call, wherever it has got to."""
        with self._lock:
            found = [call for call, bridge in self._bridges.items() if bridge.asked.id == id]
        for call in found:
            self._exchange.hang_up(call)

    # ---------------------------------------------------------------------------------- in the telephone's thread

    def _happened(self, report: Report) -> None:
        with self._lock:
            bridge = self._bridges.get(report.call)
        if bridge is None:
            return
        if isinstance(report, Ended):
            self._ended(bridge, report)
        elif report.call == bridge.near:
            self._near(bridge, report)
        else:
            self._far(bridge, report)

    def _near(self, bridge: _Bridge, report: Ringing | Answered | Key) -> None:
        if isinstance(report, Ringing):
            self._say(bridge, "near")
        elif isinstance(report, Answered):
            bridge.picked_up = True
            if bridge.asked.key:
                self._say(bridge, "key")
            else:
                self._ring_far(bridge)
        elif bridge.joined and bridge.far and report.key in KEYS:
            self._exchange.press(bridge.far, report.key)  # "for the dispatcher, press 2"
        elif report.key == _GO and not bridge.confirmed:
            self._exchange.play(bridge.near, self._ringing)
            self._ring_far(bridge)

    def _ring_far(self, bridge: _Bridge) -> None:
        bridge.confirmed, bridge.far = True, uuid4()
        bridge.open.add(bridge.far)
        with self._lock:
            self._bridges[bridge.far] = bridge
        self._exchange.place(Placing(bridge.far, bridge.asked.far, self._quiet, self._rings, LONGEST))
        self._say(bridge, "far")

    def _far(self, bridge: _Bridge, report: Ringing | Answered | Key) -> None:
        if isinstance(report, Answered) and bridge.far:
            bridge.joined = True
            self._exchange.connect(bridge.near, bridge.far)
            self._say(bridge, "talking")

    def _ended(self, bridge: _Bridge, report: Ended) -> None:
        """One side has gone: so does the other; with the second it is over."""
        with self._lock:
            self._bridges.pop(report.call, None)
        bridge.open.discard(report.call)
        if report.call == bridge.far:
            bridge.result, bridge.seconds = bridge.result or report.code, report.seconds
        elif not bridge.confirmed:
            bridge.result = report.code if report.code in ("trunk", "agent_died") else "not_there"
        elif not bridge.joined:
            bridge.result = bridge.result or "given_up"
        for call in bridge.open:
            self._exchange.hang_up(call)
        if not bridge.open:
            self._say(bridge, "over")

    def _say(self, bridge: _Bridge, code: str) -> None:
        over = code == "over"
        self._told(
            Stands(bridge.asked.id, code, bridge.result if over else "", bridge.seconds if over else 0)
        )


def beside(trunk: Trunk, most: int) -> tuple[Trunk, Trunk]:
    """The trunk as the ladder's agent has it, and as the bridges' has: ports of its own, at the upper end of the same range."""
    first, last = map(int, trunk.rtp.split("-"))
    cut = last - 8 * most
    own = replace(trunk, listen=trunk.listen + 2, rtp=f"{cut + 1 + cut % 2}-{last}", register=False)
    return replace(trunk, rtp=f"{first}-{cut}"), own
