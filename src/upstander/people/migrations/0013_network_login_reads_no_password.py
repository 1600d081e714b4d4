"""Whoever captures the network's process reads no hash and no seed of staff or of a school's people, and sets none of theirs (S-levels).

The process has no right on the column of passwords: functions of the owner give it what a hash was made with, and compare. Of who is
kept elsewhere it sees the second factor for a quarter of an hour after their password was right. That quarter of an hour is counted
by the database's own clock: a time that is handed in could be made up by whoever captured the process.
"""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import upstander.people.passwords

_FORWARD = r"""
CREATE FUNCTION people_password_marked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.password IS DISTINCT FROM OLD.password THEN
        NEW.password_mark := CASE WHEN NEW.password = '' OR NEW.password LIKE '!%' THEN NULL ELSE gen_random_uuid() END;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER people_password_marked BEFORE INSERT OR UPDATE OF password ON people_account
    FOR EACH ROW EXECUTE FUNCTION people_password_marked();
UPDATE people_account SET password_mark = gen_random_uuid() WHERE password <> '' AND password NOT LIKE '!%';

CREATE FUNCTION people_kept_elsewhere(account bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM people_rolegrant WHERE account_id = account)
        OR EXISTS (SELECT FROM people_designation WHERE account_id = account)
$$;
CREATE FUNCTION people_password_frame(account bigint) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT regexp_replace(password, '[^$]+$', '') || repeat('A', length(substring(password from '[^$]+$')))
      FROM people_account WHERE id = account AND password_mark IS NOT NULL
$$;
CREATE FUNCTION people_password_proved(account bigint, computed text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM people_account WHERE id = account AND password_mark IS NOT NULL AND password = computed;
    IF NOT FOUND THEN RETURN false; END IF;
    INSERT INTO people_password_proof (account_id, at) VALUES (account, clock_timestamp())
        ON CONFLICT (account_id) DO UPDATE SET at = excluded.at;
    RETURN true;
END $$;
CREATE FUNCTION people_proved_just_now(account bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM people_password_proof WHERE account_id = account AND at > clock_timestamp() - interval '15 minutes')
$$;
CREATE FUNCTION people_authenticator_at(account bigint) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT id FROM mfa_authenticator WHERE user_id = account AND type = 'totp' LIMIT 1
$$;
REVOKE ALL ON FUNCTION people_kept_elsewhere(bigint), people_password_frame(bigint), people_password_proved(bigint, text),
    people_proved_just_now(bigint), people_authenticator_at(bigint) FROM PUBLIC;

CREATE FUNCTION people_sees_second_factor(account bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF current_user !~ '_network(_[a-z]+)?$' THEN RETURN true; END IF;
    RETURN NOT people_kept_elsewhere(account) OR people_proved_just_now(account);
END $$;
ALTER TABLE mfa_authenticator ENABLE ROW LEVEL SECURITY;
CREATE POLICY people_seen ON mfa_authenticator USING (people_sees_second_factor(user_id)) WITH CHECK (true);
"""
# As in 0012, with what the network may not touch apart.
_GUARD = r"""
CREATE OR REPLACE FUNCTION people_keep_off_staff() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF current_user !~ '_(school|network(_[a-z]+)?)$' THEN
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
    %s
    RETURN coalesce(NEW, OLD);
END $$;
"""
_DESIGNATED = r"""
    IF current_user !~ '_school$' THEN
        IF EXISTS (SELECT FROM unnest(touched) AS one WHERE people_kept_elsewhere(one)) THEN
            RAISE insufficient_privilege USING
                MESSAGE = 'permission denied: what a school''s people sign in with is kept at the school''s pages';
        END IF;
    END IF;"""
_BACKWARD = (
    _GUARD % ""
    + r"""
DROP POLICY people_seen ON mfa_authenticator;
ALTER TABLE mfa_authenticator DISABLE ROW LEVEL SECURITY;
DROP FUNCTION people_sees_second_factor(bigint);
DROP FUNCTION people_authenticator_at(bigint);
DROP FUNCTION people_proved_just_now(bigint);
DROP FUNCTION people_password_proved(bigint, text);
DROP FUNCTION people_password_frame(bigint);
DROP FUNCTION people_kept_elsewhere(bigint);
DROP TRIGGER people_password_marked ON people_account;
DROP FUNCTION people_password_marked();
"""
)


class Migration(migrations.Migration):
    dependencies = [("people", "0012_network_login_keeps_off_staff"), ("mfa", "0003_authenticator_type_uniq")]
    operations: list[Any] = [
        migrations.AddField("account", "password_mark", models.UUIDField(editable=False, null=True)),
        migrations.AlterField(
            "account", "password", upstander.people.passwords.Password(max_length=128, verbose_name="password")
        ),
        migrations.CreateModel(
            name="PasswordProof",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "people_password_proof"},
        ),
        migrations.RunSQL(_FORWARD + _GUARD % _DESIGNATED, _BACKWARD),
    ]
