"""Measures whose end was entered afterwards are told from those that were taken as it happened (docs/decisions/0075)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0018_escalation"),
    ]

    operations = [
        migrations.AddField(
            model_name="measure",
            name="entered",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(
                fields=["level", "started_at"],
                include=("ended_at", "state", "entered"),
                name="actions_measure_count",
            ),
        ),
        migrations.RemoveIndex(
            model_name="measure",
            name="actions_measure_read",
        ),
    ]
