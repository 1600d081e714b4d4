"""Who sees which rows, by the database's own refusal (decision 0122).

Members: what is shared at their level or below. The TAXII collection: exactly the level of who reads, for each level has its own
rendition. The worker sees and adds what feeds bring, and of other states nothing.
"""

from django.db import migrations

_STAFF = "network_level() = 9"
_WORKER = "current_user = 'upstander_worker'"
READ = {
    "item": f"{_STAFF} OR {_WORKER} OR (state = 'shared' AND level <= network_level())",
    "received": f"{_STAFF} OR level <= network_level()",
    "shared": f"{_STAFF} OR level = network_level()",
}
ADD = {"item": f"{_STAFF} OR ({_WORKER} AND state = 'new')", "received": _STAFF, "shared": _STAFF}
REMOVE = {"shared": _STAFF}  # the versions before a recall
CHANGE = {"item": f"{_STAFF} OR {_WORKER}", "received": _STAFF}


def _forward() -> str:
    said = []
    for name, rule in READ.items():
        said.append(f"ALTER TABLE exchange_{name} ENABLE ROW LEVEL SECURITY")
        said.append(f"CREATE POLICY exchange_{name}_read ON exchange_{name} FOR SELECT USING ({rule})")
        said.append(
            f"CREATE POLICY exchange_{name}_add ON exchange_{name} FOR INSERT WITH CHECK ({ADD[name]})"
        )
    for name, rule in CHANGE.items():
        said.append(
            f"CREATE POLICY exchange_{name}_change ON exchange_{name} FOR UPDATE USING ({rule}) WITH CHECK ({rule})"
        )
    for name, rule in REMOVE.items():
        said.append(f"CREATE POLICY exchange_{name}_remove ON exchange_{name} FOR DELETE USING ({rule})")
    return ";\n".join(said)


def _backward() -> str:
    said = [f"DROP POLICY exchange_{name}_remove ON exchange_{name}" for name in REMOVE]
    said += [f"DROP POLICY exchange_{name}_change ON exchange_{name}" for name in CHANGE]
    for name in READ:
        said += [f"DROP POLICY exchange_{name}_{act} ON exchange_{name}" for act in ("read", "add")]
        said.append(f"ALTER TABLE exchange_{name} DISABLE ROW LEVEL SECURITY")
    return ";\n".join(said)


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial"), ("network", "0002_walls")]
    operations = [migrations.RunSQL(_forward(), _backward())]
