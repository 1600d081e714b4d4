import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0003_requests_queue"),
    ]

    operations = [
        migrations.CreateModel(
            name="Words",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("tip_number", models.CharField(db_index=True, max_length=16)),
                ("at", models.DateTimeField()),
                ("account_id", models.BigIntegerField()),
                ("sealed_text", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("opened_at", models.DateTimeField()),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("account_id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("contacted", "Contacted"), ("meeting", "Meeting"), ("note", "Note")],
                        max_length=10,
                    ),
                ),
                ("sealed_note", models.BinaryField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="outreach.case"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["case", "at"], name="outreach_step_case")],
            },
        ),
    ]
