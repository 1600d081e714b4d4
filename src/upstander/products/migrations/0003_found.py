"""Search at the speed of the index, and behind the same wall (S-repository, S-levels).

Under row-level security PostgreSQL uses no index for a condition that might tell of a row before the wall was asked, full text and
trigrams among them. So each level has a function of its own, run by the tables' owner, which knows no other level and gives ids and
words of that level only; which role may call which is granted.
"""

from django.db import migrations

_FORWARD = r"""
CREATE FUNCTION products_rendition_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO products_word (level, word)
    SELECT DISTINCT NEW.level, word FROM unnest(tsvector_to_array(to_tsvector('simple', NEW.title || ' ' || coalesce((
        SELECT string_agg((line->>'text') || ' ' || (line->>'alt'), ' ') FROM jsonb_array_elements(NEW.body) AS line), '')))) AS word
     WHERE word ~ '^[[:alpha:]]{3,30}$'
    ON CONFLICT (level, word) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER products_rendition_words AFTER INSERT ON products_rendition
    FOR EACH ROW EXECUTE FUNCTION products_rendition_words();

CREATE FUNCTION products_found(
    reader smallint, typed text, topic text, region bigint, since timestamptz, until timestamptz, most integer
) RETURNS TABLE (id uuid, rank real) LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    wanted tsquery := websearch_to_tsquery('english', typed);
BEGIN
    RETURN QUERY EXECUTE format($q$
        WITH newest AS (
            SELECT r.id, r.product_id, r.ordinal, r.published_at, r.search FROM products_rendition r
             WHERE r.level = $1 AND r.ended_as = '' AND r.published_at <= $6 AND r.published_at >= $5 %s %s %s
             ORDER BY r.published_at DESC LIMIT 1000)
        SELECT n.id, %s FROM newest n
         WHERE NOT EXISTS (SELECT FROM products_rendition later WHERE later.product_id = n.product_id AND later.level = $1
                           AND later.ordinal > n.ordinal AND later.published_at <= $8 AND later.ended_as <> 'taken_back')
         ORDER BY 2 DESC, n.published_at DESC LIMIT $7$q$,
        CASE WHEN typed = '' THEN '' ELSE 'AND r.search @@ $2' END,
        CASE WHEN topic = '' THEN '' ELSE 'AND $3 = ANY (r.topics)' END,
        CASE WHEN region IS NULL THEN '' ELSE 'AND (r.regions = ''{}'' OR $4 = ANY (r.regions))' END,
        CASE WHEN typed = '' THEN '0::real' ELSE 'ts_rank_cd(n.search, $2)::real' END)
    USING reader, wanted, topic, region, since, until, most, until;
END $$;

CREATE FUNCTION products_nearest(reader smallint, typed text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET pg_trgm.similarity_threshold = 0.35 AS $$
    SELECT w.word FROM products_word w WHERE w.level = reader AND w.word % lower(typed)
     ORDER BY similarity(w.word, lower(typed)) DESC, w.word LIMIT 1
$$;
REVOKE ALL ON FUNCTION products_found(smallint, text, text, bigint, timestamptz, timestamptz, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION products_nearest(smallint, text) FROM PUBLIC;
"""
_EACH = r"""
CREATE FUNCTION products_found_{name}(
    typed text, topic text, region bigint, since timestamptz, until timestamptz, most integer
) RETURNS TABLE (id uuid, rank real) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM products_found({level}::smallint, typed, topic, region, since, until, most)
$$;
CREATE FUNCTION products_nearest_{name}(typed text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$ SELECT products_nearest({level}::smallint, typed) $$;
REVOKE ALL ON FUNCTION products_found_{name}(text, text, bigint, timestamptz, timestamptz, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION products_nearest_{name}(text) FROM PUBLIC;
"""
_LEVELS = {"open": 0, "fouo": 1, "les": 2}
_BACKWARD = "".join(
    f"DROP FUNCTION products_nearest_{name}(text);"
    f"DROP FUNCTION products_found_{name}(text, text, bigint, timestamptz, timestamptz, integer);"
    for name in _LEVELS
) + """
DROP FUNCTION products_nearest(smallint, text);
DROP FUNCTION products_found(smallint, text, text, bigint, timestamptz, timestamptz, integer);
DROP TRIGGER products_rendition_words ON products_rendition;
DROP FUNCTION products_rendition_words();
"""


class Migration(migrations.Migration):
    dependencies = [("products", "0002_walls")]
    operations = [
        migrations.RunSQL(
            _FORWARD + "".join(_EACH.format(name=name, level=level) for name, level in _LEVELS.items()), _BACKWARD
        )
    ]
