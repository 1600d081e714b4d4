"""Who submitted a tip (D-IV.B.3): the reporter, an agency with the duty to report itself, or a partner; its names sealed."""

from django.db import migrations, models

_CHOICES = [
    ("reporter", "The reporter"),
    ("agency", "An agency that has the duty to report to DCFS itself"),
    ("partner", "A partner line, or an agency without that duty"),
]


class Migration(migrations.Migration):
    dependencies = [("intake", "0006_unread_since")]
    operations = [
        migrations.AddField("tip", "sealed_submitter", models.BinaryField(null=True)),
        migrations.AddField(
            "tip",
            "submitter",
            models.CharField(max_length=10, choices=_CHOICES, default="reporter", db_default="reporter"),
        ),
    ]
