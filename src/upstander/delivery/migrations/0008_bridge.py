"""Calls that people at the desk begin by a press."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0007_call_event")]
    operations = [
        migrations.CreateModel(
            name="Bridge",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("subject_id", models.UUIDField(db_index=True)),
                ("account_id", models.BigIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("needs_key", models.BooleanField()),
                ("sealed_numbers", models.BinaryField(null=True)),
                ("state", models.CharField(default="asked", max_length=8)),
                ("result", models.CharField(blank=True, default="", max_length=16)),
                ("seconds", models.PositiveIntegerField(null=True)),
                ("over_at", models.DateTimeField(null=True)),
                ("hang_up_at", models.DateTimeField(null=True)),
                ("leased_by", models.CharField(blank=True, default="", max_length=40)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["asked_at"],
                        condition=models.Q(("state", "over"), _negated=True),
                        name="delivery_bridge_open",
                    )
                ]
            },
        )
    ]
