"""What a reporter adds is counted, and so is how much of it somebody at the desk has had before their eyes: no two clocks compared.

The database counts where a word is written, with its own rights: the public origin's login needs none on a tip that is there. The
moment of a word is that login's word for it, so it counts up to a minute beyond what the house's other processes last said of the
time (their heartbeats, which that login cannot write); SQL asks no clock (docs/decisions/0001).
"""

from django.db import migrations, models

# What stands unread stays unread: by the moments that were compared until now.
_COUNT = """
UPDATE intake_tip t SET words_added = w.added, words_read = w.read FROM (
    SELECT m.tip_id, count(*) AS added, count(*) FILTER (
        WHERE m.at <= greatest(s.received_at, s.answered_at, s.noted_at, s.judged_at)) AS read
    FROM intake_message m JOIN intake_tip s ON s.id = m.tip_id
    WHERE m.sender = 'reporter' AND m.field = '' GROUP BY m.tip_id) w
WHERE w.tip_id = t.id
"""
_FORWARD = """
DROP TRIGGER intake_reporter_writes ON intake_tip;
DROP FUNCTION intake_reporter_writes();
CREATE FUNCTION intake_reporter_writes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE latest timestamptz;
BEGIN
    SELECT max(beat_at) + interval '1 minute' INTO latest FROM ops_heartbeat WHERE process <> 'public';
    UPDATE intake_tip SET
        words_added = words_added + 1,
        last_from_reporter_at = greatest(last_from_reporter_at, least(NEW.at, latest)),
        status = CASE WHEN closed_at IS NULL THEN status ELSE 'received' END,
        closed_at = NULL
    WHERE id = NEW.tip_id;
    RETURN NULL;
END $$;
CREATE TRIGGER intake_reporter_writes AFTER INSERT ON intake_message FOR EACH ROW
    WHEN (NEW.sender = 'reporter' AND NEW.field = '') EXECUTE FUNCTION intake_reporter_writes();
"""
_BACKWARD = """
DROP TRIGGER intake_reporter_writes ON intake_message;
DROP FUNCTION intake_reporter_writes();
CREATE FUNCTION intake_reporter_writes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.last_from_reporter_at := greatest(NEW.last_from_reporter_at, OLD.last_from_reporter_at);
    IF OLD.closed_at IS NOT NULL THEN
        NEW.closed_at := NULL;
        NEW.status := 'received';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER intake_reporter_writes BEFORE UPDATE OF last_from_reporter_at ON intake_tip FOR EACH ROW
    WHEN (NEW.last_from_reporter_at IS DISTINCT FROM OLD.last_from_reporter_at)
    EXECUTE FUNCTION intake_reporter_writes();
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0004_a_word_waits"), ("ops", "0002_own_heartbeat_only")]
    operations = [
        migrations.AddField("tip", "words_added", models.PositiveIntegerField(default=0, db_default=0)),
        migrations.AddField("tip", "words_read", models.PositiveIntegerField(default=0, db_default=0)),
        migrations.RunSQL(_COUNT, migrations.RunSQL.noop),
        migrations.RemoveIndex("tip", "intake_tip_queue"),
        migrations.RemoveField("tip", "standing"),
        migrations.RemoveField("tip", "noted_at"),
        migrations.AddField(
            "tip",
            "standing",
            models.GeneratedField(
                expression=models.Case(
                    models.When(
                        models.Q(rank__gt=10, words_added__gt=models.F("words_read")), then=models.Value(10)
                    ),
                    default=models.F("rank"),
                    output_field=models.SmallIntegerField(),
                ),
                output_field=models.SmallIntegerField(),
                db_persist=True,
            ),
        ),
        migrations.AddIndex(
            "tip",
            models.Index(
                fields=["standing", "received_at"],
                condition=models.Q(closed_at=None),
                name="intake_tip_queue",
            ),
        ),
        migrations.RunSQL(_FORWARD, _BACKWARD),
    ]
