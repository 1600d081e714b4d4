"""Who sees which rows.

`officers_post` is who works where, by live designations: an agency's person works where the designation is narrowed to, where their
entry as a contact is listed, and where an agreement names the agency. `officers_reach` says what a person may: "work" (at a place),
"lead" (a place, as its administrator or its district's), "agency" (an agency, as its administrator), "region" (a regional office of
education: its counts, migration 0003, and no row). `officers_people` says whose training a person answers for. Row-level security asks
them of whoever the request names (`upstander.account`, `upstander.at`); who is named by nothing sees nothing.
"""

# ruff: noqa: S608 - constants only
from django.db import migrations

_POST = """
CREATE VIEW officers_post AS
    WITH held AS NOT MATERIALIZED (
        SELECT d.account_id, d.organisation_id, d.kind AS why, d.within_id, d.contact_id, d.starts_at, d.ends_at, o.kind
        FROM people_designation d JOIN people_account a ON a.id = d.account_id AND a.is_active
        JOIN directory_organisation o ON o.id = d.organisation_id
    ), base AS NOT MATERIALIZED (
        SELECT h.account_id, coalesce(h.within_id, h.organisation_id) AS place_id, h.starts_at, h.ends_at, NULL::bigint AS agency_id,
            CASE WHEN h.why = 'end_user' AND c.end_user_type = 'law_enforcement' THEN 'officer' ELSE 'administrator' END AS post
        FROM held h LEFT JOIN directory_contact c ON c.id = h.contact_id
        WHERE h.kind IN ('school', 'district', 'system')
        UNION
        SELECT h.account_id, p.place_id, h.starts_at, h.ends_at, h.organisation_id, 'officer'
        FROM held h CROSS JOIN LATERAL (
            SELECT h.within_id AS place_id WHERE h.within_id IS NOT NULL
            UNION SELECT c.listed_for_id FROM directory_contact c
                WHERE c.id = h.contact_id AND h.within_id IS NULL AND c.ended_on IS NULL
            UNION SELECT g.place_id FROM officers_agreement g
                WHERE g.agency_id = h.organisation_id AND h.within_id IS NULL AND g.ended_at IS NULL
        ) p
        WHERE h.kind = 'law_enforcement' AND h.why = 'end_user'
    )
    SELECT b.account_id, p.id AS place_id, p.kind AS place_kind, b.agency_id, b.post, b.starts_at, b.ends_at,
        p.id = b.place_id AS direct
    FROM base b JOIN directory_organisation p ON p.id = b.place_id OR p.parent_id = b.place_id
    WHERE p.kind IN ('school', 'district', 'system') AND p.retired_on IS NULL;
"""
_REACH = """
CREATE FUNCTION officers_reach(who bigint, at timestamptz) RETURNS TABLE (id bigint, may text, agency bigint, post text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT place_id, 'work', agency_id, post FROM officers_post
        WHERE account_id = who AND starts_at <= at AND (ends_at IS NULL OR ends_at > at)
    UNION
    SELECT p.id, 'lead', NULL, '' FROM people_designation d JOIN people_account a ON a.id = d.account_id AND a.is_active
        JOIN directory_organisation o ON o.id = d.organisation_id AND o.kind IN ('school', 'district', 'system')
        JOIN directory_organisation p ON p.id = o.id OR (p.parent_id = o.id AND p.kind = 'school' AND o.kind <> 'school')
        WHERE d.account_id = who AND d.kind = 'administrator' AND d.starts_at <= at AND (d.ends_at IS NULL OR d.ends_at > at)
    UNION
    SELECT o.id, 'region', NULL, '' FROM people_designation d JOIN people_account a ON a.id = d.account_id AND a.is_active
        JOIN directory_organisation o ON o.id = d.organisation_id AND o.kind = 'region'
        WHERE d.account_id = who AND d.starts_at <= at AND (d.ends_at IS NULL OR d.ends_at > at)
    UNION
    SELECT o.id, 'agency', NULL, '' FROM people_designation d JOIN people_account a ON a.id = d.account_id AND a.is_active
        JOIN directory_organisation o ON o.id = d.organisation_id AND o.kind = 'law_enforcement'
        WHERE d.account_id = who AND d.kind = 'administrator' AND d.starts_at <= at AND (d.ends_at IS NULL OR d.ends_at > at)
$$;
REVOKE ALL ON FUNCTION officers_reach(bigint, timestamptz) FROM PUBLIC;
CREATE FUNCTION officers_mine() RETURNS TABLE (id bigint, may text, agency bigint, post text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM officers_reach(
        nullif(current_setting('upstander.account', true), '')::bigint, nullif(current_setting('upstander.at', true), '')::timestamptz)
$$;
REVOKE ALL ON FUNCTION officers_mine() FROM PUBLIC;
CREATE FUNCTION officers_people(who bigint, at timestamptz)
RETURNS TABLE (scope_id bigint, account_id bigint, post text, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT scope_id, account_id, max(post), min(starts_at) FROM (
        SELECT r.id AS scope_id, p.account_id, p.post, p.starts_at FROM officers_reach(who, at) r JOIN officers_post p
            ON p.place_id = r.id
            WHERE r.may = 'lead' AND p.starts_at <= at AND (p.ends_at IS NULL OR p.ends_at > at)
        UNION ALL
        SELECT u.id, p.account_id, p.post, p.starts_at FROM officers_reach(who, at) u
            JOIN directory_organisation s ON s.parent_id = u.id AND s.kind = 'school'
            JOIN officers_post p ON p.place_id = s.id
            WHERE u.may = 'lead' AND p.starts_at <= at AND (p.ends_at IS NULL OR p.ends_at > at)
        UNION ALL
        SELECT r.id, d.account_id, 'officer', d.starts_at FROM officers_reach(who, at) r
            JOIN people_designation d ON d.organisation_id = r.id AND d.kind = 'end_user'
            JOIN people_account a ON a.id = d.account_id AND a.is_active
            WHERE r.may = 'agency' AND d.starts_at <= at AND (d.ends_at IS NULL OR d.ends_at > at)
    ) x GROUP BY 1, 2
$$;
REVOKE ALL ON FUNCTION officers_people(bigint, timestamptz) FROM PUBLIC;
CREATE FUNCTION officers_theirs() RETURNS TABLE (scope_id bigint, account_id bigint, post text, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM officers_people(
        nullif(current_setting('upstander.account', true), '')::bigint, nullif(current_setting('upstander.at', true), '')::timestamptz)
$$;
REVOKE ALL ON FUNCTION officers_theirs() FROM PUBLIC;
"""
_ME = "nullif(current_setting('upstander.account', true), '')::bigint"
_OWN = f"account_id = {_ME}"
_ANY = "EXISTS (SELECT FROM officers_mine())"
_HERE = "place_id IN (SELECT id FROM officers_mine() WHERE may = {})"
_LED = _HERE.format("'lead'")
_WORK = _HERE.format("'work'")
_AGENCY = "agency_id IN (SELECT id FROM officers_mine() WHERE may = 'agency')"
_SEES = f"{_OWN} AND {_WORK} OR {_LED} OR {_AGENCY}"
_PAPER_SEEN = "certificate_id IN (SELECT id FROM officers_certificate) OR agreement_id IN (SELECT id FROM officers_agreement)"
_PAPER_OWN = (
    f"certificate_id IN (SELECT id FROM officers_certificate WHERE {_OWN})"
    f" OR agreement_id IN (SELECT id FROM officers_agreement WHERE {_LED})"
)
_TRAINS = f"{_OWN} AND {_ANY}"
# table: who reads, who adds, who changes (the empty word: nobody)
_TABLES = {
    "activity": (_SEES, f"{_OWN} AND {_WORK}", f"{_OWN} AND {_WORK}"),
    "note": (f"{_OWN} AND activity_id IN (SELECT id FROM officers_activity)",) * 2 + ("",),
    "certificate": (
        f"{_TRAINS} OR account_id IN (SELECT account_id FROM officers_theirs())",
        _TRAINS,
        _TRAINS,
    ),
    "agreement": (f"{_LED} OR {_WORK} OR {_AGENCY}", _LED, _LED),
    "paper": (_PAPER_SEEN, _PAPER_OWN, ""),
}


