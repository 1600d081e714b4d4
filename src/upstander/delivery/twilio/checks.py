"""Whether contacts can be rung through Twilio: the account, the number, the voices, and our own door. For `upstander doctor`."""

from collections.abc import Iterable, Iterator
from typing import Literal

from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.http import Line
from upstander.delivery.twilio.account import KEY_DOOR, Account, Refused
from upstander.delivery.twilio.words import VOICES

Found = tuple[Literal["ok", "warn", "fail"], str]


def checks(account: Account, languages: Iterable[str]) -> Iterator[Found]:
    """What is found, each as a grade and words; `languages` are those in which contacts are spoken to. Twilio is asked."""
    mute = [language for language in languages if language not in VOICES]
    yield ("fail", f"Twilio has no voice for: {', '.join(mute)}") if mute else ("ok", "every language of the pack has a voice")
    try:
        status = account.itself().get("status")
        yield ("ok", "the account at Twilio is active") if status == "active" else ("fail", f"the account at Twilio is {status}")
        if not account.has_number():
            yield "fail", f"UPSTANDER_CALLS_NUMBER: {account.number} is no number of the account: Twilio refuses each call"
    except Refused:
        yield "fail", "Twilio does not answer, or knows no such account: UPSTANDER_CALLS_USER and UPSTANDER_CALLS_PASSWORD"
    yield from _door(account)


def _door(account: Account) -> Iterator[Found]:
    """Whether our door can be reached by the address that Twilio is given. It refuses what is not signed: that is an answer."""
    if not account.ours.startswith("https://"):
        yield "warn", f"UPSTANDER_INBOUND_URL: {account.ours} is not https: keys would come in clear"
    try:
        status, _ = Line(account.timeout).ask("POST", f"{account.ours}{KEY_DOOR}", body=b"")
    except CarrierError as error:
        yield "fail", f"our own door {account.ours}{KEY_DOOR} cannot be reached ({error.code})"
    else:
        stands = status == 403
        said = "answers" if stands else f"answers {status}: the proxy must hand it on to `inbound`"
        yield "ok" if stands else "fail", f"our own door {account.ours}{KEY_DOOR} {said}"
