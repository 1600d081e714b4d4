"""What the school origin's login may not do to staff (migration 0004), the network's may not either, whatever level it plays."""

from django.db import migrations

_GUARD = r"""
CREATE OR REPLACE FUNCTION people_keep_off_staff() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF NOT (%s) THEN
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
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0011_network_session")]
    operations = [
        migrations.RunSQL(
            _GUARD % r"current_user ~ '_(school|network(_[a-z]+)?)$'", _GUARD % "right(current_user, 7) = '_school'"
        )
    ]
