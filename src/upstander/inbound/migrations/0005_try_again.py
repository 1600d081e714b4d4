"""A supervisor has something that could not be routed tried again: the desk may do this to an arrival, and nothing else."""

from django.db import migrations

_FORWARD = """
CREATE FUNCTION inbound_try_again(arrival uuid, moment timestamptz) RETURNS text LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    UPDATE inbound_arrival a SET state = 'new', tries = 0, next_at = moment, done_at = NULL
    FROM (SELECT id, code FROM inbound_arrival WHERE id = arrival AND state = 'refused' FOR UPDATE) was
    WHERE a.id = was.id RETURNING was.code
$$;
REVOKE ALL ON FUNCTION inbound_try_again(uuid, timestamptz) FROM PUBLIC;
"""
_BACKWARD = "DROP FUNCTION inbound_try_again(uuid, timestamptz)"


class Migration(migrations.Migration):
    dependencies = [("inbound", "0004_backlog")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
