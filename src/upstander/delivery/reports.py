"""What a carrier of text messages says afterwards became of one: it arrived, or it did not, whatever we had been told."""

from uuid import UUID

from django.db import transaction

from upstander import clock
from upstander.audit import services as audit
from upstander.delivery.ledger import IN_VAIN
from upstander.delivery.models import Attempt, Delivery
from upstander.ops import events

# Kannel's types (a sum of one bit) and Twilio's words, in ours. Those that are not here say nothing that counts.
_STATES = {
    ("kannel", "1"): "delivered",
    ("kannel", "2"): "undelivered",
    ("kannel", "16"): "rejected",
    ("twilio", "delivered"): "delivered",
    ("twilio", "undelivered"): "undelivered",
    ("twilio", "failed"): "rejected",
}

@transaction.atomic
def report(ref: str, carrier: str, state: str, actor: str) -> bool:
    """Write down what became of the delivery `ref`; False where it is none of ours, or the state says nothing that counts.

    Reports come early (`ledger.settle` sees to those), late, twice and in any order: what has arrived stays so. One that came in
    vain is refused for good, and upper rooms hear it as they hear a refusal.
    """
    said = _STATES.get((carrier, state))
    try:
        id = UUID(ref)
    except ValueError:
        return False
    row = Delivery.objects.select_for_update().filter(id=id, channel="sms").first()
    if row is None or said is None:
        return False
    tries = Attempt.objects.filter(delivery_id=id)
    if tries.filter(result=said).exists():
        return True
    Attempt.objects.create(delivery_id=id, at=clock.now(), carrier=carrier, result=said, permanent=said in IN_VAIN)
    audit.record(actor, "text.reported", "delivery", id, state=said)
    arrived = tries.filter(result="delivered").exists()
    if said in IN_VAIN and not arrived and row.state == Delivery.State.SENT:
        Delivery.objects.filter(id=id).update(state=Delivery.State.FAILED, last_error=said)
        events.tell("delivery.failed", delivery_id=id, written_at=row.sent_at)
    return True
