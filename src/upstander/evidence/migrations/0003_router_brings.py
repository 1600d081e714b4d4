"""The router brings the files of mails as `public` brings those of the website: it sees numbers and sizes, and no body."""

from django.db import migrations

_READABLE = """
CREATE OR REPLACE FUNCTION evidence_readable(login text, file uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE found evidence_file%ROWTYPE;
BEGIN
    IF login __PUBLIC__ THEN RETURN true; END IF;  -- sees numbers and sizes, no body: its grants
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
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0002_guards")]
    operations = [
        migrations.RunSQL(
            _READABLE.replace("__PUBLIC__", "IN ('public', 'router')"), _READABLE.replace("__PUBLIC__", "= 'public'")
        )
    ]
