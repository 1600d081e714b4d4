"""Measures of the service levels (docs/decisions/0075)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0011_assigned_and_told"),
    ]

    operations = [
        migrations.CreateModel(
            name="MeasureMark",
            fields=[
                ("source", models.CharField(max_length=24, primary_key=True, serialize=False)),
                ("upto", models.UUIDField()),
            ],
            options={
                "db_table": "actions_measure_mark",
            },
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.CharField(max_length=16)),
                ("subject", models.UUIDField()),
                ("tip_id", models.UUIDField()),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Goes on"),
                            ("done", "Ended with what it waited for"),
                            ("never", "Ended without"),
                        ],
                        default="open",
                        max_length=5,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["level", "started_at"],
                        include=("ended_at", "state"),
                        name="actions_measure_read",
                    ),
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["level", "started_at"],
                        name="actions_measure_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("level", "subject", "started_at"), name="actions_measure_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("state", "open")),
                            models.Q(models.Q(("state", "open"), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="actions_measure_whole",
                    ),
                ],
            },
        ),
    ]
