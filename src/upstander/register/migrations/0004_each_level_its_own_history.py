"""A level counts the corrections that changed something for it, and no others: that a hidden paragraph was corrected, when and why,
tells of it (S-levels)."""

from django.db import migrations, models

_EARLIER = """
UPDATE register_words w SET number = v.number, since = v.made_at FROM register_version v WHERE v.id = w.version_id;
"""


class Migration(migrations.Migration):
    dependencies = [("register", "0003_citation")]
    operations = [
        migrations.AddField("words", "number", models.PositiveSmallIntegerField(db_default=1, default=1)),
        migrations.AddField("words", "since", models.DateTimeField(null=True)),
        migrations.AddField("words", "why", models.CharField(blank=True, db_default="", default="", max_length=300)),
        migrations.RunSQL(_EARLIER, migrations.RunSQL.noop),
    ]
