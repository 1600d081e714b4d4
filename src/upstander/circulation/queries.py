"""What the staff see of a distribution: to whom it went, in counts; what failed; and the figures of the room above."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from upstander.circulation.models import Copy, Issue
from upstander.directory.models import Organisation
from upstander.ids import CROCKFORD, normalised
from upstander.markings import Level
from upstander.network import pack
from upstander.products.models import Paragraph, Rendition
from upstander.products.queries import readable

# Of a copy: when its mail, or the digest that brought it, left; whether it was refused for good.
_BROUGHT = """
SELECT c.id, c.issue_id, c.member_id, c.level, c.how, c.read_at, s.sent_at, s.state, s.last_error
FROM circulation_copy c LEFT JOIN circulation_sent s
  ON s.purpose = CASE WHEN c.digest_id IS NULL THEN 'product_mail' ELSE 'product_digest' END
 AND s.subject_id = coalesce(c.digest_id, c.id)
"""
_COUNTS = f"""
WITH b AS ({_BROUGHT} WHERE c.issue_id = %(issue)s)
SELECT count(*), count(sent_at), count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'cancelled'),
       count(read_at), min(sent_at), max(sent_at), count(*) FILTER (WHERE how = 'taken') FROM b
"""  # noqa: S608 - constants only
_BY = f"""
WITH b AS ({_BROUGHT} WHERE c.issue_id = %(issue)s)
SELECT {{what}} AS what, count(*), count(b.sent_at), count(b.read_at), count(*) FILTER (WHERE b.state = 'failed')
FROM b JOIN network_member m ON m.id = b.member_id {{join}} GROUP BY 1 ORDER BY 2 DESC, 1
"""  # noqa: S608 - constants only
_FAILED = f"""
WITH b AS ({_BROUGHT} WHERE c.issue_id = %(issue)s) SELECT id, last_error FROM b WHERE state = 'failed' LIMIT %(most)s
"""  # noqa: S608 - constants only
_WENT = f"""
WITH b AS ({_BROUGHT} WHERE c.id = ANY(%(ids)s)) SELECT id FROM b WHERE sent_at IS NOT NULL OR how = 'taken'
"""  # noqa: S608 - constants only
_MEASURES = f"""
WITH b AS ({_BROUGHT} WHERE c.issue_id IN (
    SELECT id FROM circulation_issue WHERE goes_at >= %(since)s AND goes_at < %(until)s AND what <> 'recall'))
SELECT i.id, i.product_id, i.what, i.kind, i.urgent, i.asks, i.goes_at, count(b.id), count(b.sent_at),
       count(*) FILTER (WHERE b.state = 'failed'), count(b.read_at), min(b.sent_at), max(b.sent_at)
