"""Our products for other states: which are passed on, and that their corrections and recalls follow without anybody's press.

What travels is the rendition that members of a level read, never a draft. Words of another agency do not travel: it released them
to our members, not to other states.
"""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from upstander.exchange import outgoing, queries
from upstander.exchange.acting import CannotDo
from upstander.exchange.bulletin import Bulletin, State
from upstander.exchange.models import Shared
from upstander.markings import Level
from upstander.markings.editions import BETWEEN
from upstander.ops.logs import event
from upstander.products import queries as products
from upstander.products import renditions, shown
from upstander.products.models import Paragraph, Rendition

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Offered:
    """A product that is out. `passed`: peers read it; `levels`: of its renditions; `barred`: whose words keep it here; `held`:
    levels that a correction added since it was passed on, which wait for a press."""

    product_id: UUID
    title: str
    levels: tuple[int, ...]
    passed: bool
    barred: tuple[str, ...]
    held: tuple[int, ...] = ()


def offered(most: int = 100) -> list[Offered]:
    """What is out, the newest first."""
    rows = list(
        products.readable()
        .filter(ended_as="")
        .select_related("release")
        .order_by("-published_at", "-id")[: most * len(Level)]
    )
    shared = {(row.product_id, row.level) for row in _latest()}
    passed = {one.product_id for one in queries.passed_on()}
    found: dict[UUID, list[Rendition]] = {}
    for row in rows:
        found.setdefault(row.product_id, []).append(row)
    others = _others(rows)
    return [
        Offered(
            product_id, min(group, key=lambda row: row.level).title, tuple(sorted(row.level for row in group)),
            product_id in passed, tuple(sorted({one for row in group for one in others[row.id]})),
            tuple(sorted(row.level for row in group if product_id in passed and (product_id, row.level) not in shared)),
        )
        for product_id, group in list(found.items())[:most]
    ]  # fmt: skip


def _others(rows: Collection[Rendition]) -> dict[UUID, set[str]]:
    """The agencies whose words each of these renditions holds, in one statement."""
    words = Paragraph.objects.filter(version__in={row.release.version_id for row in rows}).exclude(source=None)
    said = list(words.exclude(source__originator="").values_list("version_id", "level", "source__originator").distinct())
    return {
        row.id: {who for version, level, who in said if version == row.release.version_id and level <= row.level}
        for row in rows
    }


@transaction.atomic
def pass_on(product_id: UUID, account_id: int) -> int:
    """Let peers read a product, each at its level; how many levels got it. Corrections and recall follow. Raises CannotDo,
    LookupError where nothing of it is out."""
    rows = list(products.readable().filter(product=product_id, ended_as="").select_related("release"))
    if not rows:
        raise LookupError(f"nothing of {product_id} is out")
    others = sorted({one for held in _others(rows).values() for one in held})
    if others:
        raise CannotDo(
            _("It holds words of %(who)s, released to our members and not to other states.")
            % {"who": ", ".join(others)}
        )
    return sum(outgoing.share(bulletin_of(row), account_id) for row in rows)


@transaction.atomic
def follow() -> int:
    """Bring what was passed on up to what members read now; how many renditions that were. Called behind the staff's wall, before
    anything is read by a peer or made for one."""
    latest = {(row.product_id, row.level): row for row in _latest()}
    ids = {product_id for product_id, _level in latest}
    rows = list(products.readable().filter(product__in=ids).select_related("release")) if ids else []
    return sum(_brought(row, latest.get((row.product_id, row.level))) for row in rows)


def _brought(row: Rendition, before: Shared | None) -> bool:
    """Whether peers of a level have something else than before. What may not travel takes back what did; it never raises, for
    one product must not keep peers from reading all others."""
    if before is None:
        return False  # a level that a correction added: it goes to peers when somebody says so
    if before.body.get("revoked") or _version(row) <= (before.product_version or 0):
        return False
    had = outgoing.bulletin_at(row.product_id, row.level)  # its title and markings: no word of what it became
    later = bulletin_of(row)
    if not later.title:  # (nothing is left for this level, and a report without a name can be read by nobody)
        later = replace(later, title=had.title)
    if not _others([row])[row.id] and _shared(later):
        return True
    taken_back = replace(
        had, version=later.version, modified=later.modified, state="recalled", paragraphs=(), remark=""
    )
    return _shared(taken_back)


def _shared(bulletin: Bulletin) -> bool:
    try:
        return outgoing.share(bulletin, None)
    except CannotDo:
        event(
            _log,
            logging.WARNING,
            "exchange.not_passed_on",
            product=str(bulletin.id),
            version=bulletin.version,
        )
        return False


def _latest() -> Iterable[Shared]:
    rows = Shared.objects.filter(stix_type="report").order_by("product_id", "level", "-version")
    return rows.distinct("product_id", "level")


def _version(row: Rendition) -> int:
    """The number under which it travels: even where it ended, for a recall changes the rendition itself."""
    return 2 * row.ordinal - (0 if row.ended_as else 1)


def bulletin_of(row: Rendition) -> Bulletin:
    """A rendition as it travels."""
    first = Rendition.objects.filter(product=row.product_id, level=row.level).exclude(
        ended_as=Rendition.Ended.TAKEN_BACK
    )
    began = first.aggregate(at=Min("published_at"))["at"] or row.published_at
    ended, told = bool(row.ended_as), shown.told(row)
    banner = renditions.banner_with(row.banner, told.banner) if told else row.banner
    state: State = "recalled" if ended else "corrected" if row.ordinal > 1 else "published"
    recalled_at = row.ended_at if row.ended_as == Rendition.Ended.RECALLED else None
    return Bulletin(
        id=row.product_id, version=_version(row), level=Level(row.level), title=row.title,
        paragraphs=() if ended else tuple(_said(line) for line in row.body), topics=tuple(row.topics),
        published=min(began, row.published_at), modified=max(recalled_at or row.published_at, row.published_at),
        markings=tuple(banner.split(BETWEEN)), state=state, originator=str(settings.UPSTANDER_PROGRAMME_NAME),
        remark=told.marked if told else _note(row),
    )  # fmt: skip


def _note(row: Rendition) -> str:
    """What a correction says has changed, behind its mark."""
    return f"({row.note_portion}) {row.note}" if row.note and row.note_portion else row.note


def _said(line: dict[str, str]) -> str:
    """A line as text: what it is marked, what it says, and of a picture what it shows."""
    words = line.get("alt") if line.get("kind") == "picture" else line.get("text")
    return f"({line.get('portion', '')}) {words or ''}".strip()
