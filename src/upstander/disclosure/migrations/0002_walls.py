"""Who sees which rows, and the officer's lock.

`disclosure_reach` says what a person may, by live designations: "keep" the files of a school's students (who works for the school or
its district, and not for the police), "lead" (its administrators), "officer" (works for the police). Row-level security asks it of
whoever the request names (`upstander.account`, `upstander.at`); who is named by nothing sees nothing. The lock is a trigger, for
whatever is written by whatever way: an officer passes a walled record on only in an emergency that was recorded before, for the same
student, with all four factors (34 CFR 99.33, 99.36; 105 ILCS 10/6(a)(7)).
"""

# ruff: noqa: S608 - constants only
from django.db import migrations

_REACH = """
CREATE FUNCTION disclosure_reach(who bigint, at timestamptz) RETURNS TABLE (place_id bigint, may text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH held AS (
        SELECT d.organisation_id, d.kind AS why, o.kind,
            o.kind = 'law_enforcement' OR coalesce(c.end_user_type = 'law_enforcement', false) AS officer
        FROM people_designation d JOIN people_account a ON a.id = d.account_id AND a.is_active
        JOIN directory_organisation o ON o.id = d.organisation_id LEFT JOIN directory_contact c ON c.id = d.contact_id
        WHERE d.account_id = who AND d.starts_at <= at AND (d.ends_at IS NULL OR d.ends_at > at)
    )
    SELECT p.id, m.may FROM held h
        JOIN directory_organisation p ON p.id = h.organisation_id OR (p.parent_id = h.organisation_id AND p.kind = 'school')
        CROSS JOIN LATERAL (SELECT 'keep' AS may UNION ALL SELECT 'lead' WHERE h.why = 'administrator') m
        WHERE h.kind IN ('school', 'district', 'system') AND p.retired_on IS NULL AND NOT h.officer
    UNION
    SELECT NULL, 'officer' FROM held h WHERE h.officer
$$;
REVOKE ALL ON FUNCTION disclosure_reach(bigint, timestamptz) FROM PUBLIC;
CREATE FUNCTION disclosure_mine() RETURNS TABLE (place_id bigint, may text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM disclosure_reach(
        nullif(current_setting('upstander.account', true), '')::bigint, nullif(current_setting('upstander.at', true), '')::timestamptz)
$$;
REVOKE ALL ON FUNCTION disclosure_mine() FROM PUBLIC;
CREATE FUNCTION disclosure_emergency_now(student uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM disclosure_emergency e WHERE e.student_id = student AND e.ended_at IS NULL
        AND e.at <= nullif(current_setting('upstander.at', true), '')::timestamptz)
$$;
REVOKE ALL ON FUNCTION disclosure_emergency_now(uuid) FROM PUBLIC;
"""
_LOCK = """
CREATE FUNCTION disclosure_whole_emergency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (NEW.factors::text[] @> ARRAY['seriousness', 'need', 'able', 'time']) THEN
        RAISE check_violation USING MESSAGE = 'an emergency is recorded with all four factors';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disclosure_emergency_whole BEFORE INSERT OR UPDATE OF factors ON disclosure_emergency
    FOR EACH ROW EXECUTE FUNCTION disclosure_whole_emergency();
CREATE FUNCTION disclosure_officers_lock() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.emergency_id IS NOT NULL AND NOT EXISTS (SELECT FROM disclosure_emergency e
            WHERE e.id = NEW.emergency_id AND e.student_id = NEW.student_id AND e.at <= NEW.at) THEN
        RAISE check_violation USING MESSAGE = 'a disclosure rests on an emergency of the same student, recorded before it';
    END IF;
    IF (NEW.walled OR NEW.record IN ('education', 'health', 'mental')) AND NEW.emergency_id IS NULL
            AND EXISTS (SELECT FROM disclosure_reach(NEW.made_by, NEW.made_at) WHERE may = 'officer') THEN
        RAISE check_violation USING MESSAGE = 'an officer passes on such a record only in an emergency that was recorded before';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disclosure_officer_locked BEFORE INSERT ON disclosure_disclosure
    FOR EACH ROW EXECUTE FUNCTION disclosure_officers_lock();
"""
_ME = "nullif(current_setting('upstander.account', true), '')::bigint"
_HERE = "place_id IN (SELECT m.place_id FROM disclosure_mine() m WHERE m.may = 'keep')"
_OF_MINE = f"student_id IN (SELECT s.id FROM disclosure_student s WHERE s.{_HERE})"
_SEEN = "student_id IN (SELECT s.id FROM disclosure_student s)"
_OWN = f"made_by = {_ME}"
# table: who reads, who adds, who changes
_TABLES = {
    "student": (_HERE, f"{_OWN} AND {_HERE}", _HERE),
    "emergency": (_OF_MINE, f"{_OWN} AND {_OF_MINE}", _OF_MINE),
    "disclosure": (f"{_OF_MINE} OR {_OWN}", f"{_OWN} AND {_SEEN}", _OF_MINE),
}


def _policies() -> str:
    found = []
    for name, (reads, adds, changes) in _TABLES.items():
        table = f"disclosure_{name}"
        found += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
            f"CREATE POLICY {table}_seen ON {table} FOR SELECT USING ({reads});",
            f"CREATE POLICY {table}_new ON {table} FOR INSERT WITH CHECK ({adds});",
            f"CREATE POLICY {table}_changed ON {table} FOR UPDATE USING ({changes}) WITH CHECK ({changes});",
        ]
    return "\n".join(found)


def _dropped() -> str:
    found = []
    for name in _TABLES:
        table = f"disclosure_{name}"
        found += [f"DROP POLICY {table}_{which} ON {table};" for which in ("seen", "new", "changed")]
        found.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(found)


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0001_initial"), ("people", "0013_network_login_reads_no_password")]
    operations = [
        migrations.RunSQL(
            _REACH,
            "DROP FUNCTION disclosure_emergency_now(uuid); DROP FUNCTION disclosure_mine();"
            "DROP FUNCTION disclosure_reach(bigint, timestamptz);",
        ),
        migrations.RunSQL(
            _LOCK,
            "DROP TRIGGER disclosure_officer_locked ON disclosure_disclosure; DROP FUNCTION disclosure_officers_lock();"
            "DROP TRIGGER disclosure_emergency_whole ON disclosure_emergency; DROP FUNCTION disclosure_whole_emergency();",
        ),
        migrations.RunSQL(_policies(), _dropped()),
    ]
