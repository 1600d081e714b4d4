"""Phones that keep items, numbers that are texted, officers that were told. A number that nobody confirmed is entered anew."""

import django.db.models.deletion
from django.db import migrations, models

_FORWARD = """
ALTER TABLE circulation_phone ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON circulation_phone USING (network_level() IN (-1, 9) OR member_id = network_member());
ALTER TABLE circulation_number ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON circulation_number USING (network_level() IN (-1, 9) OR member_id = network_member());
"""
_BACKWARD = """
DROP POLICY own ON circulation_number; ALTER TABLE circulation_number DISABLE ROW LEVEL SECURITY;
DROP POLICY own ON circulation_phone; ALTER TABLE circulation_phone DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('circulation', '0002_walls'),
        ('network', '0004_who_writes_what'),
    ]

    operations = [
        # (the column stays while a version of before may run; what stood in it goes: nobody had confirmed it)
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="choice", name="text_to")],
            database_operations=[migrations.RunSQL("UPDATE circulation_choice SET text_to = ''", migrations.RunSQL.noop)],
        ),
        migrations.CreateModel(
            name='Phone',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('made_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='phones', to='network.member')),
            ],
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('account_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('issue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alarms', to='circulation.issue')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('issue', 'account_id'), name='circulation_alarm_once')],
            },
        ),
        migrations.CreateModel(
            name='Number',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('ends_in', models.CharField(max_length=2)),
                ('key_version', models.IntegerField()),
                ('sealed_relay', models.BinaryField()),
                ('code', models.BinaryField(max_length=32)),
                ('tries', models.SmallIntegerField(default=0)),
                ('asked_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='numbers', to='network.member')),
            ],
            options={
                'indexes': [models.Index(fields=['member', '-asked_at'], name='circulation_number_member')],
            },
        ),
        migrations.RunSQL(_FORWARD, _BACKWARD),
    ]
