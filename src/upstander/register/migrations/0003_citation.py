"""Which product names which entry: shown to who may read the entry's facts, something of the product, and that it is so."""

import django.db.models.deletion
from django.db import migrations, models

_FORWARD = """
ALTER TABLE register_citation ENABLE ROW LEVEL SECURITY;
CREATE POLICY register_citation_read ON register_citation FOR SELECT USING (
    ended_at IS NULL AND level <= network_level()
    AND EXISTS (SELECT FROM register_version v WHERE v.incident_id = register_citation.incident_id)
    AND EXISTS (SELECT FROM products_rendition r WHERE r.product_id = register_citation.product_id AND r.ended_as = ''));
CREATE POLICY register_citation_staff ON register_citation USING (network_level() = 9);
"""
_BACKWARD = """
DROP POLICY register_citation_staff ON register_citation;
DROP POLICY register_citation_read ON register_citation;
ALTER TABLE register_citation DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('products', '0004_topics_by_level'),
        ('register', '0002_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='Citation',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('marking', models.CharField(max_length=24)),
                ('level', models.SmallIntegerField(choices=[(0, 'OPEN'), (1, 'FOUO'), (2, 'LES')])),
                ('at', models.DateTimeField()),
                ('account_id', models.BigIntegerField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.BigIntegerField(null=True)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='register.incident')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='products.product')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('incident', 'product'), name='register_citation_once')],
            },
        ),
        migrations.RunSQL(_FORWARD, _BACKWARD),
    ]
