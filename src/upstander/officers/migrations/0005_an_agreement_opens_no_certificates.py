"""An agreement that a place puts on file opens nobody's certificates: nobody of the agency has confirmed it.

Whom it names may enter work there, as before. Whoever looks after the place answers for their training once they have: before
that an administrator could write any agency of the state into an agreement, and read who works there and what they learned.
"""

from django.db import migrations

_POST = """
CREATE OR REPLACE VIEW officers_post AS
    WITH held AS NOT MATERIALIZED (
        SELECT d.account_id, d.organisation_id, d.kind AS why, d.within_id, d.contact_id, d.starts_at, d.ends_at, o.kind
        FROM people_designation d JOIN people_account a ON a.id = d.account_id AND a.is_active
        JOIN directory_organisation o ON o.id = d.organisation_id
    ), base AS NOT MATERIALIZED (
        SELECT h.account_id, coalesce(h.within_id, h.organisation_id) AS place_id, h.starts_at, h.ends_at, NULL::bigint AS agency_id,
            CASE WHEN h.why = 'end_user' AND c.end_user_type = 'law_enforcement' THEN 'officer' ELSE 'administrator' END AS post,
            false AS by_agreement
        FROM held h LEFT JOIN directory_contact c ON c.id = h.contact_id
        WHERE h.kind IN ('school', 'district', 'system')
        UNION
        SELECT h.account_id, p.place_id, h.starts_at, h.ends_at, h.organisation_id, 'officer', p.by_agreement
        FROM held h CROSS JOIN LATERAL (
            SELECT h.within_id AS place_id, false AS by_agreement WHERE h.within_id IS NOT NULL
            UNION SELECT c.listed_for_id, false FROM directory_contact c
                WHERE c.id = h.contact_id AND h.within_id IS NULL AND c.ended_on IS NULL
            UNION SELECT g.place_id, true FROM officers_agreement g
                WHERE g.agency_id = h.organisation_id AND h.within_id IS NULL AND g.ended_at IS NULL
        ) p
        WHERE h.kind = 'law_enforcement' AND h.why = 'end_user'
    )
    SELECT b.account_id, p.id AS place_id, p.kind AS place_kind, b.agency_id, b.post, b.starts_at, b.ends_at,
        p.id = b.place_id AS direct, b.by_agreement
    FROM base b JOIN directory_organisation p ON p.id = b.place_id OR p.parent_id = b.place_id
    WHERE p.kind IN ('school', 'district', 'system') AND p.retired_on IS NULL;
"""
_PEOPLE = """
CREATE OR REPLACE FUNCTION officers_people(who bigint, at timestamptz)
RETURNS TABLE (scope_id bigint, account_id bigint, post text, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT scope_id, account_id, max(post), min(starts_at) FROM (
        SELECT r.id AS scope_id, p.account_id, p.post, p.starts_at FROM officers_reach(who, at) r JOIN officers_post p
            ON p.place_id = r.id
            WHERE r.may = 'lead' AND p.starts_at <= at AND (p.ends_at IS NULL OR p.ends_at > at)
                AND (NOT p.by_agreement OR EXISTS (SELECT FROM officers_activity y
                WHERE y.account_id = p.account_id AND y.place_id = p.place_id AND y.withdrawn_at IS NULL))
        UNION ALL
        SELECT u.id, p.account_id, p.post, p.starts_at FROM officers_reach(who, at) u
            JOIN directory_organisation s ON s.parent_id = u.id AND s.kind = 'school'
            JOIN officers_post p ON p.place_id = s.id
            WHERE u.may = 'lead' AND p.starts_at <= at AND (p.ends_at IS NULL OR p.ends_at > at)
                AND (NOT p.by_agreement OR EXISTS (SELECT FROM officers_activity y
                WHERE y.account_id = p.account_id AND y.place_id = p.place_id AND y.withdrawn_at IS NULL))
        UNION ALL
        SELECT r.id, d.account_id, 'officer', d.starts_at FROM officers_reach(who, at) r
            JOIN people_designation d ON d.organisation_id = r.id AND d.kind = 'end_user'
            JOIN people_account a ON a.id = d.account_id AND a.is_active
            WHERE r.may = 'agency' AND d.starts_at <= at AND (d.ends_at IS NULL OR d.ends_at > at)
    ) x GROUP BY 1, 2
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("officers", "0004_review_reminders")]
    operations = [
        migrations.RunSQL(_POST, migrations.RunSQL.noop),  # (a column more may stay)
        migrations.RunSQL(_PEOPLE, migrations.RunSQL.noop),
    ]
