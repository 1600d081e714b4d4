"""An address that somebody typed who forgot the password waits for the worker, which owes the link; never one of the staff.

The guard is that of 0013, for the worker too: of staff it makes no link, whatever its process is made to do.
"""

from django.db import migrations, models

_GUARD = r"""
CREATE OR REPLACE FUNCTION people_keep_off_staff() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF current_user !~ '_(%s|network(_[a-z]+)?)$' THEN
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
    IF current_user !~ '_(%s)$' THEN
        IF EXISTS (SELECT FROM unnest(touched) AS one WHERE people_kept_elsewhere(one)) THEN
            RAISE insufficient_privilege USING
                MESSAGE = 'permission denied: what a school''s people sign in with is kept at the school''s pages';
        END IF;
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0013_network_login_reads_no_password")]
    operations = [
        migrations.CreateModel(
            name="Forgotten",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("origin", models.CharField(max_length=8)),
                ("language", models.CharField(max_length=8)),
                ("sealed_email", models.BinaryField()),
                ("key_version", models.IntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "people_forgotten",
                "indexes": [models.Index(fields=["origin", "at"], name="people_forgotten_next")],
            },
        ),
        migrations.RunSQL(_GUARD.replace("%s", "school|worker"), _GUARD.replace("%s", "school")),
    ]
