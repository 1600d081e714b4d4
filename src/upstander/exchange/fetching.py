"""The worker fetches what is due, one feed at a time and beside its other work: a thread asks and reads, the chore only writes.

So a source that drips for half a minute delays nothing that waits for a person.
"""

import threading
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from upstander import clock
from upstander.config import Config, config
from upstander.exchange import feeds
from upstander.exchange.feeds import Feed, Refused
from upstander.exchange.fetch import FeedLine
from upstander.exchange.models import Source
from upstander.exchange.taking import take


class Errand(threading.Thread):
    """One feed, asked for and read; touches no database."""

    def __init__(self, source_id: UUID, address: str, settings: Config) -> None:
        super().__init__(daemon=True, name="exchange-feed")
        self.source_id, self._address, self._settings = source_id, address, settings
        self.found: Feed | Refused = Refused("line")

    def run(self) -> None:
        """Ask, and read what comes."""
        if self._settings.mode == "sandbox" and not self._settings.outward_networks:
            self.found = Refused("sandbox")
            return
        data = FeedLine(self._settings).fetched(self._address)
        self.found = data if isinstance(data, Refused) else feeds.read(data)


_under_way: list[Errand] = []


def turn() -> bool:
    """Write down what the last errand brought, and begin the next; never more at once. A chore (ops.chores)."""
    if _under_way and _under_way[0].is_alive():
        return False
    if _under_way:
        done = _under_way.pop()
        bring(done.source_id, done.found)
    if source := _next():
        _under_way.append(Errand(source.id, source.address, config()))
        _under_way[0].start()
    return False


@transaction.atomic
def _next() -> Source | None:
    """The source that is due longest; of two workers one gets it, and while it is fetched it is not due."""
    now = clock.now()
    waiting = (
        Source.objects.select_for_update(skip_locked=True)
        .filter(next_at__lte=now, paused=False)
        .exclude(address="")
    )
    source = waiting.order_by("next_at").first()
    if source:
        Source.objects.filter(pk=source.pk).update(next_at=now + timedelta(minutes=source.minutes))
    return source


@transaction.atomic
def bring(source_id: UUID, found: Feed | Refused) -> int:
    """Keep what a source said, and how it went; how many items were new."""
    source = Source.objects.get(pk=source_id)
    asked = Source.objects.filter(pk=source_id)
    now = clock.now()
    if isinstance(found, Refused):
        asked.update(
            last_at=now,
            last_code=found.code,
            last_detail=found.detail[:60],
            last_new=0,
            failed=source.failed + 1,
        )
        return 0
    new = take(source, found)
    asked.update(last_at=now, last_code="ok", last_detail="", last_new=new, failed=0)
    return new
