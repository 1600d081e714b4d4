"""What a member does for themselves: how they are told, their feed, a copy from the site. The database lets them write of
themselves only; a link in a newsletter stands for its member for this one thing."""

import hashlib
import re
import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction

from upstander import clock
from upstander.audit import services as audit
from upstander.circulation.models import Choice, Copy, Issue, number_of
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import links, own, walls
from upstander.network.models import Member
from upstander.products import queries as products

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,43}")


@transaction.atomic
def choose(member: Member, *, told: str, topics: list[str], newsletters: bool) -> None:
    """How they are told, and of what."""
    choice = chosen(member.id)
    now = clock.now()
    off: datetime | None = None if newsletters else choice.newsletters_off_at or now
    Choice.objects.filter(pk=choice.id).update(newsletters_off_at=off, feed_told_at=None)  # other topics, older items
    own.choose(
        member, topics=topics, regions=member.regions, wishes=member.wishes, told=told, language=member.language
    )
    audit.record(member.account.actor, "circulation.chose", "member", member.id, newsletters=newsletters)


def chosen(member_id: UUID) -> Choice:
    """What this member has chosen; made where they had nothing to choose yet."""
    fields = ("id", "member_id", "newsletters_off_at", "feed_made_at")
    found = Choice.objects.only(*fields).filter(member=member_id).first()
    if found is None:
        id = new_id()
        Choice.objects.bulk_create([Choice(id=id, member_id=member_id, **links.mint(id))], ignore_conflicts=True)
        found = Choice.objects.only(*fields).get(member=member_id)
    return found


def letterbox(token: str) -> UUID | None:
    """Whose newsletters a link is about; None where it is nobody's."""
    if not _TOKEN.fullmatch(token):
        return None
    with walls.reading(walls.STAFF):  # nobody is signed in, or somebody else is: the link alone says whose it is
        return Choice.objects.filter(digest=links.digest(token)).values_list("member", flat=True).first()


def unsubscribe(member_id: UUID) -> None:
    """No newsletters any more; pressed twice it is once."""
    with walls.reading(walls.STAFF):
        if Choice.objects.filter(member=member_id, newsletters_off_at=None).update(newsletters_off_at=clock.now()):
            audit.record("system:network", "circulation.unsubscribed", "member", member_id)


@transaction.atomic
def make_feed(member: Member) -> str:
    """A new feed's token, shown once; the one before opens nothing any more."""
    token = secrets.token_urlsafe(32)
    Choice.objects.filter(pk=chosen(member.id).id).update(
        feed_digest=feed_digest(token), feed_made_at=clock.now(), feed_told_at=None
    )
    audit.record(member.account.actor, "circulation.feed_made", "member", member.id)
    return token


@transaction.atomic
def end_feed(member: Member) -> None:
    """No feed any more."""
    Choice.objects.filter(pk=chosen(member.id).id).update(feed_digest=None, feed_made_at=None)
    audit.record(member.account.actor, "circulation.feed_ended", "member", member.id)


def feed_digest(token: str) -> bytes:
    """What stands in the database for a feed's token."""
    return hashlib.sha256(b"circulation/feed/1:" + token.encode("utf-8", "replace")).digest()


def feed_of(token: str) -> UUID | None:
    """Whose feed this token opens; None where it is nobody's."""
    if not _TOKEN.fullmatch(token):
        return None
    digest = feed_digest(token)
    return Choice.objects.filter(feed_digest=digest).values_list("member", flat=True).first()


@transaction.atomic
def take(product_id: UUID, member_id: UUID, account_id: int, level: Level) -> UUID | None:
    """A copy of what the member's level has of a product now: the one that they have, or a new one, to which a recall goes like
    to any other. None where there is nothing, or it is not out to anybody yet."""
    row = products.rendition(product_id, level)
    issue = Issue.objects.filter(release=row.release_id).first() if row is not None and not row.ended_as else None
    if issue is None:
        return None
    made = Copy(id=new_id(), issue=issue, member_id=member_id, level=level, how=Copy.How.TAKEN, made_at=clock.now())
    Copy.objects.bulk_create([made], ignore_conflicts=True)
    id: UUID = Copy.objects.values_list("id", flat=True).get(issue=issue, member=member_id)
    if id == made.id:
        audit.record(f"account:{account_id}", "circulation.taken", "copy", id)
    return id


def numbers(copy: Copy) -> list[str]:
    """The numbers on what this member has of a product: of all their copies but the word that called it back."""
    others = Copy.objects.filter(member=copy.member_id, issue__product=copy.issue.product_id).order_by("made_at", "id")
    return [number_of(one.digest_id or one.id) for one in others.exclude(issue__what=Issue.What.RECALL)]
