"""Who is written to before an agreement is due for review. Who mails sees, of the columns that its grants name, all agreements."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_MAILS = """
CREATE POLICY officers_agreement_mails ON officers_agreement FOR SELECT
    USING (right(current_user, 7) = '_worker' OR right(current_user, 6) = '_relay');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("officers", "0003_counts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewReminder",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("days", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="officers.agreement"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agreement", "account", "days"), name="officers_review_reminded_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(_MAILS, "DROP POLICY officers_agreement_mails ON officers_agreement;"),
    ]
