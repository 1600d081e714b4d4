"""Tokens by which the machines of agencies say who they are (docs/decisions/0110)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0005_verification'),
        ('people', '0008_custodian'),
    ]

    operations = [
        migrations.CreateModel(
            name='AgencyToken',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('agency', 'An agency'), ('partner', 'A partner line')], max_length=8)),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('ends', models.CharField(max_length=4)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), size=None)),
                ('made_by', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_by', models.CharField(blank=True, default='', max_length=64)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('minute', models.DateTimeField(null=True)),
                ('in_minute', models.IntegerField(default=0)),
                ('refused_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.organisation')),
            ],
            options={
                'db_table': 'people_agency_token',
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='people_agency_token_ends_after')],
            },
        ),
    ]
