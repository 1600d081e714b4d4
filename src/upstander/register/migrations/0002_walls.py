"""The walls: who sees an entry at all, and of it the paragraphs, the sources, the words that they may read (S-levels); and that what
is written stays.
"""

from django.db import migrations

_STAFF = "network_level() = 9"
_SEEN = "EXISTS (SELECT 1 FROM register_version v WHERE v.id = version_id)"
_CURRENT = "EXISTS (SELECT 1 FROM register_version v WHERE v.incident_id = register_incident.id)"
_OPEN = "decided_at IS NULL AND incident_id IS NULL AND answer = ''"
_POLICIES = {
    "register_version": {
        "read": f"FOR SELECT USING ({_STAFF} OR replaced_at IS NULL AND level <= network_level())",
        "staff": f"USING ({_STAFF})",
    },
    "register_incident": {
        "read": f"FOR SELECT USING ({_STAFF} OR {_CURRENT})",
        "staff": f"USING ({_STAFF})",
    },
    "register_paragraph": {
        "read": f"FOR SELECT USING (level <= network_level() AND {_SEEN})",
        "staff": f"USING ({_STAFF})",
    },
    "register_source": {
        "read": f"FOR SELECT USING (level <= network_level() AND {_SEEN})",
        "staff": f"USING ({_STAFF})",
    },
    "register_words": {
        "read": f"FOR SELECT USING (level = network_level() AND {_SEEN})",
        "staff": f"USING ({_STAFF})",
    },
    "register_proposal": {
        "own": "FOR SELECT USING (member_id = network_member())",
        "made": f"FOR INSERT WITH CHECK (member_id = network_member() AND {_OPEN})",
        "staff": f"USING ({_STAFF})",
    },
}
_SQL = r"""
CREATE SEQUENCE register_incident_number_seq;

CREATE FUNCTION register_words_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search := to_tsvector('english', NEW.text);
    RETURN NEW;
END $$;
CREATE TRIGGER register_words_search BEFORE INSERT OR UPDATE ON register_words
    FOR EACH ROW EXECUTE FUNCTION register_words_search();

CREATE FUNCTION register_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'register_version' AND TG_OP = 'UPDATE' THEN
        OLD.replaced_at := NEW.replaced_at;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what was entered is not changed: it is corrected by another version' 
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER register_stays BEFORE UPDATE OR DELETE ON register_version FOR EACH ROW EXECUTE FUNCTION register_stays();
CREATE TRIGGER register_stays BEFORE UPDATE OR DELETE ON register_paragraph FOR EACH ROW EXECUTE FUNCTION register_stays();
CREATE TRIGGER register_stays BEFORE UPDATE OR DELETE ON register_source FOR EACH ROW EXECUTE FUNCTION register_stays();

CREATE FUNCTION register_not_below() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.level < (SELECT v.level FROM register_version v WHERE v.id = NEW.version_id) THEN
        RAISE EXCEPTION 'nothing of an entry is read below its facts' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER register_not_below BEFORE INSERT ON register_paragraph FOR EACH ROW EXECUTE FUNCTION register_not_below();
CREATE TRIGGER register_not_below BEFORE INSERT ON register_source FOR EACH ROW EXECUTE FUNCTION register_not_below();
CREATE TRIGGER register_not_below BEFORE INSERT ON register_words FOR EACH ROW EXECUTE FUNCTION register_not_below();
"""
_BACK = """
DROP TRIGGER register_not_below ON register_words; DROP TRIGGER register_not_below ON register_source;
DROP TRIGGER register_not_below ON register_paragraph; DROP FUNCTION register_not_below();
DROP TRIGGER register_stays ON register_source; DROP TRIGGER register_stays ON register_paragraph;
DROP TRIGGER register_stays ON register_version; DROP FUNCTION register_stays();
DROP TRIGGER register_words_search ON register_words; DROP FUNCTION register_words_search();
DROP SEQUENCE register_incident_number_seq;
"""


def _forward() -> str:
    said = [_SQL]
    for table, policies in _POLICIES.items():
        said.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        said += [f"CREATE POLICY {table}_{name} ON {table} {rule};" for name, rule in policies.items()]
    return "\n".join(said)


def _backward() -> str:
    said = []
    for table, policies in _POLICIES.items():
        said += [f"DROP POLICY {table}_{name} ON {table};" for name in policies]
        said.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join([*said, _BACK])


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial"), ("network", "0002_walls")]
    operations = [migrations.RunSQL(_forward(), _backward())]
