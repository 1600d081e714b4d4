"""Finding what one's level may read: by words (also mistyped), topic, region and time, the best first; and what is alike."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from upstander import clock
from upstander.markings import Level
from upstander.products.models import Rendition

MOST = 50
_LONGEST = 12  # words that are looked for at once
_WORD = re.compile(r"[^\W\d_]{4,30}")
_BEGIN, _END = "\x02", "\x03"  # around a found word, until it is safe to put tags there
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_PIECES = """
SELECT r.id, ts_headline('english', coalesce(said.text, ''), websearch_to_tsquery('english', %s), %s)
  FROM products_rendition r
 CROSS JOIN LATERAL (SELECT string_agg(line->>'text', ' ') AS text FROM jsonb_array_elements(r.body) AS line) said
 WHERE r.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for. `until` and `since` are moments; None: no limit."""

    words: str = ""
    topic: str = ""
    region: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found, with a piece of it in which the words stand."""

    row: Rendition
    piece: SafeString


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found. `read_as`: where nothing had the words as typed, as what they were read."""

    hits: tuple[Hit, ...] = field(default=())
    read_as: str = ""


def find(level: Level, wanted: Wanted, most: int = MOST) -> Hits:
    """What readers of `level` find. The database refuses another level than that of who asks."""
    words = " ".join(wanted.words.replace("\x00", "").split()[:_LONGEST])
    ids, read_as = _ids(level, wanted, words, most), ""
    if not ids and words:
        read_as = _corrected(level, words)
        ids = _ids(level, wanted, read_as, most) if read_as else []
    return Hits(tuple(_hits(ids, read_as or words)), read_as if ids else "")


def alike(row: Rendition, most: int = 4) -> list[Rendition]:
    """What else speaks of what this one's title does, at the same level."""
    words = list(dict.fromkeys(word.lower() for word in _WORD.findall(row.title)))[:_LONGEST]
    if not words:
        return []
    ids = _ids(Level(row.level), Wanted(), " or ".join(words), most + 1)
    found = Rendition.objects.in_bulk(ids)
    return [found[id] for id in ids if id in found and found[id].product_id != row.product_id][:most]


def _ids(level: Level, wanted: Wanted, words: str, most: int) -> list[UUID]:
    """The ids of what is found, the best first."""
    until = min(wanted.until, clock.now()) if wanted.until else clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM products_found_{level.code}(%s, %s, %s, %s, %s, %s)",  # noqa: S608 - a level's own name
            [words, wanted.topic, wanted.region, wanted.since or _LONG_AGO, until, most],
        )
        return [row[0] for row in cursor.fetchall()]


def _corrected(level: Level, words: str) -> str:
    """The words with each long one replaced by the nearest that this level reads anywhere; empty where that changes nothing."""
    nearest: dict[str, str] = {}
    with connection.cursor() as cursor:
        for word in dict.fromkeys(_WORD.findall(words)):
            cursor.execute(f"SELECT products_nearest_{level.code}(%s)", [word])
            found = cursor.fetchone()
            nearest[word] = (found and found[0]) or word
    corrected = _WORD.sub(lambda match: nearest.get(match[0], match[0]), words)
    return "" if corrected.lower() == words.lower() else corrected


def _hits(ids: Sequence[UUID], words: str) -> Iterator[Hit]:
    rows = Rendition.objects.defer("search").in_bulk(ids)
    pieces = _pieces(ids, words)
    for id in ids:
        if id in rows:
            yield Hit(rows[id], pieces.get(id, mark_safe("")))


def _pieces(ids: Sequence[UUID], words: str) -> dict[UUID, SafeString]:
    """Of each a piece of its text around the words."""
    if not ids:
        return {}
    options = f"StartSel={_BEGIN}, StopSel={_END}, MaxWords=30, MinWords=12, MaxFragments=1"
    with connection.cursor() as cursor:
        cursor.execute(_PIECES, [words, options, list(ids)])
        return {id: _marked(text) for id, text in cursor.fetchall()}


def _marked(text: str) -> SafeString:
    safe = escape(text).replace(_BEGIN, "<mark>").replace(_END, "</mark>")
    return mark_safe(safe)  # noqa: S308 - escaped above; no tag but ours
