"""The review of the programme on paper, over any span of years, for readers of one level (S-measure, S-levels).

It counts and names what readers of that level have, and nothing else. Its marking is computed from what stands in it: the titles
that it names, each with its own marking, and from FOUO on the gaps, which are nobody's outside.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from upstander import clock, markings
from upstander.forum.models import ConcernStep
from upstander.insight.measures import gaps, people_sheet, products_sheet, sheet
from upstander.insight.measures.sheet import Section
from upstander.insight.measures.span import Span
from upstander.insight.measures.sql import rows
from upstander.markings import Level, Marking
from upstander.network import pack
from upstander.web.paper import Block, Document, pdf

MOST = 400  # titles that are named
# The newest rendition of each product that this level first got in the span, with the marking of its title; no words of others.
_TITLES = """
WITH there AS (
    SELECT r.*, min(r.published_at) OVER (PARTITION BY r.product_id) AS began,
           row_number() OVER (PARTITION BY r.product_id ORDER BY r.ordinal DESC) AS back
    FROM products_rendition r WHERE r.level = %(level)s AND r.ended_as <> 'taken_back' AND r.published_at <= %(now)s
)
SELECT DISTINCT ON (t.began, t.product_id) t.kind, t.title, p.marking, t.began FROM there t
JOIN products_release l ON l.id = t.release_id
JOIN products_paragraph p ON p.version_id = l.version_id AND p.kind = 'title' AND p.text = t.title AND p.level <= t.level
LEFT JOIN products_source s ON s.id = p.source_id
WHERE t.back = 1 AND t.ended_as = '' AND t.began >= %(since)s AND t.began < %(until)s AND coalesce(s.originator, '') = ''
ORDER BY t.began DESC, t.product_id, p.level DESC LIMIT %(most)s
"""
_CONCERNS = """
SELECT c.title, c.level, coalesce((
    SELECT s.state FROM forum_concernstep s WHERE s.concern_id = c.id AND s.level <= %(level)s AND s.at < %(until)s
    ORDER BY s.at DESC, s.id DESC LIMIT 1), '')
FROM forum_concern c WHERE c.level <= %(level)s AND c.at < %(until)s ORDER BY c.number LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Review:
    """What stands on the paper, and the markings of all of it."""

    title: str
    blocks: tuple[Block, ...]
    banner: markings.Banner


PARTS = (*products_sheet.KEYS, "people", "gaps")
"""What a review is made of, in its order. Each is counted by itself: `making` does one after another."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of PARTS: what stands in it, and the codes of the markings that it brings along."""

    blocks: list[Block]
    used: list[str]


def part(key: str, span: Span, level: Level) -> Part:
    """One of PARTS for readers of `level`."""
    used: list[Marking] = []
    if key == "people":
        blocks = _people(span, level, used)
    elif key == "gaps":
        used = [_default(Level.FOUO)] if level > Level.OPEN else []
        blocks = _gaps(span, level) if level > Level.OPEN else []
    else:
        blocks = _blocks(products_sheet.section(key, span, level))
        blocks += _named(span, level, used) if key == "shared" else []
    return Part(blocks, list(dict.fromkeys(one.code for one in used)))


def put_together(span: Span, level: Level, blocks: Iterable[Block], used: Iterable[str]) -> Review:
    """The whole, of what its parts hold: its front, its marking and how to handle it."""
    codes = dict.fromkeys([_default(Level.OPEN).code, *used])
    banner = markings.banner([markings.Paragraph("x", code) for code in codes], pack.network().scheme)
    handling = (Block("heading", _("How to handle it")), *(Block("text", text) for text in banner.handling))
    title = _("Review of the program: %(programme)s") % {"programme": settings.UPSTANDER_PROGRAMME_NAME}
    return Review(title, (*_front(span, level), *blocks, *handling), banner)


def review(span: Span, level: Level) -> Review:
    """The review of a span for readers of `level`, at once. The statements do not grow with it."""
    parts = [part(key, span, level) for key in PARTS]
    return put_together(span, level, [b for one in parts for b in one.blocks], [code for one in parts for code in one.used])


