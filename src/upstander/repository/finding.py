"""One search over everything that one's level may read: products, what other programmes and states sent, past incidents, the
forum, events and their material. Ranked together, also mistyped, narrowed by kind, topic, region and time; and what is alike.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.markings import Level
from upstander.network import pack
from upstander.repository.models import ENTRIES, Entry, Kind

MOST = 50
LONGEST = 12  # words that are looked for at once
_RANKED = 1000  # of all that have the words the newest so many are ranked
_TITLE_WORDS = 6  # of a title by which what is alike is found: its longest
_WORD = re.compile(r"[^\W\d_]{4,30}")
_ALIKE = 0.35
_BEGIN, _END = "\x02", "\x03"  # around a found word, until it is safe to put tags there
_PIECE = f"StartSel={_BEGIN}, StopSel={_END}, MaxWords=30, MinWords=12, MaxFragments=1"

GROUPS: dict[str, tuple[str | Promise, tuple[Kind, ...]]] = {
    "product": (_("Products"), (Kind.PRODUCT,)),
    "item": (_("Other programs"), (Kind.ITEM,)),
    "state": (_("Other states"), (Kind.STATE,)),
    "incident": (_("Past incidents"), (Kind.INCIDENT,)),
    "forum": (_("Forum"), (Kind.THREAD, Kind.CONCERN)),
    "event": (_("Events and their material"), (Kind.EVENT, Kind.MATERIAL)),
}
"""By what a search is narrowed to kinds: words, and the kinds that are meant."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for. `kinds`: codes of GROUPS, none for all; `since` and `until` narrow the time that something is
    about; `came`: only what was listed within it."""

    words: str = ""
    kinds: tuple[str, ...] = ()
    topic: str = ""
    region: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    came: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found, with a piece of it in which the words stand."""

    row: Entry
    piece: SafeString


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found. `read_as`: where nothing had the words as typed, as what they were read."""

    hits: tuple[Hit, ...] = field(default=())
    read_as: str = ""


def plain(words: str) -> str:
    """Words as they are looked for: without what no database takes, and no more of them than are looked for."""
    return " ".join(words.replace("\x00", " ").split()[:LONGEST])


def find(level: Level, wanted: Wanted, most: int = MOST) -> Hits:
    """What readers of `level` find, the best first (S-repository). The database refuses another level than that of who asks."""
    words, read_as = plain(wanted.words), ""
    ids = _ids(level, wanted, words, most)
    if not ids and words:
        read_as = _corrected(level, words)
        ids = _ids(level, wanted, read_as, most) if read_as else []
    return Hits(tuple(_hits(level, ids, read_as or words)), read_as if ids else "")


def rows(level: Level, wanted: Wanted, most: int = MOST) -> list[Entry]:
    """As `find`, of the words as they are, and without pieces of texts."""
    ids = _ids(level, wanted, plain(wanted.words), most)
    found: dict[UUID, Any] = ENTRIES[level]._default_manager.defer("search", "body").in_bulk(ids)
    return [found[id] for id in ids if id in found]


def entry(level: Level, id: UUID) -> Entry | None:
    """One of what readers of `level` find now; None where there is none."""
    found = ENTRIES[level]._default_manager.defer("search", "body").filter(pk=id, listed_at__lte=clock.now()).first()
    return found if found is not None and (found.until_at is None or found.until_at > clock.now()) else None


def alike(level: Level, row: Entry, most: int = 8) -> list[Entry]:
    """What else speaks of what this one's title does, of whatever kind."""
    said = list(dict.fromkeys(word.lower() for word in _WORD.findall(row.title)))
    words = sorted(said, key=len, reverse=True)[:_TITLE_WORDS]
    if not words:
        return []
    found = rows(level, Wanted(" or ".join(words)), most + 1)
    return [one for one in found if one.about != row.about][:most]


