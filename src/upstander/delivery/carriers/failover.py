"""Two carriers of one channel, the second for when the first is dead; back to the first when it is well again.

Nothing is sent twice by changing over: the second is given a message only where the first has certainly not been handed it. Where
nobody can know (the line was lost after the content had left), the message waits for its own next try, under the same id.
"""

from upstander.delivery import health
from upstander.delivery.carriers.base import Carrier, CarrierError, Outgoing

# Said of this one message or its recipient, not of the carrier.
_OF_THE_MESSAGE = ("rcpt-", "data-")


def pair(first: str, second: str) -> str:
    """The name of the two together, which no carrier bears."""
    return f"{first}+{second}"


class FailoverCarrier:
    """Hands a message to the first of two carriers that takes it."""

    def __init__(self, first: Carrier, second: Carrier) -> None:
        self.name = pair(first.name, second.name)
        self.last = ""  # who has had the last message
        self._first, self._second = first, second

    def send(self, mail: Outgoing) -> None:
        """Hand `mail` over to the first, or to the second where the first is dead; the first where both seem to be. Raises
        CarrierError, the last one's."""
        order = [self._first, self._second]
        if health.of(self._first.name).down and not health.of(self._second.name).down:
            order.reverse()
        for carrier, is_last in zip(order, (False, True), strict=True):
            self.last = carrier.name
            try:
                carrier.send(mail)
            except CarrierError as error:
                if not _dead(error):
                    raise
                health.of(carrier.name).failed(f"{health.LINE}{error.code}" if error.line else error.code)
                if is_last or not error.untouched:
                    raise
            else:
                health.of(carrier.name).well()
                return

    def cut(self) -> None:
        """End the send under way, whichever has it."""
        self._first.cut()
        self._second.cut()

    def close(self) -> None:
        """Say goodbye to both."""
        self._first.close()
        self._second.close()


def _dead(error: CarrierError) -> bool:
    """Whether it speaks against the carrier, and not against this message or its recipient."""
    return not error.permanent and not error.code.startswith(_OF_THE_MESSAGE)
