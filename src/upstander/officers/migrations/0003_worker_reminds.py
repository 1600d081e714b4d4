"""The worker owes reminders of certificates, too, beside what it owed before (delivery's migration 0004): by a trigger of the same name."""

from django.db import migrations

_BEFORE = "'escalation', 'notice_sms', 'notice_call', 'reverify', 'escalation_sms', 'escalation_call', 'webhook', 'contact_push'"
_WORKER = """
CREATE OR REPLACE TRIGGER delivery_worker_reminds_only BEFORE INSERT ON delivery_delivery FOR EACH ROW
    WHEN (right(current_user, 7) = '_worker' AND NEW.purpose NOT IN ({}))
    EXECUTE FUNCTION delivery_refuse_worker();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("officers", "0002_walls"),
        ("actions", "0024_published_pattern"),
        ("delivery", "0010_the_network_owes_its_own"),
    ]
    operations = [migrations.RunSQL(_WORKER.format(f"{_BEFORE}, 'certificate'"), _WORKER.format(_BEFORE))]
