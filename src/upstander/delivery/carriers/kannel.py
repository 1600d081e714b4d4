"""Text messages through Kannel's `sendsms` (1.4): the gateway queues on its own disk, and tells later what became of each."""

import re
from urllib.parse import urlencode

from upstander.config import Config
from upstander.delivery.carriers.base import CarrierError, Outgoing
from upstander.delivery.carriers.http import Line
from upstander.delivery.gsm import fits_gsm

# Delivered, refused, waits at the centre, accepted by the centre, refused by the centre.
_ALL_REPORTS = "31"
_NOT_NOW = 503  # it has not taken the text: its own words for that
_ONLINE = re.compile(rb"\bonline \d+s|<status>online")  # of one centre, in status.txt or status.xml


class KannelCarrier:
    """Temporary: no answer, a password that is refused (ours), anything but 202. Permanent: 400, which is about this one text."""

    def __init__(self, config: Config) -> None:
        self.name = "kannel"
        self._config = config
        self._line = Line(config.sms_timeout)

    def send(self, mail: Outgoing) -> None:
        """Hand the text over; 202 means that the gateway has it on disk. Raises CarrierError."""
        c = self._config
        asked = {
            "username": c.sms_user,
            "password": c.sms_password,
            "from": c.sms_number or mail.sender,
            "to": mail.recipient,
            "charset": "UTF-8",
            "text": mail.text,
            "dlr-mask": _ALL_REPORTS,
            "dlr-url": f"{c.came_in_at}/sms/kannel/report?{urlencode({'key': c.sms_token, 'ref': mail.delivery_id})}&type=%d",
        }
        if not fits_gsm(mail.text):  # without this it would arrive as question marks, with a 202
            asked["coding"] = "2"
        status, _ = self._line.ask("GET", f"{c.sms_url}?{urlencode(asked)}")
        if status != 202:
            raise CarrierError(f"kannel-{status}", permanent=status == 400, untouched=status < 500 or status == _NOT_NOW)

    def probe(self) -> None:
        """Ask for a text to nobody, which Kannel refuses when it is well and knows our password; and, where the address of its
        status is set, whether it has a line to a centre. Raises CarrierError."""
        c = self._config
        asked = {"username": c.sms_user, "password": c.sms_password}
        status, _ = self._line.ask("GET", f"{c.sms_url}?{urlencode(asked)}")
        if status != 400:
            raise CarrierError(f"kannel-{status}", untouched=True)
        if not c.sms_status_url:
            return
        status, said = self._line.ask("GET", c.sms_status_url)
        if status != 200:
            raise CarrierError(f"status-{status}", untouched=True)
        if not _ONLINE.search(said):
            raise CarrierError("no-centre", untouched=True)

    def cut(self) -> None:
        """End the request under way."""
        self._line.cut()

    def close(self) -> None:
        """Nothing stays open."""
