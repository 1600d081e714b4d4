"""A topic may be one that only readers of a level may know of; what a level gets names no other (S-levels).

A rendition says no topic that its level may not know of: the database compares it with the version that was released.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

_FORWARD = r"""
CREATE FUNCTION products_rendition_topics() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    known varchar[];
BEGIN
    IF NEW.ended_as = 'left_out' THEN  -- what readers knew before
        SELECT array_agg(DISTINCT topic) INTO known FROM products_rendition r, unnest(r.topics) AS topic
         WHERE r.product_id = NEW.product_id AND r.level = NEW.level;
    ELSE
        SELECT v.topics || CASE WHEN NEW.level >= 1 THEN v.topics_fouo ELSE '{}' END
                        || CASE WHEN NEW.level >= 2 THEN v.topics_les ELSE '{}' END INTO known
          FROM products_release r JOIN products_version v ON v.id = r.version_id WHERE r.id = NEW.release_id;
    END IF;
    IF NOT NEW.topics <@ coalesce(known, '{}') THEN
        RAISE EXCEPTION 'a topic is not for this level' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER products_rendition_topics BEFORE INSERT OR UPDATE OF topics ON products_rendition
    FOR EACH ROW EXECUTE FUNCTION products_rendition_topics();
"""
_BACKWARD = """
DROP TRIGGER products_rendition_topics ON products_rendition;
DROP FUNCTION products_rendition_topics();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('products', '0003_found'),
    ]

    operations = [
        migrations.AddField(
            model_name='version',
            name='topics_fouo',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), db_default=[], default=list, size=None),
        ),
        migrations.AddField(
            model_name='version',
            name='topics_les',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), db_default=[], default=list, size=None),
        ),
        migrations.RunSQL(_FORWARD, _BACKWARD),
    ]
