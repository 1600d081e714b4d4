"""The further channels by which somebody who was asked can be asked again: those for which the outbox knows what to send.

E-mail is always there. A text message, a call or a push is, as soon as a room has registered what it says. What is owed
already is not owed again by a step; but a push says nothing new, and each step is one more.
"""

from collections.abc import Callable
from uuid import UUID

from upstander.actions import push_models, pushes
from upstander.actions.models import Notice, RequiredAction
from upstander.delivery import queries as delivered
from upstander.delivery import registry
from upstander.delivery import services as delivery
from upstander.delivery.caller import speaking
from upstander.delivery.models import Delivery

Subject = Callable[[Notice], UUID | None]


def _of_notice(notice: Notice) -> UUID | None:
    return notice.id


def _of_call(notice: Notice) -> UUID | None:
    """The action by which the person's call is owed; None where none is."""
    owed = RequiredAction.objects.filter(
        tip_id=notice.referral.tip_id, kind="call_contacts", target_kind="contact", target_ref=str(notice.contact_id),
        done_at=None, ended_by=None,
    )  # fmt: skip
    return owed.order_by("-owed_since").values_list("id", flat=True).first()


# By channel, the purpose by which it is known to the outbox, and what such a message is about.
WAYS: dict[str, tuple[str, Subject]] = {"sms": ("notice_sms", _of_notice), "call": ("notice_call", _of_call)}
PUSH = "push"


def there() -> frozenset[str]:
    """The channels beside e-mail by which anybody can be asked in this house."""
    ways = {PUSH: push_models.PURPOSE} | {channel: purpose for channel, (purpose, _of) in WAYS.items()}
    known = (channel for channel, purpose in ways.items() if registry.known(purpose) or speaking.known(purpose))
    return frozenset(channel for channel in known if channel != "sms" or delivered.offers(channel))


def owe(channel: str, notice: Notice, priority: int) -> tuple[str, UUID] | None:
    """Owe the person a message by a channel, where it is not owed already; its (purpose, subject), None where there is none."""
    if channel == PUSH:
        first = pushes.remind(notice, priority)
        return (push_models.PURPOSE, first) if first else None
    purpose, of = WAYS[channel]
    subject = of(notice)
    if subject is None:
        return None
    if not Delivery.objects.filter(purpose=purpose, subject_id=subject).exists():
        delivery.send_new(purpose, subject, f"contact:{notice.contact_id}", priority, channel=channel)
    return purpose, subject
