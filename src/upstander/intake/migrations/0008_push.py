"""Where a reporter's phone is told that there is news; and of what the desk said, to which phone: all that the relay may read of it."""

import django.db.models.deletion
from django.db import migrations, models

_FORWARD = """
CREATE FUNCTION intake_push(message uuid) RETURNS TABLE (id uuid, tip_id uuid, key_version integer, sealed_relay bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.id, p.tip_id, p.key_version, p.sealed_relay
    FROM intake_message m JOIN intake_tip t ON t.id = m.tip_id JOIN intake_pushaddress p ON p.tip_id = m.tip_id
    WHERE m.id = message AND m.sender = 'desk' AND t.closed_at IS NULL
$$;
REVOKE ALL ON FUNCTION intake_push(uuid) FROM PUBLIC;
"""
_BACKWARD = "DROP FUNCTION intake_push(uuid)"


class Migration(migrations.Migration):
    dependencies = [("intake", "0007_who_submitted")]
    operations = [
        migrations.CreateModel(
            name="PushAddress",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("key_version", models.IntegerField()),
                ("sealed_relay", models.BinaryField()),
                (
                    "tip",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="intake.tip"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(_FORWARD, _BACKWARD),
    ]
