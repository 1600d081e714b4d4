"""Roles and designations are labelled in American English; no column changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_school_login_keeps_off_staff"),
    ]

    operations = [
        migrations.AlterField(
            model_name="designation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("end_user", "Designated end-user"),
                    ("administrator", "The organization's administrator"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="rolegrant",
            name="role",
            field=models.CharField(
                choices=[
                    ("call_taker", "Call-taker"),
                    ("supervisor", "Supervisor"),
                    ("stic_staff", "STIC staff"),
                    ("stic_analyst", "STIC analyst"),
                    ("intelligence_command", "Intelligence Command"),
                    ("sio", "School Intelligence Officer"),
                    ("outreach", "Marketing and outreach"),
                    ("programme_admin", "Program administrator"),
                    ("auditor", "Auditor"),
                ],
                max_length=24,
            ),
        ),
    ]
