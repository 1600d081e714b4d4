"""Why a reporter in crisis is owed no answer, and since when. What was taken up before anybody had to say so is no red of today."""

from django.db import migrations, models

_TAKEN_UP = """
UPDATE intake_tip SET answer_waived_at = last_from_reporter_at
WHERE closed_at IS NULL AND words_added > 0 AND words_read >= words_added
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0009_voicemail")]
    operations = [
        migrations.AddField("tip", "answer_waived_at", models.DateTimeField(null=True)),
        migrations.RunSQL(_TAKEN_UP, migrations.RunSQL.noop),
    ]
