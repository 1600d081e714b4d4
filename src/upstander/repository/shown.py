"""What was found, as a page shows it: what it is in words, at which level, and where it is read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from upstander.directory.models import Organisation
from upstander.forum.models import Post
from upstander.gatherings.models import Kind as Gathering
from upstander.markings import Level
from upstander.network import pack
from upstander.register import codes
from upstander.repository import finding
from upstander.repository.finding import Wanted
from upstander.repository.models import Entry, Kind

_PAGES = {
    Kind.PRODUCT: "product", Kind.ITEM: "exchange_item", Kind.STATE: "exchange_received", Kind.INCIDENT: "register_incident",
    Kind.THREAD: "forum_thread", Kind.CONCERN: "forum_concern", Kind.EVENT: "gathering", Kind.MATERIAL: "gathering",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One of what was found."""

    id: UUID
    title: str
    address: str
    kind: str
    sub: str
    banner: str
    at: datetime
    piece: SafeString | str
    new: bool = False


def row(one: Entry, piece: SafeString | str = "", query: str = "", since: datetime | None = None) -> Row:
    """`query`: of an address, where the staff look at another level. `since`: what was listed later is new."""
    address = reverse(_PAGES[Kind(one.kind)], args=[one.about])
    address += query if one.kind == Kind.PRODUCT else ""
    banner = one.banner or pack.network().level(Level(one.level)).label
    new = since is not None and one.listed_at > since
    return Row(one.id, one.title, address, kind(one.kind), sub(one.kind, one.sub), banner, one.at, piece, new)


def rows(found: Iterable[Entry], query: str = "", since: datetime | None = None) -> list[Row]:
    """As a page shows them."""
    return [row(one, query=query, since=since) for one in found]


def kind(code: str) -> str:
    """What something is, in words."""
    return {
        Kind.PRODUCT: _("Product"), Kind.ITEM: _("Other program"), Kind.STATE: _("Other state"),
        Kind.INCIDENT: _("Past incident"), Kind.THREAD: _("Discussion"),
        Kind.CONCERN: _("Concern"), Kind.EVENT: _("Event"), Kind.MATERIAL: _("Material"),
    }[Kind(code)]  # fmt: skip


def sub(code: str, of: str) -> str:
    """What kind of it, in the words of its room; empty where there is no more to say."""
    if not of:
        return ""
    if code in (Kind.PRODUCT, Kind.ITEM):
        return pack.network().label("products" if code == Kind.PRODUCT else "partners", of)
    if code == Kind.INCIDENT:
        return codes.label("kind", of)
    if code in (Kind.THREAD, Kind.CONCERN):
        return "" if of == Post.Kind.WORD else str(Post.Kind(of).label)
    return str(Gathering(of).label)


def sought(wanted: Wanted) -> str:
    """A search in one line."""
    known = pack.network()
    parts = [f"“{wanted.words}”"] if wanted.words else []
    parts += [str(finding.GROUPS[code][0]) for code in wanted.kinds if code in finding.GROUPS]
    parts += [known.label("topics", wanted.topic)] if wanted.topic else []
    if wanted.region is not None:
        parts += list(Organisation.objects.filter(pk=wanted.region).values_list("name", flat=True))
    return ", ".join(parts)
