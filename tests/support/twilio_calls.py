"""Twilio's calls, as a house meets them: an API that takes requests, and telephones behind it that do as they are told.

    with TwilioCalls(token) as twilio:
        twilio.phone("+12175550101").expects_call().presses("1")

It runs TwiML as Twilio does: says, gathers, and asks the address that it was given, by requests that it signs.
"""

import base64
import hashlib
import hmac
import http.client
import json
import re
import secrets
import threading
import xml.etree.ElementTree as ET
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from tests.support.eventually import eventually
from upstander import clock

OVER = ("completed", "busy", "no-answer", "failed", "canceled")


@dataclass
class Call:
    """A call as Twilio has it."""

    sid: str
    to: str
    form: dict[str, list[str]]
    status: str = "queued"
    seconds: int = 0
    said: list[str] = field(default_factory=list)
    before: int = 0  # how many of what was said were said before any key
    pressed: list[str] = field(default_factory=list)
    twiml: "deque[str]" = field(default_factory=deque)
    ends: threading.Event = field(default_factory=threading.Event)
    new: threading.Event = field(default_factory=threading.Event)
    created: datetime = field(default_factory=clock.now)


@dataclass
class Expected:
    """What a telephone does when it rings the next time, and how Twilio tells of it: `well`, `twice`, `backwards`, `never`."""

    status: str = "ringing"
    keys: tuple[str, ...] = ()
    talks: int = 1
    code: str = ""
    tells: str = "well"
    holds: threading.Event | None = None  # before it does anything

    def presses(self, *keys: str) -> "Expected":
        self.status, self.keys = "answered", keys
        return self

    def answers(self, talks: int = 1) -> "Expected":
        """Picks up, presses nothing, hangs up after so many seconds of talk (as Twilio counts them)."""
        self.status, self.talks = "answered", talks
        return self

    def is_busy(self) -> "Expected":
        self.status = "busy"
        return self

    def never_answers(self) -> "Expected":
        self.status = "no-answer"
        return self

    def fails(self, code: str) -> "Expected":
        self.status, self.code = "failed", code
        return self

    def told(self, how: str) -> "Expected":
        self.tells = how
        return self


class Phone:
    """One telephone."""

    def __init__(self) -> None:
        self.expected: deque[Expected] = deque()
        self.calls: list[Call] = []

    def expects_call(self) -> Expected:
        self.expected.append(Expected())
        return self.expected[-1]


