"""Who sees which rows.

`preparedness_mine` says what whoever the request names (`upstander.account`, `upstander.at`) may at which place, from live
designations: "keep" (the school's own people and its district's), "region" (the regional office: what was done, not what it says),
"above" (a school looks at what its board did for it). Row-level security asks it; who is named by nothing sees nothing.
"""

from django.db import migrations

_MINE = """
CREATE FUNCTION preparedness_mine() RETURNS TABLE (id bigint, may text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH asked AS (
        SELECT nullif(current_setting('upstander.account', true), '')::bigint AS who,
            nullif(current_setting('upstander.at', true), '')::timestamptz AS at
    ), held AS (
        SELECT d.organisation_id, d.within_id, o.kind FROM asked
        JOIN people_designation d ON d.account_id = asked.who AND d.starts_at <= asked.at
            AND (d.ends_at IS NULL OR d.ends_at > asked.at)
        JOIN people_account a ON a.id = d.account_id AND a.is_active
        JOIN directory_organisation o ON o.id = d.organisation_id
    ), kept AS (
        SELECT p.id, p.parent_id FROM held h JOIN directory_organisation p
            ON p.id = h.organisation_id OR (p.parent_id = h.organisation_id AND h.kind IN ('district', 'system'))
        WHERE h.kind IN ('school', 'district', 'system') AND p.kind IN ('school', 'district', 'system') AND p.retired_on IS NULL
            AND (h.within_id IS NULL OR h.within_id IN (p.id, p.parent_id))
    )
    SELECT kept.id, 'keep' FROM kept
    UNION
    SELECT p.id, 'region' FROM held h JOIN directory_organisation p ON p.kind IN ('school', 'district', 'system')
        LEFT JOIN directory_organisation u ON u.id = p.parent_id LEFT JOIN directory_county c ON c.id = p.county_id
        WHERE h.kind = 'region' AND p.retired_on IS NULL AND h.within_id IS NULL
            AND h.organisation_id = coalesce(p.region_id, u.region_id, c.region_id, u.parent_id, p.parent_id)
    UNION
    SELECT u.id, 'above' FROM kept JOIN directory_organisation u ON u.id = kept.parent_id AND u.kind IN ('district', 'system')
$$;
REVOKE ALL ON FUNCTION preparedness_mine() FROM PUBLIC;
"""
_SEEN = "place_id IN (SELECT id FROM preparedness_mine())"
_KEPT = "place_id IN (SELECT id FROM preparedness_mine() WHERE may = 'keep')"
_TABLES = ("binder", "drill", "firedates")


def _policies() -> str:
    found = []
    for name in _TABLES:
        table = f"preparedness_{name}"
        found += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
            f"CREATE POLICY {table}_seen ON {table} FOR SELECT USING ({_SEEN});",
            f"CREATE POLICY {table}_new ON {table} FOR INSERT WITH CHECK ({_KEPT});",
            f"CREATE POLICY {table}_changed ON {table} FOR UPDATE USING ({_KEPT}) WITH CHECK ({_KEPT});",
        ]
    return "\n".join(found)


def _dropped() -> str:
    found = []
    for name in _TABLES:
        table = f"preparedness_{name}"
        found += [f"DROP POLICY IF EXISTS {table}_{which} ON {table};" for which in ("seen", "new", "changed")]
        found.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(found)


class Migration(migrations.Migration):
    dependencies = [("preparedness", "0001_initial"), ("people", "0013_network_login_reads_no_password")]
    operations = [
        migrations.RunSQL(_MINE, "DROP FUNCTION preparedness_mine();"),
        migrations.RunSQL(_policies(), _dropped()),
    ]
