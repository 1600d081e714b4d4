"""Who was asked to say that they have read something, and has not."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from upstander import clock

OLDEST: Final = timedelta(days=30)
"""Of what somebody is still reminded."""

# Of copies that ask: not read, not replaced at their level by a later issue of the product, not in a digest that has not left.
_UNREAD = """
SELECT c.id FROM circulation_copy c JOIN circulation_issue i ON i.id = c.issue_id
WHERE i.asks AND c.read_at IS NULL AND (c.how = 'mail' OR c.digest_id IS NOT NULL)
  AND i.urgent = %(urgent)s AND c.made_at <= %(before)s AND c.made_at > %(oldest)s
  AND NOT EXISTS (SELECT FROM circulation_issue l WHERE l.product_id = i.product_id AND l.made_at > i.made_at
                  AND (l.what = 'recall' OR c.level = ANY (l.levels || l.left_out)))
"""


def unread(before: datetime, *, urgent: bool, more: str = "", oldest: timedelta = OLDEST, **values: Any) -> list[UUID]:
    """Copies made until `before` whose members were asked to confirm them, and have not; `more`: the statement's end, which may
    name `values`."""
    asked: dict[str, Any] = {"before": before, "urgent": urgent, "oldest": clock.now() - oldest, **values}
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD + more, asked)
        return [id for (id,) in cursor.fetchall()]
