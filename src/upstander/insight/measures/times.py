"""How long it takes: from an event to its entry in the register, to a bulletin about it, to the reader who says "I have read it".

A bulletin is about an event of the register where it names that entry (the newest, where it names several), and about a member's
contribution where it was begun with it. An event counts from the beginning of its day; where only month or year is
known, it does not count.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from upstander.insight.measures.span import Span
from upstander.insight.measures.sql import OUT, rows
from upstander.markings import Level

_STEPS = f"""{OUT}, event AS (
    SELECT i.id, i.made_at,
           make_date(v.year, v.month, v.day)::timestamp AT TIME ZONE %(zone)s AS at
    FROM register_incident i JOIN register_version v ON v.incident_id = i.id AND v.replaced_at IS NULL
    WHERE v.month IS NOT NULL AND v.day IS NOT NULL AND i.withdrawn_at IS NULL
      AND (%(level)s::int IS NULL OR v.level <= %(level)s)
), cited AS (
    SELECT DISTINCT ON (b.product_id) b.product_id, b.goes_at, e.at FROM begun b
    JOIN register_citation c ON c.product_id = b.product_id AND c.ended_at IS NULL
     AND (%(level)s::int IS NULL OR c.level <= %(level)s)
    JOIN event e ON e.id = c.incident_id ORDER BY b.product_id, e.at DESC
), given AS (
    SELECT DISTINCT ON (b.product_id) b.product_id, b.goes_at, c.at FROM begun b
    JOIN forum_contributionstep p ON p.draft_id = b.product_id JOIN forum_contribution c ON c.id = p.contribution_id
    ORDER BY b.product_id, c.at DESC
), read AS (
    SELECT b.product_id, each.half FROM begun b CROSS JOIN LATERAL (
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.read_at - b.goes_at)) AS half
        FROM circulation_issue i JOIN circulation_copy c ON c.issue_id = i.id
        WHERE i.product_id = b.product_id AND i.what = 'release' AND c.read_at IS NOT NULL
    ) each WHERE each.half IS NOT NULL
), step AS (
    SELECT 'entered' AS what, extract(epoch FROM made_at - at) AS seconds FROM event
        WHERE made_at >= %(since)s AND made_at < %(until)s AND made_at >= at
    UNION ALL SELECT 'cited', extract(epoch FROM goes_at - at) FROM cited WHERE goes_at >= at
    UNION ALL SELECT 'given', extract(epoch FROM goes_at - at) FROM given WHERE goes_at >= at
    UNION ALL SELECT 'drafted', extract(epoch FROM b.goes_at - p.created_at) FROM begun b
        JOIN products_product p ON p.id = b.product_id WHERE b.goes_at >= p.created_at
    UNION ALL SELECT 'read', half FROM read
    UNION ALL SELECT 'whole', extract(epoch FROM c.goes_at - c.at) + r.half FROM cited c JOIN read r USING (product_id)
        WHERE c.goes_at >= c.at
)
SELECT what, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds), max(seconds) FROM step GROUP BY 1
"""  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class Step:
    """One way: how often it was gone, the seconds that half of them took at most, and the longest."""

    what: str
    number: int
    median: float
    longest: float


def labels() -> dict[str, str]:
    """The ways in words, in their order."""
    return {
        "entered": _("From an event to its entry in the register"),
        "cited": _("From an event to the bulletin that names it"),
        "given": _("From a member's contribution to the bulletin"),
        "drafted": _("From the first draft to the bulletin"),
        "read": _("From a bulletin until half of those who said so had read it"),
        "whole": _("From an event until then"),
    }


def steps(span: Span, level: Level | None = None) -> dict[str, Step]:
    """What went out, or was entered, in the span. One statement."""
    found = {row[0]: Step(*row) for row in rows(_STEPS, span, level, zone=settings.TIME_ZONE)}
    return {what: found[what] for what in labels() if what in found}


def spoken(seconds: float) -> str:
    """A length of time as one says it: 40 min, 3 h 5 min, 2.5 days."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return _("under 1 min")
    if minutes < 60:
        return _("%(n)d min") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(h)d h %(m)d min") % {"h": minutes // 60, "m": minutes % 60}
    return _("%(n)s days") % {"n": f"{minutes / 1440:.1f}".removesuffix(".0")}
