"""Who reads and writes what here, as the database sees it: up to their own level, as themselves, and nothing that is not shown.

`network_level()` and `network_member()` are the network's (its 0002): who asks, from the role that is played. A policy that looks
into another table is bound by that table's own policies.
"""

from django.db import migrations

STAFF = "(SELECT network_level()) = 9"
BELOW = "level <= (SELECT network_level())"
MINE = "member_id = (SELECT network_member())"
WROTE = f"(({STAFF} AND staff_id IS NOT NULL) OR (staff_id IS NULL AND {MINE}))"


def _seen(table: str, key: str) -> str:
    """That the row of `table` to which this one belongs is to be seen."""
    return f"EXISTS (SELECT 1 FROM {table} o WHERE o.id = {key})"  # noqa: S608 - constants only


def _of_mine(table: str, key: str) -> str:
    """That it belongs to a row of `table` that whoever asks wrote."""
    return f"EXISTS (SELECT 1 FROM {table} o WHERE o.id = {key} AND o.member_id = (SELECT network_member()))"  # noqa: S608


PUT_TO_ME = "EXISTS (SELECT 1 FROM forum_party p WHERE p.request_id = forum_request.id AND p.ended_at IS NULL)"
THREAD_OPEN = "EXISTS (SELECT 1 FROM forum_thread o WHERE o.id = thread_id AND o.closed_at IS NULL)"
MY_REQUEST, MY_GIFT = _of_mine("forum_request", "request_id"), _of_mine("forum_contribution", "contribution_id")
TO_ALL = "kind IN ('accepted', 'clarified', 'closed', 'refused', 'reopened')"  # what whoever it was put to may know
WORKER = "current_user ~ '_worker$'"  # it owes what waits for its time, by ids and times alone
OWN_CARD = f"(member_id = (SELECT network_member()) AND NOT {STAFF})"

READ = {
    "contribution": f"{BELOW} AND ({STAFF} OR {MINE})",
    "contributionstep": f"{BELOW} AND {_seen('forum_contribution', 'contribution_id')}",
    "request": f"{BELOW} AND ({STAFF} OR {MINE} OR {PUT_TO_ME})",
    "party": f"{BELOW} AND ({STAFF} OR {MINE} OR member_id IS NULL)",
    "answer": f"{BELOW} AND ({STAFF} OR {MINE} OR (released AND {MY_REQUEST}))",
    "requeststep": f"{BELOW} AND {_seen('forum_request', 'request_id')} AND ({STAFF} OR {MINE} OR {TO_ALL} OR {MY_REQUEST})",
    "thread": f"{BELOW} AND ({STAFF} OR {MINE} OR shown)",
    "post": f"{BELOW} AND ({STAFF} OR {MINE} OR (shown AND {_seen('forum_thread', 'thread_id')}))",
    "ruling": f"{BELOW} AND ({STAFF} OR {_of_mine('forum_post', 'post_id')})",
    "concern": BELOW,
    "concernstep": BELOW,
    "card": f"{STAFF} OR {MINE} OR ((SELECT network_level()) >= 1 AND (shows_name OR shows_position OR shows_organisation))",
    "word": f"{BELOW} OR {WORKER}",
}
ADD = {
    "contribution": f"{BELOW} AND {WROTE}",
    "contributionstep": f"{BELOW} AND {WROTE} AND {_seen('forum_contribution', 'contribution_id')}"
    f" AND ({STAFF} OR (kind = 'clarified' AND {MY_GIFT}))",
    "request": f"{BELOW} AND {WROTE}",
    "party": STAFF,
    "answer": f"{BELOW} AND {WROTE} AND {_seen('forum_request', 'request_id')} AND ({STAFF} OR NOT released)",
    "requeststep": f"{BELOW} AND {WROTE} AND {_seen('forum_request', 'request_id')}"
    f" AND ({STAFF} OR (kind IN ('clarified', 'feedback', 'closed') AND {MY_REQUEST}))",
    "thread": f"{BELOW} AND {WROTE}",
    "post": f"{BELOW} AND {WROTE} AND {THREAD_OPEN}",
    "ruling": f"{STAFF} AND {WROTE}",
    "concern": f"{STAFF} AND {WROTE}",
    "concernstep": f"{STAFF} AND {WROTE}",
    "card": OWN_CARD,
    "word": STAFF,
}
CHANGE = {"party": STAFF, "answer": STAFF, "thread": STAFF, "post": STAFF, "card": OWN_CARD, "word": WORKER}  # which columns: see grants
REMOVE = {"card": OWN_CARD}


def _forward() -> str:
    lines = [
        "ALTER TABLE forum_post ADD CONSTRAINT forum_post_level_of_thread"
        " FOREIGN KEY (thread_id, level) REFERENCES forum_thread (id, level)"
    ]
    for name in READ:
        lines.append(f"ALTER TABLE forum_{name} ENABLE ROW LEVEL SECURITY")
        lines.append(f"CREATE POLICY forum_{name}_read ON forum_{name} FOR SELECT USING ({READ[name]})")
        lines.append(f"CREATE POLICY forum_{name}_add ON forum_{name} FOR INSERT WITH CHECK ({ADD[name]})")
    for name, rule in CHANGE.items():
        lines.append(f"CREATE POLICY forum_{name}_change ON forum_{name} FOR UPDATE USING ({rule}) WITH CHECK ({rule})")
    for name, rule in REMOVE.items():
        lines.append(f"CREATE POLICY forum_{name}_remove ON forum_{name} FOR DELETE USING ({rule})")
    return ";\n".join(lines)


def _backward() -> str:
    lines = ["ALTER TABLE forum_post DROP CONSTRAINT forum_post_level_of_thread"]
    for name in READ:
        acts = ["read", "add"] + ["change"] * (name in CHANGE) + ["remove"] * (name in REMOVE)
        lines += [f"DROP POLICY forum_{name}_{act} ON forum_{name}" for act in acts]
        lines.append(f"ALTER TABLE forum_{name} DISABLE ROW LEVEL SECURITY")
    return ";\n".join(lines)


class Migration(migrations.Migration):
    dependencies = [("forum", "0001_initial"), ("network", "0002_walls")]
    operations = [migrations.RunSQL(_forward(), _backward())]