def _policies() -> str:
    found = []
    for name, (reads, adds, changes) in _TABLES.items():
        table = f"officers_{name}"
        found += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
            f"CREATE POLICY {table}_seen ON {table} FOR SELECT USING ({reads});",
            f"CREATE POLICY {table}_new ON {table} FOR INSERT WITH CHECK ({adds});",
        ]
        if changes:
            found.append(
                f"CREATE POLICY {table}_changed ON {table} FOR UPDATE USING ({changes}) WITH CHECK ({changes});"
            )
    # Who mails sees, of the columns that its grants name, all rows: when a certificate ends, and whose it is.
    found.append(
        "CREATE POLICY officers_certificate_mails ON officers_certificate FOR SELECT"
        " USING (right(current_user, 7) = '_worker' OR right(current_user, 6) = '_relay');"
    )
    return "\n".join(found)


def _dropped() -> str:
    found = ["DROP POLICY officers_certificate_mails ON officers_certificate;"]
    for name in _TABLES:
        table = f"officers_{name}"
        found += [
            f"DROP POLICY IF EXISTS {table}_{which} ON {table};" for which in ("seen", "new", "changed")
        ]
        found.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(found)


class Migration(migrations.Migration):
    dependencies = [("officers", "0001_initial"), ("people", "0013_network_login_reads_no_password")]
    operations = [
        migrations.RunSQL(_POST, "DROP VIEW officers_post;"),
        migrations.RunSQL(
            _REACH,
            "DROP FUNCTION officers_theirs(); DROP FUNCTION officers_people(bigint, timestamptz);"
            "DROP FUNCTION officers_mine(); DROP FUNCTION officers_reach(bigint, timestamptz);",
        ),
        migrations.RunSQL(_policies(), _dropped()),
    ]
