from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0010_duty_clocks"),
        ("intake", "0004_a_word_waits"),
    ]

    operations = [
        migrations.AddField(
            model_name="requiredaction",
            name="assigned_to",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="requiredaction",
            index=models.Index(
                condition=models.Q(("done_at__isnull", False), ("kind", "notify_outreach")),
                fields=["done_at"],
                name="actions_outreach_told",
            ),
        ),
    ]
