"""Who sees which rows of a team.

`assessment_reach` says what a person may with a team: "report" (who keeps the students' files of its places: they tell it something,
and read nothing), "lead" (its place's administrators: the roster, no case), "member" (on the roster by a designation that lives),
"read" (a member who has signed the agreement). `assessment_shelf` says whether who is named by the request reads a shelf of a case:
a member's own shelves, and the student's record for an officer while an emergency is recorded; nothing of a case from which they are
kept, because it is about them or somebody near to them. Row-level security asks these; who is
named by nothing sees nothing. A member of a team reads, of the students of its cases, the name, so that a disclosure can be recorded;
an officer by their part on a team is locked as one by their designation is (disclosure, migration 0002).
"""

from django.db import migrations

_REACH = """
CREATE FUNCTION assessment_reach(who bigint, at timestamptz)
RETURNS TABLE (team_id uuid, may text, member_id uuid, shelves text[], officer boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH served AS (
        SELECT t.id, t.place_id AS home, p.id AS place_id FROM assessment_team t
        JOIN directory_organisation p ON p.id = t.place_id OR (p.parent_id = t.place_id AND p.kind = 'school')
    ), member AS (
        SELECT m.* FROM assessment_member m JOIN people_designation d ON d.id = m.designation_id AND d.account_id = m.account_id
        JOIN people_account a ON a.id = m.account_id AND a.is_active
        WHERE m.account_id = who AND m.ended_at IS NULL AND d.starts_at <= at AND (d.ends_at IS NULL OR d.ends_at > at)
    )
    SELECT DISTINCT s.id, 'report', NULL::uuid, '{}'::text[], false FROM served s
        JOIN disclosure_reach(who, at) r ON r.place_id = s.place_id AND r.may = 'keep'
    UNION ALL
    SELECT DISTINCT s.id, 'lead', NULL::uuid, '{}'::text[], false FROM served s
        JOIN disclosure_reach(who, at) r ON r.place_id = s.home AND r.may = 'lead'
    UNION ALL
    SELECT m.team_id, w.may, m.id, m.shelves::text[], m.officer FROM member m CROSS JOIN LATERAL (
        SELECT 'member' AS may UNION ALL SELECT 'read' WHERE EXISTS (SELECT FROM assessment_agreement g WHERE g.member_id = m.id)) w
$$;
REVOKE ALL ON FUNCTION assessment_reach(bigint, timestamptz) FROM PUBLIC;
CREATE FUNCTION assessment_mine() RETURNS TABLE (team_id uuid, may text, member_id uuid, shelves text[], officer boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM assessment_reach(
        nullif(current_setting('upstander.account', true), '')::bigint, nullif(current_setting('upstander.at', true), '')::timestamptz)
$$;
REVOKE ALL ON FUNCTION assessment_mine() FROM PUBLIC;
CREATE FUNCTION assessment_shelf(of_case uuid, shelf text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM assessment_case c JOIN assessment_mine() m ON m.team_id = c.team_id AND m.may = 'read'
        WHERE c.id = of_case AND NOT nullif(current_setting('upstander.account', true), '')::bigint = ANY (c.kept_from)
            AND (shelf = ANY (m.shelves) OR (shelf = 'education' AND m.officer AND disclosure_emergency_now(c.student_id))))
$$;
REVOKE ALL ON FUNCTION assessment_shelf(uuid, text) FROM PUBLIC;
"""
# Whom a place can put on its roster: who is designated there, in its schools or above it, and in an agency whose people stand in its
# list of contacts, or that works within it.
_CANDIDATES = """
CREATE FUNCTION assessment_candidates(place bigint)
RETURNS TABLE (designation_id bigint, account_id bigint, name text, organisation text, police boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH moment AS (SELECT nullif(current_setting('upstander.at', true), '')::timestamptz AS at),
    near AS (
        SELECT p.id FROM directory_organisation p WHERE p.id = place OR (p.parent_id = place AND p.kind = 'school')
            OR p.id = (SELECT u.parent_id FROM directory_organisation u WHERE u.id = place AND u.kind = 'school')
    )
    SELECT DISTINCT ON (d.account_id, o.id) d.id, d.account_id, a.name::text, o.name::text,
        o.kind = 'law_enforcement' OR coalesce(c.end_user_type = 'law_enforcement', false)
    FROM moment, people_designation d JOIN people_account a ON a.id = d.account_id AND a.is_active
    JOIN directory_organisation o ON o.id = d.organisation_id LEFT JOIN directory_contact c ON c.id = d.contact_id
    WHERE EXISTS (SELECT FROM disclosure_mine() r WHERE r.place_id = place AND r.may = 'lead')
        AND d.starts_at <= moment.at AND (d.ends_at IS NULL OR d.ends_at > moment.at)
        AND (o.id IN (SELECT id FROM near) OR d.within_id IN (SELECT id FROM near)
            OR (d.within_id IS NULL AND o.kind IN ('law_enforcement', 'mental_health', 'region') AND EXISTS (
                SELECT FROM directory_contact l WHERE l.organisation_id = o.id AND l.ended_on IS NULL
                    AND l.listed_for_id IN (SELECT id FROM near))))
    ORDER BY d.account_id, o.id, d.kind DESC
$$;
REVOKE ALL ON FUNCTION assessment_candidates(bigint) FROM PUBLIC;
"""
_LOCK = """
CREATE FUNCTION assessment_officers_lock() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.walled OR NEW.record IN ('education', 'health', 'mental')) AND NEW.emergency_id IS NULL
            AND EXISTS (SELECT FROM assessment_reach(NEW.made_by, NEW.made_at) WHERE officer) THEN
        RAISE check_violation USING MESSAGE = 'an officer passes on such a record only in an emergency that was recorded before';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assessment_officer_locked BEFORE INSERT ON disclosure_disclosure
    FOR EACH ROW EXECUTE FUNCTION assessment_officers_lock();
"""
_STUDENTS = """
CREATE POLICY assessment_student_seen ON disclosure_student FOR SELECT
    USING (id IN (SELECT c.student_id FROM assessment_case c));
CREATE POLICY assessment_student_new ON disclosure_student FOR INSERT WITH CHECK (
    made_by = nullif(current_setting('upstander.account', true), '')::bigint AND place_id IN (
        SELECT p.id FROM assessment_team t JOIN assessment_mine() m ON m.team_id = t.id AND m.may = 'read'
        JOIN directory_organisation p ON p.id = t.place_id OR (p.parent_id = t.place_id AND p.kind = 'school')));
CREATE POLICY assessment_emergency_seen ON disclosure_emergency FOR SELECT
    USING (student_id IN (SELECT c.student_id FROM assessment_case c));
"""
_ME = "nullif(current_setting('upstander.account', true), '')::bigint"
_TEAM = "team_id IN (SELECT m.team_id FROM assessment_mine() m WHERE m.may IN ({}))"
_ANY = _TEAM.format("'report', 'lead', 'member', 'read'")
_LED, _READ, _TELLS = _TEAM.format("'lead'"), _TEAM.format("'read'"), _TEAM.format("'report', 'read'")
_PLACE_LED = "place_id IN (SELECT r.place_id FROM disclosure_mine() r WHERE r.may = 'lead')"
_TEAM_SEEN = "id IN (SELECT m.team_id FROM assessment_mine() m)"
_IN_CASE = "case_id IN (SELECT c.id FROM assessment_case c)"
_OWN = f"made_by = {_ME}"
_NOT_KEPT = f"NOT {_ME} = ANY (kept_from)"
_SHELF = "assessment_shelf(case_id, shelf)"
_SIGNER = "member_id IN (SELECT m.member_id FROM assessment_mine() m WHERE m.may = 'member')"
_NAMED = """(designation_id IS NULL OR (designation_id, account_id) IN (SELECT c.designation_id, c.account_id
    FROM assessment_team t CROSS JOIN LATERAL assessment_candidates(t.place_id) c WHERE t.id = team_id))"""
