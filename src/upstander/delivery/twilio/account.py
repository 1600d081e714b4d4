"""Twilio's API as far as calls need it (2010-04-01): place, look, say something else, hang up. Each request has an end."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.http import Line

API = "https://api.twilio.com"
STATUS_DOOR, KEY_DOOR = "/call/twilio/status", "/call/twilio/key"
# Error codes that are about this one number; Twilio knows that nobody is there, or will not ring it.
_NOBODY_THERE = (13223, 13224, 21211, 21214, 21217, 21401)

_CLOCKS_DIFFER = timedelta(seconds=10)  # at most, ours and Twilio's; and it says whole seconds


class Refused(Exception):
    """Twilio does not do it; `code` as an outcome of a call: trunk (the account), wrong_number. `placed`: it may have done it."""

    def __init__(self, code: str, *, placed: bool = False, why: str = "") -> None:
        """`why`: how the request failed, as a code."""
        super().__init__(code)
        self.code, self.placed, self.why = code, placed, why or code


@dataclass(frozen=True, slots=True)
class Account:
    """How calls leave by Twilio. `sid`, `token`: of the account; `number`: what who is called sees; `url`: of the API; `ours`:
    the address by which Twilio reaches our end-point; `timeout` of a request, seconds."""

    sid: str
    token: str
    number: str
    url: str
    ours: str
    timeout: float = 10.0

    def keys_to(self, call: UUID) -> str:
        """Where Twilio brings a key of a call."""
        return f"{self.ours}{KEY_DOOR}?ref={call}"

    def place(self, call: UUID, number: str, twiml: str, *, rings: float, talks: float) -> str:
        """Have `number` rung, and Twilio's name of the call; raises Refused."""
        form = [
            ("To", number), ("From", self.number), ("Twiml", twiml), ("Timeout", str(max(5, round(rings)))),
            ("TimeLimit", str(round(talks))), ("StatusCallback", f"{self.ours}{STATUS_DOOR}?ref={call}"),
            *(("StatusCallbackEvent", name) for name in ("initiated", "ringing", "answered", "completed")),
        ]  # fmt: skip
        return str(self._ask("POST", "/Calls.json", form).get("sid", ""))

    def look(self, sid: str) -> tuple[str, int]:
        """How a call stands in Twilio's word, and its seconds of talk; raises Refused."""
        found = self._ask("GET", f"/Calls/{quote(sid, safe='')}.json")
        return str(found.get("status", "")), _number(found.get("duration"))

    def find(self, number: str, since: datetime) -> list[str]:
        """Twilio's names of the calls from our number to `number` that were made since then, the latest first; raises Refused."""
        of = urlencode({"To": number, "From": self.number, "PageSize": 50})
        calls = self._ask("GET", f"/Calls.json?{of}").get("calls")
        return [str(call["sid"]) for call in calls or () if _at(call.get("date_created")) >= since - _CLOCKS_DIFFER]

    def say(self, sid: str, twiml: str) -> None:
        """Say this to who is on the line, instead of what is said; raises Refused."""
        self._ask("POST", f"/Calls/{quote(sid, safe='')}.json", [("Twiml", twiml)])

    def hang_up(self, sid: str) -> None:
        """End a call, wherever it has got to; raises Refused."""
        self._ask("POST", f"/Calls/{quote(sid, safe='')}.json", [("Status", "completed")])

    def itself(self) -> dict[str, Any]:
        """What Twilio says of the account; raises Refused."""
        return self._ask("GET", ".json")

    def has_number(self) -> bool:
        """Whether the number that is shown belongs to the account (or was verified for it); raises Refused."""
        of = f"?{urlencode({'PhoneNumber': self.number})}"
        owned = self._ask("GET", f"/IncomingPhoneNumbers.json{of}").get("incoming_phone_numbers")
        return bool(owned) or bool(self._ask("GET", f"/OutgoingCallerIds.json{of}").get("outgoing_caller_ids"))

    def _ask(self, method: str, path: str, form: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
        login = base64.b64encode(f"{self.sid}:{self.token}".encode()).decode()
        headers = {"Authorization": f"Basic {login}", "Content-Type": "application/x-www-form-urlencoded"}
        url = f"{self.url or API}/2010-04-01/Accounts/{self.sid}{path}"
        body = urlencode(form).encode() if form else None
        try:
            status, answer = Line(self.timeout).ask(method, url, body=body, headers=headers)
        except CarrierError as error:
            raise Refused("trunk", placed=error.code not in ("refused", "dns", "tls"), why=error.code) from None
        said = _object(answer)
        if status < 300:
            return said
        code = _number(said.get("code"))
        refused = "wrong_number" if status == 400 and code in _NOBODY_THERE else "trunk"
        raise Refused(refused, placed=status >= 500, why=f"twilio-{status}")


def _object(answer: bytes) -> dict[str, Any]:
    try:
        said = json.loads(answer)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _at(written: object) -> datetime:
    """A time as Twilio writes it (RFC 2822); long ago for what is none."""
    try:
        return parsedate_to_datetime(str(written)).astimezone(UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _number(said: object) -> int:
    written = str(said)
    return int(written) if written.isdecimal() else 0
