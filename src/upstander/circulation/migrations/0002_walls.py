"""A member sees their own copies, and issues of their own level; the worker sees for whom a rendition is, and no word of it (its grant
names the columns). How the outbox stands with what is ours is read through a view, for nobody here may read the outbox.
"""

from django.db import migrations

_FORWARD = r"""
CREATE VIEW circulation_sent AS
    SELECT id, purpose, subject_id, state, sent_at, last_error FROM delivery_delivery
    WHERE purpose IN ('product_mail', 'product_digest', 'product_text', 'product_push', 'product_remind');

CREATE POLICY circulation_headers ON products_rendition FOR SELECT USING (right(current_user, 7) = '_worker');

ALTER TABLE circulation_issue ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON circulation_issue FOR SELECT USING (network_level() IN (-1, 9) OR network_level() = ANY (levels || left_out));
CREATE POLICY made ON circulation_issue FOR INSERT WITH CHECK (network_level() = -1);
CREATE POLICY gone_through ON circulation_issue FOR UPDATE USING (network_level() = -1);

ALTER TABLE circulation_copy ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON circulation_copy FOR SELECT USING (network_level() IN (-1, 9) OR member_id = network_member());
CREATE POLICY made ON circulation_copy FOR INSERT
    WITH CHECK (network_level() = -1 OR (member_id = network_member() AND how = 'taken' AND level = network_level()));
CREATE POLICY changed ON circulation_copy FOR UPDATE USING (network_level() = -1 OR member_id = network_member());

ALTER TABLE circulation_choice ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON circulation_choice FOR SELECT USING (network_level() IN (-1, 9) OR member_id = network_member());
CREATE POLICY made ON circulation_choice FOR INSERT WITH CHECK (network_level() = -1 OR member_id = network_member());
CREATE POLICY changed ON circulation_choice FOR UPDATE USING (network_level() = 9 OR member_id = network_member());

ALTER TABLE circulation_device ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON circulation_device USING (network_level() IN (-1, 9) OR member_id = network_member());
"""
_BACKWARD = """
DROP POLICY own ON circulation_device;
ALTER TABLE circulation_device DISABLE ROW LEVEL SECURITY;
DROP POLICY changed ON circulation_choice; DROP POLICY made ON circulation_choice; DROP POLICY own ON circulation_choice;
ALTER TABLE circulation_choice DISABLE ROW LEVEL SECURITY;
DROP POLICY changed ON circulation_copy; DROP POLICY made ON circulation_copy; DROP POLICY own ON circulation_copy;
ALTER TABLE circulation_copy DISABLE ROW LEVEL SECURITY;
DROP POLICY gone_through ON circulation_issue; DROP POLICY made ON circulation_issue; DROP POLICY seen ON circulation_issue;
ALTER TABLE circulation_issue DISABLE ROW LEVEL SECURITY;
DROP POLICY circulation_headers ON products_rendition;
DROP VIEW circulation_sent;
"""


class Migration(migrations.Migration):
    dependencies = [("circulation", "0001_initial"), ("delivery", "0010_the_network_owes_its_own")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
