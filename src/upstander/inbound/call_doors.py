"""Where Twilio says what becomes of our calls, and which key was pressed. Nothing is decided here: it is kept for the caller.

What follows a key is no answer of this door: the caller has it said once the key is written down. Until then the line is silent.
"""

import re
from functools import partial
from uuid import UUID

from upstander.config import config
from upstander.delivery.twilio import events
from upstander.delivery.twilio.account import KEY_DOOR, STATUS_DOOR
from upstander.inbound import call_spool
from upstander.inbound.doors import Arriving, Rejected, Request, door, server
from upstander.inbound.twilio_signed import form_of, values

_LARGEST = 16_384  # bytes
_WAIT = b'<?xml version="1.0" encoding="UTF-8"?><Response><Pause length="20"/><Hangup/></Response>'
_SID = re.compile(r"CA[0-9a-f]{32}")
_WORD = re.compile(r"[a-z-]{1,16}")
_KEY = re.compile(r"[0-9*#]")


def open_doors() -> None:
    """Open them where Twilio makes calls; what was pressed when it did is handed on anywhere."""
    server(call_spool.serve)
    if "twilio" in (config().calls, config().calls2):
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
    kept = partial(call_spool.keep_key, ref, form["CallSid"], pressed, call_spool.folder())
    return Arriving("call", "twilio", "", b"", answer=_WAIT, content_type="text/xml", keep=kept)


def _signed(request: Request) -> tuple[dict[str, str], UUID]:
    """The form, and which of our calls it is about; raises Rejected where Twilio has not signed it (403), or it makes no sense
    (400)."""
    form = form_of(request, config().came_in_at, _auth_tokens())
    if not _SID.fullmatch(form.get("CallSid", "")):
        raise Rejected(400)
    try:
        return form, UUID(values(request.query).get("ref", ""))
    except ValueError:
        raise Rejected(400) from None


def _auth_tokens() -> list[str]:
    """Of each account at Twilio that rings: the second of two has its own, the only one the first's."""
    s = config()
    return [s.calls_password, s.calls2_password] if s.calls == s.calls2 == "twilio" else [s.calls_password]
