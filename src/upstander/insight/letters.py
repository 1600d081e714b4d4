"""The next newsletters: how much there is for each, or the draft that was begun (S-products)."""

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.db import connection
from django.utils import timezone

from upstander import clock
from upstander.ids import new_id
from upstander.network import pack
from upstander.products import newsletters
from upstander.products.newsletters import Months

_ITEMS = """
SELECT count(DISTINCT v.product_id) FROM products_release r JOIN products_version v ON v.id = r.version_id
WHERE r.taken_back_at IS NULL AND r.goes_at >= %(since)s AND r.goes_at < %(until)s AND v.kind <> ALL(%(letters)s)
    AND NOT EXISTS (SELECT 1 FROM products_recall c WHERE c.product_id = v.product_id)
"""
_BEGUN = """
SELECT DISTINCT ON (v.kind) v.kind, v.product_id FROM products_version v
WHERE v.kind = ANY(%(letters)s) AND NOT EXISTS (
    SELECT 1 FROM products_release r JOIN products_version w ON w.id = r.version_id
    WHERE w.product_id = v.product_id AND r.taken_back_at IS NULL)
ORDER BY v.kind, v.saved_at DESC
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """A newsletter of a kind: `items` went out in its months so far; `begun`: the draft that waits; `press`: of the form."""

    kind: str
    label: str
    words: str
    items: int
    begun: UUID | None
    press: UUID


def next_ones() -> list[Letter]:
    """One for each kind of newsletter of the pack: of the month or quarter in which we are."""
    kinds = [one for one in pack.network().products if one.cadence]
    codes, today = [one.code for one in kinds], timezone.localdate(clock.now())
    with connection.cursor() as cursor:
        cursor.execute(_BEGUN, {"letters": codes})
        begun = dict(cursor.fetchall())
    found = []
    for one in kinds:
        span = newsletters.months(one.cadence, today)
        found.append(Letter(one.code, one.label, span.words, _items(span, codes), begun.get(one.code), new_id()))
    return found


def _items(span: Months, letters: list[str]) -> int:
    since, until = (timezone.make_aware(datetime.combine(day, time())) for day in (span.first, span.after))
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS, {"since": since, "until": min(until, clock.now()), "letters": letters})
        row = cursor.fetchone()
    return int(row[0]) if row else 0