FROM circulation_issue i LEFT JOIN b ON b.issue_id = i.id
WHERE i.goes_at >= %(since)s AND i.goes_at < %(until)s AND i.what <> 'recall'
GROUP BY i.id ORDER BY i.goes_at
"""  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class Counts:
    """How far an issue is: copies, those whose mail left, was refused, was not owed any more; how many said that they read it."""

    copies: int
    sent: int
    failed: int
    not_owed: int
    read: int
    first_at: datetime | None
    last_at: datetime | None
    taken: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the counts: of an office, a discipline, a level."""

    what: str
    copies: int
    sent: int
    read: int
    failed: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One issue in figures, for the review of the programme. `read`: who said so by a press; `asks`: they were asked to."""

    issue_id: UUID
    product_id: UUID
    what: str
    kind: str
    urgent: bool
    asks: bool
    goes_at: datetime
    copies: int
    sent: int
    failed: int
    read: int
    first_at: datetime | None
    last_at: datetime | None

    @property
    def seconds_to_first(self) -> float | None:
        """From its hour to the first mail; None where none has left."""
        return (self.first_at - self.goes_at).total_seconds() if self.first_at else None

    @property
    def seconds_to_last(self) -> float | None:
        """From its hour to the last mail so far."""
        return (self.last_at - self.goes_at).total_seconds() if self.last_at else None


def _rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def counts(issue_id: UUID) -> Counts:
    """How far an issue is."""
    return Counts(*_rows(_COUNTS, issue=issue_id)[0])


def measures(since: datetime, until: datetime) -> list[Measured]:
    """What went out from `since` until before `until`, by its hour: sent, read by press, how fast. Worker and staff may ask."""
    return [Measured(*row) for row in _rows(_MEASURES, since=since, until=until)]


def by_level(issue_id: UUID) -> list[Row]:
    """Counts by the level that members had when their copy was made."""
    found = _rows(_BY.format(what="b.level", join=""), issue=issue_id)
    return [Row(pack.network().level(Level(level)).label, *rest) for level, *rest in found]


def by_discipline(issue_id: UUID) -> list[Row]:
    """Counts by discipline."""
    found = _rows(_BY.format(what="m.discipline", join=""), issue=issue_id)
    return [Row(pack.network().label("disciplines", code), *rest) for code, *rest in found]


def by_region(issue_id: UUID) -> list[Row]:
    """Counts by regional office; somebody who works in two counts in both."""
    join = "LEFT JOIN LATERAL unnest(m.regions) AS r(id) ON true"
    found = _rows(_BY.format(what="r.id", join=join), issue=issue_id)
    names = dict(Organisation.objects.filter(pk__in=[id for id, *_rest in found if id]).values_list("pk", "name"))
    return [Row(names.get(id, "") if id else _("The whole state"), *rest) for id, *rest in found]


def failed(issue_id: UUID, most: int = 100) -> list[tuple[Copy, str]]:
    """Copies whose mail was refused for good, and why, as a code."""
    why = dict(_rows(_FAILED, issue=issue_id, most=most))
    copies = Copy.objects.filter(pk__in=why).select_related("member__account").order_by("member__account__name")
    return [(copy, why[copy.id]) for copy in copies]


def unreached(issue: Issue) -> list[Copy]:
    """Of a recall: copies that went to somebody to whom no word of it was owed, for they are members no more, or suspended."""
    told = Copy.objects.filter(issue=issue, member=OuterRef("member"))
    left = Copy.objects.filter(~Exists(told), issue__product=issue.product_id, issue__made_at__lt=issue.made_at)
    asked = list(left.exclude(issue__what=Issue.What.RECALL).values_list("id", flat=True))
    ids = [id for (id,) in _rows(_WENT, ids=asked)]
    return list(Copy.objects.filter(pk__in=ids).select_related("member__account").order_by("member__account__name"))


def issues() -> QuerySet[Issue]:
    """Everything that went out, the newest first."""
    return Issue.objects.annotate(n=Count("copies"), read=Count("copies", filter=Q(copies__read_at__isnull=False))).order_by(
        "-made_at", "-pk"
    )


def titles(product_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The graver title of each product's newest version: staff read it."""
    rows = Paragraph.objects.filter(version__product__in=list(product_ids), kind="title")
    rows = rows.order_by("version__product", "-version__number", "-level", "position").distinct("version__product")
    return dict(rows.values_list("version__product", "text"))


def own(member_id: UUID, level: Level) -> list[tuple[Copy, Rendition | None]]:
    """A member's copies, the newest first, each with what their level has of its product now and not of what waits for its
    hour; within their wall."""
    rows = list(Copy.objects.filter(member=member_id).select_related("issue").order_by("-made_at")[:200])
    found: dict[UUID, Rendition] = {}
    for rendition in readable().filter(product__in={row.issue.product_id for row in rows}, level=level).defer("body", "search"):
        found[rendition.product_id] = rendition
    return [(row, found.get(row.issue.product_id)) for row in rows]


def whose(number: str) -> list[Copy]:
    """Whose copy has this number: one, but for chance; none for what is no number."""
    code = normalised(number)
    if len(code) != 8:
        return []
    value = 0
    for letter in code:
        value = value << 5 | CROCKFORD.index(letter)
    like = f"%-{value:010x}__"
    found = Copy.objects.extra(where=["circulation_copy.id::text LIKE %s OR digest_id::text LIKE %s"], params=[like, like])
    return list(found.select_related("member__account", "issue")[:10])
