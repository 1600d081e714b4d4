"""Text messages through Twilio's API (2010-04-01)."""

import base64
import json
from urllib.parse import urlencode

from upstander.config import Config
from upstander.delivery.carriers.base import CarrierError, Outgoing
from upstander.delivery.carriers.http import Line

# Error codes of Twilio that are about this one recipient; every other 400 is about the text, and as permanent.
_CODES = {21610: "stopped", 21211: "address", 21214: "address", 21217: "address", 21612: "address", 21614: "address"}
_OURS = frozenset([401, 403, 404, 405, 429])  # account, rights, address of the API, rate: no other text would fare better


class TwilioCarrier:
    """Temporary: no answer, 5xx, 429, and what Twilio holds against the account. Permanent: 400."""

    name = "twilio"

    def __init__(self, config: Config) -> None:
        self._config = config
        self._line = Line(config.sms_timeout)

    def send(self, mail: Outgoing) -> None:
        """Hand the text over; 201 means that Twilio has queued it. Raises CarrierError."""
        c = self._config
        form = {
            "To": mail.recipient,
            "From": mail.sender,
            "Body": mail.text,
            "StatusCallback": f"{c.came_in_at}/sms/twilio/report?{urlencode({'ref': mail.delivery_id})}",
        }
        login = base64.b64encode(f"{c.sms_user}:{c.sms_password}".encode()).decode()
        headers = {"Authorization": f"Basic {login}", "Content-Type": "application/x-www-form-urlencoded"}
        url = f"{c.sms_url or 'https://api.twilio.com'}/2010-04-01/Accounts/{c.sms_user}/Messages.json"
        status, answer = self._line.ask("POST", url, body=urlencode(form).encode(), headers=headers)
        if status == 201:
            return
        known = _CODES.get(_error(answer), "")
        raise CarrierError(known or f"twilio-{status}", permanent=400 <= status < 500 and status not in _OURS)

    def cut(self) -> None:
        """End the request under way."""
        self._line.cut()

    def close(self) -> None:
        """Nothing stays open."""


def _error(answer: bytes) -> int:
    try:
        code = json.loads(answer).get("code")
    except (ValueError, AttributeError):
        return 0
    return code if isinstance(code, int) else 0
