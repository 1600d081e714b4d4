"""Whether Twilio has signed what came: with the auth token of one of the accounts that are in use."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import parse_qs

from upstander.inbound.doors import Rejected, Request


def form_of(request: Request, came_in_at: str, tokens: Iterable[str]) -> dict[str, str]:
    """The form that came to us, whom Twilio knows by the address `came_in_at`; raises Rejected where it is signed with none of
    the `tokens`: HMAC-SHA1 (Twilio's choice) over the whole address and each name and value, in order."""
    form = values(request.body)
    query = f"?{request.query.decode('latin-1')}" if request.query else ""
    signed = f"{came_in_at}{request.path}{query}" + "".join(f"{name}{form[name]}" for name in sorted(form))
    shown = request.headers.get("x-twilio-signature", "").encode()
    if not any([hmac.compare_digest(_signature(signed, token), shown) for token in tokens if token]):
        raise Rejected(403)
    return form


def values(encoded: bytes) -> dict[str, str]:
    """Names and values of a form or an address; raises Rejected for what is none."""
    try:
        found = parse_qs(encoded.decode("ascii"), keep_blank_values=True, max_num_fields=200)
    except (UnicodeDecodeError, ValueError):
        raise Rejected(400) from None
    return {name: one[0] for name, one in found.items()}


def _signature(signed: str, token: str) -> bytes:
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), hashlib.sha1))
