"""What must hold whatever the code does: the database refuses (docs/decisions/0077).

A suspected file loses its key for the desk in the moment in which it is sealed; nothing brings that back; no login but `custody`
reads its chunks any more, and that one only to hash it or for a hand-over that a custodian has ordered; it is destroyed only on
a request that two custodians have signed; the chain of custody is never changed.
"""

from django.db import migrations

# `login()`: the process behind a role: `upstander_desk` gives `desk`. `readable`: whether a login may see a file's chunks.
_FUNCTIONS = """
CREATE FUNCTION evidence_refuse(why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = 'permission denied: ' || why;
END $$;

CREATE FUNCTION evidence_login() RETURNS text LANGUAGE sql STABLE AS $$ SELECT substring(current_user::text from '[^_]+$') $$;

CREATE FUNCTION evidence_readable(login text, file uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE found evidence_file%ROWTYPE;
BEGIN
    IF login = 'public' THEN RETURN true; END IF;  -- sees numbers and sizes, no body: its grants
    SELECT * INTO found FROM evidence_file WHERE id = file;
    IF login = 'worker' THEN RETURN found.id IS NULL OR found.state = 'quarantined'; END IF;
    IF login = 'desk' THEN RETURN found.id IS NOT NULL AND found.state = 'quarantined'; END IF;
    IF login = 'custody' THEN
        RETURN found.id IS NOT NULL AND found.state = 'sealed' AND (found.sealed_hashes IS NULL OR EXISTS (
            SELECT 1 FROM evidence_hand_over o WHERE o.file_id = file AND o.packed_at IS NULL AND o.withdrawn_at IS NULL
            AND o.failed = ''));
    END IF;
    RETURN false;
END $$;

-- Whether what comes to a tip is to be sealed at once: its reporter said so, or a file of it is suspected already.
CREATE FUNCTION evidence_expected(tip uuid, subtype text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM intake_tip t WHERE t.id = tip AND t.reported_subtype = subtype)
        OR EXISTS (SELECT 1 FROM evidence_file f WHERE f.tip_id = tip AND f.ground IN ('suspected', 'reporter', 'listed'))
$$;

CREATE FUNCTION evidence_custodian(account bigint, at timestamptz) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM people_rolegrant g JOIN people_account a ON a.id = g.account_id
        WHERE g.account_id = account AND g.role = 'custodian' AND a.is_active
        AND g.starts_at <= at AND (g.ends_at IS NULL OR g.ends_at > at))
$$;
"""

_CHUNKS = """
CREATE FUNCTION evidence_chunk_arrives() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF octet_length(NEW.body) <> NEW.size + 32 THEN
        RAISE check_violation USING MESSAGE = 'a chunk is not of the size that it says';
    END IF;
    PERFORM 1 FROM evidence_upload WHERE id = NEW.file_id FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'this upload is over';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evidence_chunk_arrives BEFORE INSERT ON evidence_chunk FOR EACH ROW EXECUTE FUNCTION evidence_chunk_arrives();

CREATE FUNCTION evidence_chunk_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN PERFORM evidence_refuse('what has arrived is never changed'); END IF;
    PERFORM 1 FROM evidence_file WHERE id = OLD.file_id AND state <> 'destroyed';
    IF FOUND THEN PERFORM evidence_refuse('a file that belongs to a tip is not removed in pieces'); END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER evidence_chunk_stays BEFORE UPDATE OR DELETE ON evidence_chunk FOR EACH ROW EXECUTE FUNCTION evidence_chunk_stays();

ALTER TABLE evidence_chunk ENABLE ROW LEVEL SECURITY;
CREATE POLICY evidence_chunk_reads ON evidence_chunk FOR SELECT USING (evidence_readable(evidence_login(), file_id));
CREATE POLICY evidence_chunk_adds ON evidence_chunk FOR INSERT WITH CHECK (true);
CREATE POLICY evidence_chunk_goes ON evidence_chunk FOR DELETE USING (true);
"""

