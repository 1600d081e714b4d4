"""Who asks, as the database knows it: from the role that is played, which nobody plays by forgetting to."""

from django.db import migrations

_FORWARD = r"""
CREATE FUNCTION network_level() RETURNS smallint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE substring(current_user from '_(open|fouo|les|staff)$')
        WHEN 'open' THEN 0 WHEN 'fouo' THEN 1 WHEN 'les' THEN 2 WHEN 'staff' THEN 9 ELSE -1 END::smallint
$$;
CREATE FUNCTION network_member() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('upstander.member', true), '')::uuid
$$;
"""
_BACKWARD = "DROP FUNCTION network_member(); DROP FUNCTION network_level();"


class Migration(migrations.Migration):
    dependencies = [("network", "0001_initial")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
