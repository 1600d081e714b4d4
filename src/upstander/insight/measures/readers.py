"""Who used it, in counts: copies, and the press that says "I have read it" (nothing else is watched); how long that took."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from upstander.insight.measures.small import hidden
from upstander.insight.measures.span import Span
from upstander.insight.measures.sql import room, rows
from upstander.markings import Level

_ISSUES = """
SELECT i.id, i.kind, i.urgent, i.asks, i.goes_at FROM circulation_issue i
WHERE i.what <> 'recall' AND i.goes_at >= %(since)s AND i.goes_at < least(%(until)s, %(now)s)
  AND (%(level)s::int IS NULL OR EXISTS (
    SELECT FROM products_rendition x WHERE x.product_id = i.product_id AND x.level = %(level)s
       AND x.ended_as NOT IN ('taken_back', 'left_out')))
"""
# They are handed back as values: so the planner knows how many copies there are, and sorts none of them (decision 128).
_OF = """
WITH issue AS (
    SELECT * FROM unnest(%(ids)s::uuid[], %(kinds)s::text[], %(urgent)s::boolean[], %(asks)s::boolean[], %(goes)s::timestamptz[])
        AS i (id, kind, urgent, asks, goes_at)
)
"""
_READ = f"""{_OF}, per AS MATERIALIZED (
    SELECT c.member_id, i.kind, count(*) AS copies, count(*) FILTER (WHERE i.asks) AS asked, count(c.read_at) AS read,
           count(c.read_at) FILTER (WHERE i.asks) AS answered
    FROM circulation_copy c JOIN issue i ON i.id = c.issue_id GROUP BY 1, 2
), counted AS (
    SELECT 'all' AS by, '' AS key, per.* FROM per
    UNION ALL SELECT 'kind', kind, per.* FROM per
    UNION ALL SELECT 'discipline', m.discipline, per.* FROM per JOIN network_member m ON m.id = per.member_id
    UNION ALL SELECT 'region', r.id::text, per.* FROM per JOIN network_member m ON m.id = per.member_id,
        unnest(m.regions) AS r(id)
)
SELECT by, key, count(DISTINCT member_id), sum(copies)::bigint, sum(asked)::bigint, sum(read)::bigint, sum(answered)::bigint
FROM counted GROUP BY 1, 2
"""  # noqa: S608 - constants only
_ASKED = {"urgent": "urgent", "asks": "asks AND NOT urgent", "other": "NOT asks AND NOT urgent"}
_HALF_AND_NINTH = ", ".join(
    f"count(*) FILTER (WHERE {which}), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY took) FILTER (WHERE {which})"
    for which in _ASKED.values()
)
_FAST = f"""{_OF}, pressed AS (
    SELECT i.urgent, i.asks, extract(epoch FROM c.read_at - i.goes_at)::float8 AS took
    FROM circulation_copy c JOIN issue i ON i.id = c.issue_id WHERE c.read_at IS NOT NULL
)
SELECT {_HALF_AND_NINTH} FROM pressed
"""  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class Read:
    """Of a group: how many people, copies, copies that asked for a press; how many were said to be read, and of those that
    asked. `hidden`: too few people for anything but their number."""

    people: int
    copies: int
    asked: int
    read: int
    answered: int
    hidden: bool = field(default=False, kw_only=True)

    @property
    def share(self) -> int:
        """Per cent of copies that were said to be read."""
        return round(100 * self.read / self.copies) if self.copies else 0


@dataclass(frozen=True, slots=True)
class Fast:
    """How long after it went out members pressed: how many presses, seconds to the half of them and to nine in ten."""

    presses: int
    median: float
    ninth: float


@dataclass(frozen=True, slots=True)
class Readers:
    """All of it. Keys are codes and ids; a member of two regions counts in both. `fast`: of urgent, asks, other."""

    all: Read
    kinds: Mapping[str, Read]
    disciplines: Mapping[str, Read]
    regions: Mapping[str, Read]
    fast: Mapping[str, Fast] = field(default_factory=dict)


def readers(span: Span, level: Level | None = None) -> Readers:
    """Of what went out in the span, up to now. Four statements."""
    room()
    issues = list(zip(*rows(_ISSUES, span, level), strict=True)) or [()] * 5
    of = dict(zip(("ids", "kinds", "urgent", "asks", "goes"), map(list, issues), strict=True))
    by: dict[str, dict[str, tuple[int, ...]]] = {name: {} for name in ("all", "kind", "discipline", "region")}
    for name, key, *counts in rows(_READ, span, None, **of):
        by[name][key] = tuple(counts)
    total = by["all"].get("", (0, 0, 0, 0, 0))
    (counted,) = rows(_FAST, span, None, **of)
    fast = {what: Fast(n, *took) for what, n, took in zip(_ASKED, counted[::2], counted[1::2], strict=True) if n}
    return Readers(Read(*total), _shown(by["kind"]), _shown(by["discipline"]), _shown(by["region"]), fast)


def _shown(found: Mapping[str, tuple[int, ...]]) -> dict[str, Read]:
    """The largest groups first; of the small ones nothing but how many people they are."""
    few = hidden({key: counts[0] for key, counts in found.items()})
    made = {key: Read(counts[0], 0, 0, 0, 0, hidden=True) if key in few else Read(*counts) for key, counts in found.items()}
    return dict(sorted(made.items(), key=lambda pair: (-pair[1].people, -pair[1].copies, pair[0])))
