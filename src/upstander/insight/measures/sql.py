"""How these reads ask: statements of constants, values as arguments, the span and the level among them."""

from typing import Any

from django.db import connection

from upstander import clock
from upstander.insight.measures.span import Span
from upstander.markings import Level

_ROOM = "SELECT set_config('work_mem', '64MB', true)"

# What came to its hour, each release of a product with its number; of one level, or (none asked) of all.
OUT = """
WITH gone_out AS (
    SELECT v.product_id, v.id AS version_id, v.kind, v.topics, v.regions, v.disciplines, v.urgent, r.goes_at,
           row_number() OVER (PARTITION BY v.product_id ORDER BY r.goes_at, r.at, r.id) AS nth
    FROM products_release r JOIN products_version v ON v.id = r.version_id
    WHERE r.taken_back_at IS NULL AND r.goes_at < least(%(until)s, %(now)s) AND (%(level)s::int IS NULL OR EXISTS (
        SELECT FROM products_rendition x WHERE x.product_id = v.product_id AND x.level = %(level)s
           AND x.ended_as NOT IN ('taken_back', 'left_out')))
), within AS (SELECT * FROM gone_out WHERE goes_at >= %(since)s),
begun AS (SELECT * FROM within WHERE nth = 1)
"""


def rows(statement: str, span: Span, level: Level | None = None, **more: Any) -> list[tuple[Any, ...]]:
    """What a statement finds. It may name `since`, `until`, `now`, `level` (None: all) and `more`."""
    asked = {"since": span.since, "until": span.until, "now": clock.now(), "level": None if level is None else int(level), **more}
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def room() -> None:
    """To the end of this transaction what is counted of millions of copies stays in memory. One officer asks at a time."""
    with connection.cursor() as cursor:
        cursor.execute(_ROOM)
