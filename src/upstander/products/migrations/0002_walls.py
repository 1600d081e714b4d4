"""A rendition holds what its level may read, word for word as it was released, and is shown to that level alone (S-levels).

A picture or file is shown with the paragraph that shows it: in a rendition of the reader's level, and nowhere else.
"""

from django.db import migrations

_FORWARD = r"""
CREATE FUNCTION products_rendition_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.product_id, NEW.release_id, NEW.level, NEW.title, NEW.body, NEW.banner, NEW.note, NEW.published_at, NEW.search)
           IS DISTINCT FROM
           (OLD.id, OLD.product_id, OLD.release_id, OLD.level, OLD.title, OLD.body, OLD.banner, OLD.note, OLD.published_at, OLD.search)
        THEN
            RAISE EXCEPTION 'what was released is not changed' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;

    SELECT r.version_id, r.note, r.note_level, v.product_id INTO said
      FROM products_release r JOIN products_version v ON v.id = r.version_id WHERE r.id = NEW.release_id;
    IF said.product_id IS DISTINCT FROM NEW.product_id THEN
        RAISE EXCEPTION 'the release is of another product' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.note <> '' AND (NEW.note <> said.note OR said.note_level > NEW.level) THEN
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
CREATE TRIGGER products_rendition_guard BEFORE INSERT OR UPDATE ON products_rendition
    FOR EACH ROW EXECUTE FUNCTION products_rendition_guard();

CREATE FUNCTION products_paragraph_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a saved paragraph is not changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER products_paragraph_stays BEFORE UPDATE ON products_paragraph
    FOR EACH ROW EXECUTE FUNCTION products_paragraph_stays();

ALTER TABLE products_rendition ENABLE ROW LEVEL SECURITY;
CREATE POLICY products_rendition_own ON products_rendition FOR SELECT USING (level = network_level());
CREATE POLICY products_rendition_staff ON products_rendition FOR ALL USING (network_level() = 9) WITH CHECK (network_level() = 9);

ALTER TABLE products_file ENABLE ROW LEVEL SECURITY;
CREATE POLICY products_file_staff ON products_file FOR ALL USING (network_level() = 9) WITH CHECK (network_level() = 9);
CREATE POLICY products_file_shown ON products_file FOR SELECT USING (EXISTS (
    SELECT FROM products_rendition r
     WHERE r.product_id = products_file.product_id AND r.level = network_level() AND r.ended_as = ''
       AND r.body @> jsonb_build_array(jsonb_build_object('file', products_file.id::text))));
"""
_BACKWARD = """
DROP POLICY products_file_shown ON products_file;
DROP POLICY products_file_staff ON products_file;
ALTER TABLE products_file DISABLE ROW LEVEL SECURITY;
DROP POLICY products_rendition_staff ON products_rendition;
DROP POLICY products_rendition_own ON products_rendition;
ALTER TABLE products_rendition DISABLE ROW LEVEL SECURITY;
DROP TRIGGER products_paragraph_stays ON products_paragraph;
DROP FUNCTION products_paragraph_stays();
DROP TRIGGER products_rendition_guard ON products_rendition;
DROP FUNCTION products_rendition_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("products", "0001_initial"), ("network", "0002_walls")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
