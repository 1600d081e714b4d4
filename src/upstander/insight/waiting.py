"""What waits for a person, counted where it stands, in one statement whatever the number of members (S-sio)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.forum import courses

# Of each kind of work: how many, since when the oldest waits, how many of them are late.
_WAITS = """
WITH last_review AS (
    SELECT DISTINCT ON (v.product_id) v.product_id, r.verdict, r.at
    FROM products_version v LEFT JOIN products_review r ON r.version_id = v.id
    ORDER BY v.product_id, v.number DESC, r.at DESC NULLS LAST, r.id DESC
), gift AS (
    SELECT c.at, coalesce((SELECT s.kind FROM forum_contributionstep s WHERE s.contribution_id = c.id
                           ORDER BY s.at DESC, s.id DESC LIMIT 1), 'new') AS state
    FROM forum_contribution c
), asked AS (
    SELECT q.id, q.at,
        coalesce((SELECT s.kind FROM forum_requeststep s WHERE s.request_id = q.id ORDER BY s.at DESC, s.id DESC LIMIT 1), 'new')
            AS state,
        coalesce((SELECT s.due_at FROM forum_requeststep s WHERE s.request_id = q.id AND s.due_at IS NOT NULL
                  ORDER BY s.at DESC, s.id DESC LIMIT 1), q.due_at) AS due
    FROM forum_request q
), inquiry AS (
    SELECT i.* FROM network_inquiry i JOIN network_application a ON a.id = i.application_id AND a.state = 'waiting'
)
SELECT 'applications', count(*), min(confirmed_at), 0 FROM network_application WHERE state = 'waiting'
UNION ALL SELECT 'appeals', count(*), min(appealed_at), 0 FROM network_application
    WHERE state = 'refused' AND appealed_at IS NOT NULL
UNION ALL SELECT 'answered', count(*), min(i.answered_at), 0 FROM inquiry i WHERE i.answered_at IS NOT NULL
UNION ALL SELECT 'unanswered', count(*), min(i.asked_at), count(*) FILTER (WHERE i.link_until <= %(now)s)
    FROM inquiry i WHERE i.answered_at IS NULL
UNION ALL SELECT 'agencies', count(*), min(at), 0 FROM network_agencycheck
    WHERE ended_at IS NULL AND second_at IS NULL AND member_id IS NOT NULL
UNION ALL SELECT 'changes', count(*), min(at), 0 FROM network_change WHERE decided_at IS NULL
UNION ALL SELECT 'reviews', count(*), min(at), 0 FROM last_review WHERE verdict = 'asked'
UNION ALL SELECT 'objections', count(*), min(at), 0 FROM last_review l WHERE verdict = 'objected'
    AND NOT EXISTS (SELECT 1 FROM products_recall c WHERE c.product_id = l.product_id)
UNION ALL SELECT 'contributions', count(*), min(at), 0 FROM gift WHERE state = ANY(%(gifts)s)
UNION ALL SELECT 'requests', count(*), min(at), count(*) FILTER (WHERE due <= %(now)s) FROM asked WHERE state = ANY(%(open)s)
UNION ALL SELECT 'answers', count(*), min(n.at), 0 FROM forum_answer n JOIN asked ON asked.id = n.request_id
    WHERE NOT n.released AND asked.state <> ALL(%(over)s)
UNION ALL SELECT 'posts', count(*), min(p.at), 0 FROM forum_post p
    WHERE NOT p.shown AND NOT EXISTS (SELECT 1 FROM forum_ruling r WHERE r.post_id = p.id)
UNION ALL SELECT 'concerns', count(*), min(c.at), 0 FROM forum_concern c
    WHERE NOT EXISTS (SELECT 1 FROM forum_concernstep s
                      WHERE s.concern_id = c.id AND (s.owner <> '' OR s.state IN ('resolved', 'set_aside')))
UNION ALL SELECT 'items', count(*), min(arrived_at), 0 FROM exchange_item
    WHERE state = 'new' AND replaced_by_id IS NULL AND cancelled_at IS NULL
UNION ALL SELECT 'feeds', count(*), NULL, count(*) FROM exchange_source WHERE failed > 2 AND NOT paused
UNION ALL SELECT 'states', count(*), min(asked_at), 0 FROM exchange_question WHERE answered_at IS NULL
UNION ALL SELECT 'calendars', count(*), min(at), 0 FROM gatherings_calendaranswer
    WHERE became IN ('unproven', 'nobodys') AND seen_at IS NULL
UNION ALL SELECT 'incidents', count(*), min(at), 0 FROM register_proposal WHERE decided_at IS NULL
"""

# The address behind each, and its words for one and for many.
_KINDS: dict[str, tuple[str, str | Promise, str | Promise]] = {
    "applications": ("network_members", _("Application"), _("Applications")),
    "appeals": ("network_members", _("Refused, and asked to be looked at again"), _("Refused, and asked to be looked at again")),
    "answered": ("network_members", _("Answer about an applicant came in"), _("Answers about applicants came in")),
    "unanswered": ("network_members", _("Sponsor or agency has not answered"), _("Sponsors or agencies have not answered")),
    "agencies": ("network_members", _("LES: an agency's word to be seen by a second person"),
                 _("LES: agencies' words to be seen by a second person")),
    "changes": ("network_members", _("Member whose position or employer has changed"),
                _("Members whose position or employer has changed")),
    "reviews": ("products_desk", _("Draft to be looked at by a second person"), _("Drafts to be looked at by a second person")),
    "objections": ("products_desk", _("Draft to which a second person objects"), _("Drafts to which a second person objects")),
    "requests": ("forum_desk", _("Open request for information or support"), _("Open requests for information or support")),
    "answers": ("forum_desk", _("Answer to be released"), _("Answers to be released")),
    "contributions": ("forum_desk", _("Contribution to be read"), _("Contributions to be read")),
    "posts": ("forum_desk", _("Post that waits for you"), _("Posts that wait for you")),
    "concerns": ("forum_concerns", _("Concern that nobody owns"), _("Concerns that nobody owns")),
    "items": ("exchange_inbox", _("Item of another program to be looked at"), _("Items of other programs to be looked at")),
    "feeds": ("exchange_feeds", _("Feed that cannot be read"), _("Feeds that cannot be read")),
    "states": ("exchange_states", _("Question of another state"), _("Questions of other states")),
    "calendars": ("gatherings_answers", _("Calendar answer that fits no invitation"),
                  _("Calendar answers that fit no invitation")),
    "incidents": ("register_proposals", _("Incident that a member tells of"), _("Incidents that members tell of")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waits:
    """A kind of work: how many of it, since when the oldest waits (None: not known), how many are late, where it is done."""

    code: str
    number: int
    oldest: datetime | None
    late: int
    address: str
    words: str


def waiting() -> list[Waits]:
    """What waits now: what is late first, then what waits longest; of what there is nothing, nothing is said."""
    values: dict[str, Any] = {
        "now": clock.now(), "gifts": sorted(courses.WAITING), "open": sorted(courses.OPEN), "over": sorted(courses.OVER),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, values)
        rows = cursor.fetchall()
    found = [
        Waits(code, n, oldest, late, reverse(_KINDS[code][0]), str(_KINDS[code][1 if n == 1 else 2]))
        for code, n, oldest, late in rows
        if n
    ]
    order = list(_KINDS)
    return sorted(found, key=lambda one: (not one.late, one.oldest or clock.now(), order.index(one.code)))
