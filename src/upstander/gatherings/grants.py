"""Which login may do what on this room's tables. Members only read, and only what is theirs: what they press is done by a verb,
which
plays staff for as long as it takes. The worker knows when and how many, and no word of what it is about.
"""

_READ = "SELECT"
_SEEN = {
    "gatherings_gathering": _READ,
    "gatherings_registration": _READ,
    "gatherings_material": _READ,
    "gatherings_feedback": "SELECT, INSERT, UPDATE(relevant, timely, use, words, at)",
    "gatherings_certificate": _READ,
}
_OWN_FEED = {"gatherings_feed": "SELECT, INSERT, UPDATE(digest, made_at, told_at)"}
_WHEN = "SELECT (id, level, starts_at, ends_at, capacity, regions, disciplines, published_at, invite_from, cancelled_at)"

GRANTS: dict[str, dict[str, str]] = {
    "network": {"gatherings_feed": "SELECT(member_id, digest)"},  # an address is asked for before anybody knows whose it is
    "read_open": {**_SEEN, **_OWN_FEED},
    "read_fouo": {**_SEEN, **_OWN_FEED},
    "read_les": {**_SEEN, **_OWN_FEED},
    "read_staff": {
        **_OWN_FEED,  # of an officer who is a member
        "gatherings_gathering": "SELECT, INSERT, UPDATE",
        "gatherings_registration": "SELECT, INSERT, UPDATE",
        "gatherings_calendaranswer": "SELECT, UPDATE(seen_at, seen_by)",
        "gatherings_letter": "SELECT, INSERT",
        "gatherings_material": "SELECT, INSERT, DELETE",
        "gatherings_feedback": _READ,
        "gatherings_certificate": "SELECT, INSERT",
        "gatherings_visit": "SELECT, INSERT, UPDATE",
        "gatherings_step": "SELECT, INSERT, UPDATE(done_at, done_by)",
    },
    "relay": {"gatherings_letter": _READ},
    "router": {"gatherings_calendaranswer": "SELECT(became), INSERT(id, gathering_id, sender, says, proven, at, became)"},
    "worker": {
        "gatherings_calendaranswer": "SELECT, UPDATE(became), DELETE",
        "gatherings_gathering": _WHEN,
        "gatherings_registration": "SELECT, UPDATE(state, since, revision)",
        "gatherings_letter": "SELECT, INSERT",
    },
}
