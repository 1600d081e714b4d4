"""Organisations' own systems, and what they were told (that the worker owes those posts: 0023, which alone touches the outbox)."""

import django.db.models.deletion
from django.db import migrations, models

# How the last posts to a system stand: all that the school origin may read of the outbox.
_POSTS = """
CREATE FUNCTION actions_webhook_posts(webhook uuid, most integer)
RETURNS TABLE (at timestamptz, state varchar, last_error varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.at, d.state, d.last_error
    FROM actions_webhookpost p JOIN delivery_delivery d ON d.purpose = 'webhook' AND d.subject_id = p.id
    WHERE p.webhook_id = webhook ORDER BY p.at DESC, p.id DESC LIMIT most
$$;
REVOKE ALL ON FUNCTION actions_webhook_posts(uuid, integer) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0020_on_call_heard"),
        ("delivery", "0006_on_call_by_telephone"),
        ("directory", "0001_initial"),
    ]
    operations = [
        migrations.CreateModel(
            name="Webhook",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("host", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("account_id", models.BigIntegerField()),
                ("key_version", models.IntegerField()),
                ("sealed_relay", models.BinaryField()),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="directory.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WebhookPost",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("said", models.CharField(max_length=32)),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="posts",
                        to="actions.webhook",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="actions.referral"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["referral", "-at"], name="actions_webhook_said")]},
        ),
        migrations.RunSQL(_POSTS, "DROP FUNCTION actions_webhook_posts(uuid, integer)"),
    ]
