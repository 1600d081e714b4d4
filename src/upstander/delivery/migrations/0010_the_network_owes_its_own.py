"""The network's login, whatever level it plays, owes what its own rooms say, and invitations: never a notice, a stand-down or a call,
whose true row a false one made beforehand would keep from leaving (0003). The worker may remind its members, too: what the trigger
does not list for it, its function lets pass.
"""

from django.db import migrations

_OWN = "'^(network|product|gathering|forum|exchange)_'"
_WORKER = """
CREATE OR REPLACE FUNCTION delivery_refuse_worker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {}
    RAISE insufficient_privilege USING MESSAGE = 'permission denied: the worker login owes reminders only';
END $$;
"""
_FORWARD = f"""
CREATE FUNCTION delivery_refuse_network() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = 'permission denied: the network owes what is its own only';
END $$;
CREATE TRIGGER delivery_network_owes_its_own BEFORE INSERT ON delivery_delivery FOR EACH ROW
    WHEN (current_user ~ '_network(_(open|fouo|les|staff))?$' AND NEW.purpose !~ {_OWN} AND NEW.purpose <> 'invitation')
    EXECUTE FUNCTION delivery_refuse_network();
{_WORKER.format(f"IF NEW.purpose ~ {_OWN} THEN RETURN NEW; END IF;")}
"""
_BACKWARD = f"""
{_WORKER.format("")}
DROP TRIGGER delivery_network_owes_its_own ON delivery_delivery;
DROP FUNCTION delivery_refuse_network();
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0009_two_carriers_of_calls")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