# table: who reads, who adds, who changes (empty: nobody)
_TABLES = {
    "team": (f"{_TEAM_SEEN} OR {_PLACE_LED}", f"{_OWN} AND {_PLACE_LED}", _PLACE_LED),
    "member": (_ANY, f"{_OWN} AND {_LED} AND {_NAMED}", _LED),
    "agreement": ("member_id IN (SELECT m.id FROM assessment_member m)", _SIGNER, ""),
    "case": (f"{_READ} AND {_NOT_KEPT}", f"opened_by = {_ME} AND {_TELLS}", f"{_READ} AND {_NOT_KEPT}"),
    "entry": (_SHELF, f"{_OWN} AND {_SHELF}", f"{_OWN} AND {_SHELF}"),
    "step": (_IN_CASE, f"{_OWN} AND {_IN_CASE}", ""),
    "level": (_IN_CASE, f"{_OWN} AND {_IN_CASE}", ""),
    "item": (_IN_CASE, f"{_OWN} AND {_IN_CASE}", _IN_CASE),
}


def _policies() -> str:
    found = []
    for name, (reads, adds, changes) in _TABLES.items():
        table = f"assessment_{name}"
        found += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
            f"CREATE POLICY {table}_seen ON {table} FOR SELECT USING ({reads});",
            f"CREATE POLICY {table}_new ON {table} FOR INSERT WITH CHECK ({adds});",
        ]
        if changes:
            found.append(f"CREATE POLICY {table}_changed ON {table} FOR UPDATE USING ({changes}) WITH CHECK ({changes});")
    return "\n".join(found)


def _dropped() -> str:
    found = []
    for name in _TABLES:
        table = f"assessment_{name}"
        found += [f"DROP POLICY IF EXISTS {table}_{which} ON {table};" for which in ("seen", "new", "changed")]
        found.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(found)


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_initial"), ("disclosure", "0002_walls")]
    operations = [
        migrations.RunSQL(
            _REACH,
            "DROP FUNCTION assessment_shelf(uuid, text); DROP FUNCTION assessment_mine();"
            "DROP FUNCTION assessment_reach(bigint, timestamptz);",
        ),
        migrations.RunSQL(_CANDIDATES, "DROP FUNCTION assessment_candidates(bigint);"),
        migrations.RunSQL(
            _LOCK, "DROP TRIGGER assessment_officer_locked ON disclosure_disclosure; DROP FUNCTION assessment_officers_lock();"
        ),
        migrations.RunSQL(_policies(), _dropped()),
        migrations.RunSQL(
            _STUDENTS,
            "DROP POLICY assessment_emergency_seen ON disclosure_emergency;"
            "DROP POLICY assessment_student_new ON disclosure_student; DROP POLICY assessment_student_seen ON disclosure_student;",
        ),
    ]
