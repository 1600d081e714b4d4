"""What was shared: products by kind, topic, region, discipline, level and month (S-measure).

A product is counted once, when it first went out; what followed on it is counted as correction or recall. A product of several
topics counts in each of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from upstander.insight.measures.span import Span
from upstander.insight.measures.sql import OUT, rows
from upstander.markings import Level

_KINDS = f"""{OUT}
SELECT kind, count(*) FILTER (WHERE nth = 1), count(*) FILTER (WHERE nth = 1 AND urgent), count(*) FILTER (WHERE nth > 1), 0
FROM within GROUP BY 1
UNION ALL
SELECT o.kind, 0, 0, 0, count(*) FROM products_recall c
JOIN gone_out o ON o.product_id = c.product_id AND o.nth = 1 WHERE c.at >= %(since)s AND c.at < %(until)s GROUP BY 1
"""  # noqa: S608 - constants only
_BY = f"""{OUT}
SELECT 'topic', code, count(*) FROM begun, unnest(topics) AS t(code) GROUP BY 2
UNION ALL SELECT 'region', id::text, count(*) FROM begun, unnest(regions) AS t(id) GROUP BY 2
UNION ALL SELECT 'region', '', count(*) FROM begun WHERE regions = '{{}}'
UNION ALL SELECT 'discipline', code, count(*) FROM begun, unnest(disciplines) AS t(code) GROUP BY 2
UNION ALL SELECT 'discipline', '', count(*) FROM begun WHERE disciplines = '{{}}'
UNION ALL SELECT 'level', x.level::text, count(DISTINCT x.product_id) FROM begun b
    JOIN products_rendition x ON x.product_id = b.product_id AND x.ended_as NOT IN ('taken_back', 'left_out')
    WHERE %(level)s::int IS NULL OR x.level <= %(level)s GROUP BY 2
UNION ALL SELECT 'month', to_char(goes_at AT TIME ZONE %(zone)s, 'YYYY-MM'), count(*) FROM begun GROUP BY 2
"""  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class Kind:
    """How many products of a kind went out, how many of them urgent; how often one was corrected or called back."""

    kind: str
    new: int
    urgent: int
    corrected: int
    recalled: int


@dataclass(frozen=True, slots=True)
class Shared:
    """What went out in a span. Keys are codes and ids; empty: for the whole state, for all disciplines."""

    kinds: tuple[Kind, ...]
    topics: Mapping[str, int]
    regions: Mapping[str, int]
    disciplines: Mapping[str, int]
    levels: Mapping[str, int]
    months: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many products."""
        return sum(one.new for one in self.kinds)


def shared(span: Span, level: Level | None = None) -> Shared:
    """What went out; of `level` only that of which its readers got anything. Two statements."""
    kinds: dict[str, list[int]] = {}
    for kind, *counts in rows(_KINDS, span, level):
        before = kinds.get(kind, [0, 0, 0, 0])
        kinds[kind] = [a + b for a, b in zip(before, counts, strict=True)]
    by: dict[str, dict[str, int]] = {name: {} for name in ("topic", "region", "discipline", "level", "month")}
    for name, key, n in rows(_BY, span, level, zone=settings.TIME_ZONE):
        if n:
            by[name][key] = n
    ordered = sorted((Kind(kind, *counts) for kind, counts in kinds.items()), key=lambda one: (-one.new, one.kind))
    return Shared(tuple(ordered), by["topic"], by["region"], by["discipline"], by["level"], by["month"])


def through(span: Span, months: Mapping[str, int]) -> list[tuple[date, int]]:
    """The counts of each month of the span, none left out; of each year where it has too many months (`by_years`)."""
    if by_years(span):
        years = range(span.first.year, span.last.year + 1)
        return [(date(y, 1, 1), sum(n for month, n in months.items() if month[:4] == f"{y:04}")) for y in years]
    number = _months(span)
    first = span.first.year * 12 + span.first.month - 1
    days = [date(m // 12, m % 12 + 1, 1) for m in range(first, first + number)]
    return [(day, months.get(f"{day:%Y-%m}", 0)) for day in days]


def by_years(span: Span) -> bool:
    """Whether it is too long for months: more than five years, and the month in which they began."""
    return _months(span) > 61


def _months(span: Span) -> int:
    return (span.last.year - span.first.year) * 12 + span.last.month - span.first.month + 1
