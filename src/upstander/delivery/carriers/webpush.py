"""Pushes by the browsers' own services (RFC 8030): one POST each, to the address that the browser named."""

from upstander.config import Config
from upstander.delivery.carriers.base import CarrierError, Outgoing
from upstander.delivery.carriers.outward import OutwardLine

GONE = "gone"  # the browser has ended it: nobody is told there any more
_TAKEN = (200, 201, 202, 204)
_OURS = (401, 408, 429)  # how we sign, and how fast we are: another try may fare better


class WebPushCarrier:
    """Temporary: no answer, 5xx, 401, 408, 429 (as long as it says). Permanent: 404 and 410, which end it, and every other 4xx;
    a redirect too, for none is followed."""

    name = "webpush"

    def __init__(self, config: Config) -> None:
        self._line = OutwardLine(config)

    def send(self, mail: Outgoing) -> None:
        """Hand the push over; 201 means that the service has it. Raises CarrierError."""
        answer = self._line.answer("POST", mail.recipient, body=mail.body, headers=mail.headers)
        if answer.status in _TAKEN:
            return
        if answer.status in (404, 410):
            raise CarrierError(GONE, permanent=True)
        permanent = 300 <= answer.status < 500 and answer.status not in _OURS
        raise CarrierError(f"push-{answer.status}", permanent=permanent, after=answer.after)

    def cut(self) -> None:
        """End the request under way."""
        self._line.cut()

    def close(self) -> None:
        """Nothing stays open."""