class TwilioCalls:
    """The API on loopback. `answer`: of what it says to the next calls that are to be placed, where it refuses (status, code)."""

    SID = "AC" + "0" * 32

    def __init__(self, token: str, sid: str = SID) -> None:
        self.SID = sid
        self.token, self.answer = token, (201, 0)
        self.calls: dict[str, Call] = {}
        self.unexpected: list[str] = []
        self.answers: list[int] = []  # of the house, to what it was told
        self.looked: list[str] = []
        self.hangs = False  # takes a call and says nothing to who asked
        self.account_status = "active"
        self.answers_now = threading.Event()  # cleared: takes a call, and answers whoever asked for it only when it is set
        self.answers_now.set()
        self._phones: dict[str, Phone] = defaultdict(Phone)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def phone(self, number: str) -> Phone:
        return self._phones[number]

    def forget(self) -> None:
        """A new test."""
        self._phones.clear()
        self.unexpected.clear()
        self.looked.clear()
        self.answers.clear()
        self.answer, self.hangs, self.account_status = (201, 0), False, "active"
        self.answers_now.set()

    def check(self) -> None:
        """Fail for calls that nobody expected, and for telephones that waited in vain."""
        assert not self.unexpected, f"rung, and nobody expected it: {self.unexpected}"
        assert not [n for n, p in self._phones.items() if p.expected], "never rung"

    def place(self, form: dict[str, list[str]]) -> Call:
        call = Call("CA" + secrets.token_hex(16), form["To"][0], form)
        call.twiml.append(form["Twiml"][0])
        phone = self._phones[call.to]
        if not phone.expected:
            self.unexpected.append(call.to)
        does = phone.expected.popleft() if phone.expected else Expected()
        self.calls[call.sid] = call
        phone.calls.append(call)
        threading.Thread(target=self._rings, args=(call, does), daemon=True).start()
        return call

    def update(self, call: Call, form: dict[str, list[str]]) -> bool:
        if call.status in OVER:
            return False
        if "Status" in form:
            call.ends.set()
        else:
            call.twiml.append(form["Twiml"][0])
        call.new.set()
        return True

    # ------------------------------------------------------------------------------------------------ a call's life

    def _rings(self, call: Call, does: Expected) -> None:
        if does.holds:
            does.holds.wait(60)
        tell = _Teller(self, call, does.tells)
        call.status = "ringing"
        tell("initiated")
        tell("ringing")
        if does.status == "answered":
            call.status = "in-progress"
            tell("in-progress")
            self._talks(call, does)
        elif does.status == "ringing":
            call.ends.wait(60)
            call.status = "canceled"
        else:
            call.status = does.status
        tell(call.status, **({"SipResponseCode": does.code} if does.code else {}), CallDuration=str(call.seconds))
        tell.over()

    def _talks(self, call: Call, does: Expected) -> None:
        keys, call.seconds = list(does.keys), does.talks
        while not call.ends.is_set():
            if not call.twiml:
                call.new.wait(5)
                call.new.clear()
                if not call.twiml:
                    break
            following = self._runs(call, call.twiml.popleft(), keys)
            if following is not None and not call.twiml:  # (a change that came meanwhile stands in its place)
                call.twiml.append(following)
            elif not call.twiml:
                break
        call.status = "completed"

    def _runs(self, call: Call, twiml: str, keys: list[str]) -> str | None:
        """One document; what follows by itself. A pause waits for whoever changes the call."""
        for verb in ET.fromstring(twiml):
            if verb.tag == "Gather":
                call.said += [f"{say.get('language')}: {say.text}" for say in verb.iter("Say")]
                if keys:
                    key = keys.pop(0)
                    call.pressed.append(key)
                    call.before = call.before or len(call.said)
                    form = {"CallSid": call.sid, "Digits": key, "CallStatus": "in-progress", "To": call.to}
                    status, answer = self.asks(verb.attrib["action"], form)
                    return answer if status == 200 else None
            elif verb.tag == "Say":
                call.said.append(f"{verb.get('language')}: {verb.text}")
            elif verb.tag == "Pause":
                if not call.twiml:
                    call.new.wait(10)
                    call.new.clear()
                return None
            elif verb.tag == "Hangup":
                return None
        return None

    def asks(self, url: str, form: dict[str, str], token: str = "") -> tuple[int, str]:
        """A request of Twilio's, signed."""
        said = url + "".join(f"{name}{form[name]}" for name in sorted(form))
        mac = base64.b64encode(hmac.new((token or self.token).encode(), said.encode(), hashlib.sha1).digest()).decode()
        parts = urlsplit(url)
        line = http.client.HTTPConnection(parts.netloc, timeout=20)
        headers = {"X-Twilio-Signature": mac, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            line.request("POST", f"{parts.path}?{parts.query}", urlencode(form), headers)
            answer = line.getresponse()
            self.answers.append(answer.status)
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""
        finally:
            line.close()


class _Teller:
    """Tells of a call's way as it goes, twice, all at the end and backwards, or never."""

    def __init__(self, twilio: TwilioCalls, call: Call, how: str) -> None:
        self._twilio, self._call, self._how, self._kept = twilio, call, how, []

    def __call__(self, status: str, **more: str) -> None:
        if self._how == "never":
            return
        form = {"CallSid": self._call.sid, "CallStatus": status, "To": self._call.to} | more
        if self._how == "backwards":
            self._kept.insert(0, form)
            return
        for _ in range(2 if self._how == "twice" else 1):
            self._twilio.asks(self._call.form["StatusCallback"][0], form)

    def over(self) -> None:
        for form in self._kept:
            self._twilio.asks(self._call.form["StatusCallback"][0], form)


def _handler(api: TwilioCalls) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _says(self, status: int, what: dict[str, Any]) -> None:
            body = json.dumps(what).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _call(self) -> Call | None:
            found = re.search(r"/Calls/(CA[0-9a-f]+)\.json", self.path)
            return api.calls.get(found.group(1)) if found else None

        def _known(self) -> bool:
            login = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
            if login == f"{api.SID}:{api.token}" and f"/2010-04-01/Accounts/{api.SID}" in self.path:
                return True
            self._says(401, {"code": 20003})
            return False

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            if not self._known():
                return
            if call := self._call():
                self._says(*((200, {"sid": call.sid}) if api.update(call, form) else (400, {"code": 21220})))
            elif api.answer[0] != 201:
                self._says(api.answer[0], {"code": api.answer[1]})
            elif api.hangs:
                api.place(form)
                self.close_connection = True
            else:
                sid = api.place(form).sid
                api.answers_now.wait(60)
                self._says(201, {"sid": sid, "status": "queued"})

        def do_GET(self) -> None:
            if not self._known():
                return
            if call := self._call():
                api.looked.append(call.sid)
                self._says(200, {"sid": call.sid, "status": call.status, "duration": str(call.seconds)})
            elif "/Calls.json?" in self.path:
                of = dict(parse_qsl(urlsplit(self.path).query))
                its = [c for c in reversed(api.calls.values()) if (c.to, c.form["From"][0]) == (of["To"], of["From"])]
                self._says(200, {"calls": [{"sid": c.sid, "date_created": format_datetime(c.created)} for c in its]})
            elif "PhoneNumbers" in self.path:
                asked = dict(parse_qsl(urlsplit(self.path).query)).get("PhoneNumber")
                self._says(200, {"incoming_phone_numbers": [{"sid": "PN1"}] if asked == "+12175550100" else []})
            elif "CallerIds" in self.path:
                self._says(200, {"outgoing_caller_ids": []})
            else:
                self._says(200, {"sid": api.SID, "status": api.account_status})

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    return Handler


def spoken(call: Call, part: str, seconds: float = 15.0) -> None:
    """Wait until this was said to who picked up."""
    check: Callable[[], bool] = lambda: any(part in said for said in call.said)  # noqa: E731
    eventually(check, seconds)
