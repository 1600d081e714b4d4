"""The caller's login changes calls and nothing else of the outbox: it speaks SIP to the world, and whoever captures it must not keep a mail
or a text message from leaving.
"""

from django.db import migrations

_FORWARD = """
CREATE FUNCTION delivery_refuse_caller() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = 'permission denied: the caller login changes calls only';
END $$;
CREATE TRIGGER delivery_caller_calls_only BEFORE UPDATE ON delivery_delivery FOR EACH ROW
    WHEN (right(current_user, 7) = '_caller' AND (OLD.channel <> 'call' OR NEW.channel <> 'call'))
    EXECUTE FUNCTION delivery_refuse_caller();
"""
_BACKWARD = """
DROP TRIGGER delivery_caller_calls_only ON delivery_delivery;
DROP FUNCTION delivery_refuse_caller();
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0004_the_worker_reminds_only")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
