"""Text messages through Kannel's `sendsms` (1.4): the gateway queues on its own disk, and tells later what became of each."""

from urllib.parse import urlencode

from upstander.config import Config
from upstander.delivery.carriers.base import CarrierError, Outgoing
from upstander.delivery.carriers.http import Line
from upstander.delivery.gsm import fits_gsm

# Delivered, refused, waits at the centre, accepted by the centre, refused by the centre.
_ALL_REPORTS = "31"


class KannelCarrier:
    """Temporary: no answer, a password that is refused (ours), anything but 202. Permanent: 400, which is about this one text."""

    name = "kannel"

    def __init__(self, config: Config) -> None:
        self._config = config
        self._line = Line(config.sms_timeout)

    def send(self, mail: Outgoing) -> None:
        """Hand the text over; 202 means that the gateway has it on disk. Raises CarrierError."""
        c = self._config
        asked = {
            "username": c.sms_user,
            "password": c.sms_password,
            "from": mail.sender,
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
            raise CarrierError(f"kannel-{status}", permanent=status == 400)

    def cut(self) -> None:
        """End the request under way."""
        self._line.cut()

    def close(self) -> None:
        """Nothing stays open."""
