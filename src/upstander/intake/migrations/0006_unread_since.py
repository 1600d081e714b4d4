"""Since when a reporter waits: from the first word that nobody has taken up, not from the last.

Who writes again every minute would else begin to wait anew with each word, and the desk would never turn red for them.
"""

from django.db import migrations, models

_KNOWN = "UPDATE intake_tip SET unread_since = last_from_reporter_at WHERE words_added > words_read"
_FUNCTION = """
CREATE OR REPLACE FUNCTION intake_reporter_writes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE latest timestamptz;
BEGIN
    SELECT max(beat_at) + interval '1 minute' INTO latest FROM ops_heartbeat WHERE process <> 'public';
    UPDATE intake_tip SET
        words_added = words_added + 1,%s
        last_from_reporter_at = greatest(last_from_reporter_at, least(NEW.at, latest)),
        status = CASE WHEN closed_at IS NULL THEN status ELSE 'received' END,
        closed_at = NULL
    WHERE id = NEW.tip_id;
    RETURN NULL;
END $$;
"""
_SINCE = """
        unread_since = CASE WHEN words_added > words_read THEN unread_since ELSE least(NEW.at, latest) END,"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0005_words_are_counted")]
    operations = [
        migrations.AddField("tip", "unread_since", models.DateTimeField(null=True)),
        migrations.RunSQL(_KNOWN, migrations.RunSQL.noop),
        migrations.RunSQL(_FUNCTION % _SINCE, _FUNCTION % ""),
    ]
