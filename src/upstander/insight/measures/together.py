"""What happened around the products: events, visits, requests, contributions, concerns, other states, the register."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from upstander.directory.importers.states import code_of
from upstander.forum import measuring
from upstander.insight.measures.span import Span
from upstander.insight.measures.sql import rows
from upstander.markings import Level
from upstander.packs.current import current

_EVENTS = """
SELECT g.kind, count(DISTINCT g.id), count(r.id) FILTER (WHERE r.state IN ('seat', 'walked_in') OR r.attended_at IS NOT NULL),
       count(r.id) FILTER (WHERE r.attended_at IS NOT NULL)
FROM gatherings_gathering g LEFT JOIN gatherings_registration r ON r.gathering_id = g.id
WHERE g.starts_at >= %(since)s AND g.starts_at < least(%(until)s, %(now)s) AND g.published_at IS NOT NULL
  AND g.cancelled_at IS NULL
GROUP BY 1 ORDER BY 2 DESC, 1
"""
_COUNTS = """
SELECT 'visits', count(*) FROM gatherings_visit WHERE visited_on >= %(first)s AND visited_on <= %(last)s
UNION ALL SELECT 'contacts', count(*) FROM insight_contact WHERE at >= %(since)s AND at < %(until)s
UNION ALL SELECT 'peers', count(*) FROM exchange_peer WHERE kind = 'programme' AND since < %(until)s
    AND (ended_at IS NULL OR ended_at >= %(until)s)
UNION ALL SELECT 'guests', count(*) FROM exchange_peer WHERE kind = 'guest' AND since < %(until)s
    AND (ended_at IS NULL OR ended_at >= %(until)s)
UNION ALL SELECT 'packages_out', count(*) FROM exchange_package WHERE outward AND at >= %(since)s AND at < %(until)s
UNION ALL SELECT 'packages_in', count(*) FROM exchange_package WHERE NOT outward AND result IN ('new', 'newer')
    AND at >= %(since)s AND at < %(until)s
UNION ALL SELECT 'received', count(*) FROM exchange_received WHERE accepted_at >= %(since)s AND accepted_at < %(until)s
UNION ALL SELECT 'sessions', count(*) FROM exchange_session WHERE starts_at >= %(since)s AND starts_at < least(%(until)s, %(now)s)
UNION ALL SELECT 'asked', count(*) FROM exchange_question WHERE asked_at >= %(since)s AND asked_at < %(until)s
UNION ALL SELECT 'answered', count(*) FROM exchange_question WHERE asked_at >= %(since)s AND asked_at < %(until)s
    AND answered_at IS NOT NULL
UNION ALL SELECT 'promised', count(*) FROM exchange_commitment WHERE made_at >= %(since)s AND made_at < %(until)s
UNION ALL SELECT 'kept', count(*) FROM exchange_commitment WHERE made_at >= %(since)s AND made_at < %(until)s
    AND done_at IS NOT NULL
UNION ALL SELECT 'items', count(*) FROM exchange_item WHERE state = 'shared'
    AND decided_at >= %(since)s AND decided_at < %(until)s
"""
_TRENDS = """
SELECT v.kind, count(*) FILTER (WHERE v.state = %(home)s), count(*) FILTER (WHERE v.state <> %(home)s)
FROM register_version v JOIN register_incident i ON i.id = v.incident_id
WHERE v.replaced_at IS NULL AND i.withdrawn_at IS NULL AND v.begins_on >= %(first)s AND v.begins_on <= %(last)s
  AND (%(level)s::int IS NULL OR v.level <= %(level)s)
GROUP BY 1 ORDER BY count(*) DESC, 1
"""


@dataclass(frozen=True, slots=True)
class Event:
    """Events of a kind that were held: seats that were taken, and people who were marked as having come."""

    kind: str
    held: int
    seats: int
    came: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Incidents of the register of a kind, in this state and elsewhere."""

    kind: str
    home: int
    away: int


@dataclass(frozen=True, slots=True)
class Together:
    """All of it. `counts` by names of `_COUNTS`; states as they stand at the end of the span."""

    events: tuple[Event, ...]
    trends: tuple[Trend, ...]
    counts: Mapping[str, int]
    forum: measuring.Measures


def together(span: Span, level: Level | None = None) -> Together:
    """What there was in the span; of the register what readers of `level` see."""
    days: dict[str, Any] = {"first": span.first, "last": span.last}
    trends = rows(_TRENDS, span, level, home=code_of(current().jurisdiction), **days)
    return Together(
        events=tuple(Event(*row) for row in rows(_EVENTS, span)),
        trends=tuple(Trend(*row) for row in trends),
        counts=dict(rows(_COUNTS, span, **days)),
        forum=measuring.measures(span.since, span.until),
    )
