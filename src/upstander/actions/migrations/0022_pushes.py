"""Pushes to the phones of people of the school. The worker owes them as it owes reminders; the school origin owes only those by which
somebody tries their phone (delivery's migrations 0003 and 0004).
"""

import django.db.models.deletion
from django.db import migrations, models

_WORKER = """
DROP TRIGGER delivery_worker_reminds_only ON delivery_delivery;
CREATE TRIGGER delivery_worker_reminds_only BEFORE INSERT ON delivery_delivery FOR EACH ROW
    WHEN (right(current_user, 7) = '_worker' AND NEW.purpose NOT IN ({}))
    EXECUTE FUNCTION delivery_refuse_worker();
"""
_BEFORE = (
    "'escalation', 'notice_sms', 'notice_call', 'reverify', 'escalation_sms', 'escalation_call', 'webhook'"
)
_SCHOOL = """
DROP TRIGGER delivery_school_invites_only ON delivery_delivery;
CREATE TRIGGER delivery_school_invites_only BEFORE INSERT ON delivery_delivery FOR EACH ROW
    WHEN (right(current_user, 7) = '_school' AND NEW.purpose NOT IN ({}))
    EXECUTE FUNCTION delivery_refuse_school();
"""
# How the last push to each phone of an account stands: all that the school origin may read of the outbox beside webhooks' posts.
_PUSHES = """
CREATE FUNCTION actions_device_pushes(account bigint)
RETURNS TABLE (browser uuid, at timestamptz, state varchar, last_error varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT ON (v.browser) v.browser, p.at, d.state, d.last_error
    FROM directory_device v JOIN actions_contactpush p ON p.device_id = v.id
    JOIN delivery_delivery d ON d.subject_id = p.id AND d.purpose IN ('contact_push', 'device_push')
    WHERE v.account_id = account ORDER BY v.browser, p.at DESC, p.id DESC
$$;
REVOKE ALL ON FUNCTION actions_device_pushes(bigint) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0021_webhooks"),
        ("delivery", "0008_bridge"),
        ("directory", "0006_devices"),
    ]
    operations = [
        migrations.CreateModel(
            name="ContactPush",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("device_id", models.UUIDField()),
                (
                    "says",
                    models.CharField(
                        choices=[
                            ("notice", "There is a tip"),
                            ("reminder", "It is not confirmed yet"),
                            ("over", "It is corrected"),
                            ("test", "It works"),
                        ],
                        max_length=8,
                    ),
                ),
                ("asked_since", models.DateTimeField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "notice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pushes",
                        to="actions.notice",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["notice", "device_id"], name="actions_push_of_notice"),
                    models.Index(fields=["device_id", "-at"], name="actions_push_of_device"),
                    models.Index(fields=["at"], name="actions_push_at"),
                ]
            },
        ),
        migrations.RunSQL(_WORKER.format(f"{_BEFORE}, 'contact_push'"), _WORKER.format(_BEFORE)),
        migrations.RunSQL(_SCHOOL.format("'invitation', 'device_push'"), _SCHOOL.format("'invitation'")),
        migrations.RunSQL(_PUSHES, "DROP FUNCTION actions_device_pushes(bigint)"),
    ]