def _people(span: Span, level: Level, used: list[Marking]) -> list[Block]:
    blocks: list[Block] = []
    for section in people_sheet.sections(span, level, veiled=True):
        blocks += _blocks(section)
        if section.key == "forum":
            blocks += _concerns(span, level, used)
    return blocks


def paper(found: Review) -> bytes:
    """The review as PDF. Raises CannotPrint."""
    document = Document(
        title=found.title, language=get_language() or "en", blocks=found.blocks, foot=f"{found.banner.text} - {found.title}",
        head=found.banner.text, page_word=_("Page"),
        unprintable=_("A character in brackets, as [U+4E2D], is one that this page cannot print."),
    )  # fmt: skip
    return pdf(document, clock.now())


def _default(level: Level) -> Marking:
    known = pack.network()
    return known.scheme.marking(known.level(level).default_marking)


def _front(span: Span, level: Level) -> list[Block]:
    label = pack.network().level(level).label
    facts = (
        (_("Days"), span.words), (_("For readers at"), label), (_("Made on"), date_format(clock.now(), "F j, Y")),
    )  # fmt: skip
    says = _(
        "Products are counted and named as far as readers at this level have them. Of groups of fewer than five people it is "
        "not said what they did."
    )
    return [Block("facts", pairs=facts), Block("text", says)]


def _blocks(section: Section) -> list[Block]:
    found = [Block("heading", section.title)]
    if section.empty:
        return [*found, Block("text", _("Nothing in these days."))]
    if section.says:
        found.append(Block("text", section.says))
    if section.facts:
        found.append(Block("facts", pairs=section.facts))
    return found + [_table(table) for table in section.tables if table.rows]


def _table(table: sheet.Table) -> Block:
    return Block("table", table.caption, head=table.heads, cells=table.rows)


def _named(span: Span, level: Level, used: list[Marking]) -> list[Block]:
    """The products by name, each with the mark of its title."""
    scheme, cells = pack.network().scheme, []
    for kind, title, code, at in rows(_TITLES, span, level, most=MOST):
        if marking := scheme.get(code):
            used.append(marking)
            cells.append((f"({marking.portion}) {title}", sheet.product(kind), date_format(at, "M j, Y")))
    if not cells:
        return []
    caption = _("Products by name") if len(cells) < MOST else _("The latest %(n)d products by name") % {"n": MOST}
    return [Block("table", caption, head=(_("Title"), _("Kind"), _("First out")), cells=tuple(cells))]


def _concerns(span: Span, level: Level, used: list[Marking]) -> list[Block]:
    states, cells = dict(ConcernStep.State.choices), []
    for title, own, state in rows(_CONCERNS, span, level, most=MOST):
        marking = _default(Level(own))
        used.append(marking)
        cells.append((f"({marking.portion}) {title}", str(_(states[state])) if state in states else _("Heard")))
    return [Block("table", _("The concerns"), head=(_("Concern"), _("How far")), cells=tuple(cells))] if cells else []


def _gaps(span: Span, level: Level) -> list[Block]:
    found = gaps.gaps(span, level)
    tables = (
        sheet.Table(
            _("Regions"), (_("Regional office"), _("What is missing"), _("Schools"), _("Without a member")),
            tuple((one.name, "; ".join(one.why), sheet.number(one.schools), sheet.number(one.uncovered))
                  for one in found.regions),
        ),
        sheet.Table(
            _("Topics on which nothing went out"), (_("Topic"), _("Members who chose it")),
            tuple((one.label, sheet.people(one.wanted, veiled=True)) for one in found.topics),
        ),
        sheet.Table(
            _("Disciplines"), (_("Discipline"), _("What is missing")),
            tuple((one.label, "; ".join(one.why)) for one in found.disciplines),
        ),
        sheet.Table(_("Questions without an answer"), (_("Kind"), _("How many")), _asked(found)),
    )  # fmt: skip
    says = _("Members and questions as they are now; topics and products of these days.")
    return _blocks(Section("gaps", _("Gaps"), says, tables=tables))


def _asked(found: gaps.Gaps) -> tuple[tuple[str, str], ...]:
    kinds = [one.what for one in found.questions]
    return tuple((kind, sheet.number(kinds.count(kind))) for kind in dict.fromkeys(kinds))
