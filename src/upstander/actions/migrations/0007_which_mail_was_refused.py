import django.db.models.deletion
from django.db import migrations, models

# A refusal was written in the moment after the last try of its mail, which is one of its contact's.
WHICH = """
UPDATE actions_actionevent e SET delivery_id = (
    SELECT d.id FROM delivery_delivery d JOIN delivery_attempt t ON t.delivery_id = d.id
    WHERE t.at <= e.at AND d.subject_id IN (
        SELECT a.id
        UNION ALL SELECT n.id FROM actions_notice n JOIN actions_referral r ON r.id = n.referral_id
            WHERE r.tip_id = a.tip_id AND n.contact_id::text = a.target_ref
        UNION ALL SELECT w.id FROM actions_release w JOIN actions_notice n ON n.id = w.notice_id
            JOIN actions_referral r ON r.id = n.referral_id
            WHERE r.tip_id = a.tip_id AND n.contact_id::text = a.target_ref)
    ORDER BY t.at DESC LIMIT 1)
FROM actions_requiredaction a WHERE a.id = e.action_id AND e.result = 'refused'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0006_a_row_says_itself_why"),
        ("delivery", "0003_the_school_invites_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="actionevent",
            name="delivery",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="delivery.delivery",
            ),
        ),
        migrations.RunSQL(WHICH, migrations.RunSQL.noop),
    ]
