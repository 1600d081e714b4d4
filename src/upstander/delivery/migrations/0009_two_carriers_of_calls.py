"""A second carrier of calls of any kind: longer names of pairs, which calls a provider was asked for, and how many each has rung."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0008_bridge")]
    operations = [
        migrations.AlterField("carrier", "name", models.CharField(max_length=40, primary_key=True, serialize=False)),
        migrations.AlterField(
            "callevent",
            "kind",
            models.CharField(
                choices=[
                    ("asked", "The provider is about to be asked for the call"),
                    ("placed", "The provider has taken the call"),
                    ("status", "How it stands, in the provider's word"),
                    ("key", "A key was pressed"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            "attempt",
            models.Index(
                condition=models.Q(("carrier__in", ("sip", "trunk", "trunk2", "twilio_calls", "twilio_calls2"))),
                fields=["carrier", "at"],
                name="delivery_calls_by_carrier",
            ),
        ),
    ]
