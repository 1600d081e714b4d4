"""A member's own calendar reads the gatherings at an address that only they know: no sign-in, for calendars have none.

Of the address its digest is kept. What the feed shows is decided by what the member may read at that moment.
"""

import hashlib
import re
import secrets
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.gatherings import ical, letters, queries, seats
from upstander.gatherings.models import Feed, Gathering, Registration
from upstander.markings import Level
from upstander.network import standing, walls
from upstander.network.models import Member
from upstander.network.seen import seen
from upstander.network.standing import Standing
from upstander.packs.current import current

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def _digest(token: str) -> bytes:
    return hashlib.sha256(b"gatherings/feed/1:" + token.encode()).digest()


@transaction.atomic
def make(who: Standing) -> str:
    """A new address' token, shown once; the one before opens nothing any more."""
    token = secrets.token_urlsafe(32)
    Feed.objects.update_or_create(
        member_id=seats.member_of(who), defaults={"digest": _digest(token), "made_at": clock.now(), "told_at": None}
    )
    audit.record(f"account:{who.account_id}", "gatherings.feed_made", "member", str(who.member_id))
    return token


def has(who: Standing) -> bool:
    """Whether this member has an address."""
    return Feed.objects.filter(member=who.member_id).exists()


def of(token: str) -> bytes | None:
    """The calendar under this token; None where it is nobody's, or nothing may reach that member now."""
    if not _TOKEN.fullmatch(token):
        return None
    member_id = Feed.objects.filter(digest=_digest(token)).values_list("member", flat=True).first()
    level = standing.level_of(member_id) if member_id else None
    if member_id is None or level is None:
        return None
    account = Member.objects.values_list("account", flat=True).get(pk=member_id)
    with walls.reading(level, member_id):
        return _written(Standing(account, member_id, level))


def _written(who: Standing) -> bytes:
    held: dict[UUID, Registration] = {row.gathering_id: row for row in queries.registered(who)}
    shown = [
        card
        for card in (*queries.ahead(who), *queries.past(who))
        if not card.gathering.cancelled_at and (card.gathering.id in held or not card.over)
    ]
    occasions = []
    for card in shown:
        mine = held.get(card.gathering.id)
        sequence = card.gathering.sequence + (mine.revision if mine else 0)
        occasions.append(letters.occasion(card.gathering, sequence, seat=mine is not None))
    _record(who, [card.gathering for card in shown])
    return ical.feed(occasions, _("%s: events") % current().name, clock.now())


def _record(who: Standing, gatherings: list[Gathering]) -> None:
    """What is marked and is handed out for the first time is read, as on its page: a calendar asks all day."""
    feed = Feed.objects.only("member_id", "told_at").get(member=who.member_id)
    marked = [one for one in gatherings if one.level > Level.OPEN and letters.may_leave(one) and one.published_at]
    new = [one for one in marked if feed.told_at is None or (one.published_at and one.published_at > feed.told_at)]
    if not new:
        return
    Feed.objects.filter(member=who.member_id).update(told_at=max(one.published_at for one in new if one.published_at))
    for one in new:
        seen(who, "gatherings.read", "gathering", one.pk, one.level, by="calendar")
