"""Which login may do what on this room's tables: the staff of the network alone, behind their wall. Nobody removes anything but
a review that was made, after a day."""

GRANTS: dict[str, dict[str, str]] = {
    "read_staff": {
        "insight_making": "SELECT, INSERT, UPDATE (done, blocks, used, finished_at), DELETE",
        "insight_contact": "SELECT, INSERT, UPDATE (next_done_at, next_done_by)",
        "insight_planitem": "SELECT, INSERT, UPDATE (title, owner, month, state, changed_at)",
        "insight_record": "SELECT, INSERT, UPDATE (title, who, version, day, until, notes, ended_at)",
    },
}
