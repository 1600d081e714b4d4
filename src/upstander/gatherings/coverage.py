"""Where visits are due: regions and schools without any member, or visited longest ago (S-sio, S-geo). Counts, behind the
staff's wall.

A school is covered by a member of its own, or of its district or system. A visit to either counts for it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

_PLACES = """
WITH covered AS (
    SELECT DISTINCT organisation_id AS id FROM network_member
    WHERE state = 'active' AND left_at IS NULL AND organisation_id IS NOT NULL
), visited AS (
    SELECT organisation_id AS id, max(visited_on) AS last FROM gatherings_visit WHERE visited_on IS NOT NULL GROUP BY 1
), planned AS (
    SELECT organisation_id AS id, min(planned_for) AS next FROM gatherings_visit
    WHERE visited_on IS NULL AND dropped_at IS NULL GROUP BY 1
), place AS (
    SELECT o.id, o.name, o.city, coalesce(o.region_id, c.region_id) AS region_id, coalesce(p.name, '') AS above,
        m.id IS NOT NULL OR mp.id IS NOT NULL AS has_member,
        greatest(v.last, vp.last) AS last_visit, least(n.next, np.next) AS next_visit
    FROM directory_organisation o
    LEFT JOIN directory_organisation p ON p.id = o.parent_id AND p.kind <> 'region'
    LEFT JOIN directory_county c ON c.id = o.county_id
    LEFT JOIN covered m ON m.id = o.id LEFT JOIN covered mp ON mp.id = p.id
    LEFT JOIN visited v ON v.id = o.id LEFT JOIN visited vp ON vp.id = p.id
    LEFT JOIN planned n ON n.id = o.id LEFT JOIN planned np ON np.id = p.id
    WHERE o.kind IN ('school', 'college', 'campus') AND o.retired_on IS NULL
)
"""
_REGIONS = f"""{_PLACES}SELECT r.id, r.name,
    count(place.id), count(place.id) FILTER (WHERE NOT place.has_member), max(place.last_visit),
    count(place.id) FILTER (WHERE place.last_visit IS NULL),
    (SELECT count(*) FROM network_member m WHERE r.id = ANY(m.regions) AND m.state = 'active' AND m.left_at IS NULL)
FROM directory_organisation r LEFT JOIN place ON place.region_id = r.id
WHERE r.kind = 'region' AND r.retired_on IS NULL GROUP BY r.id, r.name
"""  # noqa: S608 - constants only
_SCHOOLS = f"""{_PLACES}SELECT id, name, city, above, has_member, last_visit, next_visit FROM place
WHERE region_id = %s ORDER BY has_member, last_visit NULLS FIRST, name, id LIMIT %s
"""  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class Region:
    """A regional office: how many schools and colleges, how many of them without a member, when one of them was visited last."""

    id: int
    name: str
    schools: int
    uncovered: int
    last_visit: date | None
    never: int
    members: int

    @property
    def share(self) -> int:
        """Per cent of its schools that have a member."""
        return round(100 * (self.schools - self.uncovered) / self.schools) if self.schools else 0


@dataclass(frozen=True, slots=True)
class School:
    """A school or college, as whoever plans visits looks at it."""

    id: int
    name: str
    city: str
    above: str
    has_member: bool
    last_visit: date | None
    next_visit: date | None


def _rows(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def regions() -> list[Region]:
    """The regional offices: never visited or visited longest ago first, of those the ones with the most schools without a
    member."""
    found = [Region(*row) for row in _rows(_REGIONS, [])]
    return sorted(found, key=lambda one: (one.last_visit or date.min, -one.uncovered, one.name))


def schools(region_id: int, most: int = 200) -> list[School]:
    """The schools and colleges of a region: first those without a member, of those the ones never visited or visited longest
    ago."""
    return [School(*row) for row in _rows(_SCHOOLS, [region_id, most])]
