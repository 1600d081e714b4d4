"""Where text messages come in: Kannel's post-url and Twilio's webhook, and what both say became of ours.

A door says yes only to its own carrier: Kannel shows UPSTANDER_SMS_TOKEN, Twilio signs with the account's auth token.
"""

import hmac
from typing import Any

from upstander.config import config
from upstander.delivery.carriers import SECOND, chosen_for_texts
from upstander.inbound.doors import Arriving, Rejected, Request, door
from upstander.inbound.twilio_signed import form_of, values

TEXT, REPORT = "sms", "sms_report"
_LARGEST = 32_768  # bytes; ten parts of a text and what stands around them
_MEDIA = [f"MediaUrl{n}" for n in range(10)]
_EMPTY_TWIML = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


def open_doors() -> None:
    """Open what the carriers in use need; the others stay shut."""
    carriers = {name.removesuffix(SECOND) for name in (chosen_for_texts(config()) or "").split("+")}
    if "kannel" in carriers:
        door("/sms/kannel", kannel, limit=_LARGEST)
        door("/sms/kannel/report", kannel_report, limit=0, methods=frozenset(["GET"]))
    if "twilio" in carriers:
        door("/sms/twilio", twilio, limit=_LARGEST)
        door("/sms/twilio/report", twilio_report, limit=_LARGEST)


def kannel(request: Request) -> Arriving:
    """A text by Kannel's post-url: who and what in the address, the words as they came in the body."""
    asked = _of_kannel(request)
    id, sender = asked.get("id", ""), asked.get("from", "")
    if not id or not sender:
        raise Rejected(400)
    fields = {name: asked.get(name, "") for name in ("from", "to", "charset", "coding", "udh")}
    return Arriving(TEXT, "kannel", id, fields | {"body": request.body})


def kannel_report(request: Request) -> Arriving:
    """What became of a text of ours, as Kannel calls our dlr-url."""
    asked = _of_kannel(request)
    ref, kind = asked.get("ref", ""), asked.get("type", "")
    if not ref or not kind.isdigit():
        raise Rejected(400)
    return Arriving(REPORT, "kannel", f"{ref}:{kind}", {"ref": ref, "state": kind})


def _of_kannel(request: Request) -> dict[str, str]:
    """The values of the address; raises Rejected where the token is not ours."""
    asked = values(request.query)
    shown, tokens = asked.get("key", "").encode(), (config().sms_token, config().sms2_token)
    if not any([token != "" and hmac.compare_digest(shown, token.encode()) for token in tokens]):
        raise Rejected(403)
    return asked


def twilio(request: Request) -> Arriving:
    """A text by Twilio's webhook."""
    form = form_of(request, config().came_in_at, _auth_tokens())
    id, sender = form.get("MessageSid", ""), form.get("From", "")
    if not id or not sender:
        raise Rejected(400)
    fields: dict[str, Any] = {"from": sender, "to": form.get("To", ""), "text": form.get("Body", "")}
    fields |= {"media": form.get("NumMedia", ""), "files": [form[name] for name in _MEDIA if form.get(name)]}
    return Arriving(TEXT, "twilio", id, fields, answer=_EMPTY_TWIML, content_type="text/xml")


def twilio_report(request: Request) -> Arriving:
    """What became of a text of ours, as Twilio calls our StatusCallback."""
    form, ref = form_of(request, config().came_in_at, _auth_tokens()), values(request.query).get("ref", "")
    state = form.get("MessageStatus", "")
    if not ref or not state:
        raise Rejected(400)
    fields = {"ref": ref, "state": state, "error": form.get("ErrorCode", "")}
    return Arriving(REPORT, "twilio", f"{ref}:{state}", fields)


def _auth_tokens() -> list[str]:
    """Of each account of Twilio's that is in use."""
    s = config()
    return [token for kind, token in ((s.sms, s.sms_password), (s.sms2, s.sms2_password)) if kind == "twilio"]
