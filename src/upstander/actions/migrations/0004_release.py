import django.db.models.deletion
from django.db import migrations, models

# Words were mailed once a notice before; those mails keep their subject as a release of the same id.
_RELEASED = """
INSERT INTO actions_release (id, notice_id, at)
SELECT n.id, n.id, d.created_at FROM delivery_delivery d JOIN actions_notice n ON n.id = d.subject_id
WHERE d.purpose = 'narrative'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0003_actionevent_actions_event_refused"),
        ("delivery", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Release",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="releases",
                        to="actions.notice",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(_RELEASED, migrations.RunSQL.noop),
    ]
