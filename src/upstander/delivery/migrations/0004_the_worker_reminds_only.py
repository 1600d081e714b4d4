"""The worker's login owes reminders and nothing else, as the school origin's owes invitations (0003): whoever captures it must not get in
the way of a notice or its correction.
"""

from django.db import migrations

_FORWARD = """
CREATE FUNCTION delivery_refuse_worker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = 'permission denied: the worker login owes reminders only';
END $$;
CREATE TRIGGER delivery_worker_reminds_only BEFORE INSERT ON delivery_delivery FOR EACH ROW
    WHEN (right(current_user, 7) = '_worker' AND NEW.purpose NOT IN ('escalation', 'notice_sms', 'notice_call', 'reverify'))
    EXECUTE FUNCTION delivery_refuse_worker();
"""
_BACKWARD = """
DROP TRIGGER delivery_worker_reminds_only ON delivery_delivery;
DROP FUNCTION delivery_refuse_worker();
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0003_the_school_invites_only")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
