"""Which login may do what on this room's tables. The school's login alone, behind row-level security (migrations 0002, 0004).
Nobody removes.
"""

_ROWS = "SELECT, INSERT, UPDATE"
_ADDED = "SELECT, INSERT"

GRANTS: dict[str, dict[str, str]] = {
    "school": {
        "preparedness_binder": "SELECT, INSERT, UPDATE(opened_on, exempt)",
        "preparedness_drill": _ROWS,
        "preparedness_firedates": _ROWS,
        "preparedness_paper": "SELECT, INSERT, UPDATE(withdrawn_at)",
        "preparedness_body": _ADDED,
        "preparedness_review": _ROWS,
        "preparedness_item": "SELECT, INSERT, UPDATE(done_on)",
        "preparedness_filing": _ADDED,
        "preparedness_member": "SELECT, INSERT, UPDATE(ended_at)",
        "preparedness_training": "SELECT, INSERT, UPDATE(done_on)",
        "preparedness_exercise": _ROWS,
        "preparedness_feed": "SELECT, INSERT, UPDATE(digest, made_at)",
        "preparedness_mine()": "EXECUTE",
        "vault_wrapped_key": "SELECT, INSERT",
    },
}
