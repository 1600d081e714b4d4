"""What of a rendition leaves the house, and how it reads: marked first and last, with whose copy it is; of what may not be mailed
only that it is there. Made once for all copies of a rendition in a language; nothing of it is remote.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import conditional_escape
from django.utils.translation import gettext as _

from upstander import markings
from upstander.circulation.limits import WORDS_BY_MAIL
from upstander.markings import Level
from upstander.markings.editions import BETWEEN
from upstander.network import mails, pack
from upstander.products.models import Rendition

_KEPT: dict[tuple[UUID, str], "Said"] = {}
_MOST = 64
_LOCK = Lock()  # a relay has several threads


@dataclass(frozen=True, slots=True)
class Said:
    """A rendition in words; all empty, but `words` false, where they may not leave the house by mail and feed."""

    title: str
    portion: str
    banner: str
    text: str
    html: str
    first: str  # its first paragraph, for a digest
    words: bool


def highest(row: Rendition) -> Level:
    """The highest level of what a rendition says: readers of LES also get what is FOUO throughout."""
    levels = [Level(line["level"]) for line in row.body]
    known = {m.portion: m.level for m in pack.network().scheme}
    levels.append(known.get(row.title_portion, Level(row.level)))
    if row.note:
        levels.append(known.get(row.note_portion, Level(row.level)))
    return max(levels)


def may_leave(row: Rendition) -> bool:
    """Whether the words of a rendition may be mailed or fed."""
    return highest(row) <= WORDS_BY_MAIL


def said(row: Rendition, read: Callable[[], Rendition]) -> Said:
    """A rendition in the language of the moment; `read` fetches it with its words, once, for it never changes."""
    key = (row.id, translation.get_language() or "en")
    found = _KEPT.get(key)
    if found is None:
        found = _said(read())
        with _LOCK:
            while len(_KEPT) >= _MOST:
                del _KEPT[next(iter(_KEPT))]
            _KEPT[key] = found
    return found


def _said(row: Rendition) -> Said:
    words = may_leave(row)
    shown = {
        "kind": pack.network().label("products", row.kind), "title": row.title, "portion": row.title_portion, "note": row.note,
        "note_portion": row.note_portion,
        "lines": row.body, "handling": row.handling, "urgent": row.urgent, "ordinal": row.ordinal,
    }  # fmt: skip
    if not words:
        return Said("", "", "", "", "", "", words=False)
    first = next((f"({line['portion']}) {line['text']}" for line in row.body if line["kind"] == markings.Kind.TEXT), "")
    html = render_to_string("circulation/_item.html", shown)
    return Said(row.title, row.title_portion, row.banner, "\n\n".join(_lines(shown)), html, first, words=True)


def _lines(shown: dict[str, Any]) -> Iterable[str]:
    yield f"{shown['kind']}{': ' + _('urgent') if shown['urgent'] else ''}"
    yield f"({shown['portion']}) {shown['title']}" if shown["portion"] else shown["title"]
    if shown["note"]:
        mark = f"({shown['note_portion']}) " if shown["note_portion"] else ""
        yield f"{mark}{_('What has changed')}: {shown['note']}"
    elif shown["ordinal"] > 1:
        yield _("This replaces an earlier version.")
    for line in shown["lines"]:
        words = line["text"] if line["kind"] != markings.Kind.PICTURE else _("Picture: %s") % (line["alt"] or line["text"])
        yield f"({line['portion']}) {words}"
    if shown["handling"]:
        yield f"{_('How to handle it')}: {' '.join(shown['handling'])}"


def banner_of(banners: Sequence[str]) -> str:
    """The banner over several: the gravest of them, as the pack ranks what they name."""
    rank = {m.banner: (m.level, m.rank) for m in pack.network().scheme}

    def gravity(banner: str) -> tuple[int, int]:
        return max((rank.get(part, (9, 0)) for part in banner.split(BETWEEN)), default=(9, 0))

    return max(banners, key=gravity, default="")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as this room writes it: `text` and `html` are what stands between the banners, `links` below it (words, address)."""

    banner: str
    text: str
    html: str
    links: tuple[tuple[str, str], ...]
    whose: str
    number: str

    def plain(self) -> str:
        """The text part: the marking is its first line and its last."""
        links = [f"{words}: {address}" for words, address in self.links]
        parts = [self.banner, self.text, *links, self._mark(), mails.foot(), self.banner]
        return "\n\n".join(part for part in parts if part) + "\n"

    def page(self) -> str:
        """The HTML part, without anything that is fetched."""
        return render_to_string(
            "circulation/letter.html",
            {
                "letter": self, "mark": self._mark(), "foot": mails.foot(), "language": translation.get_language(),
                "inner": self.html or _paragraphs(self.text),
            },
        )  # fmt: skip

    def _mark(self) -> str:
        return _("Copy for %(name)s, number %(number)s") % {"name": self.whose, "number": self.number}


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{conditional_escape(part)}</p>" for part in text.split("\n\n") if part)
