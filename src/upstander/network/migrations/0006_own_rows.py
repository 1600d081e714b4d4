"""Before the wall a process asks who somebody is, and reads what that takes. Behind a member's wall nobody else's agreement, yearly
word, bounces, entitlements and agency's word are at hand (S-levels)."""

from django.db import migrations

_MEMBER = "network_for_a_member()"
_MINE = f"NOT {_MEMBER} OR member_id = network_member()"
_STAFF = "network_level() = 9"
_POLICIES = {
    "network_entitlement": {
        "seen": f"FOR SELECT USING ({_MINE})",
        "made": f"FOR INSERT WITH CHECK ({_STAFF})",
        "ended": f"FOR UPDATE USING ({_STAFF})",
    },
    "network_agreement": {"seen": "FOR SELECT USING (true)", "made": f"FOR INSERT WITH CHECK (NOT {_MEMBER})"},
    "network_agencycheck": {
        "seen": f"FOR SELECT USING ({_MINE})",
        "made": f"FOR INSERT WITH CHECK ({_STAFF})",
        "changed": f"FOR UPDATE USING ({_STAFF})",
    },
    "network_bounce": {
        "seen": f"FOR SELECT USING ({_MINE})",
        "made": f"FOR INSERT WITH CHECK (NOT {_MEMBER})",
        "cleared": f"FOR UPDATE USING ({_STAFF})",
    },
}
_FUNCTION = r"""
CREATE FUNCTION network_for_a_member() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT current_user ~ '_network_(open|fouo|les)$'
$$;
"""


def _forward() -> str:
    said = [_FUNCTION]
    for table in ("network_signature", "network_attestation"):
        said.append(f"DROP POLICY seen ON {table}; CREATE POLICY seen ON {table} FOR SELECT USING ({_MINE});")
    for table, policies in _POLICIES.items():
        said.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        said += [f"CREATE POLICY {name} ON {table} {rule};" for name, rule in policies.items()]
    return "\n".join(said)


def _backward() -> str:
    said = []
    for table, policies in _POLICIES.items():
        said += [f"DROP POLICY {name} ON {table};" for name in policies]
        said.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    for table in ("network_signature", "network_attestation"):
        said.append(f"DROP POLICY seen ON {table}; CREATE POLICY seen ON {table} FOR SELECT USING (true);")
    return "\n".join([*said, "DROP FUNCTION network_for_a_member();"])


class Migration(migrations.Migration):
    dependencies = [("network", "0005_a_change_told")]
    operations = [migrations.RunSQL(_forward(), _backward())]
