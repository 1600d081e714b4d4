import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="region",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="members",
                to="directory.organisation",
            ),
        ),
        migrations.AlterField(
            model_name="enrolment",
            name="how_verified",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AlterField(
            model_name="enrolment",
            name="verified_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
    ]
