"""Other versions of the directive, asked about past tips (docs/decisions/0071)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0013_exclusion"),
    ]

    operations = [
        migrations.CreateModel(
            name="Replay",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.BigIntegerField()),
                ("old_version", models.CharField(max_length=20)),
                ("old_digest", models.CharField(max_length=64)),
                ("new_version", models.CharField(max_length=20)),
                ("new_digest", models.CharField(max_length=64)),
                ("since", models.DateTimeField(null=True)),
                ("until", models.DateTimeField(null=True)),
                ("total", models.IntegerField()),
                ("seen", models.IntegerField(default=0)),
                ("changed", models.IntegerField(default=0)),
                ("upto", models.UUIDField(null=True)),
                ("changes", models.JSONField(default=list)),
                ("refused", models.JSONField(default=dict)),
                ("finished_at", models.DateTimeField(null=True)),
                ("failed", models.CharField(blank=True, default="", max_length=16)),
            ],
            options={
                "indexes": [models.Index(fields=["-asked_at"], name="actions_replay_asked")],
            },
        ),
        migrations.CreateModel(
            name="ReplayTip",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=16)),
                (
                    "changes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                (
                    "replay",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tips",
                        to="actions.replay",
                    ),
                ),
            ],
            options={
                "db_table": "actions_replay_tip",
                "indexes": [models.Index(fields=["replay", "id"], name="actions_replay_tips")],
            },
        ),
    ]
