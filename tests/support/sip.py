"""The other end of the line: a trunk on loopback, with telephones that do as they are told; a call that nobody expects fails.

    with SipTrunk() as trunk:
        principal = trunk.phone("+12175550101")
        principal.expects_call().answers().presses("1")
        ...
    # leaving it fails where a telephone was rung that expected nothing, or was not rung that expected something

It speaks SIP over UDP and sound over RTP as RFC 3261, 3550 and 4733 say, as far as one call at a time a telephone needs.
"""

import hashlib
import random
import re
import secrets
import socket
import struct
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.support.eventually import eventually
from upstander.delivery.telephone import agent
from upstander.delivery.telephone.agent import Trunk

RATE = 8000
USER, PASSWORD = "upstander", "pa$$:w0rd=/"
_SILENCE = frozenset((0xFF, 0x7F))
REASONS = {
    200: "OK", 403: "Forbidden", 404: "Not Found", 407: "Proxy Authentication Required", 408: "Request Timeout",
    480: "Temporarily Unavailable", 486: "Busy Here", 487: "Request Terminated", 503: "Service Unavailable", 603: "Decline",
}  # fmt: skip


def free_port() -> int:
    """A port of which the agent gets all that it takes (UDP, and TCP with the next). Not one of those that the system gives to
    whoever connects somewhere: what is left there of a connection (TIME_WAIT, a minute) keeps the agent from listening."""
    while agent.taken(Trunk("127.0.0.1", "+12175550100", listen=(port := random.randrange(12_000, 20_000, 2)))):
        pass
    return port


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@dataclass
class Call:
    """One call as a telephone had it."""

    number: str
    caller: str
    at: float
    state: str = "ringing"  # ringing, talking, over
    heard: int = 0  # bytes of sound that were no silence
    ended_by: str = ""  # them (the house), us
    over_at: float = 0.0
    voices: Counter[int] = field(default_factory=Counter)  # of the sounds that were heard, how many of each
    keys: list[str] = field(default_factory=list)  # that the house pressed
    pressed: list[str] = field(default_factory=list)


@dataclass
class Expected:
    """What a telephone does when it rings the next time."""

    status: int = 180  # 180: it rings on; 200: somebody picks up; else it is refused
    keys: tuple[str, ...] = ()
    hangs_up: bool = False
    silent: bool = False  # not even ringing
    voice: int = 0xFF  # the sound that is made, as long as it talks
    shows: str = ""  # the number that its display must show
    hears: float = 0.25  # seconds of voice, before it hangs up

    def answers(self) -> "Expected":
        self.status = 200
        return self

    def presses(self, *keys: str) -> "Expected":
        """One key after the other, once a voice was heard; hangs up when it has heard what follows."""
        self.status, self.keys, self.hangs_up = 200, keys, True
        return self

    def and_listens(self) -> "Expected":
        """Until the house hangs up."""
        self.hangs_up = False
        return self

    def then_hangs_up(self, hears: float = 0.25) -> "Expected":
        """After so many seconds of voice."""
        self.hangs_up, self.hears = True, hears
        return self

    def says(self, voice: int) -> "Expected":
        """Make this sound (a byte of PCMU) for as long as the call lasts."""
        self.voice = voice
        return self

    def is_busy(self) -> None:
        self.status = 486

    def declines(self) -> None:
        self.status = 603

    def is_unknown(self) -> None:
        self.status = 404

    def is_refused(self, status: int) -> None:
        self.status = status

    def never_answers(self) -> None:
        self.status = 180

    def says_nothing(self) -> None:
        self.silent = True


class Phone:
    """One telephone of the trunk."""

    def __init__(self, number: str) -> None:
        self.number = number
        self.expected: deque[Expected] = deque()
        self.calls: list[Call] = []

    def expects_call(self, shows: str = "") -> Expected:
        """It may be rung once more, by the number `shows` if one is named, and will ring on unless it is told what to do."""
        self.expected.append(Expected(shows=shows))
        return self.expected[-1]

    def rang(self, times: int = 1, seconds: float = 15.0) -> Call:
        """Wait until it has been rung so often; the last of these calls."""
        return eventually(lambda: len(self.calls) >= times and self.calls[times - 1], seconds, 0.01) or self.calls[-1]

    def over(self, times: int = 1, seconds: float = 15.0) -> Call:
        """Wait until so many calls are over; the last of these."""
        call = self.rang(times, seconds)
        eventually(lambda: call.state == "over", seconds, 0.01)
        return call


