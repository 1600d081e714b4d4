"""The public origin's login opens tips again and closes none: whoever captures it must not empty the desk's queue.

A reporter's reply may bring a closed tip back, so the login has a right on both columns; which way they may change, only
the database can say of each row.
"""

from django.db import migrations

_FORWARD = """
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
_BACKWARD = """
DROP TRIGGER intake_public_closes_nothing ON intake_tip;
DROP FUNCTION intake_public_closes_nothing();
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_running_owned")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
