"""What readers say of products: each writes their own, of what their level has; the staff count. Presses are found by their time.

Who counts millions of copies asks once who they are, and not at each row: the same wall as before, in a subselect.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

_FORWARD = """
ALTER TABLE circulation_feedback ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON circulation_feedback FOR SELECT
    USING ((SELECT network_level()) = 9 OR member_id = (SELECT network_member()));
CREATE POLICY made ON circulation_feedback FOR INSERT WITH CHECK (
    member_id = network_member() AND level = network_level() AND EXISTS (
        SELECT FROM products_rendition r
         WHERE r.product_id = circulation_feedback.product_id AND r.level = network_level() AND r.ended_as = ''));
CREATE POLICY changed ON circulation_feedback FOR UPDATE USING (member_id = network_member());
ALTER POLICY own ON circulation_copy USING ((SELECT network_level()) IN (-1, 9) OR member_id = (SELECT network_member()));
"""
_BACKWARD = """
ALTER POLICY own ON circulation_copy USING (network_level() IN (-1, 9) OR member_id = network_member());
DROP POLICY changed ON circulation_feedback; DROP POLICY made ON circulation_feedback; DROP POLICY own ON circulation_feedback;
ALTER TABLE circulation_feedback DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('circulation', '0003_phones'),
        ('network', '0004_who_writes_what'),
        ('products', '0003_found'),
    ]

    operations = [
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('level', models.SmallIntegerField(choices=[(0, 'OPEN'), (1, 'FOUO'), (2, 'LES')])),
                ('discipline', models.CharField(max_length=32)),
                ('regions', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('relevant', models.CharField(blank=True, choices=[('yes', 'Yes'), ('partly', 'Partly'), ('no', 'No')], default='', max_length=8)),
                ('timely', models.CharField(blank=True, choices=[('yes', 'Yes'), ('partly', 'Partly'), ('no', 'No')], default='', max_length=8)),
                ('use', models.CharField(blank=True, choices=[('aware', 'I know more now'), ('plan', 'I changed a plan'), ('shared', 'I passed it on'), ('acted', 'I took action'), ('nothing', 'Nothing yet')], default='', max_length=8)),
                ('at', models.DateTimeField()),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.member')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='products.product')),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='circulation_feedback_at')],
                'constraints': [models.UniqueConstraint(fields=('product', 'member'), name='circulation_feedback_once')],
            },
        ),
        migrations.RunSQL(_FORWARD, _BACKWARD),
        migrations.AddIndex(
            model_name='copy',
            index=models.Index(condition=models.Q(('read_at__isnull', False)), fields=['read_at', 'member'], name='circulation_copy_read'),
        ),
    ]
