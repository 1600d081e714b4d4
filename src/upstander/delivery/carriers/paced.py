"""A carrier that is given no more a second than its account takes, whatever is due: Criticals come first, and wait their turn."""

import threading

from upstander.delivery.budget import Pace
from upstander.delivery.carriers.base import Carrier, CarrierError, Outgoing


class PacedCarrier:
    """As the carrier within, at a pace that all lines to the account keep together."""

    def __init__(self, carrier: Carrier, pace: Pace) -> None:
        self.name = carrier.name
        self._carrier, self._pace = carrier, pace
        self._cut = threading.Event()

    def send(self, mail: Outgoing) -> None:
        """Hand `mail` over when it is its turn. Raises CarrierError."""
        self._cut.clear()
        if self._cut.wait(self._pace.turn()):
            raise CarrierError("timeout", untouched=True)
        self._carrier.send(mail)

    def probe(self) -> None:
        """Ask, at once: that costs no message. Raises CarrierError."""
        self._carrier.probe()  # type: ignore[attr-defined]  # what has a budget can be asked

    def cut(self) -> None:
        """End the waiting, or the send under way."""
        self._cut.set()
        self._carrier.cut()

    def close(self) -> None:
        """End politely."""
        self._carrier.close()
