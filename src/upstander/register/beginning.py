"""A product begun from an entry: its paragraphs with their markings, and its sources with whose they are (S-topics)."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander.audit import services as audit
from upstander.ids import new_id
from upstander.markings import Kind, Level
from upstander.network import pack
from upstander.products import drafts, sources
from upstander.products import errors as refusals
from upstander.products import queries as products
from upstander.products.content import Content, Line
from upstander.register import citing, codes
from upstander.register.errors import CannotDo
from upstander.register.models import Paragraph, Source, Version
from upstander.register.queries import STAFFS

_KINDS = ("after_action", "bulletin", "trend_analysis")


def kinds() -> list[tuple[str, str]]:
    """As what a draft can be begun, code and label: those of the pack."""
    return [(one.code, one.label) for one in pack.network().products if one.code in _KINDS]


@transaction.atomic
def begin(product_id: UUID, incident_id: UUID, kind: str, account_id: int) -> UUID:
    """A draft of this kind under an id from the form: pressed again it is the same one. It names the entry.

    Each paragraph keeps its marking. What another agency told is that agency's in the draft, too: nothing of it is released
    before its release stands there. Raises CannotDo for an entry that is not in force.
    """
    drafts.lock(product_id)
    if products.standing(product_id):
        return product_id
    version = Version.objects.filter(incident=incident_id, replaced_at=None).select_related("incident").defer(*STAFFS).first()
    if version is None:
        raise CannotDo(_("There is no such entry, or it was taken out."))
    if kind not in {code for code, _label in kinds()}:
        raise CannotDo(_("Choose what kind of product it is."))
    told = list(Source.objects.filter(version=version).order_by("position"))
    try:
        drafts.save(product_id, account_id, 0, _content(version, kind, told, {}))
        known = {one.pk: _source(product_id, account_id, one) for one in told}
        drafts.save(product_id, account_id, 1, _content(version, kind, told, known))
    except refusals.CannotDo as why:
        raise CannotDo(str(why)) from why
    citing.cite(product_id, version.incident.number, version.marking, account_id, new_id())
    audit.record(f"account:{account_id}", "product.incident_begun", "product", product_id, incident=str(incident_id))
    return product_id


def _source(product_id: UUID, account_id: int, one: Source) -> UUID:
    made = sources.add(product_id, account_id, new_id(), one.citation[:200], one.originator, one.address[:200])
    return made.pk


def _content(version: Version, kind: str, told: list[Source], known: dict[int, UUID]) -> Content:
    """Title and paragraphs as they are marked; each source a line of its own, marked as it is, never below the facts."""
    lines = [Line(Kind.TITLE, version.title, version.marking, _from(told, version.level, known))]
    for row in Paragraph.objects.filter(version=version).order_by("position"):
        marking = row.marking if row.level == _level(row.marking) else version.marking
        lines.append(Line(Kind.TEXT, f"{codes.label('part', row.part)}: {row.text}", marking, _from(told, row.level, known)))
    for one in told:
        marking = one.marking if one.level == _level(one.marking) else version.marking
        where = f" {one.address}" if one.address else ""
        words = _("Source: %(citation)s.%(where)s") % {"citation": one.citation.rstrip("."), "where": where}
        lines.append(Line(Kind.TEXT, words, marking, known.get(one.pk)))
    topics = _topics(version.kind)
    return Content(kind=kind, lines=tuple(lines), topics=topics)


def _level(marking: str) -> Level | None:
    found = pack.network().scheme.get(marking)
    return found.level if found else None


def _from(told: list[Source], level: int, known: dict[int, UUID]) -> UUID | None:
    """Which source a paragraph of this level is from: it can be from none that is marked above it; of the others another
    agency's first, for a release too many does no harm, and then the highest. Where all are above it, the same of all."""
    reachable = [one for one in told if one.level <= level] or told
    found = sorted(reachable, key=lambda one: (bool(one.originator), one.level), reverse=True)
    return known.get(found[0].pk) if found else None


def _topics(kind: str) -> tuple[str, ...]:
    """The topics of the tips with which this kind is compared."""
    found = pack.network()
    return tuple(dict.fromkeys(topic for code in found.subtypes_like(kind) for topic in found.topics_of(code)))
