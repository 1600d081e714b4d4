"""Whoever captures the school's process takes home no hash: as the network's since 0013, it asks whether what was typed is right.

A function of its own: a password that was right at the school's origin opens no second factor to the network's.
"""

from django.db import migrations

_FORWARD = r"""
CREATE FUNCTION people_password_is(account bigint, computed text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM people_account WHERE id = account AND password_mark IS NOT NULL AND password = computed)
$$;
REVOKE ALL ON FUNCTION people_password_is(bigint, text) FROM PUBLIC;
"""
_BACKWARD = "DROP FUNCTION people_password_is(bigint, text);"


class Migration(migrations.Migration):
    dependencies = [("people", "0014_forgotten")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
