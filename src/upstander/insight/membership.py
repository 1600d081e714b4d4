"""Memberships that lapsed or will soon, counted in one statement (S-membership)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from upstander import clock
from upstander.network import pack

_LAPSES = """
WITH said AS (
    SELECT m.id, greatest(m.joined_at, (SELECT max(a.at) FROM network_attestation a WHERE a.member_id = m.id)) AS at,
        NOT EXISTS (SELECT 1 FROM network_signature s JOIN network_agreement g ON g.digest = s.agreement_id
                    WHERE s.member_id = m.id AND g.first_at >= %(must)s) AS unsigned
    FROM network_member m JOIN people_account c ON c.id = m.account_id
    WHERE m.state = 'active' AND m.left_at IS NULL AND c.is_active
)
SELECT count(*), count(*) FILTER (WHERE at <= %(lapsed)s), count(*) FILTER (WHERE at > %(lapsed)s AND at <= %(soon)s),
    count(*) FILTER (WHERE unsigned)
FROM said
"""
_MUST = "SELECT max(first_at) FROM network_agreement WHERE sign_by <= %(now)s"


@dataclass(frozen=True, slots=True)
class Lapses:
    """Active members; of them those whose word lapsed, whose word is due within `days`, who have not signed what they must."""

    members: int
    lapsed: int
    soon: int
    unsigned: int
    days: int


def lapses() -> Lapses:
    """Who must attest or sign, in numbers. What a person decided (suspended, removed) is not counted."""
    limits, now = pack.network().limits, clock.now()
    lapsed = pack.months_before(now, limits.attest_months)
    soon = pack.months_before(now + timedelta(days=limits.attest_notice_days), limits.attest_months)
    with connection.cursor() as cursor:
        cursor.execute(_MUST, {"now": now})
        row = cursor.fetchone()
        must = row[0] if row and row[0] else datetime.min.replace(tzinfo=UTC)
        cursor.execute(_LAPSES, {"must": must, "lapsed": lapsed, "soon": soon})
        members, late, near, unsigned = cursor.fetchone() or (0, 0, 0, 0)
    return Lapses(members, late, near, unsigned, limits.attest_notice_days)
