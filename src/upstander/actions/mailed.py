"""What the carriers say of this room's mails, brought to the ledger."""

from uuid import UUID

from upstander import clock
from upstander.actions import ledger
from upstander.actions.models import Notice, RequiredAction
from upstander.delivery.models import Delivery
from upstander.directory.models import ContactPoint

_OURS = ("notice", "narrative", "stand_down")
_ACTOR = "system:relay"


def _action(delivery: Delivery) -> RequiredAction | None:
    """The `email_contacts` action that this delivery is the first mail of."""
    if delivery.purpose != "notice":
        return None
    notice = Notice.objects.select_related("action").filter(pk=delivery.subject_id).first()
    return notice.action if notice else None


def sent(delivery_id: UUID) -> None:
    """A carrier accepted a mail: for a first mail that is the proof its action asks for."""
    action = _action(Delivery.objects.get(pk=delivery_id))
    if action and action.done_at is None:
        ledger.mailed(action, delivery_id, _ACTOR, "sent")


def failed(delivery_id: UUID) -> None:
    """An address refused for good: mark it, and try the contact's next one; without one the action stays open and red."""
    delivery = Delivery.objects.get(pk=delivery_id)
    if delivery.purpose not in _OURS:
        return
    notice = Notice.objects.select_related("action").filter(pk=delivery.subject_id).first()
    if notice is None:
        return
    points = ContactPoint.objects.filter(contact_id=notice.contact_id, kind="email", bounced_at=None)
    refused = points.order_by("position", "pk").first()
    if refused:
        ContactPoint.objects.filter(pk=refused.pk).update(bounced_at=clock.now())
    if points.exists():  # (the one just marked is no longer among them)
        Delivery.objects.filter(pk=delivery.pk).update(
            state=Delivery.State.PENDING, not_before=clock.now(), lease_until=None, attempts=0
        )
    elif notice.action:
        ledger.mailed(notice.action, delivery_id, _ACTOR, "refused")
