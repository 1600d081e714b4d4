"""A role for whoever keeps sealed files and hands them over; no column changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0007_invitation_language'),
    ]

    operations = [
        migrations.AlterField(
            model_name='rolegrant',
            name='role',
            field=models.CharField(choices=[('call_taker', 'Call-taker'), ('supervisor', 'Supervisor'), ('stic_staff', 'STIC staff'), ('stic_analyst', 'STIC analyst'), ('intelligence_command', 'Intelligence Command'), ('sio', 'School Intelligence Officer'), ('outreach', 'Marketing and outreach'), ('programme_admin', 'Program administrator'), ('auditor', 'Auditor'), ('custodian', 'Evidence custodian')], max_length=24),
        ),
    ]
