"""The agent's control line: netstrings of JSON over a TCP connection of this machine (baresip's `ctrl_tcp`).

The agent takes one client; it obeys commands for the account that was named last, and says what happens on any. So there is one
writer, and each command waits for the answer to the one before (see `telephone`).
"""

import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

_LONGEST = 1 << 20  # bytes of one message: more is not what an agent says


class LineLost(Exception):
    """The control line ended, or what came over it is none of ours."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened on an account: `type` as CALL_RINGING, `account` its address, `param` the detail; of which call (`call`, the
    agent's id of it), and whether we placed it (`ours`) or somebody called us.
    """

    type: str
    account: str
    param: str
    call: str = ""
    ours: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """The agent's answer to a command."""

    token: str
    ok: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """The control line ended: of which agent, by its number."""

    agent: int


class Frames:
    """Cuts a stream of bytes into the messages in it."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, some: bytes) -> list[Event | Answer]:
        """The messages that are whole now; raises LineLost for what is no netstring of JSON."""
        self._bytes += some
        found: list[Event | Answer] = []
        while b":" in self._bytes[:9]:
            head, _, rest = self._bytes.partition(b":")
            if not head.isdigit() or int(head) > _LONGEST:
                raise LineLost
            length = int(head)
            if len(rest) < length + 1:
                return found
            if rest[length : length + 1] != b",":
                raise LineLost
            found.append(_parsed(bytes(rest[:length])))
            self._bytes = rest[length + 1 :]
        if len(self._bytes) > 9 and b":" not in self._bytes[:9]:
            raise LineLost
        return found


def _parsed(text: bytes) -> Event | Answer:
    try:
        said = json.loads(text)
        if said.get("event"):
            ours = said.get("direction", "outgoing") == "outgoing" and said["type"] != "CALL_INCOMING"
            account, param, call = (str(said.get(name, "")) for name in ("accountaor", "param", "id"))
            return Event(str(said["type"]), account, param, call, ours)
        return Answer(str(said.get("token", "")), bool(said.get("ok")))
    except (ValueError, KeyError, AttributeError):
        raise LineLost from None


class Control:
    """One line to one agent. What comes is handed to `heard`, from a thread of its own; its end as `Lost(agent)`."""

    def __init__(self, port: int, agent: int, heard: Callable[[Event | Answer | Lost], None]) -> None:
        """Raises OSError where nobody listens (yet)."""
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=2)
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._agent, self._heard = agent, heard
        self._reader = threading.Thread(target=self._read, name="agent-line", daemon=True)
        self._reader.start()

    def send(self, command: str, params: str, token: str) -> None:
        """Give a command; raises OSError where the line is gone."""
        said = json.dumps({"command": command, "params": params, "token": token}).encode()
        self._socket.sendall(b"%d:%s," % (len(said), said))

    def _read(self) -> None:
        frames = Frames()
        try:
            while some := self._socket.recv(65536):
                for message in frames.feed(some):
                    self._heard(message)
        except (OSError, LineLost):
            pass
        self._heard(Lost(self._agent))

    def close(self) -> None:
        """Hang up the control line; its end is still told."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:  # the other side was quicker
            pass
        self._socket.close()
