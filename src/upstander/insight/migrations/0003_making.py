"""A review that is being made, behind the wall of the network's staff."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('insight', '0002_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='Making',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('asked_by', models.BigIntegerField()),
                ('asked_at', models.DateTimeField()),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('level', models.SmallIntegerField()),
                ('done', models.PositiveSmallIntegerField(default=0)),
                ('blocks', models.JSONField(default=list)),
                ('used', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.RunSQL(
            "ALTER TABLE insight_making ENABLE ROW LEVEL SECURITY;"
            " CREATE POLICY insight_making_staff ON insight_making USING (network_level() = 9);",
            "DROP POLICY insight_making_staff ON insight_making; ALTER TABLE insight_making DISABLE ROW LEVEL SECURITY;",
        ),
    ]
