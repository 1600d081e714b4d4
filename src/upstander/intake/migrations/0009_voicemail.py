"""A way in: what a voicemail box has recorded; no column changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0008_push'),
    ]

    operations = [
        migrations.AlterField(
            model_name='tip',
            name='channel',
            field=models.CharField(choices=[('web', 'Website'), ('api', 'App'), ('sms', 'Text message'), ('email', 'E-mail'), ('phone', 'Phone'), ('referral', 'Referral'), ('voicemail', 'Voicemail')], max_length=10),
        ),
    ]
