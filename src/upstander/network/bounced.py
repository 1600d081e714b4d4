"""A mail to a member that will never be delivered: so many of them, and nothing more goes there (S-membership)."""

import re
from datetime import datetime
from uuid import UUID

from upstander import clock
from upstander.audit import services as audit
from upstander.delivery.models import Delivery
from upstander.network.models import Bounce, Member

OURS = re.compile(r"(network|product|gathering|forum|exchange)_")
# What a server says for good of an address, at once (RFC 5321) or later (RFC 3464); not that it is full, or slow.
FOR_GOOD = re.compile(r"returned-5\.[1-7]|returned$|smtp-55[013]")


def failed(delivery_id: UUID, written_at: datetime | None = None) -> None:
    """Hear that a mail was refused for good (event `delivery.failed`)."""
    found = Delivery.objects.filter(pk=delivery_id).values_list("purpose", "channel", "address_key", "last_error").first()
    if found is None or found[1] != "email" or not OURS.match(found[0]) or not FOR_GOOD.match(found[3]):
        return
    kind, _sep, account = found[2].partition(":")
    member = Member.objects.filter(account_id=int(account)).values_list("pk", flat=True).first() if kind == "account" else None
    if member is not None:
        made = Bounce(delivery_id=delivery_id, member_id=member, at=clock.now(), code=found[3])
        Bounce.objects.bulk_create([made], ignore_conflicts=True)
        audit.record("system:relay", "network.bounced", "member", member, code=found[3])
