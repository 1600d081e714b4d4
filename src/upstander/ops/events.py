"""Named events: how a lower room tells an upper one, without importing it.

Handlers run at once, in the teller's transaction: what they write is kept or lost with what caused it.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

# Every name there is, with what it carries. A name not listed here cannot be told or heard.
NAMES = {
    "intake.tip_received": "tip_id",
    "intake.message_received": "tip_id, message_id",
    "intake.said": "tip_id, message_id, sender",
    "actions.judged": "tip_id, judgement_id",
    "delivery.sent": "delivery_ids",
    "delivery.failed": "delivery_id, written_at",
    "delivery.calling": "purpose, subject_id",
    "delivery.bridged": "subject_id",
    "delivery.called": "purpose, subject_id, code, seconds",
    "actions.confirmed": "notice_id",
    "response.reported": "referral_id",
    "response.asked": "referral_id",
    "directory.changed": "",
    "evidence.received": "tip_id, file_id",
    "evidence.sealed": "tip_id, file_id",
    # sender: SHA-256 of the address in small letters; says: accepted, declined, tentative, other
    "inbound.calendar_answered": "arrival_id, uid, sender, says, at, proven",
    "evidence.handed_over": "tip_id, file_id, hand_over_id",
}
_handlers: dict[str, list[Callable[..., None]]] = defaultdict(list)


def on(name: str, handler: Callable[..., None]) -> None:
    """Register `handler` for the event `name`; raises KeyError for a name that is not listed."""
    if name not in NAMES:
        raise KeyError(name)
    if handler not in _handlers[name]:
        _handlers[name].append(handler)


def tell(name: str, **what: Any) -> None:
    """Call every handler of `name` with `what` (ids and times only, never text), in the present transaction."""
    if name not in NAMES:
        raise KeyError(name)
    for handler in _handlers[name]:
        handler(**what)
