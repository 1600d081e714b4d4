"""Collections and what they offer are the staff's; the worker reads which are due, and adds offers (decision 0130)."""

from django.db import migrations

_STAFF, _WORKER = "network_level() = 9", "current_user = 'upstander_worker'"
_FORWARD = f"""
ALTER TABLE exchange_collection ENABLE ROW LEVEL SECURITY;
CREATE POLICY exchange_collection_read ON exchange_collection FOR SELECT USING ({_STAFF} OR {_WORKER});
CREATE POLICY exchange_collection_add ON exchange_collection FOR INSERT WITH CHECK ({_STAFF});
CREATE POLICY exchange_collection_change ON exchange_collection FOR UPDATE USING ({_STAFF} OR {_WORKER});
ALTER TABLE exchange_offer ENABLE ROW LEVEL SECURITY;
CREATE POLICY exchange_offer_read ON exchange_offer FOR SELECT USING ({_STAFF} OR {_WORKER});
CREATE POLICY exchange_offer_add ON exchange_offer FOR INSERT WITH CHECK ({_WORKER} AND state = 'new');
CREATE POLICY exchange_offer_change ON exchange_offer FOR UPDATE USING ({_STAFF});
"""
_BACKWARD = """
DROP POLICY exchange_offer_change ON exchange_offer; DROP POLICY exchange_offer_add ON exchange_offer;
DROP POLICY exchange_offer_read ON exchange_offer; ALTER TABLE exchange_offer DISABLE ROW LEVEL SECURITY;
DROP POLICY exchange_collection_change ON exchange_collection; DROP POLICY exchange_collection_add ON exchange_collection;
DROP POLICY exchange_collection_read ON exchange_collection; ALTER TABLE exchange_collection DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_collections_and_licences")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
