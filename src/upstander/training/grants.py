"""Which login may do what on this room's tables: the desk's origin alone. What is finished stays (migration 0001)."""

GRANTS: dict[str, dict[str, str]] = {
    "desk": {
        "training_run": (
            "SELECT, INSERT, UPDATE(finished_at, subtypes, flags, in_progress, actions, points, percent, passed)"
        ),
        "training_line": "SELECT, INSERT",
        "training_certificate": "SELECT, INSERT, UPDATE(withdrawn_at, withdrawn_by, withdrawn_why)",
    },
}
