"""Which bulletins were not read by whom: by office and level, and by name (S-measure). Read is what somebody said by a press."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from upstander import clock
from upstander.circulation import queries as circulation
from upstander.markings import Level
from upstander.network import pack

SINCE = timedelta(days=60)
_LATEST = """
SELECT i.id, i.product_id, i.kind, i.urgent, i.asks, i.goes_at, count(c.id), count(c.read_at)
FROM circulation_issue i JOIN circulation_copy c ON c.issue_id = i.id
WHERE i.what <> 'recall' AND NOT i.newsletter AND i.goes_at > %(since)s AND i.goes_at <= %(now)s
GROUP BY i.id HAVING count(c.id) > count(c.read_at)
ORDER BY i.asks DESC, i.goes_at DESC LIMIT %(most)s
"""
_NAMES = """
SELECT m.id, a.name, coalesce(o.name, m.organisation_name), m.discipline, c.level
FROM circulation_copy c JOIN network_member m ON m.id = c.member_id JOIN people_account a ON a.id = m.account_id
LEFT JOIN directory_organisation o ON o.id = m.organisation_id
WHERE c.issue_id = %(issue)s AND c.read_at IS NULL AND m.state = 'active' AND m.left_at IS NULL
    AND (%(region)s = 0 OR %(region)s = ANY(m.regions)) AND (%(level)s < 0 OR c.level = %(level)s)
ORDER BY a.name, m.id LIMIT %(most)s OFFSET %(before)s
"""


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that went out, to how many, and how many said that they read it. `asks`: they were asked to say so."""

    issue_id: UUID
    product_id: UUID
    title: str
    kind: str
    urgent: bool
    asks: bool
    goes_at: datetime
    copies: int
    read: int

    @property
    def unread(self) -> int:
        return self.copies - self.read


@dataclass(frozen=True, slots=True)
class Somebody:
    """A member who has not said that they read it."""

    id: UUID
    name: str
    works_at: str
    discipline: str
    level: str


def unread(most: int = 5) -> list[Unread]:
    """The latest that somebody has not read: first those of which members were asked to say so. Newsletters are not counted."""
    now, known = clock.now(), pack.network()
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, {"since": now - SINCE, "now": now, "most": most})
        rows = cursor.fetchall()
    titles = circulation.titles(row[1] for row in rows)
    return [Unread(id, of, titles.get(of, ""), known.label("products", kind), *rest) for id, of, kind, *rest in rows]


def who(issue_id: UUID, region_id: int = 0, level: int = -1, *, most: int = 100, before: int = 0) -> list[Somebody]:
    """Members who have not said that they read it, by name: of one office (0: all) and one level (-1: all)."""
    values: dict[str, Any] = {"issue": issue_id, "region": region_id, "level": level, "most": most, "before": before}
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, values)
        rows = cursor.fetchall()
    known = pack.network()
    return [
        Somebody(id, name, works_at, known.label("disciplines", discipline), known.level(Level(at)).label)
        for id, name, works_at, discipline, at in rows
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the counts: `key` is the id of an office (0: the whole state), or a level."""

    key: int
    what: str
    copies: int
    read: int

    @property
    def unread(self) -> int:
        return self.copies - self.read


_BY_REGION = """
SELECT coalesce(r.id, 0), coalesce(o.name, ''), count(*), count(c.read_at)
FROM circulation_copy c JOIN network_member m ON m.id = c.member_id
LEFT JOIN LATERAL unnest(m.regions) AS r(id) ON true LEFT JOIN directory_organisation o ON o.id = r.id
WHERE c.issue_id = %(issue)s GROUP BY 1, 2 ORDER BY count(*) - count(c.read_at) DESC, 2
"""
_BY_LEVEL = """
SELECT c.level, '', count(*), count(c.read_at) FROM circulation_copy c WHERE c.issue_id = %(issue)s GROUP BY 1 ORDER BY 1
"""


def _counted(statement: str, issue_id: UUID) -> list[tuple[int, str, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"issue": issue_id})
        found: list[tuple[int, str, int, int]] = cursor.fetchall()
    return found


def by_region(issue_id: UUID) -> list[Row]:
    """Counts by regional office, where most are missing first; somebody who works in two counts in both."""
    return [Row(id, name or _("The whole state"), n, read) for id, name, n, read in _counted(_BY_REGION, issue_id)]


def by_level(issue_id: UUID) -> list[Row]:
    """Counts by the level that members had when their copy was made."""
    known = pack.network()
    return [Row(level, known.level(Level(level)).label, n, read) for level, _none, n, read in _counted(_BY_LEVEL, issue_id)]
