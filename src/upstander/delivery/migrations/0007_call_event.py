"""What a telephone provider says of our calls waits in a table of its own, between the end-point and the caller."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0006_on_call_by_telephone")]
    operations = [
        migrations.CreateModel(
            name="CallEvent",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("delivery_id", models.UUIDField(db_index=True)),
                ("sid", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("placed", "The provider has taken the call"),
                            ("status", "How it stands, in the provider's word"),
                            ("key", "A key was pressed"),
                        ],
                        max_length=8,
                    ),
                ),
                ("value", models.CharField(max_length=16)),
                ("code", models.CharField(blank=True, default="", max_length=8)),
                ("seconds", models.PositiveIntegerField(default=0)),
            ],
            options={"db_table": "delivery_call_event"},
        ),
    ]
