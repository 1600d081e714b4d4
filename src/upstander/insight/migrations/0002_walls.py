"""The wall: the staff of the network, and nobody else."""

from django.db import migrations

_TABLES = ("insight_contact", "insight_planitem", "insight_record")
_FORWARD = "\n".join(
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; CREATE POLICY {table}_staff ON {table} USING (network_level() = 9);"
    for table in _TABLES
)
_BACKWARD = "\n".join(
    f"DROP POLICY {table}_staff ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;" for table in _TABLES
)


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_initial"), ("network", "0002_walls")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
