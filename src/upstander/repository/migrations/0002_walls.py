"""Who finds what: each level has a table of its own, which triggers of the rooms' tables write, as the tables' owner, in the same
transaction; what is withdrawn, called back or replaced is not found from that moment. And whose searches are whose.
"""

# ruff: noqa: S608 - constants only
from django.db import migrations

LEVELS = {"open": 0, "fouo": 1, "les": 2}
_HEAD = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS"


def _each(statement: str, join: str = "\n    ") -> str:
    return join.join(statement.format(name=name, level=level) for name, level in LEVELS.items())


# The lowest and the highest level that find it. What a word is: letters, so that no number is suggested to anybody.
_PUT = f"""
CREATE FUNCTION repository_put(e repository_open, lowest integer, highest integer) RETURNS void {_HEAD} $$
BEGIN
    e.body := left(e.body, 200000);
    e.search := setweight(to_tsvector('english', e.title), 'A') || to_tsvector('english', e.body);
    {_each('''IF {level} BETWEEN lowest AND highest THEN
        INSERT INTO repository_{name} SELECT (e).*;
        INSERT INTO repository_word_{name} (word)
        SELECT DISTINCT word FROM unnest(tsvector_to_array(to_tsvector('simple', e.title || ' ' || e.body))) AS word
         WHERE word ~ '^[[:alpha:]]{{3,30}}$' ORDER BY word ON CONFLICT (word) DO NOTHING;
    END IF;''')}
END $$;
CREATE FUNCTION repository_drop(gone uuid) RETURNS void {_HEAD} $$
BEGIN
    {_each("DELETE FROM repository_{name} WHERE id = gone;")}
END $$;
"""
_PRODUCTS = f"""
CREATE FUNCTION repository_of_product(product uuid, at_level smallint) RETURNS void {_HEAD} $$
DECLARE
    r record;
    e repository_open;
BEGIN
    {_each("IF at_level = {level} THEN DELETE FROM repository_{name} WHERE kind = 'product' AND about = product; END IF;")}
    FOR r IN
        SELECT * FROM (
            SELECT p.*, lead(p.published_at) OVER (ORDER BY p.ordinal) AS replaced_at, row_number() OVER (ORDER BY p.ordinal DESC) AS n
              FROM products_rendition p WHERE p.product_id = product AND p.level = at_level AND p.ended_as <> 'taken_back') every
         WHERE n <= 2 AND ended_as = ''
    LOOP
        e := ROW(r.id, 'product', product, r.kind, r.title,
            coalesce((SELECT string_agg(btrim(line->>'text' || ' ' || (line->>'alt')), E'\\n') FROM jsonb_array_elements(r.body) AS line), ''),
            r.banner,
            greatest(coalesce((SELECT max((line->>'level')::int) FROM jsonb_array_elements(r.body) AS line), 0),
                     coalesce((SELECT max(p.level) FROM products_paragraph p JOIN products_release l ON l.version_id = p.version_id
                                WHERE l.id = r.release_id AND p.kind = 'title' AND p.text = r.title AND p.level <= r.level), r.level)),
            r.topics, r.regions, r.published_at, r.published_at, r.replaced_at, NULL);
        PERFORM repository_put(e, at_level, at_level);
    END LOOP;
END $$;
CREATE FUNCTION repository_on_rendition() RETURNS trigger {_HEAD} $$
BEGIN
    PERFORM repository_of_product(NEW.product_id, NEW.level);
    RETURN NULL;
END $$;
CREATE TRIGGER repository_found AFTER INSERT OR UPDATE OF ended_as ON products_rendition
    FOR EACH ROW EXECUTE FUNCTION repository_on_rendition();
"""
_EXCHANGE = f"""
CREATE FUNCTION repository_of_item(item uuid) RETURNS void {_HEAD} $$
DECLARE
    r record;
    e repository_open;
BEGIN
    PERFORM repository_drop(item);
    SELECT i.*, s.programme INTO r FROM exchange_item i JOIN exchange_source s ON s.id = i.source_id
     WHERE i.id = item AND i.state = 'shared' AND i.cancelled_at IS NULL
       AND NOT EXISTS (SELECT FROM exchange_item later WHERE later.id = i.replaced_by_id AND later.state = 'shared');
    IF FOUND THEN
        e := ROW(r.id, 'item', r.id, r.programme, r.title,
            concat_ws(E'\\n', r.remark, r.text, array_to_string(r.areas, ', '), array_to_string(r.categories, ', ')), '', r.level,
            r.topics, '{{}}'::bigint[], r.sent, r.decided_at, NULL, NULL);
        PERFORM repository_put(e, r.level, 2);
    END IF;
END $$;
CREATE FUNCTION repository_on_item() RETURNS trigger {_HEAD} $$
BEGIN
    PERFORM repository_of_item(NEW.id);
    PERFORM repository_of_item(i.id) FROM exchange_item i WHERE i.replaced_by_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER repository_found AFTER INSERT OR UPDATE OF state, level, topics, remark, replaced_by_id, cancelled_at, decided_at
    ON exchange_item FOR EACH ROW EXECUTE FUNCTION repository_on_item();

CREATE FUNCTION repository_of_received(received uuid) RETURNS void {_HEAD} $$
DECLARE
    r record;
    e repository_open;
BEGIN
    PERFORM repository_drop(received);
    SELECT * INTO r FROM exchange_received WHERE id = received AND level <= 2 AND state <> 'recalled';
    IF FOUND THEN
        e := ROW(r.id, 'state', r.id, '', r.title, concat_ws(E'\\n', r.body, r.remark, r.originator),
            array_to_string(r.markings, ' // '), r.level, r.topics, '{{}}'::bigint[], r.modified, r.accepted_at, NULL, NULL);
        PERFORM repository_put(e, r.level, 2);
    END IF;
END $$;
CREATE FUNCTION repository_on_received() RETURNS trigger {_HEAD} $$
BEGIN
    PERFORM repository_of_received(NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER repository_found AFTER INSERT OR UPDATE ON exchange_received
    FOR EACH ROW EXECUTE FUNCTION repository_on_received();
"""
_REGISTER = f"""
CREATE FUNCTION repository_of_words(words bigint) RETURNS void {_HEAD} $$
DECLARE
    r record;
    e repository_open;
BEGIN
    SELECT v.*, w.text, w.level AS reader INTO r FROM register_words w JOIN register_version v ON v.id = w.version_id
     WHERE w.id = words AND v.replaced_at IS NULL;
    IF FOUND THEN
        e := ROW(r.id, 'incident', r.incident_id, r.kind, r.title, r.text, '',
            greatest(r.level, (SELECT max(p.level) FROM register_paragraph p WHERE p.version_id = r.id AND p.level <= r.reader),
                (SELECT max(s.level) FROM register_source s WHERE s.version_id = r.id AND s.level <= r.reader)),
            '{{}}'::varchar[], '{{}}'::bigint[], r.begins_on::timestamp AT TIME ZONE 'UTC' + interval '12 hours', r.made_at, NULL, NULL);
        PERFORM repository_put(e, r.reader, r.reader);
    END IF;
END $$;
CREATE FUNCTION repository_on_words() RETURNS trigger {_HEAD} $$
BEGIN
    PERFORM repository_of_words(NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER repository_found AFTER INSERT ON register_words FOR EACH ROW EXECUTE FUNCTION repository_on_words();
CREATE FUNCTION repository_on_version() RETURNS trigger {_HEAD} $$
BEGIN
    PERFORM repository_drop(NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER repository_found AFTER UPDATE OF replaced_at ON register_version
    FOR EACH ROW WHEN (NEW.replaced_at IS NOT NULL) EXECUTE FUNCTION repository_on_version();
"""
_FORUM = f"""
CREATE FUNCTION repository_of_post(post uuid) RETURNS void {_HEAD} $$
DECLARE
    r record;
    e repository_open;
BEGIN
    PERFORM repository_drop(post);
    SELECT p.*, t.title, t.topic, c.id AS concern_id,
           (SELECT max(u.at) FROM forum_ruling u WHERE u.post_id = p.id AND u.kind = 'released') AS released_at INTO r
      FROM forum_post p JOIN forum_thread t ON t.id = p.thread_id LEFT JOIN forum_concern c ON c.thread_id = t.id
     WHERE p.id = post AND p.shown AND t.shown;
    IF FOUND THEN
        e := ROW(r.id, CASE WHEN r.concern_id IS NULL THEN 'thread' ELSE 'concern' END, coalesce(r.concern_id, r.thread_id), r.kind, r.title,
            r.text, '', r.level, CASE WHEN r.topic = '' THEN '{{}}' ELSE ARRAY[r.topic] END::varchar[], '{{}}'::bigint[], r.at,
            greatest(r.at, r.released_at), NULL, NULL);
        PERFORM repository_put(e, r.level, 2);
    END IF;
END $$;
CREATE FUNCTION repository_on_post() RETURNS trigger {_HEAD} $$
BEGIN
    PERFORM repository_of_post(NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER repository_found AFTER INSERT OR UPDATE OF shown ON forum_post FOR EACH ROW EXECUTE FUNCTION repository_on_post();
CREATE FUNCTION repository_on_thread() RETURNS trigger {_HEAD} $$
BEGIN
    PERFORM repository_of_post(p.id) FROM forum_post p WHERE p.thread_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER repository_found AFTER UPDATE OF shown ON forum_thread FOR EACH ROW EXECUTE FUNCTION repository_on_thread();

CREATE FUNCTION repository_of_concern(concern uuid) RETURNS void {_HEAD} $$
DECLARE
    r record;
    e repository_open;
BEGIN
    PERFORM repository_drop(concern);
    SELECT * INTO r FROM forum_concern WHERE id = concern;
    e := ROW(r.id, 'concern', r.id, '', r.title, concat_ws(E'\\n', r.text, r.source), '', r.level, '{{}}'::varchar[], '{{}}'::bigint[],
        r.at, r.at, NULL, NULL);
    PERFORM repository_put(e, r.level, 2);
END $$;
CREATE FUNCTION repository_on_concern() RETURNS trigger {_HEAD} $$
BEGIN
    PERFORM repository_of_concern(NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER repository_found AFTER INSERT ON forum_concern FOR EACH ROW EXECUTE FUNCTION repository_on_concern();
"""
_GATHERINGS = f"""
CREATE FUNCTION repository_of_gathering(gathering uuid) RETURNS void {_HEAD} $$
DECLARE
    r record;
    m record;
    e repository_open;
BEGIN
    {_each("DELETE FROM repository_{name} WHERE kind IN ('event', 'material') AND about = gathering;")}
    SELECT * INTO r FROM gatherings_gathering WHERE id = gathering AND published_at IS NOT NULL AND cancelled_at IS NULL;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    e := ROW(r.id, 'event', r.id, r.kind, r.title, concat_ws(E'\\n', r.text, r.place), '', r.level, '{{}}'::varchar[], r.regions,
        r.starts_at, r.published_at, NULL, NULL);
    PERFORM repository_put(e, r.level, 2);
    FOR m IN SELECT id, title, file_name, greatest(level, r.level) AS level, added_at FROM gatherings_material WHERE gathering_id = gathering
    LOOP
        e := ROW(m.id, 'material', r.id, r.kind, m.title, concat_ws(E'\\n', r.title, m.file_name), '', m.level, '{{}}'::varchar[], r.regions,
            r.starts_at, greatest(m.added_at, r.published_at), NULL, NULL);
        PERFORM repository_put(e, m.level, 2);
    END LOOP;
END $$;
CREATE FUNCTION repository_on_gathering() RETURNS trigger {_HEAD} $$
BEGIN
    PERFORM repository_of_gathering(NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER repository_found
    AFTER INSERT OR UPDATE OF title, text, place, level, regions, starts_at, published_at, cancelled_at, kind ON gatherings_gathering
    FOR EACH ROW EXECUTE FUNCTION repository_on_gathering();
CREATE FUNCTION repository_on_material() RETURNS trigger {_HEAD} $$
BEGIN
    PERFORM repository_of_gathering(CASE WHEN TG_OP = 'DELETE' THEN OLD.gathering_id ELSE NEW.gathering_id END);
    RETURN NULL;
END $$;
CREATE TRIGGER repository_found AFTER INSERT OR UPDATE OR DELETE ON gatherings_material
    FOR EACH ROW EXECUTE FUNCTION repository_on_material();
"""
# What lay in the rooms before this one was built.
_WHAT_IS_THERE = """
SELECT repository_of_product(product_id, level) FROM (SELECT DISTINCT product_id, level FROM products_rendition) r;
SELECT repository_of_item(id) FROM exchange_item WHERE state = 'shared';
SELECT repository_of_received(id) FROM exchange_received;
SELECT repository_of_words(id) FROM register_words;
SELECT repository_of_concern(id) FROM forum_concern;
SELECT repository_of_post(id) FROM forum_post WHERE shown;
SELECT repository_of_gathering(id) FROM gatherings_gathering WHERE published_at IS NOT NULL;
"""
_KEPT = """
ALTER TABLE repository_kept ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON repository_kept USING (network_level() = -1 OR member_id = network_member())
    WITH CHECK (network_level() = -1 OR member_id = network_member());
"""
_HELPERS = {
    "repository_put": "repository_open, integer, integer", "repository_drop": "uuid", "repository_of_product": "uuid, smallint",
    "repository_of_item": "uuid", "repository_of_received": "uuid", "repository_of_words": "bigint", "repository_of_post": "uuid",
    "repository_of_concern": "uuid", "repository_of_gathering": "uuid",
}  # fmt: skip
_TRIGGERS = {
    "products_rendition": "rendition", "exchange_item": "item", "exchange_received": "received", "register_words": "words",
    "register_version": "version", "forum_post": "post", "forum_thread": "thread", "forum_concern": "concern",
    "gatherings_gathering": "gathering", "gatherings_material": "material",
}  # fmt: skip


def _forward() -> str:
    closed = [f"REVOKE ALL ON FUNCTION {name}({types}) FROM PUBLIC;" for name, types in _HELPERS.items()]
    parts = (_PUT, _PRODUCTS, _EXCHANGE, _REGISTER, _FORUM, _GATHERINGS, _WHAT_IS_THERE, _KEPT)
    return "".join(parts) + "\n".join(closed)


def _backward() -> str:
    said = ["DROP POLICY own ON repository_kept;", "ALTER TABLE repository_kept DISABLE ROW LEVEL SECURITY;"]
    for table, name in _TRIGGERS.items():
        said += [f"DROP TRIGGER repository_found ON {table};", f"DROP FUNCTION repository_on_{name}();"]
    said += [f"DROP FUNCTION {name}({types});" for name, types in reversed(_HELPERS.items())]
    return "\n".join(said)


class Migration(migrations.Migration):
    dependencies = [
        ("repository", "0001_initial"),
        ("network", "0004_who_writes_what"),
        ("products", "0003_found"),
        ("exchange", "0002_walls"),
        ("register", "0002_walls"),
        ("forum", "0002_walls"),
        ("gatherings", "0002_walls"),
    ]
    operations = [migrations.RunSQL(_forward(), _backward())]