_FILES = """
CREATE FUNCTION evidence_file_arrives() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE there record;
BEGIN
    DELETE FROM evidence_upload WHERE id = NEW.id;
    IF NOT FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'this file belongs to a tip already, or its time is over';
    END IF;
    SELECT count(*) AS n, coalesce(sum(size), 0) AS bytes, coalesce(max(n), -1) AS last INTO there
        FROM evidence_chunk WHERE file_id = NEW.id;
    IF there.n <> NEW.chunks OR there.bytes <> NEW.size OR there.last <> NEW.chunks - 1 THEN
        RAISE check_violation USING MESSAGE = 'this file is not complete';
    END IF;
    IF NEW.state = 'destroyed' OR (NEW.state = 'sealed' AND NEW.ground <> 'reporter') THEN
        PERFORM evidence_refuse('a file arrives in quarantine, or sealed by its reporter''s own word');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evidence_file_arrives BEFORE INSERT ON evidence_file FOR EACH ROW EXECUTE FUNCTION evidence_file_arrives();

CREATE FUNCTION evidence_file_holds() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN PERFORM evidence_refuse('the record of a file is never removed'); END IF;
    IF (NEW.id, NEW.tip_id, NEW.tip_number, NEW.message_id, NEW.received_at, NEW.kind, NEW.size, NEW.chunks, NEW.sealed_name)
        IS DISTINCT FROM (OLD.id, OLD.tip_id, OLD.tip_number, OLD.message_id, OLD.received_at, OLD.kind, OLD.size, OLD.chunks,
        OLD.sealed_name) THEN PERFORM evidence_refuse('what a file is does not change'); END IF;
    IF OLD.state = 'destroyed' THEN PERFORM evidence_refuse('a destroyed file does not change'); END IF;
    IF OLD.sealed_hashes IS NOT NULL AND NEW.sealed_hashes IS DISTINCT FROM OLD.sealed_hashes THEN
        PERFORM evidence_refuse('the hashes of a file do not change'); END IF;
    IF OLD.state = 'sealed' AND (NEW.state = 'quarantined' OR (NEW.ground, NEW.sealed_at, NEW.sealed_by) IS DISTINCT FROM
        (OLD.ground, OLD.sealed_at, OLD.sealed_by)) THEN PERFORM evidence_refuse('a sealed file stays sealed'); END IF;
    IF OLD.keep_until IS NOT NULL AND (NEW.keep_until IS NULL OR NEW.keep_until < OLD.keep_until) THEN
        PERFORM evidence_refuse('the preservation clock is never shortened'); END IF;
    IF NEW.state = 'destroyed' AND (OLD.state <> 'sealed' OR NOT EXISTS (
        SELECT 1 FROM evidence_destruction d WHERE d.file_id = NEW.id AND d.confirmed)) THEN
        PERFORM evidence_refuse('a file is destroyed only on a request that two custodians have signed'); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evidence_file_holds BEFORE UPDATE OR DELETE ON evidence_file FOR EACH ROW EXECUTE FUNCTION evidence_file_holds();

CREATE FUNCTION evidence_file_closes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM evidence_file_key WHERE file_id = NEW.id AND (audience <> 'evidence' OR NEW.state = 'destroyed');
    IF NEW.state = 'destroyed' THEN
        DELETE FROM evidence_package_part p USING evidence_hand_over o WHERE o.id = p.hand_over_id AND o.file_id = NEW.id;
        DELETE FROM evidence_chunk WHERE file_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER evidence_file_closes AFTER UPDATE OF state ON evidence_file FOR EACH ROW
    WHEN (NEW.state <> OLD.state) EXECUTE FUNCTION evidence_file_closes();

CREATE FUNCTION evidence_key_holds() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE is_now text;
BEGIN
    IF TG_OP = 'UPDATE' THEN PERFORM evidence_refuse('a wrapped key is never changed'); END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT state INTO is_now FROM evidence_file WHERE id = NEW.file_id FOR SHARE;
        IF is_now IS NULL OR is_now = 'destroyed' OR (is_now = 'sealed' AND NEW.audience <> 'evidence') THEN
            PERFORM evidence_refuse('the desk gets no key to a sealed file'); END IF;
        RETURN NEW;
    END IF;
    SELECT state INTO is_now FROM evidence_file WHERE id = OLD.file_id;
    IF is_now = 'quarantined' OR (is_now = 'sealed' AND OLD.audience = 'evidence') THEN
        PERFORM evidence_refuse('a key goes when its file is sealed or destroyed, not before'); END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER evidence_key_holds BEFORE INSERT OR UPDATE OR DELETE ON evidence_file_key
    FOR EACH ROW EXECUTE FUNCTION evidence_key_holds();

ALTER TABLE evidence_file_key ENABLE ROW LEVEL SECURITY;
CREATE POLICY evidence_key_reads ON evidence_file_key FOR SELECT USING (evidence_readable(evidence_login(), file_id)
    AND audience = CASE WHEN evidence_login() = 'custody' THEN 'evidence' ELSE 'desk' END);
CREATE POLICY evidence_key_adds ON evidence_file_key FOR INSERT WITH CHECK (true);

CREATE FUNCTION evidence_custody_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM evidence_refuse('the chain of custody is never changed');
    RETURN NULL;
END $$;
CREATE TRIGGER evidence_custody_stays BEFORE UPDATE OR DELETE ON evidence_custody_event
    FOR EACH ROW EXECUTE FUNCTION evidence_custody_stays();
"""

