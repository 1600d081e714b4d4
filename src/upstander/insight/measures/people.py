"""Who takes part: members by discipline, region and role; how many of them used, helped or gave something (S-roles, S-measure).

*Used* it has who said that they read something, came to an event, or asked. *Helped* has who answered a request or spoke in a
discussion. *Gave* has who contributed, told a lesson or an incident.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from upstander.insight.measures.small import hidden
from upstander.insight.measures.span import Span
from upstander.insight.measures.sql import rows

_MEMBERS = """
WITH ended AS (SELECT member_id, max(at) AS at FROM network_decision WHERE kind IN ('removed', 'left') GROUP BY 1),
member AS (
    SELECT m.id, m.discipline, m.sector, m.regions, m.wishes, m.joined_at,
           least(m.left_at, CASE WHEN m.state = 'removed' THEN coalesce(e.at, m.joined_at) END) AS gone_at
    FROM network_member m LEFT JOIN ended e ON e.member_id = m.id WHERE m.joined_at < %(until)s
), there AS (
    SELECT *, gone_at IS NULL OR gone_at >= %(until)s AS stays, joined_at >= %(since)s AS new,
           gone_at >= %(since)s AND gone_at < %(until)s AS gone
    FROM member WHERE gone_at IS NULL OR gone_at >= %(since)s
)
"""
_DID = """, did AS (
    SELECT member_id, 'used' AS what FROM circulation_copy WHERE read_at >= %(since)s AND read_at < %(until)s
    UNION SELECT member_id, 'used' FROM gatherings_registration WHERE attended_at >= %(since)s AND attended_at < %(until)s
    UNION SELECT member_id, 'used' FROM forum_request WHERE at >= %(since)s AND at < %(until)s
    UNION SELECT member_id, 'helped' FROM forum_answer WHERE at >= %(since)s AND at < %(until)s
    UNION SELECT member_id, CASE WHEN kind = 'lesson' THEN 'gave' ELSE 'helped' END FROM forum_post
        WHERE at >= %(since)s AND at < %(until)s
    UNION SELECT member_id, 'gave' FROM forum_contribution WHERE at >= %(since)s AND at < %(until)s
    UNION SELECT member_id, 'gave' FROM register_proposal WHERE at >= %(since)s AND at < %(until)s
), each AS (
    SELECT t.id, t.discipline, t.sector, t.regions, t.wishes, t.stays, t.new, t.gone, bool_or(d.what = 'used') AS used,
           bool_or(d.what = 'helped') AS helped, bool_or(d.what = 'gave') AS gave
    FROM there t LEFT JOIN did d ON d.member_id = t.id GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
), counted AS (
    SELECT 'all' AS by, '' AS key, each.* FROM each
    UNION ALL SELECT 'discipline', discipline, each.* FROM each
    UNION ALL SELECT 'sector', sector, each.* FROM each
    UNION ALL SELECT 'region', r.id::text, each.* FROM each, unnest(each.regions) AS r(id)
    UNION ALL SELECT 'role', r.code, each.* FROM each, unnest(each.wishes) AS r(code)
)
SELECT by, key, count(*), count(*) FILTER (WHERE stays), count(*) FILTER (WHERE new), count(*) FILTER (WHERE gone),
       count(*) FILTER (WHERE used), count(*) FILTER (WHERE helped), count(*) FILTER (WHERE gave),
       count(*) FILTER (WHERE used OR helped OR gave)
FROM counted GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Group:
    """How many were members at some time in the span, and at its end; how many joined and left; how many used, helped, gave, or
    did any of it. `hidden`: too few for what they did to be said."""

    people: int
    members: int
    joined: int
    left: int
    used: int
    helped: int
    gave: int
    active: int
    hidden: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class People:
    """All of them. Keys are codes and ids; who works in two regions, or chose two roles, counts in both."""

    all: Group
    disciplines: Mapping[str, Group]
    sectors: Mapping[str, Group]
    regions: Mapping[str, Group]
    roles: Mapping[str, Group]


def people(span: Span) -> People:
    """One statement."""
    by: dict[str, dict[str, tuple[int, ...]]] = {name: {} for name in ("all", "discipline", "sector", "region", "role")}
    for name, key, *counts in rows(_MEMBERS + _DID, span):
        by[name][key] = tuple(counts)
    total = by.pop("all").get("", (0,) * 8)
    return People(_group(total, False), *(_shown(found) for found in by.values()))


def _shown(found: Mapping[str, tuple[int, ...]]) -> dict[str, Group]:
    few = hidden({key: counts[0] for key, counts in found.items()})
    made = {key: _group(counts, key in few) for key, counts in found.items()}
    return dict(sorted(made.items(), key=lambda pair: (-pair[1].members, pair[0])))


def _group(counts: tuple[int, ...], few: bool) -> Group:
    people, members, joined, left, *did = counts
    used, helped, gave, active = (0, 0, 0, 0) if few else did
    return Group(people, members, joined, left, used, helped, gave, active, hidden=few)