def _ids(level: Level, wanted: Wanted, words: str, most: int) -> list[UUID]:
    """The ids of what is found, the best first, each page once."""
    where, given = _where(wanted, words)
    rank = "ts_rank_cd(search, websearch_to_tsquery('english', %(words)s), 1)" if words else "0"
    table = ENTRIES[level]._meta.db_table
    statement = f"""
        WITH newest AS MATERIALIZED (
            SELECT id, about, listed_at, search FROM {table} WHERE {where} ORDER BY listed_at DESC LIMIT {_RANKED})
        SELECT id, about, {rank} AS rank FROM newest ORDER BY rank DESC, listed_at DESC, id LIMIT %(most)s
    """  # noqa: S608 - names of ours; what somebody typed is a parameter
    with connection.cursor() as cursor:
        cursor.execute(statement, given | {"most": most * 3})
        first: dict[UUID, UUID] = {}
        for id, about, _rank in cursor.fetchall():
            first.setdefault(about, id)
    return list(first.values())[:most]


def _where(wanted: Wanted, words: str) -> tuple[str, dict[str, Any]]:
    """The conditions, and what stands in them."""
    now = clock.now()
    said = ["listed_at <= %(now)s", "(until_at IS NULL OR until_at > %(now)s)"]
    given: dict[str, Any] = {"now": now, "words": words}
    if words:
        said.append("search @@ websearch_to_tsquery('english', %(words)s)")
    if wanted.kinds:
        said.append("kind = ANY (%(kinds)s)")
        given["kinds"] = [kind.value for code in wanted.kinds if code in GROUPS for kind in GROUPS[code][1]]
    if wanted.topic:
        said.append("topics && %(topics)s::varchar[]")
        given["topics"] = with_parts(wanted.topic)
    if wanted.region is not None:
        said.append("(regions = '{}' OR regions @> ARRAY[%(region)s]::bigint[])")
        given["region"] = wanted.region
    if wanted.since is not None:
        said.append("at >= %(since)s")
        given["since"] = wanted.since
    if wanted.until is not None:
        said.append("at < %(until)s")
        given["until"] = wanted.until
    if wanted.came is not None:
        said.append("listed_at > %(came)s AND listed_at <= %(upto)s")
        given["came"], given["upto"] = wanted.came
    return " AND ".join(said), given


def with_parts(topic: str) -> list[str]:
    """A topic, and the topics that are parts of it: who chooses the whole gets the part."""
    known = pack.maybe()
    return [topic, *(one.code for one in known.topics if one.above == topic)] if known else [topic]


def _corrected(level: Level, words: str) -> str:
    """The words with each long one that no text of this level has replaced by the nearest that one has; empty where that changes
    nothing."""
    table = f"repository_word_{level.code}"
    nearest: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(_ALIKE)])
        for word in dict.fromkeys(found.lower() for found in _WORD.findall(words)):
            cursor.execute(
                f"SELECT word FROM {table} WHERE word %% %s ORDER BY similarity(word, %s) DESC, word LIMIT 1",  # noqa: S608
                [word, word],
            )
            found = cursor.fetchone()
            nearest[word] = found[0] if found else word
    corrected = _WORD.sub(lambda match: nearest.get(match[0].lower(), match[0]), words)
    return "" if corrected.lower() == words.lower() else corrected


def _hits(level: Level, ids: Sequence[UUID], words: str) -> Iterable[Hit]:
    if not ids:
        return
    table = ENTRIES[level]
    found: dict[UUID, Any] = table._default_manager.defer("search", "body").in_bulk(ids)
    statement = f"""
        SELECT id, ts_headline('english', left(body, 20000), websearch_to_tsquery('english', %s), %s)
          FROM {table._meta.db_table} WHERE id = ANY(%s)
    """  # noqa: S608 - a table of ours
    with connection.cursor() as cursor:
        cursor.execute(statement, [words, _PIECE, list(ids)])
        pieces = {id: _marked(text) for id, text in cursor.fetchall()}
    for id in ids:
        if id in found:
            yield Hit(found[id], pieces.get(id, mark_safe("")))


def _marked(text: str) -> SafeString:
    safe = escape(text).replace(_BEGIN, "<mark>").replace(_END, "</mark>")
    return mark_safe(safe)  # noqa: S308 - escaped above; no tag but ours