class _Dialog:
    """The protocol of one call."""

    def __init__(self, trunk: "SipTrunk", invite: "_Message", call: Call, does: Expected) -> None:
        self.trunk, self.invite, self.call, self.does = trunk, invite, call, does
        self.tag = secrets.token_hex(4)
        self.rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.rtp.bind(("127.0.0.1", 0))
        self.rtp.settimeout(0.2)
        self.last = self.last_key = b""
        self.sequence, self.stamp = secrets.randbelow(1 << 15), secrets.randbelow(1 << 30)

    def answer(self, status: int, reason: str, *, body: str = "") -> None:
        self.last = self.invite.reply(status, reason, self.tag, self.trunk.port, body)
        self.trunk.send(self.last, self.invite.source)

    def begin(self) -> None:
        if self.does.silent:
            return
        if self.does.status not in (180, 200):
            self.call.state = "over"
            self.answer(self.does.status, REASONS[self.does.status])
            return
        self.answer(180, "Ringing")
        if self.does.status == 200:
            port = self.rtp.getsockname()[1]
            kind = self.invite.telephone_event
            sdp = (
                f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 0 {kind}\r\n"
                f"a=rtpmap:0 PCMU/8000\r\na=rtpmap:{kind} telephone-event/8000\r\na=fmtp:{kind} 0-15\r\na=sendrecv\r\n"
            )
            self.answer(200, "OK", body=sdp)
            self.call.state = "talking"
            threading.Thread(target=self._talk, daemon=True).start()

    def _talk(self) -> None:
        keys, said_from = list(self.does.keys), 0
        while self.call.state == "talking":
            try:
                packet = self.rtp.recv(2048)
            except TimeoutError:
                continue
            except OSError:
                return
            if packet[1] & 0x7F == self.invite.telephone_event:
                self._told(packet)
                continue
            if self.does.voice not in _SILENCE:
                self._say()
            self.call.voices.update(packet[12:])
            self.call.heard += sum(b not in _SILENCE for b in packet[12:])
            if self.call.heard - said_from > 2000 and keys:  # a quarter of a second of voice
                key, said_from = keys.pop(0), self.call.heard
                self._press(key)
            elif not keys and self.does.hangs_up and self.call.heard - said_from > self.does.hears * RATE:
                self.hang_up()

    def _say(self) -> None:
        """A packet of sound for each that came: twenty milliseconds."""
        self.stamp, self.sequence = self.stamp + 160, self.sequence + 1
        head = struct.pack("!BBHII", 0x80, 0, self.sequence & 0xFFFF, self.stamp & 0xFFFFFFFF, 0x5350)
        self.rtp.sendto(head + bytes([self.does.voice]) * 160, self.invite.sound_to)

    def _told(self, packet: bytes) -> None:
        """The house presses a key: counted once, by the stamp that its packets share."""
        stamp = packet[4:8]
        if stamp != self.last_key:
            self.last_key = stamp
            self.call.keys.append("0123456789*#"[packet[12]])

    def _press(self, key: str) -> None:
        event, kind = "0123456789*#".index(key), self.invite.telephone_event
        self.stamp += RATE
        for n in range(6):
            end = 0x80 if n >= 3 else 0
            self.sequence += 1
            head = struct.pack("!BBHII", 0x80, kind | (0x80 if n == 0 else 0), self.sequence, self.stamp, 0x5350)
            self.rtp.sendto(head + struct.pack("!BBH", event, end | 10, 160 * min(n + 1, 4)), self.invite.sound_to)
            time.sleep(0.02)  # the length of a packet's sound
        self.call.pressed.append(key)

    def hang_up(self) -> None:
        self.call.state, self.call.ended_by, self.call.over_at = "over", "us", time.monotonic()
        self.trunk.send(self.invite.bye(self.tag, self.trunk.port), self.invite.source)
        self.rtp.close()

    def ended(self) -> None:
        if self.call.state != "over":
            self.call.state, self.call.ended_by, self.call.over_at = "over", "them", time.monotonic()
        self.rtp.close()


