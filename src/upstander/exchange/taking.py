"""What a feed said becomes items: each version once, the later instead of the earlier, and what its source took back marked so.

Called by the worker and by the staff's pages; the worker may add items, and mark them, and no more.
"""

from datetime import datetime

from django.db import transaction

from upstander import clock
from upstander.exchange.feeds import Feed
from upstander.exchange.feeds import Item as Said
from upstander.exchange.models import Item, Source
from upstander.ids import new_id


@transaction.atomic
def take(source: Source, feed: Feed) -> int:
    """Keep what is new of a feed; how many items that were."""
    return sum(_take(source, said, clock.now()) for said in sorted(feed.items, key=lambda one: one.sent))


def _take(source: Source, said: Said, now: datetime) -> bool:
    known = Item.objects.filter(source=source, said_by=said.source, external_id=said.id)
    latest = known.order_by("-sent").first()
    if latest is not None and (
        latest.sent >= said.sent or (latest.title, latest.text) == (said.title, said.text)
    ):
        return False  # seen already, or nothing but its date changed
    made = Item(
        id=new_id(), source=source, said_by=said.source, external_id=said.id, title=said.title, text=said.text, sent=said.sent,
        expires=said.expires, areas=list(said.areas), severity=said.severity, categories=list(said.categories),
        links=list(said.links), exercise=said.exercise, arrived_at=now, level=source.level, topics=list(source.topics),
        programmes=[source.programme], cancelled_at=now if said.cancels else None,
    )  # fmt: skip
    made.save(force_insert=True)
    known.exclude(pk=made.pk).filter(replaced_by=None).update(replaced_by=made)
    if said.replaces:
        earlier = Item.objects.filter(
            source=source, said_by=said.source, external_id__in=said.replaces
        ).exclude(pk=made.pk)
        earlier.filter(replaced_by=None).update(replaced_by=made)
        if said.cancels:
            earlier.filter(cancelled_at=None).update(cancelled_at=now)
    return True
