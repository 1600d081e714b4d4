"""The sequence belongs to its column, so that who may insert a tip may draw from it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER SEQUENCE intake_tip_running_seq OWNED BY intake_tip.running",
            "ALTER SEQUENCE intake_tip_running_seq OWNED BY NONE",
        )
    ]