class _Message:
    """A request as it came."""

    def __init__(self, raw: bytes, source: tuple[str, int]) -> None:
        head, _, self.body = raw.decode().partition("\r\n\r\n")
        self.first, *rest = head.split("\r\n")
        self.source = source
        self.headers: dict[str, list[str]] = defaultdict(list)
        for line in rest:
            name, _, value = line.partition(":")
            self.headers[name.strip().lower()].append(value.strip())

    @property
    def method(self) -> str:
        return self.first.split(" ")[0]

    def one(self, name: str) -> str:
        return self.headers[name][0]

    @property
    def number(self) -> str:
        return re.search(r"sip:([^@;>]+)", self.first).group(1)

    @property
    def caller(self) -> str:
        return re.search(r"sip:([^@;>]+)", self.one("from")).group(1)

    @property
    def telephone_event(self) -> int:
        return int(re.search(r"a=rtpmap:(\d+) telephone-event", self.body).group(1))

    @property
    def sound_to(self) -> tuple[str, int]:
        host = re.search(r"c=IN IP4 (\S+)", self.body).group(1)
        return host, int(re.search(r"m=audio (\d+)", self.body).group(1))

    def reply(self, status: int, reason: str, tag: str, port: int, body: str = "", extra: str = "") -> bytes:
        vias = "".join(f"Via: {via}\r\n" for via in self.headers["via"])
        routes = "".join(f"Record-Route: {r}\r\n" for r in self.headers["record-route"])
        to = self.one("to") if status == 100 or "tag=" in self.one("to") else f"{self.one('to')};tag={tag}"
        kind = "Content-Type: application/sdp\r\n" if body else ""
        return (
            f"SIP/2.0 {status} {reason}\r\n{vias}{routes}From: {self.one('from')}\r\nTo: {to}\r\n"
            f"Call-ID: {self.one('call-id')}\r\nCSeq: {self.one('cseq')}\r\nContact: <sip:127.0.0.1:{port}>\r\n{extra}{kind}"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def bye(self, tag: str, port: int) -> bytes:
        target = re.search(r"<([^>]+)>", self.one("contact")).group(1)
        branch = secrets.token_hex(8)
        return (
            f"BYE {target} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{branch}\r\nMax-Forwards: 70\r\n"
            f"From: {self.one('to')};tag={tag}\r\nTo: {self.one('from')}\r\nCall-ID: {self.one('call-id')}\r\nCSeq: 1 BYE\r\n"
            "Content-Length: 0\r\n\r\n"
        ).encode()


class SipTrunk:
    """A provider's end of a trunk, on a port of its own."""

    def __init__(self, *, forgiving: bool = False) -> None:
        """`forgiving`: who is rung without expecting it rings on, and that is no fault."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._phones: dict[str, Phone] = {}
        self._dialogs: dict[str, _Dialog] = {}
        self.unexpected: list[str] = []
        self.asked: list[str] = []  # OPTIONS and REGISTER requests, by method
        self.password_wanted = False  # every call must prove that it knows USER's PASSWORD
        self.proofs_checked: list[str] = []
        self.options = 200  # what OPTIONS is answered with
        self.mute = False
        self.otherwise: Callable[[str], Expected] = lambda number: Expected()  # of a telephone that expects nothing
        self._forgiving = forgiving

    def every_call(self) -> list[Call]:
        """All calls that came in, whatever became of them."""
        return [call for phone in list(self._phones.values()) for call in phone.calls]

    def phone(self, number: str) -> Phone:
        """The telephone with this number; one for each."""
        return self._phones.setdefault(number, Phone(number))

    @property
    def talking(self) -> int:
        """Calls that are not over."""
        return sum(d.call.state != "over" for d in list(self._dialogs.values()))

    def presses(self, number: str, key: str) -> None:
        """Whoever talks at this telephone presses a key."""
        for dialog in list(self._dialogs.values()):
            if dialog.call.number == number and dialog.call.state == "talking":
                dialog._press(key)

    def hangs_up(self, number: str) -> None:
        """Whoever talks at this telephone hangs up."""
        for dialog in list(self._dialogs.values()):
            if dialog.call.number == number and dialog.call.state == "talking":
                dialog.hang_up()

    def forget(self) -> None:
        """A new test: nobody expects anything, nothing has happened. What still rings is hung up by the house."""
        self._phones.clear()
        self.unexpected.clear()
        self.asked.clear()
        self.proofs_checked.clear()
        self.password_wanted = self.mute = False
        self.options = 200

    def check(self) -> None:
        """Fail for calls that nobody expected, and for telephones that waited in vain."""
        assert not self.unexpected, f"rung, and nobody expected it: {self.unexpected}"
        waiting = [p.number for p in self._phones.values() if p.expected]
        assert not waiting, f"never rung: {waiting}"

    def __enter__(self) -> "SipTrunk":
        threading.Thread(target=self._serve, name="trunk", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, raw: bytes, to: tuple[str, int]) -> None:
        self._socket.sendto(raw, to)

    def _serve(self) -> None:
        while True:
            try:
                raw, source = self._socket.recvfrom(65535)
            except OSError:
                return
            if raw.startswith(b"SIP/2.0") or not raw.strip() or self.mute:
                continue
            self._request(_Message(raw, source))

    def _request(self, message: _Message) -> None:
        name = message.one("call-id")
        dialog = self._dialogs.get(name)
        if message.method == "INVITE":
            self._invited(message, dialog)
        elif message.method in ("BYE", "CANCEL"):
            self.send(message.reply(200, "OK", dialog.tag if dialog else "x", self.port), message.source)
            if dialog:
                if message.method == "CANCEL" and dialog.call.state == "ringing":
                    dialog.answer(487, REASONS[487])
                dialog.ended()
        elif message.method in ("OPTIONS", "REGISTER"):
            self.asked.append(message.method)
            status = self.options if message.method == "OPTIONS" else 403 if self.password_wanted else 200
            extra = "Expires: 600\r\n" if message.method == "REGISTER" else ""
            self.send(message.reply(status, REASONS[status], "reg", self.port, extra=extra), message.source)

    def _proved(self, message: _Message) -> bool:
        """Whether a call's digest (RFC 7616, MD5) is that of the password."""
        if not (said := message.headers["proxy-authorization"]):
            return False
        of = {name: value.strip('"') for name, value in re.findall(r'(\w+)=("[^"]*"|[^,\s]+)', said[0])}
        secret = _md5(f"{USER}:{of['realm']}:{PASSWORD}")
        proof = _md5(f"{secret}:{of['nonce']}:{of['nc']}:{of['cnonce']}:{of['qop']}:{_md5('INVITE:' + of['uri'])}")
        self.proofs_checked.append(of["username"] if proof == of["response"] else "wrong")
        return proof == of["response"]

    def _invited(self, message: _Message, dialog: _Dialog | None) -> None:
        if self.password_wanted and not self._proved(message):
            extra = 'Proxy-Authenticate: Digest realm="trunk", nonce="n0nce", qop="auth", algorithm=MD5\r\n'
            self.send(message.reply(407, REASONS[407], "auth", self.port, extra=extra), message.source)
            return
        if dialog is not None:
            if dialog.last:
                self.send(dialog.last, message.source)  # it did not hear us
            return
        phone = self.phone(message.number)
        call = Call(phone.number, message.caller, time.monotonic())
        if not phone.expected and not self._forgiving:
            self.unexpected.append(phone.number)
        does = phone.expected.popleft() if phone.expected else self.otherwise(phone.number)
        if does.shows not in ("", call.caller):
            self.unexpected.append(f"{phone.number}, by {call.caller} instead of {does.shows}")
        phone.calls.append(call)
        dialog = self._dialogs[message.one("call-id")] = _Dialog(self, message, call, does)
        self.send(message.reply(100, "Trying", "", self.port), message.source)
        dialog.begin()
