"""The worker also owes the link to a new password at the school's pages, as at the network's (people/forgotten.py)."""

from django.db import migrations

_WORKER = """
CREATE OR REPLACE FUNCTION delivery_refuse_worker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.purpose ~ '{}' THEN RETURN NEW; END IF;
    RAISE insufficient_privilege USING MESSAGE = 'permission denied: the worker login owes reminders only';
END $$;
"""
_NAMED = "^(reminder|network|product|gathering|forum|exchange)_"  # as 0011 has it


class Migration(migrations.Migration):
    dependencies = [("delivery", "0011_reminders_by_name")]
    operations = [migrations.RunSQL(_WORKER.format(f"{_NAMED}|^forgotten$"), _WORKER.format(_NAMED))]
