"""Where a feed is fetched, and what other states are, is the staff's business. A member sees of a source its name, where something of it
was shared with them; before the wall a token finds its peer (S-levels)."""

from django.db import migrations

_FORWARD = """
ALTER TABLE exchange_source ENABLE ROW LEVEL SECURITY;
CREATE POLICY exchange_source_read ON exchange_source FOR SELECT USING (
    network_level() IN (-1, 9) OR EXISTS (SELECT 1 FROM exchange_item i WHERE i.source_id = exchange_source.id));
CREATE POLICY exchange_source_add ON exchange_source FOR INSERT WITH CHECK (network_level() = 9);
CREATE POLICY exchange_source_change ON exchange_source FOR UPDATE USING (network_level() IN (-1, 9));
ALTER TABLE exchange_peer ENABLE ROW LEVEL SECURITY;
CREATE POLICY exchange_peer_read ON exchange_peer FOR SELECT USING (network_level() IN (-1, 9));
CREATE POLICY exchange_peer_add ON exchange_peer FOR INSERT WITH CHECK (network_level() = 9);
CREATE POLICY exchange_peer_change ON exchange_peer FOR UPDATE USING (network_level() IN (-1, 9));
"""
_BACKWARD = """
DROP POLICY exchange_peer_change ON exchange_peer; DROP POLICY exchange_peer_add ON exchange_peer;
DROP POLICY exchange_peer_read ON exchange_peer;
ALTER TABLE exchange_peer DISABLE ROW LEVEL SECURITY;
DROP POLICY exchange_source_change ON exchange_source; DROP POLICY exchange_source_add ON exchange_source;
DROP POLICY exchange_source_read ON exchange_source;
ALTER TABLE exchange_source DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_who_sees_collections"), ("network", "0002_walls")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
