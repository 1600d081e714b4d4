"""A mail that a server had taken and that comes back (RFC 3464): it was not delivered, whatever we had been told."""

from uuid import UUID

from django.db import transaction

from upstander import clock
from upstander.audit import services as audit
from upstander.delivery.models import Attempt, Delivery
from upstander.ops import events


@transaction.atomic
def returned(delivery_id: UUID, status: str, actor: str, *, permanent: bool) -> bool:
    """Write down that a mail which had left came back; False where it is none of ours, or is known not to have arrived.

    `status` is the enhanced status that the server names (`5.1.1`), or empty. The mail is refused for good from now on, and upper
    rooms hear it as they hear a refusal: the address is marked and the next one tried, or a person acts.
    """
    left = Delivery.objects.select_for_update().filter(id=delivery_id, state=Delivery.State.SENT)
    sent_at = left.values_list("sent_at", flat=True).first()
    if sent_at is None:
        return False
    code = f"returned-{status[:12]}" if status else "returned"
    left.update(state=Delivery.State.FAILED, last_error=code)
    Attempt.objects.create(
        delivery_id=delivery_id, at=clock.now(), carrier="mail", result=code, permanent=permanent
    )
    audit.record(actor, "mail.returned", "delivery", delivery_id, status=status[:12], permanent=permanent)
    events.tell("delivery.failed", delivery_id=delivery_id, written_at=sent_at)
    return True
