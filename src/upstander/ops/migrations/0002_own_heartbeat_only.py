"""Each login writes its own heartbeat and no other: a captured process cannot speak for a silenced one."""

from django.db import migrations

_FORWARD = """
ALTER TABLE ops_heartbeat ENABLE ROW LEVEL SECURITY;
CREATE POLICY ops_heartbeat_read ON ops_heartbeat FOR SELECT USING (true);
CREATE POLICY ops_heartbeat_own ON ops_heartbeat FOR ALL
    USING ('upstander_' || process = current_user) WITH CHECK ('upstander_' || process = current_user);
"""
_BACKWARD = """
DROP POLICY ops_heartbeat_own ON ops_heartbeat;
DROP POLICY ops_heartbeat_read ON ops_heartbeat;
ALTER TABLE ops_heartbeat DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("ops", "0001_initial")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
