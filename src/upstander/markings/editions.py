"""Tear-lines: from one draft what each level gets, and the banner above it.

One rule, and no exception: a paragraph is read at its own level and above, never below. What has no marking, or one that nobody
knows, is read nowhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from upstander.markings.levels import Level
from upstander.markings.paragraphs import Kind, Paragraph
from upstander.markings.scheme import Marking, Scheme

BETWEEN = " // "


@dataclass(frozen=True, slots=True)
class Banner:
    """What stands at the top and the bottom of each page: the highest marking, and beside it the highest of every other scheme
    that binds readers of the same level (a TLP label says what FOUO does not)."""

    level: Level
    markings: tuple[Marking, ...]

    @property
    def text(self) -> str:
        """The banner in words."""
        return BETWEEN.join(marking.banner for marking in self.markings)

    @property
    def handling(self) -> tuple[str, ...]:
        """What a reader may do with it, a sentence or more for each marking."""
        return tuple(marking.handling for marking in self.markings)


@dataclass(frozen=True, slots=True)
class Edition:
    """What readers of one level get of a draft."""

    level: Level
    title: Paragraph | None  # None: none may be shown at this level, so that it cannot be published
    body: tuple[Paragraph, ...]
    banner: Banner


def banner(paragraphs: Iterable[Paragraph], scheme: Scheme) -> Banner:
    """The banner of these paragraphs. Raises UnknownMarking where one has no known marking, ValueError for no paragraph."""
    marked = {m.code: m for m in (scheme.marking(p.marking) for p in paragraphs)}
    if not marked:
        raise ValueError("a banner of nothing at all is not defined")
    highest: dict[str, Marking] = {}
    for marking in sorted(marked.values(), key=lambda m: (m.level, m.rank), reverse=True):
        highest.setdefault(marking.scheme, marking)
    level = max(marking.level for marking in highest.values())
    return Banner(level, tuple(m for m in highest.values() if m.level == level))


def level_of(paragraph: Paragraph, scheme: Scheme) -> Level | None:
    """Who may read a paragraph; None where its marking is not known: nobody."""
    found = scheme.get(paragraph.marking)
    return found.level if found else None


def tear_line(paragraphs: Iterable[Paragraph], level: Level, scheme: Scheme) -> tuple[Paragraph, ...]:
    """The paragraphs that readers of `level` may see, in their order."""
    return tuple(p for p in paragraphs if (own := level_of(p, scheme)) is not None and own <= level)


def title(paragraphs: Iterable[Paragraph], level: Level, scheme: Scheme) -> Paragraph | None:
    """The title that readers of `level` see: of those that they may see, the highest one's; None where there is none."""
    titles = [p for p in tear_line(paragraphs, level, scheme) if p.kind is Kind.TITLE and p.has_content]
    return max(titles, key=lambda p: scheme.marking(p.marking).rank, default=None)


def edition(paragraphs: Sequence[Paragraph], level: Level, scheme: Scheme) -> Edition | None:
    """What readers of `level` get: their title, and all that they may see. None where that is nothing: they never hear of it. A
    title or a heading alone is nothing."""
    own = tear_line(paragraphs, level, scheme)
    body = tuple(p for p in own if p.kind is not Kind.TITLE and p.has_content)
    if all(p.kind is Kind.HEADING for p in body):
        return None
    headed = title(own, level, scheme)
    return Edition(level, headed, body, banner((*body, headed) if headed else body, scheme))


def editions(paragraphs: Sequence[Paragraph], scheme: Scheme) -> Iterator[Edition]:
    """What each level gets, the lowest first; a level that gets nothing is left out."""
    for level in Level:
        if found := edition(paragraphs, level, scheme):
            yield found
