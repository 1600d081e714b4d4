"""Which login may do what on this room's tables. A level reads its own table of what is found, and the database refuses every
other; triggers alone write them. The worker sees that something came, of which kind, topic and region, and no word of it.
"""

_OWN = {
    "repository_kept": "SELECT, INSERT, UPDATE(sealed_words, kinds, topic, region, how, seen_at, next_at, opened_at, ended_at)"
}


def _found(*levels: str) -> dict[str, str]:
    tables = [f"repository_{name}" for level in levels for name in (level, f"word_{level}")]
    return dict.fromkeys(tables, "SELECT")


_WHEN = "id, member_id, kinds, topic, region, how, seen_at, next_at, ended_at"
_CAME = "SELECT(id, kind, topics, regions, listed_at, until_at)"

GRANTS: dict[str, dict[str, str]] = {
    "read_open": _found("open") | _OWN,
    "read_fouo": _found("fouo") | _OWN,
    "read_les": _found("les") | _OWN,
    "read_staff": _found("open", "fouo", "les") | _OWN,  # (of searches the database shows them their own, if they are members)
    "relay": {"repository_kept": "SELECT", "repository_alert": "SELECT"},
    "worker": {
        **dict.fromkeys(("repository_open", "repository_fouo", "repository_les"), _CAME),
        "repository_kept": f"SELECT({_WHEN}), UPDATE(seen_at, next_at)",
        "repository_alert": "SELECT, INSERT",
    },
}
