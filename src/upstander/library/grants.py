"""Which login may do what: the worker looks at addresses and all read what it found; who suggests adds, the desk decides."""

_FOUND = {"library_link": "SELECT"}

GRANTS: dict[str, dict[str, str]] = {
    "worker": {"library_link": "SELECT, INSERT, UPDATE"},
    "public": {**_FOUND, "library_suggestion": "SELECT (id, origin, state), INSERT"},
    "school": {**_FOUND, "library_suggestion": "SELECT (id, day, origin, account_id, state, reason), INSERT"},
    "network": {**_FOUND, "library_suggestion": "INSERT"},  # a member reads nobody's
    "desk": {
        **_FOUND,
        "library_suggestion": "SELECT, UPDATE (state, reason, sealed_entry, decided_at, decided_by)",
    },
}
