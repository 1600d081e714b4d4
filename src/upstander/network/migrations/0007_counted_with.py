"""With which others an application is counted before its address is confirmed: a flood, or a long list, shuts nobody else out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("network", "0006_own_rows")]
    operations = [
        migrations.AddField("application", "counted_with", models.CharField(db_default="", default="", max_length=254)),
        migrations.AddIndex(
            "application",
            models.Index(
                condition=models.Q(("state", "new")), fields=["counted_with", "made_at"], name="network_application_new"
            ),
        ),
    ]
