"""How much waits for the router, for the process that keeps it and reads none of it: so it can have a mail server wait."""

from django.db import migrations

_FORWARD = """
CREATE FUNCTION inbound_backlog() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(size + 2000::bigint), 0)::bigint FROM inbound_arrival WHERE state = 'new'
$$;
REVOKE ALL ON FUNCTION inbound_backlog() FROM PUBLIC;
"""
_BACKWARD = "DROP FUNCTION inbound_backlog()"


class Migration(migrations.Migration):
    dependencies = [("inbound", "0003_the_desk_s_words_only")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
