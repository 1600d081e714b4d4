"""Each login writes entries in the name of its own process: what a captured one makes up stands as its own.

The owner, who writes as `admin` at the command line, may name any. The condition is asked for each row without calling the function.
"""

from django.db import migrations

_FORWARD = """
CREATE FUNCTION audit_refuse_other_process() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT pg_has_role(current_user, (SELECT relowner FROM pg_catalog.pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RAISE insufficient_privilege USING MESSAGE = 'permission denied: an entry of another process';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_own_process BEFORE INSERT ON audit_entry FOR EACH ROW
  WHEN (right(current_user, length(NEW.process) + 1) <> '_' || NEW.process)
  EXECUTE FUNCTION audit_refuse_other_process();
"""
_BACKWARD = """
DROP TRIGGER audit_own_process ON audit_entry;
DROP FUNCTION audit_refuse_other_process();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_order_and_guard")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
