"""A purpose whose name begins with `reminder_` is a reminder by that name: the worker may owe it. A room that reminds of something
new names its purpose so, and rewrites neither this function nor the trigger that calls it (0004, 0006; actions 0023).

A notice, a stand-down or a call has never such a name, so none of them can be kept from leaving by a false row made before it.
"""

from django.db import migrations

_WORKER = """
CREATE OR REPLACE FUNCTION delivery_refuse_worker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.purpose ~ '{}' THEN RETURN NEW; END IF;
    RAISE insufficient_privilege USING MESSAGE = 'permission denied: the worker login owes reminders only';
END $$;
"""
_NETWORK = "^(network|product|gathering|forum|exchange)_"


class Migration(migrations.Migration):
    dependencies = [("delivery", "0010_the_network_owes_its_own")]
    operations = [
        migrations.RunSQL(_WORKER.format(_NETWORK.replace("(", "(reminder|", 1)), _WORKER.format(_NETWORK))
    ]
