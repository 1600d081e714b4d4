"""The school origin's login cannot make itself staff: whoever captures it must not get into the desk.

It may set passwords and second factors, but not of an account that holds or held a role; rights on columns cannot say that, so the
database asks for each row. Recording a sign-in (last_login, a used code) stays possible.
"""

from django.db import migrations

_FORWARD = """
CREATE FUNCTION people_keep_off_staff() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF right(current_user, 7) <> '_school' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_TABLE_NAME = 'people_account' THEN
        IF NEW.password = OLD.password THEN RETURN NEW; END IF;
        touched := ARRAY[OLD.id];
    ELSIF TG_TABLE_NAME = 'people_invitation' THEN
        touched := ARRAY[NEW.account_id];
    ELSIF TG_OP = 'INSERT' THEN
        touched := ARRAY[NEW.user_id];
    ELSIF TG_OP = 'DELETE' THEN
        touched := ARRAY[OLD.user_id];
    ELSE
        IF NEW.user_id = OLD.user_id AND NEW.type = OLD.type
            AND NEW.data::jsonb - '{last_counter,used_mask}'::text[] = OLD.data::jsonb - '{last_counter,used_mask}'::text[]
        THEN RETURN NEW; END IF;
        touched := ARRAY[OLD.user_id, NEW.user_id];
    END IF;
    IF EXISTS (SELECT FROM people_rolegrant WHERE account_id = ANY(touched)) THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied: what staff sign in with is kept at the desk';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER people_keep_off_staff BEFORE UPDATE OF password ON people_account
    FOR EACH ROW EXECUTE FUNCTION people_keep_off_staff();
CREATE TRIGGER people_keep_off_staff BEFORE INSERT OR UPDATE OF account_id, digest ON people_invitation
    FOR EACH ROW EXECUTE FUNCTION people_keep_off_staff();
CREATE TRIGGER people_keep_off_staff BEFORE INSERT OR UPDATE OR DELETE ON mfa_authenticator
    FOR EACH ROW EXECUTE FUNCTION people_keep_off_staff();
"""
_BACKWARD = """
DROP TRIGGER people_keep_off_staff ON mfa_authenticator;
DROP TRIGGER people_keep_off_staff ON people_invitation;
DROP TRIGGER people_keep_off_staff ON people_account;
DROP FUNCTION people_keep_off_staff();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0003_designation_within"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
