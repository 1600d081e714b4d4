"""Where Twilio says what becomes of our calls, and which key was pressed. Nothing is decided here: it is kept for the caller.

What follows a key is no answer of this door: the caller has it said once the key is written down. Until then the line is silent.
"""

import base64
import hashlib
import hmac
import re
from functools import partial
from urllib.parse import parse_qs
from uuid import UUID

from upstander.config import config
from upstander.delivery.twilio import events
from upstander.delivery.twilio.account import KEY_DOOR, STATUS_DOOR
from upstander.inbound.doors import Arriving, Rejected, Request, door

_LARGEST = 16_384  # bytes
_WAIT = b'<?xml version="1.0" encoding="UTF-8"?><Response><Pause length="20"/><Hangup/></Response>'
_SID = re.compile(r"CA[0-9a-f]{32}")
_WORD = re.compile(r"[a-z-]{1,16}")
_KEY = re.compile(r"[0-9*#]")


def open_doors() -> None:
    """Open them where Twilio makes the calls."""
    if config().calls == "twilio":
        door(STATUS_DOOR, status, limit=_LARGEST)
        door(KEY_DOOR, key, limit=_LARGEST)


def status(request: Request) -> Arriving:
    """How a call stands, or what it came to."""
    form, ref = _signed(request)
    said, seconds = form.get("CallStatus", ""), form.get("CallDuration", "")
    if not _WORD.fullmatch(said):
        raise Rejected(400)
    talk = int(seconds) if seconds.isdecimal() and len(seconds) < 7 else 0
    code = form.get("SipResponseCode", "")[:8]
    kept = partial(events.keep, ref, form["CallSid"], events.Kind.STATUS, said, code=code, seconds=talk)
    return Arriving("call", "twilio", "", b"", keep=kept)


def key(request: Request) -> Arriving:
    """A key."""
    form, ref = _signed(request)
    pressed = form.get("Digits", "")
    if not _KEY.fullmatch(pressed):
        raise Rejected(400)
    kept = partial(events.keep, ref, form["CallSid"], events.Kind.KEY, pressed)
    return Arriving("call", "twilio", "", b"", answer=_WAIT, content_type="text/xml", keep=kept)


def _signed(request: Request) -> tuple[dict[str, str], UUID]:
    """The form, and which of our calls it is about; raises Rejected where Twilio has not signed it (403), or it makes no sense
    (400). HMAC-SHA1 over the address and each name and value, in order: Twilio's choice, not ours."""
    token, form = config().calls_password, _values(request.body)
    query = f"?{request.query.decode('latin-1')}" if request.query else ""
    said = f"{config().came_in_at}{request.path}{query}" + "".join(f"{name}{form[name]}" for name in sorted(form))
    mac = base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest())
    if not token or not hmac.compare_digest(mac, request.headers.get("x-twilio-signature", "").encode()):
        raise Rejected(403)
    if not _SID.fullmatch(form.get("CallSid", "")):
        raise Rejected(400)
    try:
        return form, UUID(_values(request.query).get("ref", ""))
    except ValueError:
        raise Rejected(400) from None


def _values(encoded: bytes) -> dict[str, str]:
    try:
        found = parse_qs(encoded.decode("ascii"), keep_blank_values=True, max_num_fields=200)
    except (UnicodeDecodeError, ValueError):
        raise Rejected(400) from None
    return {name: values[0] for name, values in found.items()}
