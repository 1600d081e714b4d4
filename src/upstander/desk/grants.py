"""Which login may do what on this room's tables. `events` reads what tells it that pages must look again; a paper that was
written, and a copy that was made, are never changed."""

GRANTS: dict[str, dict[str, str]] = {
    "desk": {
        "desk_claim": "SELECT, INSERT, UPDATE (account_id, claimed_at, until), DELETE",
        "desk_paper": "SELECT, INSERT",
        "desk_papercopy": "SELECT, INSERT",
        "desk_telephone": "SELECT, INSERT, UPDATE (key_version, sealed_number, changed_at), DELETE",
        "desk_call": "SELECT, INSERT, UPDATE (saved_at, saves, tab, key_version, sealed_fields, over_at, result)",
    },
    "events": {"desk_claim": "SELECT (until)", "intake_tip": "SELECT (running, judged_at)"},
}
