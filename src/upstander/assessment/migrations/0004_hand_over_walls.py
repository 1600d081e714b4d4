"""A hand-over between two teams: who offers it reads it, and who is offered it; taken over, the old case is closed by the same stroke.

Members read, of other districts' teams, that there is one, so that they can offer it something. The team that is offered a hand-over
reads of the other nothing but the hand-over itself.
"""

from django.db import migrations

_TEAMS = """
CREATE FUNCTION assessment_elsewhere() RETURNS TABLE (team_id uuid, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.id, o.name::text FROM assessment_team t JOIN directory_organisation o ON o.id = t.place_id
    WHERE EXISTS (SELECT FROM assessment_mine() m WHERE m.may = 'read')
        AND t.id NOT IN (SELECT m.team_id FROM assessment_mine() m WHERE m.may = 'read')
$$;
REVOKE ALL ON FUNCTION assessment_elsewhere() FROM PUBLIC;
"""
_TAKEN = """
CREATE FUNCTION assessment_taken_over() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.withdrawn_at IS NOT NULL OR OLD.accepted_at IS NOT NULL THEN
        RAISE check_violation USING MESSAGE = 'a hand-over ends once';
    END IF;
    IF NEW.accepted_at IS NOT NULL THEN
        UPDATE assessment_case SET closed_at = NEW.accepted_at, closed_by = NEW.made_by, closing = 'moved', review_on = NULL
            WHERE id = NEW.case_id AND closed_at IS NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assessment_hand_over_ends BEFORE UPDATE ON assessment_handover
    FOR EACH ROW EXECUTE FUNCTION assessment_taken_over();
"""
_ME = "nullif(current_setting('upstander.account', true), '')::bigint"
_OURS = "case_id IN (SELECT c.id FROM assessment_case c)"
_OFFERED = "to_team_id IN (SELECT m.team_id FROM assessment_mine() m WHERE m.may = 'read') AND withdrawn_at IS NULL"
_WALLS = f"""
ALTER TABLE assessment_handover ENABLE ROW LEVEL SECURITY;
CREATE POLICY assessment_handover_seen ON assessment_handover FOR SELECT USING ({_OURS} OR {_OFFERED});
CREATE POLICY assessment_handover_new ON assessment_handover FOR INSERT WITH CHECK (
    made_by = {_ME} AND accepted_at IS NULL AND {_OURS});
CREATE POLICY assessment_handover_back ON assessment_handover FOR UPDATE USING ({_OURS}) WITH CHECK (accepted_at IS NULL AND {_OURS});
CREATE POLICY assessment_handover_taken ON assessment_handover FOR UPDATE USING ({_OFFERED})
    WITH CHECK (accepted_by = {_ME} AND {_OFFERED});
"""


class Migration(migrations.Migration):
    dependencies = [("assessment", "0003_hand_over")]
    operations = [
        migrations.RunSQL(_TEAMS, "DROP FUNCTION assessment_elsewhere();"),
        migrations.RunSQL(
            _TAKEN, "DROP TRIGGER assessment_hand_over_ends ON assessment_handover; DROP FUNCTION assessment_taken_over();"
        ),
        migrations.RunSQL(
            _WALLS,
            "DROP POLICY assessment_handover_taken ON assessment_handover; DROP POLICY assessment_handover_back ON assessment_handover;"
            "DROP POLICY assessment_handover_new ON assessment_handover; DROP POLICY assessment_handover_seen ON assessment_handover;"
            "ALTER TABLE assessment_handover DISABLE ROW LEVEL SECURITY;",
        ),
    ]
