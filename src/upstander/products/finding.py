"""What is alike among products, at one's own level. Searching is the repository's, over every room (decision 0130)."""

import re
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection

from upstander import clock
from upstander.markings import Level
from upstander.products.models import Rendition

_LONGEST = 12  # words that are looked for at once
_WORD = re.compile(r"[^\W\d_]{4,30}")
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def alike(row: Rendition, most: int = 4) -> list[Rendition]:
    """What else speaks of what this one's title does, at the same level. The database refuses another level than that of who
    asks."""
    words = list(dict.fromkeys(word.lower() for word in _WORD.findall(row.title)))[:_LONGEST]
    if not words:
        return []
    ids = _ids(Level(row.level), " or ".join(words), most + 1)
    found = Rendition.objects.in_bulk(ids)
    return [found[id] for id in ids if id in found and found[id].product_id != row.product_id][:most]


def _ids(level: Level, words: str, most: int) -> list[UUID]:
    """The ids of what is found, the best first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM products_found_{level.code}(%s, '', NULL, %s, %s, %s)",  # noqa: S608 - a level's own name
            [words, _LONG_AGO, clock.now(), most],
        )
        return [row[0] for row in cursor.fetchall()]
