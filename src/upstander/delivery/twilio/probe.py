"""Whether an account at Twilio would take a call: it is fetched, which costs nothing and rings nobody."""

from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.twilio.account import Account, Refused


class AccountProbe:
    """An account that can be asked whether it is there, and active."""

    def __init__(self, name: str, account: Account) -> None:
        self.name, self._account = name, account

    def probe(self) -> None:
        """Raises CarrierError: `account` for one that is suspended or closed, else how the request failed (`timeout`, `refused`,
        `twilio-401`)."""
        try:
            said = self._account.itself()
        except Refused as refusal:
            raise CarrierError(refusal.why, untouched=True) from None
        if said.get("status") != "active":
            raise CarrierError("account", untouched=True)

    def cut(self) -> None:
        """Nothing: a request has a few seconds of its own."""

    def close(self) -> None:
        """Nothing stays open."""
