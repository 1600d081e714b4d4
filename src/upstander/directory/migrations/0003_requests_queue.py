"""Requests to take part queue behind one another; one of an organisation can be verified. So a stranger's request shuts nobody out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_region_and_defaults")]
    operations = [
        migrations.RemoveConstraint("enrolment", "directory_enrolment_one_live"),
        migrations.AddConstraint(
            "enrolment",
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(verified_at__isnull=False, withdrawn_on=None, refused_at=None),
                name="directory_enrolment_one_live",
            ),
        ),
    ]
