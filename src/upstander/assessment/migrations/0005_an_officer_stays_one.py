"""An officer stays one, whichever designation they are put on a roster by, and reads no student's record by way of a hand-over.

Who works for the police where the team is (`disclosure_police`), by any designation that lives, now or since, reads of a case the shelves of their part without the
student's record and without health; the lock and the emergency hold for them as for who is on the team as an officer. What a
hand-over gives is of the student's record: it is offered, read and taken by who reads that shelf.
"""

from django.db import migrations

_REACH = """
CREATE OR REPLACE FUNCTION assessment_reach(who bigint, at timestamptz)
RETURNS TABLE (team_id uuid, may text, member_id uuid, shelves text[], officer boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH held AS MATERIALIZED (SELECT r.place_id, r.may FROM disclosure_reach(who, at) r),
    served AS (
        SELECT t.id, t.place_id AS home, p.id AS place_id FROM assessment_team t
        JOIN directory_organisation p ON p.id = t.place_id OR (p.parent_id = t.place_id AND p.kind = 'school')
    ), member AS (
        SELECT m.id, m.team_id, m.officer OR w.police AS officer,
            CASE WHEN w.police AND NOT m.officer THEN array_remove(array_remove(m.shelves::text[], 'education'), 'care')
                ELSE m.shelves::text[] END AS shelves
        FROM assessment_member m JOIN people_designation d ON d.id = m.designation_id AND d.account_id = m.account_id
        JOIN people_account a ON a.id = m.account_id AND a.is_active
        JOIN assessment_team t ON t.id = m.team_id
        CROSS JOIN LATERAL (SELECT disclosure_police(who, at, t.place_id) AS police) w
        WHERE m.account_id = who AND m.ended_at IS NULL AND d.starts_at <= at AND (d.ends_at IS NULL OR d.ends_at > at)
    )
    SELECT DISTINCT s.id, 'report', NULL::uuid, '{}'::text[], false FROM served s
        JOIN held r ON r.place_id = s.place_id AND r.may = 'keep'
    UNION ALL
    SELECT DISTINCT s.id, 'lead', NULL::uuid, '{}'::text[], false FROM served s
        JOIN held r ON r.place_id = s.home AND r.may = 'lead'
    UNION ALL
    SELECT m.team_id, w.may, m.id, m.shelves, m.officer FROM member m CROSS JOIN LATERAL (
        SELECT 'member' AS may UNION ALL SELECT 'read' WHERE EXISTS (SELECT FROM assessment_agreement g WHERE g.member_id = m.id)) w
$$;
"""
_CANDIDATES = """
CREATE OR REPLACE FUNCTION assessment_candidates(place bigint)
RETURNS TABLE (designation_id bigint, account_id bigint, name text, organisation text, police boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH moment AS (SELECT nullif(current_setting('upstander.at', true), '')::timestamptz AS at),
    near AS (
        SELECT p.id FROM directory_organisation p WHERE p.id = place OR (p.parent_id = place AND p.kind = 'school')
            OR p.id = (SELECT u.parent_id FROM directory_organisation u WHERE u.id = place AND u.kind = 'school')
    )
    SELECT DISTINCT ON (d.account_id, o.id) d.id, d.account_id, a.name::text, o.name::text,
        disclosure_police(d.account_id, moment.at, place)
    FROM moment, people_designation d JOIN people_account a ON a.id = d.account_id AND a.is_active
    JOIN directory_organisation o ON o.id = d.organisation_id
    WHERE EXISTS (SELECT FROM disclosure_mine() r WHERE r.place_id = place AND r.may = 'lead')
        AND d.starts_at <= moment.at AND (d.ends_at IS NULL OR d.ends_at > moment.at)
        AND (o.id IN (SELECT id FROM near) OR d.within_id IN (SELECT id FROM near)
            OR (d.within_id IS NULL AND o.kind IN ('law_enforcement', 'mental_health', 'region') AND EXISTS (
                SELECT FROM directory_contact l WHERE l.organisation_id = o.id AND l.ended_on IS NULL
                    AND l.listed_for_id IN (SELECT id FROM near))))
    ORDER BY d.account_id, o.id, d.kind DESC
$$;
"""
_EMERGENCY = """
CREATE FUNCTION assessment_no_officers_emergency() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM assessment_reach(NEW.made_by, NEW.at) WHERE officer) THEN
        RAISE check_violation USING MESSAGE = 'an emergency is recorded by somebody of the school who is no officer';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assessment_emergency_of_the_school BEFORE INSERT ON disclosure_emergency
    FOR EACH ROW EXECUTE FUNCTION assessment_no_officers_emergency();
"""
_ME = "nullif(current_setting('upstander.account', true), '')::bigint"
_OURS = "assessment_shelf(case_id, 'education')"
_OFFERED = """to_team_id IN (SELECT m.team_id FROM assessment_mine() m WHERE m.may = 'read' AND 'education' = ANY (m.shelves))
    AND withdrawn_at IS NULL"""
_DROPPED = "".join(
    f"DROP POLICY assessment_handover_{one} ON assessment_handover;" for one in ("taken", "back", "new", "seen")
)


def _walls(ours: str, offered: str) -> str:
    return f"""{_DROPPED}
CREATE POLICY assessment_handover_seen ON assessment_handover FOR SELECT USING ({ours} OR {offered});
CREATE POLICY assessment_handover_new ON assessment_handover FOR INSERT WITH CHECK (
    made_by = {_ME} AND accepted_at IS NULL AND {ours});
CREATE POLICY assessment_handover_back ON assessment_handover FOR UPDATE USING ({ours}) WITH CHECK (accepted_at IS NULL AND {ours});
CREATE POLICY assessment_handover_taken ON assessment_handover FOR UPDATE USING ({offered})
    WITH CHECK (accepted_by = {_ME} AND {offered});
"""


class Migration(migrations.Migration):
    dependencies = [("assessment", "0004_hand_over_walls"), ("disclosure", "0003_an_officer_records_no_emergency")]
    operations = [
        migrations.RunSQL(_REACH, migrations.RunSQL.noop),  # (stricter functions of the same names may stay)
        migrations.RunSQL(_CANDIDATES, migrations.RunSQL.noop),
        migrations.RunSQL(
            _EMERGENCY,
            "DROP TRIGGER assessment_emergency_of_the_school ON disclosure_emergency;"
            "DROP FUNCTION assessment_no_officers_emergency();",
        ),
        migrations.RunSQL(
            _walls(_OURS, _OFFERED),
            _walls(
                "case_id IN (SELECT c.id FROM assessment_case c)",
                "to_team_id IN (SELECT m.team_id FROM assessment_mine() m WHERE m.may = 'read') AND withdrawn_at IS NULL",
            ),
        ),
    ]
