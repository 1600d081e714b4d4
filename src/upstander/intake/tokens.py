"""Search without plain text: each word becomes a keyed 8-byte hash; the key is not in the database (decisions 2).

A tip carries each word twice: hashed as it is, and hashed together with the number of the block of tips in which it came. A
common word is looked for in the newest blocks, so that a search costs the same among ten thousand tips and among millions; a
rare one is looked for everywhere, where it has few places to be found (figures in docs/decisions).
"""

import re
import unicodedata
from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.db.models import Max

from upstander.intake.models import Tip
from upstander.vault.keys import keyring

EPOCH = 1
BLOCK = 8_192  # tips
BLOCKS = 8  # how many of the newest are looked through before everywhere

_WORD = re.compile(r"[^\W_]+")

# The commonest words of both languages are left out: they make search slow, and their frequencies alone would name them.
STOP = frozenset(
    """
a about after again all also am an and any are as at be because been before being but by can could did do does doing don
down during each few for from further get go going got had has have having he her here him his how i if im in into is it
its just know like me more most my no not now of off on one only or other our out over own said same say she so some
somebody someone something such t than that the their them then there these they thing this those through to too up us
very was we were what when where which while who whom why will with would you your s re ve ll d m
al algo alguien ante aqui asi aunque bien cada como con contra cual cuando de del desde donde dos e el ella ellos en entre
era es esa ese eso esta estaba estan estar este esto estos fue ha hace hay he hoy la las le les lo los mas me mi mis mucho
muy nada ni no nos o otra otro para pero por porque que quien se sea ser si sin sobre solo son su sus tambien te tiene todo
todos tu un una uno unos y ya yo
""".split()
)


def words(text: str) -> frozenset[str]:
    """The words of `text` as search compares them: folded, without accents, without the commonest."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return frozenset(w for w in _WORD.findall(plain) if w not in STOP and len(w) < 64)


def hashed(found: Iterable[str], block: int | None = None) -> list[int]:
    """The keyed hashes of words, as signed 64-bit numbers; those of one block of tips, or (None) those of all.

    Raises ConfigError in a process without the key.
    """
    ring = keyring()
    salt = EPOCH.to_bytes(2, "big") + (b"" if block is None else block.to_bytes(8, "big"))
    return sorted(int.from_bytes(ring.mac("token", salt, w.encode())[:8], "big", signed=True) for w in found)


def of_tip(found: Iterable[str], running: int) -> list[int]:
    """What a tip with this running number carries for its words."""
    words_ = list(found)
    return hashed(words_) + hashed(words_, running // BLOCK)


def add(tip: Tip, found: Iterable[str]) -> None:
    """Add words to those by which `tip` is found; safe to repeat."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vault_search_tokens AS v (holder, epoch, tokens, place_id, received_at)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (holder) DO UPDATE SET place_id = excluded.place_id,"
            " tokens = ARRAY(SELECT DISTINCT unnest(v.tokens || excluded.tokens) ORDER BY 1)",
            [tip.pk, EPOCH, of_tip(found, tip.running), tip.place_id, tip.received_at],
        )


def move(tip_id: UUID, place_id: int | None) -> None:
    """The tip's place as the desk has set it, for searches in one place."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE vault_search_tokens SET place_id = %s WHERE holder = %s", [place_id, tip_id])


# Found first and put in order afterwards: left to itself, the planner walks all tips by time for a word that it does not know.
_FIND = """
WITH hit AS MATERIALIZED (
  SELECT holder, received_at FROM vault_search_tokens WHERE tokens @> %(hashes)s::bigint[]
)
SELECT holder FROM hit ORDER BY received_at DESC LIMIT %(limit)s
"""
_FIND_AT = """
WITH hit AS MATERIALIZED (SELECT holder, received_at, tokens FROM vault_search_tokens WHERE place_id = %(place)s)
SELECT holder FROM hit WHERE tokens @> %(hashes)s::bigint[] ORDER BY received_at DESC LIMIT %(limit)s
"""


def find(found: frozenset[str], place_id: int | None, limit: int) -> list[UUID]:
    """The tips that hold all these words, the newest first, at most `limit`; no words find nothing."""
    if not found:
        return []
    if place_id is not None:
        return _rows(_FIND_AT, hashed(found), limit, place_id)
    newest = (Tip.objects.aggregate(n=Max("running"))["n"] or 0) // BLOCK
    holders: list[UUID] = []
    for block in range(newest, max(newest - BLOCKS, -1), -1):
        holders += _rows(_FIND, hashed(found, block), limit - len(holders))
        if len(holders) >= limit:
            return holders
    return _rows(_FIND, hashed(found), limit)


def _rows(sql: str, hashes: list[int], limit: int, place_id: int | None = None) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"hashes": hashes, "limit": limit, "place": place_id})
        return [row[0] for row in cursor.fetchall()]
