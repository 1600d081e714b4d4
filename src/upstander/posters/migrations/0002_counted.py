"""A report that began at a poster is counted by this alone: the public origin reads no count, and sets none."""

from django.db import migrations

_FORWARD = """
CREATE FUNCTION posters_counted(wanted text, month date) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    INSERT INTO posters_count (placement_id, month, number)
    SELECT p.id, $2, 1 FROM posters_placement p WHERE p.code = wanted AND p.ended_at IS NULL
    ON CONFLICT (placement_id, month) DO UPDATE SET number = posters_count.number + 1
$$;
REVOKE ALL ON FUNCTION posters_counted(text, date) FROM PUBLIC;
"""
_BACKWARD = "DROP FUNCTION posters_counted(text, date)"


class Migration(migrations.Migration):
    dependencies = [("posters", "0001_initial")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
