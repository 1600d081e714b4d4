"""The telephone of whoever calls from the desk."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("desk", "0003_calls")]
    operations = [
        migrations.CreateModel(
            name="Telephone",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),  # fmt: skip
                ("key_version", models.IntegerField()),
                ("sealed_number", models.BinaryField()),
                ("changed_at", models.DateTimeField()),
            ],
        )
    ]
