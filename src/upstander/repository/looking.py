"""The worker sees that something came which a kept search may be about, and owes a mail; whether it is, the relay finds out
behind the wall of the member's level. The worker reads kinds, topics, regions and times, and no word.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

from upstander import clock
from upstander.circulation import limits
from upstander.delivery import services as delivery
from upstander.delivery.services import Owed
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import pack, standing
from upstander.network.models import Member
from upstander.repository import finding
from upstander.repository.models import ENTRIES, Alert, Kept

PURPOSE = "network_found"
PART = 500  # kept searches at a time
LAG = timedelta(seconds=30)  # what is committed later than that after its own moment would be missed
_SEEN = 300  # entries that are compared by kind, topic and region; where more came at once, all who keep a search are looked at
_COLUMNS = ("id", "member_id", "kinds", "topic", "region", "how", "seen_at")


@dataclass(frozen=True, slots=True)
class Came:
    """Something that was listed, without a word of it."""

    kind: str
    topics: tuple[str, ...]
    regions: tuple[int, ...]
    at: datetime


@transaction.atomic
def turn() -> bool:
    """The worker's chore: a part of the kept searches that are due; True where there is more."""
    if pack.maybe() is None:
        return False
    now = clock.now()
    until = now - LAG
    latest = _latest(until)
    due = Kept.objects.filter(ended_at=None, next_at__lte=now, seen_at__lt=until)
    due = due.filter(~Q(how=Kept.How.AT_ONCE) | Q(seen_at__lt=latest)) if latest else due.exclude(how=Kept.How.AT_ONCE)
    rows = list(due.only(*_COLUMNS).order_by("next_at", "id").select_for_update(skip_locked=True, of=("self",))[:PART])
    if not rows:
        return False
    _owe(rows, until)
    for how in {row.how for row in rows}:
        next_at = now if how == Kept.How.AT_ONCE else limits.next_digest(how, now)
        Kept.objects.filter(pk__in=[row.pk for row in rows if row.how == how]).update(seen_at=until, next_at=next_at)
    return len(rows) == PART


def _latest(until: datetime) -> datetime | None:
    """When the latest of what is there was listed, at whichever level."""
    tables = [table._default_manager.filter(listed_at__lte=until) for table in ENTRIES.values()]
    return max((at for rows in tables if (at := rows.aggregate(at=Max("listed_at"))["at"]) is not None), default=None)


def _owe(rows: list[Kept], until: datetime) -> None:
    """A mail for each of them about which something may have come, for members whom something may reach."""
    levels = standing.levels([row.member_id for row in rows])
    since = min(row.seen_at for row in rows)
    came = {level: _came(level, since, until) for level in set(levels.values())}
    made = [
        Alert(id=new_id(), kept=row, since=row.seen_at, until=until)
        for row in rows if row.member_id in levels and _may_be(row, came[levels[row.member_id]])
    ]  # fmt: skip
    Alert.objects.bulk_create(made)
    accounts = _accounts(row.member_id for row in rows)
    delivery.send_all_new(
        Owed(PURPOSE, alert.id, f"account:{accounts[alert.kept.member_id]}", limits.DIGEST) for alert in made
    )


def _accounts(members: Iterable[UUID]) -> dict[UUID, int]:
    return dict(Member.objects.filter(pk__in=set(members)).values_list("pk", "account"))


def _came(level: Level, since: datetime, until: datetime) -> list[Came] | None:
    """What was listed for readers of `level`, headers alone; None where it is much."""
    found = ENTRIES[level]._default_manager.filter(listed_at__gt=since, listed_at__lte=until)
    rows = list(found.values_list("kind", "topics", "regions", "listed_at")[: _SEEN + 1])
    return None if len(rows) > _SEEN else [Came(kind, tuple(topics), tuple(places), at) for kind, topics, places, at in rows]


def _may_be(row: Kept, came: list[Came] | None) -> bool:
    if came is None:
        return True
    kinds = {kind.value for code in row.kinds if code in finding.GROUPS for kind in finding.GROUPS[code][1]}
    topics = set(finding.with_parts(row.topic)) if row.topic else set()
    return any(
        one.at > row.seen_at
        and (not kinds or one.kind in kinds)
        and (not topics or not topics.isdisjoint(one.topics))
        and (row.region is None or not one.regions or row.region in one.regions)
        for one in came
    )
