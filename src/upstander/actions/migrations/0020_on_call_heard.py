"""Who is on call is told by telephone, too: since when somebody there has heard it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("actions", "0019_measures_entered")]
    operations = [
        migrations.AddField(model_name="escalationstep", name="heard_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="escalationstep",
            name="heard_how",
            field=models.CharField(blank=True, db_default="", default="", max_length=4),
        ),
    ]
