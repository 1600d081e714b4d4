"""Which login may do what on this room's tables: end-users write, the desk reads and answers. Nobody removes."""

GRANTS: dict[str, dict[str, str]] = {
    "school": {
        "response_entry": "SELECT, INSERT",
        "response_outcome": "SELECT, INSERT, UPDATE",
    },
    "worker": {"response_outcome": "SELECT (id, referral_id, at)"},  # when, not what: it measures
    "desk": {
        "response_entry": "SELECT, INSERT",
        "response_outcome": "SELECT",
    },
}
