"""A login that plays a level of the network (`ops.grants.PLAYED`) writes entries in the name of its process, as it does itself."""

from django.db import migrations

_TRIGGER = """
DROP TRIGGER audit_own_process ON audit_entry;
CREATE TRIGGER audit_own_process BEFORE INSERT ON audit_entry FOR EACH ROW
  WHEN (right({}, length(NEW.process) + 1) <> '_' || NEW.process)
  EXECUTE FUNCTION audit_refuse_other_process();
"""
_PLAYED = "regexp_replace(current_user, '_(open|fouo|les|staff)$', '')"


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_own_process_only")]
    operations = [migrations.RunSQL(_TRIGGER.format(_PLAYED), _TRIGGER.format("current_user"))]
