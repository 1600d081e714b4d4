"""The worker owes to who is on call a text message and a call, too (see 0004: it owes reminders and nothing else)."""

from django.db import migrations

_TRIGGER = """
DROP TRIGGER delivery_worker_reminds_only ON delivery_delivery;
CREATE TRIGGER delivery_worker_reminds_only BEFORE INSERT ON delivery_delivery FOR EACH ROW
    WHEN (right(current_user, 7) = '_worker' AND NEW.purpose NOT IN ({}))
    EXECUTE FUNCTION delivery_refuse_worker();
"""
_BEFORE = "'escalation', 'notice_sms', 'notice_call', 'reverify'"
_NOW = f"{_BEFORE}, 'escalation_sms', 'escalation_call'"


class Migration(migrations.Migration):
    dependencies = [("delivery", "0005_the_caller_calls_only")]
    operations = [migrations.RunSQL(_TRIGGER.format(_NOW), _TRIGGER.format(_BEFORE))]
