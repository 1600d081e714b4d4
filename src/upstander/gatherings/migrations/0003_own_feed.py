"""A calendar's address is its member's own: nobody puts one on another's row (S-levels). Before the wall its digest finds whose it is."""

from django.db import migrations

_FORWARD = """
ALTER TABLE gatherings_feed ENABLE ROW LEVEL SECURITY;
CREATE POLICY gatherings_feed_seen ON gatherings_feed FOR SELECT USING (network_level() = -1 OR member_id = network_member());
CREATE POLICY gatherings_feed_made ON gatherings_feed FOR INSERT WITH CHECK (member_id = network_member());
CREATE POLICY gatherings_feed_changed ON gatherings_feed FOR UPDATE USING (member_id = network_member());
"""
_BACKWARD = """
DROP POLICY gatherings_feed_changed ON gatherings_feed; DROP POLICY gatherings_feed_made ON gatherings_feed;
DROP POLICY gatherings_feed_seen ON gatherings_feed;
ALTER TABLE gatherings_feed DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("gatherings", "0002_walls"), ("network", "0002_walls")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
