"""Which login may do what on this room's tables: behind the walls only; added, never changed, but for what staff show and hide.

Of all of it the relay reads what its reader could (it renders mail), and whom a mail is owed to.
"""

_ADDED = "SELECT, INSERT"
_BY_MEMBERS = {
    "forum_contribution": _ADDED,
    "forum_contributionfile": _ADDED,
    "forum_contributionstep": _ADDED,
    "forum_request": _ADDED,
    "forum_requeststep": _ADDED,
    "forum_answer": _ADDED,
    "forum_party": "SELECT",
    "forum_thread": _ADDED,
    "forum_post": _ADDED,
    "forum_ruling": "SELECT",
    "forum_concern": "SELECT",
    "forum_concernstep": "SELECT",
    "forum_card": "SELECT, INSERT, UPDATE, DELETE",
}

GRANTS: dict[str, dict[str, str]] = {
    "read_open": _BY_MEMBERS,
    "read_fouo": _BY_MEMBERS,
    "read_les": _BY_MEMBERS,
    "read_staff": {
        **_BY_MEMBERS,
        "forum_answer": f"{_ADDED}, UPDATE(released, release)",
        "forum_party": f"{_ADDED}, UPDATE(ended_at)",
        "forum_thread": f"{_ADDED}, UPDATE(shown, closed_at)",
        "forum_post": f"{_ADDED}, UPDATE(shown)",
        "forum_ruling": _ADDED,
        "forum_concern": _ADDED,
        "forum_concernstep": _ADDED,
        "forum_word": _ADDED,
    },
    "relay": {"forum_word": "SELECT"},
    "worker": {"forum_word": "SELECT(id, member_id, kind, not_before, owed_at), UPDATE(owed_at)"},
}
