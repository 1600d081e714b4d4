"""Pushes to the phones of people of the school: the table alone (who may owe them: 0023).

Its foreign key holds notices fast for a moment, and a judgement holds notices when it comes to the outbox: one migration that did
both would lock it out, and itself.
"""

import django.db.models.deletion
from django.db import migrations, models


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
    ]
