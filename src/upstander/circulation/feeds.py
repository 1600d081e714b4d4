"""A member's own Atom feed (RFC 4287), at an address that only they know: no sign-in, for readers of feeds have none.

What it shows is what the member may read at the moment of asking; of what may not leave the house, only that it is there.
"""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import Q
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from upstander.audit import services as audit
from upstander.circulation import content, limits
from upstander.circulation.models import Choice
from upstander.circulation.reading import speaking, whole
from upstander.config import config
from upstander.markings import Level
from upstander.network import audience, pack, standing, walls
from upstander.network.models import Member
from upstander.packs.current import current
from upstander.products import queries as products
from upstander.products import shown
from upstander.products.models import Rendition

ENTRIES = 50
_UNSEEN = ("title", "body", "note", "search")


def of(member_id: UUID) -> bytes | None:
    """The feed of a member; None where nothing may reach them now."""
    level = standing.level_of(member_id)
    member = Member.objects.select_related("account").filter(pk=member_id).first()
    if level is None or member is None:
        return None
    with walls.reading(level, member_id), speaking(member.language):
        return _written(member, level)


def _written(member: Member, level: Level) -> bytes:
    origin = config().origin("network")
    feed = Atom1Feed(
        title=_("%s: for your eyes and your work") % current().programme.short_name, link=f"{origin}/products/",
        description=_("For %(name)s. Its markings say to whom you may pass it on.") % {"name": _clean(member.account.name)},
        language=member.language, feed_guid=f"urn:uuid:{member.id}",
    )  # fmt: skip
    told = []
    for row in _rows(member, level):
        if _entry(feed, row, f"{origin}/products/{row.product_id}/") > Level.OPEN:
            told.append(row)
    _record(member, told)
    return str(feed.writeString("utf-8")).encode()


def _rows(member: Member, level: Level) -> list[Rendition]:
    """The newest that are meant for the member, what was called back among them."""
    rows = products.newest(level).filter(meant_for(member)).defer(*_UNSEEN)
    return list(rows[:ENTRIES])


def meant_for(member: Member) -> Q:
    """What is for a member, of the topics that they chose; what is urgent is of every topic."""
    parts = [topic.code for topic in pack.network().topics if topic.above in member.topics]  # who chose the whole gets the part
    topics = Q() if not member.topics else Q(topics__overlap=[*member.topics, *parts]) | Q(urgent=True)
    return audience.rows(member.regions, member.discipline) & topics


def _record(member: Member, rows: list[Rendition]) -> None:
    """What is marked and is handed out for the first time is read, as on its page: a feed is asked for all day."""
    before = Choice.objects.only("id", "feed_told_at").filter(member=member.pk).first()
    since = before.feed_told_at if before else None
    new = [row for row in rows if since is None or row.published_at > since]
    if before is None or not new:
        return
    Choice.objects.filter(pk=before.pk).update(feed_told_at=max(row.published_at for row in new))
    actor = member.account.actor
    audit.record_all(audit.row(actor, "product.read", "product", row.product_id, rendition=str(row.id), by="feed") for row in new)


def _entry(feed: Atom1Feed, row: Rendition, here: str) -> Level:
    """Write one; of which level its words are."""
    at: datetime = row.ended_at or row.published_at
    if row.ended_as:
        feed.add_item(
            title=_("Called back"), link=here, description=_clean(_told(row)), unique_id=f"urn:uuid:{row.product_id}",
            pubdate=row.published_at, updateddate=at,
        )  # fmt: skip
        return Level.OPEN
    said = content.said(row, partial(whole, row.id))
    title = _("Something that is read after sign-in only")
    words = ""
    if said.words:
        title = f"({said.portion}) {said.title}" if said.portion else said.title
        words = f"<p><b>{escape(said.banner)}</b></p>{said.html}<p><b>{escape(said.banner)}</b></p>"
    feed.add_item(
        title=_clean(title), link=here, description=_clean(words), unique_id=f"urn:uuid:{row.product_id}",
        pubdate=row.published_at, updateddate=at,
    )  # fmt: skip
    return content.highest(row) if said.words else Level.OPEN


def _told(row: Rendition) -> str:
    """What a recall tells, as it is marked; nothing where that may not leave the house."""
    told = shown.told(row)
    if told is None or told.level > limits.WORDS_BY_MAIL:
        return ""
    return f"<p><b>{escape(told.banner)}</b></p><p>{escape(told.marked)}</p>"


def _clean(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff"))
