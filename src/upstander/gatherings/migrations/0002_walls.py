"""The walls: who sees a gathering at all; and of what hangs on it, only what is their own (S-levels).

Whoever hides a gathering by its level hides all that hangs on it, for each asks the gathering. The worker sees rows, and of their
columns those that its grants name: when, how many, no word.
"""

from django.db import migrations

_ON_A_GATHERING = "EXISTS (SELECT 1 FROM gatherings_gathering g WHERE g.id = gathering_id)"
_WORKER = "right(current_user, 7) = '_worker'"
_STAFF = "network_level() = 9"
_MINE = "member_id = network_member()"
_POLICIES = {
    "gatherings_gathering": {
        "read": f"FOR SELECT USING ({_STAFF} OR {_WORKER} OR published_at IS NOT NULL AND level <= network_level())",
        "staff": f"USING ({_STAFF})",
    },
    "gatherings_registration": {
        "own": f"FOR SELECT USING ({_MINE} AND {_ON_A_GATHERING})",
        "house": f"USING ({_STAFF} OR {_WORKER})",
    },
    "gatherings_material": {
        "read": f"FOR SELECT USING (level <= network_level() AND {_ON_A_GATHERING})",
        "staff": f"USING ({_STAFF})",
    },
    "gatherings_feedback": {
        "own": f"USING ({_MINE} AND {_ON_A_GATHERING})",
        "staff": f"FOR SELECT USING ({_STAFF})",
    },
    "gatherings_certificate": {
        "own": f"FOR SELECT USING ({_MINE} AND EXISTS (SELECT 1 FROM gatherings_registration r WHERE r.id = registration_id))",  # noqa: S608 - constants only
        "staff": f"USING ({_STAFF})",
    },
    "gatherings_visit": {"staff": f"USING ({_STAFF})"},
    "gatherings_step": {"staff": f"USING ({_STAFF})"},
}


def _forward() -> str:
    said = []
    for table, policies in _POLICIES.items():
        said.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        said += [f"CREATE POLICY {table}_{name} ON {table} {rule};" for name, rule in policies.items()]
    return "\n".join(said)


def _backward() -> str:
    said = []
    for table, policies in _POLICIES.items():
        said += [f"DROP POLICY {table}_{name} ON {table};" for name in policies]
        said.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(said)


class Migration(migrations.Migration):
    dependencies = [("gatherings", "0001_initial"), ("network", "0002_walls")]
    operations = [migrations.RunSQL(_forward(), _backward())]
