"""A word of the reporter that nobody has taken up has its tip stand where the unjudged stand, and opens a closed one again.

Both follow in the database from the moment of the word alone, so the public origin's login needs no right on a tip's rank, status
or closing, and a later channel cannot forget it. A moment never goes back: who captured that login could else hide a word.
"""

from django.db import migrations, models
from django.db.models.functions import Greatest

_FORWARD = """
DROP TRIGGER intake_public_closes_nothing ON intake_tip;
DROP FUNCTION intake_public_closes_nothing();
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
_BACKWARD = """
DROP TRIGGER intake_reporter_writes ON intake_tip;
DROP FUNCTION intake_reporter_writes();
CREATE FUNCTION intake_public_closes_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF right(current_user, 7) = '_public' THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied: what becomes of a tip is decided at the desk';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER intake_public_closes_nothing BEFORE UPDATE OF closed_at, status ON intake_tip FOR EACH ROW
    WHEN ((NEW.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at)
        OR (NEW.status <> OLD.status AND NOT (OLD.status = 'closed' AND NEW.status = 'read')))
    EXECUTE FUNCTION intake_public_closes_nothing();
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_public_closes_nothing")]
    operations = [
        migrations.AddField("tip", "noted_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "tip",
            "standing",
            models.GeneratedField(
                expression=models.Case(
                    models.When(
                        models.Q(
                            rank__gt=10,
                            last_from_reporter_at__gt=Greatest(
                                "received_at", "answered_at", "noted_at", "judged_at"
                            ),
                        ),
                        then=models.Value(10),
                    ),
                    default=models.F("rank"),
                    output_field=models.SmallIntegerField(),
                ),
                output_field=models.SmallIntegerField(),
                db_persist=True,
            ),
        ),
        migrations.RemoveIndex("tip", "intake_tip_open"),
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
