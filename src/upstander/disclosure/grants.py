"""Which login may do what here: the school's alone, behind row-level security (migration 0002). Nobody removes."""

GRANTS: dict[str, dict[str, str]] = {
    "school": {
        "disclosure_student": "SELECT, INSERT, UPDATE(place_id, language, sealed_words)",
        "disclosure_emergency": "SELECT, INSERT, UPDATE(ended_at, ended_by)",
        "disclosure_disclosure": "SELECT, INSERT, UPDATE(notified_at, notified_by, sealed_notice)",
        "disclosure_mine()": "EXECUTE",
        "disclosure_emergency_now(uuid)": "EXECUTE",
        "vault_wrapped_key": "SELECT, INSERT",
    },
}
