"""Search without plain text: each word becomes a keyed 8-byte hash; the key is not in the database (decisions 2)."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from upstander.vault.keys import keyring

EPOCH = 1

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


def hashed(found: Iterable[str]) -> list[int]:
    """The keyed hashes of words, as signed 64-bit numbers; raises ConfigError in a process without the key."""
    ring, epoch = keyring(), EPOCH.to_bytes(2, "big")
    return sorted(int.from_bytes(ring.mac("token", epoch, w.encode())[:8], "big", signed=True) for w in found)


def add(tip_id: UUID, hashes: list[int], place_id: int | None, received_at: datetime) -> None:
    """Add hashes to a tip's own; safe to repeat."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vault_search_tokens AS v (holder, epoch, tokens, place_id, received_at)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (holder) DO UPDATE SET place_id = excluded.place_id,"
            " tokens = ARRAY(SELECT DISTINCT unnest(v.tokens || excluded.tokens) ORDER BY 1)",
            [tip_id, EPOCH, hashes, place_id, received_at],
        )


def move(tip_id: UUID, place_id: int | None) -> None:
    """The tip's place as the desk has set it, for searches in one place."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE vault_search_tokens SET place_id = %s WHERE holder = %s", [place_id, tip_id])
