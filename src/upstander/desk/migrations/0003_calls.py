import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_RESULTS = [
    ("tip", "A tip"),
    ("hang_up", "Hung up"),
    ("silent", "Silent"),
    ("prank", "Prank, nothing reported"),
    ("wrong_number", "Wrong number"),
]


class Migration(migrations.Migration):
    dependencies = [("desk", "0002_papers"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("begun_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField()),
                ("saves", models.PositiveIntegerField()),
                ("tab", models.CharField(max_length=32)),
                ("key_version", models.IntegerField()),
                ("sealed_fields", models.BinaryField(null=True)),
                ("over_at", models.DateTimeField(db_index=True, null=True)),
                ("result", models.CharField(blank=True, choices=_RESULTS, default="", max_length=12)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
