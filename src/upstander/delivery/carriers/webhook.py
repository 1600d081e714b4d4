"""Posts to systems of organisations: 2xx is delivered, everything else is tried again, but 410, by which they end it."""

from upstander.config import Config
from upstander.delivery.carriers.base import CarrierError, Outgoing
from upstander.delivery.carriers.outward import OutwardLine


class WebhookCarrier:
    """Delivered is not confirmed: that a machine has it says of no person that they have."""

    name = "webhook"

    def __init__(self, config: Config) -> None:
        self._line = OutwardLine(config)

    def send(self, mail: Outgoing) -> None:
        """Post it. Raises CarrierError: permanent for 410, and where the address is none to which a line may go."""
        answer = self._line.answer("POST", mail.recipient, body=mail.body, headers=mail.headers)
        if not 200 <= answer.status < 300:
            raise CarrierError(f"webhook-{answer.status}", permanent=answer.status == 410, after=answer.after)

    def cut(self) -> None:
        """End the request under way."""
        self._line.cut()

    def close(self) -> None:
        """Nothing stays open."""
