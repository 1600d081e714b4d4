"""Nobody is told at an address of somebody who is left out of a tip; but one such address in a colleague's entry does not cut that
colleague off: they are told at the others, and refused here only where none is left (docs/decisions/0072)."""

from django.db import migrations

_FORWARD = """
CREATE OR REPLACE FUNCTION actions_left_out(tip uuid, contact bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    WITH left_out AS (SELECT e.contact_id, e.addresses FROM actions_exclusion e WHERE e.tip_id = tip AND e.ended_at IS NULL)
    SELECT EXISTS (SELECT 1 FROM left_out l WHERE l.contact_id = contact)
        OR (SELECT count(*) > 0 AND bool_and(
                EXISTS (SELECT 1 FROM left_out l WHERE p.kind || ':' || lower(p.value) = ANY (l.addresses::text[])))
            FROM directory_contactpoint p WHERE p.contact_id = contact)
$$;
"""
_BACKWARD = """
CREATE OR REPLACE FUNCTION actions_left_out(tip uuid, contact bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM actions_exclusion e WHERE e.tip_id = tip AND e.ended_at IS NULL AND (e.contact_id = contact
        OR e.addresses::text[] && (SELECT coalesce(array_agg(p.kind || ':' || lower(p.value)), '{}')
            FROM directory_contactpoint p WHERE p.contact_id = contact)))
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("actions", "0014_replays")]

    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
