"""Which login may do what on this room's one table. `events` reads what tells it that pages must look again."""

GRANTS: dict[str, dict[str, str]] = {
    "desk": {"desk_claim": "SELECT, INSERT, UPDATE (account_id, claimed_at, until), DELETE"},
    "events": {"desk_claim": "SELECT (until)"},
}
