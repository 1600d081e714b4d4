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

    def __init__(self, config: Config) -> None:
        self.name = "twilio"
        self._config = config
        self._line = Line(config.sms_timeout)

    def send(self, mail: Outgoing) -> None:
        """Hand the text over; 201 means that Twilio has queued it. Raises CarrierError."""
        c = self._config
        form = {
            "To": mail.recipient,
            "From": c.sms_number or mail.sender,
            "Body": mail.text,
            "StatusCallback": f"{c.came_in_at}/sms/twilio/report?{urlencode({'ref': mail.delivery_id})}",
        }
        headers = self._login() | {"Content-Type": "application/x-www-form-urlencoded"}
        status, answer = self._line.ask("POST", self._at("/Messages.json"), body=urlencode(form).encode(), headers=headers)
        if status == 201:
            return
        known = _CODES.get(_error(answer), "")
        refused = 400 <= status < 500  # said of a server's own trouble nothing is certain
        raise CarrierError(known or f"twilio-{status}", permanent=refused and status not in _OURS, untouched=refused)

    def probe(self) -> None:
        """Fetch the account, which must be active. Raises CarrierError."""
        status, answer = self._line.ask("GET", self._at(".json"), headers=self._login())
        if status != 200:
            raise CarrierError(f"twilio-{status}", untouched=True)
        if b'"active"' not in answer:
            raise CarrierError("account", untouched=True)

    def _at(self, what: str) -> str:
        c = self._config
        return f"{c.sms_url or 'https://api.twilio.com'}/2010-04-01/Accounts/{c.sms_user}{what}"

    def _login(self) -> dict[str, str]:
        c = self._config
        return {"Authorization": f"Basic {base64.b64encode(f'{c.sms_user}:{c.sms_password}'.encode()).decode()}"}

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
