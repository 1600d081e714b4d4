import django.db.models.deletion
from django.db import migrations, models

_OF_TIP = """
UPDATE actions_actionevent e SET tip_id = a.tip_id FROM actions_requiredaction a
WHERE e.action_id = a.id AND e.result = 'refused'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0004_release"),
    ]

    operations = [
        migrations.AddField(
            model_name="actionevent",
            name="tip",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="refusals",
                to="intake.tip",
            ),
        ),
        migrations.RunSQL(_OF_TIP, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="actionevent",
            index=models.Index(
                condition=models.Q(("result", "refused")), fields=["tip"], name="actions_refused_of_tip"
            ),
        ),
        migrations.RemoveIndex(
            model_name="actionevent",
            name="actions_event_refused",
        ),
    ]
