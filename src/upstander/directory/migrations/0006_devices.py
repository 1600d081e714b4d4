"""The phones of contacts that are told that there is news, and hours at which they are not."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0005_verification")]
    operations = [
        migrations.AlterField(
            model_name="quiethours",
            name="channel",
            field=models.CharField(
                choices=[
                    ("email", "E-mail"),
                    ("sms", "Text messages"),
                    ("call", "Telephone calls"),
                    ("push", "News on their phone"),
                ],
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("browser", models.UUIDField(db_index=True)),
                ("account_id", models.BigIntegerField(db_index=True)),
                ("host", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("key_version", models.IntegerField()),
                ("sealed_relay", models.BinaryField()),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="devices",
                        to="directory.contact",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("browser", "contact"), name="directory_device_once")
                ]
            },
        ),
    ]
