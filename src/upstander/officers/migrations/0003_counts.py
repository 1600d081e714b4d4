"""What a region and the state are told: numbers, and no row of anybody.

The functions run with their owner's rights. `officers_worked` and `officers_trained` are for the desk's login; the school's has those
of a region alone, and only for whoever the request names (`upstander.account`) and is designated there. What is small is left out by
`picture` and `counts`, which know what stands beside it.
"""

from django.db import migrations

_WHERE = """
CREATE VIEW officers_region AS
    SELECT o.id AS place_id, coalesce(
        o.region_id, u.region_id, c.region_id, v.region_id, CASE 'region' WHEN u.kind THEN u.id WHEN g.kind THEN g.id END
    ) AS region_id
    FROM directory_organisation o LEFT JOIN directory_organisation u ON u.id = o.parent_id
    LEFT JOIN directory_organisation g ON g.id = u.parent_id
    LEFT JOIN directory_county c ON c.id = o.county_id LEFT JOIN directory_county v ON v.id = u.county_id;
"""
_WORKED = """
CREATE FUNCTION officers_worked(since date, until date)
RETURNS TABLE (region_id bigint, role varchar, kind varchar, outcomes varchar[], times bigint, minutes bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.region_id, x.role, x.kind, x.outcomes, sum(x.times)::bigint, sum(x.minutes)::bigint FROM (
        SELECT place_id, role, kind, outcomes, count(*) AS times, sum(minutes) AS minutes FROM officers_activity
        WHERE withdrawn_at IS NULL AND day >= since AND day < until GROUP BY 1, 2, 3, 4
    ) x JOIN officers_region r ON r.place_id = x.place_id GROUP BY 1, 2, 3, 4
$$;
REVOKE ALL ON FUNCTION officers_worked(date, date) FROM PUBLIC;
"""
_TRAINED = """
CREATE FUNCTION officers_trained(trainings jsonb, at timestamptz)
RETURNS TABLE (region_id bigint, post text, training text, people bigint, trained bigint, overdue bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH asked AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(trainings) AS t(code text, posts text[], mandatory boolean, days integer)
    ), person AS MATERIALIZED (
        SELECT r.region_id, p.account_id, max(p.post) AS post, min(p.starts_at) AS since
        FROM officers_post p JOIN officers_region r ON r.place_id = p.place_id
        WHERE p.direct AND p.starts_at <= at AND (p.ends_at IS NULL OR p.ends_at > at)
        GROUP BY 1, 2
    )
    SELECT p.region_id, p.post, a.code, count(*), count(*) FILTER (WHERE held.now),
        count(*) FILTER (WHERE a.mandatory AND NOT held.now AND (held.ever OR p.since::date + a.days < at::date))
    FROM person p JOIN asked a ON p.post = ANY (a.posts)
    CROSS JOIN LATERAL (
        SELECT count(*) > 0 AS ever, coalesce(bool_or(f.expires_on IS NULL OR f.expires_on >= at::date), false) AS now
        FROM officers_certificate f WHERE f.account_id = p.account_id AND f.training = a.code AND f.withdrawn_at IS NULL
    ) held
    GROUP BY 1, 2, 3
$$;
REVOKE ALL ON FUNCTION officers_trained(jsonb, timestamptz) FROM PUBLIC;
"""
_OF_A_REGION = """
CREATE FUNCTION officers_region_worked(region bigint, since date, until date)
RETURNS TABLE (region_id bigint, role varchar, kind varchar, outcomes varchar[], times bigint, minutes bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT region, x.role, x.kind, x.outcomes, count(*), sum(x.minutes) FROM officers_activity x
    WHERE x.place_id IN (SELECT place_id FROM officers_region r WHERE r.region_id = region)
        AND x.withdrawn_at IS NULL AND x.day >= since AND x.day < until
        AND region IN (SELECT id FROM officers_mine() WHERE may = 'region')
    GROUP BY 2, 3, 4
$$;
REVOKE ALL ON FUNCTION officers_region_worked(bigint, date, date) FROM PUBLIC;
CREATE FUNCTION officers_region_trained(region bigint, trainings jsonb, at timestamptz)
RETURNS TABLE (region_id bigint, post text, training text, people bigint, trained bigint, overdue bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.* FROM officers_trained(trainings, at) t
    WHERE t.region_id = region AND region IN (SELECT id FROM officers_mine() WHERE may = 'region')
$$;
REVOKE ALL ON FUNCTION officers_region_trained(bigint, jsonb, timestamptz) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("officers", "0002_walls")]
    operations = [
        migrations.RunSQL(_WHERE, "DROP VIEW officers_region;"),
        migrations.RunSQL(_WORKED, "DROP FUNCTION officers_worked(date, date);"),
        migrations.RunSQL(_TRAINED, "DROP FUNCTION officers_trained(jsonb, timestamptz);"),
        migrations.RunSQL(
            _OF_A_REGION,
            "DROP FUNCTION officers_region_trained(bigint, jsonb, timestamptz);"
            "DROP FUNCTION officers_region_worked(bigint, date, date);",
        ),
    ]
