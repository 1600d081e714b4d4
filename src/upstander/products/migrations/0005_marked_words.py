"""What a correction says has changed, and what a recall tells, are words with a marking as every paragraph is (S-levels)."""

from importlib import import_module

from django.db import migrations, models

_FORWARD = r"""
CREATE OR REPLACE FUNCTION products_rendition_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.product_id, NEW.release_id, NEW.level, NEW.title, NEW.body, NEW.banner, NEW.note, NEW.note_portion, NEW.published_at, NEW.search)
           IS DISTINCT FROM
           (OLD.id, OLD.product_id, OLD.release_id, OLD.level, OLD.title, OLD.body, OLD.banner, OLD.note, OLD.note_portion, OLD.published_at, OLD.search)
        THEN
            RAISE EXCEPTION 'what was released is not changed' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF NEW.ended_words <> '' AND NOT EXISTS (
            SELECT FROM products_recall c WHERE c.product_id = NEW.product_id AND c.told = NEW.ended_words
               AND c.told_marking = NEW.ended_marking AND c.told_level <= NEW.level)
        THEN
            RAISE EXCEPTION 'these words of a recall are not for this level' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;

    SELECT r.version_id, r.note, r.note_level, v.product_id INTO said
      FROM products_release r JOIN products_version v ON v.id = r.version_id WHERE r.id = NEW.release_id;
    IF said.product_id IS DISTINCT FROM NEW.product_id THEN
        RAISE EXCEPTION 'the release is of another product' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.note <> '' AND (NEW.note <> said.note OR said.note_level > NEW.level OR NEW.note_portion = '') THEN
        RAISE EXCEPTION 'these words of a correction are not for this level' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.ended_as = 'left_out' THEN
        IF NEW.title <> '' OR NEW.body <> '[]'::jsonb THEN
            RAISE EXCEPTION 'what is left out has no words' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF NOT EXISTS (
        SELECT FROM products_paragraph p
         WHERE p.version_id = said.version_id AND p.kind = 'title' AND p.text = NEW.title AND p.level <= NEW.level)
    THEN
        RAISE EXCEPTION 'this title is not for this level' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF jsonb_typeof(NEW.body) <> 'array' OR EXISTS (
        SELECT FROM jsonb_array_elements(NEW.body) AS line
         WHERE line - '{id,kind,text,alt,file,marking,portion,level}'::text[] <> '{}'::jsonb
            OR NOT EXISTS (
            SELECT FROM products_paragraph p
             WHERE p.id::text = line->>'id' AND p.version_id = said.version_id AND p.level <= NEW.level
               AND p.level::text = line->>'level' AND p.marking = line->>'marking'
               AND p.kind = line->>'kind' AND p.text = line->>'text' AND p.alt = line->>'alt'
               AND coalesce(p.file_id::text, '') = coalesce(line->>'file', '')))
    THEN
        RAISE EXCEPTION 'a paragraph is not for this level' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.search := setweight(to_tsvector('english', NEW.title), 'A') || to_tsvector('english', coalesce((
        SELECT string_agg((line->>'text') || ' ' || (line->>'alt'), ' ') FROM jsonb_array_elements(NEW.body) AS line), ''));
    RETURN NEW;
END $$;
"""
_BEFORE = import_module("upstander.products.migrations.0002_walls")._FORWARD.split("CREATE TRIGGER")[0]
_BACKWARD = _BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):

    dependencies = [
        ('products', '0004_topics_by_level'),
    ]

    operations = [
        migrations.AddField(
            model_name='recall',
            name='told_level',
            field=models.SmallIntegerField(choices=[(0, 'OPEN'), (1, 'FOUO'), (2, 'LES')], db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='recall',
            name='told_marking',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.AddField(
            model_name='release',
            name='note_marking',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.AddField(
            model_name='rendition',
            name='ended_marking',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.AddField(
            model_name='rendition',
            name='note_portion',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.RunSQL(_FORWARD, _BACKWARD),
    ]