_WAYS_OUT = """
CREATE FUNCTION evidence_hand_over_holds() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN PERFORM evidence_refuse('a hand-over stays on record'); END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM 1 FROM evidence_file WHERE id = NEW.file_id AND state = 'sealed' FOR SHARE;
        IF NOT FOUND THEN PERFORM evidence_refuse('only a sealed file is handed over'); END IF;
        IF NOT evidence_custodian(NEW.ordered_by, NEW.ordered_at) THEN
            PERFORM evidence_refuse('a hand-over is ordered by a custodian'); END IF;
        IF (NEW.recipient = '') = (NEW.sealed_passphrase IS NULL) OR NEW.packed_at IS NOT NULL OR NEW.received_at IS NOT NULL THEN
            PERFORM evidence_refuse('a hand-over is encrypted to one recipient, or under one passphrase'); END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.file_id, NEW.receipt, NEW.ordered_at, NEW.ordered_by, NEW.recipient, NEW.sealed_words) IS DISTINCT FROM
        (OLD.id, OLD.file_id, OLD.receipt, OLD.ordered_at, OLD.ordered_by, OLD.recipient, OLD.sealed_words)
        OR OLD.received_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL
        OR (NEW.sealed_passphrase IS NOT NULL AND NEW.sealed_passphrase IS DISTINCT FROM OLD.sealed_passphrase)
        OR (OLD.packed_at IS NOT NULL AND (NEW.packed_at, NEW.package_size, NEW.package_sha256) IS DISTINCT FROM
            (OLD.packed_at, OLD.package_size, OLD.package_sha256))
        OR (NEW.received_at IS NOT NULL AND NEW.packed_at IS NULL) THEN
        PERFORM evidence_refuse('what was ordered and done does not change'); END IF;
    IF NEW.received_at IS NOT NULL AND NOT evidence_custodian(NEW.received_recorded_by, NEW.received_at) THEN
        PERFORM evidence_refuse('a receipt is recorded by a custodian'); END IF;
    IF NEW.received_at IS NOT NULL OR NEW.withdrawn_at IS NOT NULL THEN
        DELETE FROM evidence_package_part WHERE hand_over_id = NEW.id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evidence_hand_over_holds BEFORE INSERT OR UPDATE OR DELETE ON evidence_hand_over
    FOR EACH ROW EXECUTE FUNCTION evidence_hand_over_holds();

CREATE FUNCTION evidence_package_for_an_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM evidence_hand_over o JOIN evidence_file f ON f.id = o.file_id WHERE o.id = NEW.hand_over_id
        AND f.state = 'sealed' AND o.packed_at IS NULL AND o.withdrawn_at IS NULL;
    IF NOT FOUND THEN PERFORM evidence_refuse('there is no open order for this package'); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evidence_package_for_an_order BEFORE INSERT OR UPDATE ON evidence_package_part
    FOR EACH ROW EXECUTE FUNCTION evidence_package_for_an_order();

CREATE FUNCTION evidence_destruction_holds() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN PERFORM evidence_refuse('a request stays on record'); END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM 1 FROM evidence_file WHERE id = NEW.file_id AND state = 'sealed';
        IF NOT FOUND OR NEW.decided_at IS NOT NULL OR NOT evidence_custodian(NEW.asked_by, NEW.asked_at) THEN
            PERFORM evidence_refuse('the destruction of a sealed file is asked by a custodian'); END IF;
        RETURN NEW;
    END IF;
    IF OLD.decided_at IS NOT NULL OR (NEW.id, NEW.file_id, NEW.certificate, NEW.asked_at, NEW.asked_by, NEW.sealed_words)
        IS DISTINCT FROM (OLD.id, OLD.file_id, OLD.certificate, OLD.asked_at, OLD.asked_by, OLD.sealed_words)
        OR NOT evidence_custodian(NEW.decided_by, NEW.decided_at) OR NEW.decided_by = OLD.asked_by THEN
        PERFORM evidence_refuse('a destruction is decided once, by another custodian'); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evidence_destruction_holds BEFORE INSERT OR UPDATE OR DELETE ON evidence_destruction
    FOR EACH ROW EXECUTE FUNCTION evidence_destruction_holds();
"""

_BACKWARD = """
ALTER TABLE evidence_file_key DISABLE ROW LEVEL SECURITY;
ALTER TABLE evidence_chunk DISABLE ROW LEVEL SECURITY;
DROP FUNCTION evidence_destruction_holds, evidence_package_for_an_order, evidence_hand_over_holds, evidence_custody_stays,
    evidence_key_holds, evidence_file_closes, evidence_file_holds, evidence_file_arrives, evidence_chunk_stays,
    evidence_chunk_arrives, evidence_custodian, evidence_expected, evidence_readable, evidence_login, evidence_refuse CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial"), ("people", "0001_initial"), ("intake", "0001_initial")]
    operations = [migrations.RunSQL(_FUNCTIONS + _CHUNKS + _FILES + _WAYS_OUT, _BACKWARD)]
