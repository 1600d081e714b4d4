"""Which login may do what here: the school's alone, behind row-level security (migration 0002). Nobody removes."""

GRANTS: dict[str, dict[str, str]] = {
    "school": {
        "assessment_team": "SELECT, INSERT, UPDATE(kind, scale)",
        "assessment_member": "SELECT, INSERT, UPDATE(ended_at)",
        "assessment_agreement": "SELECT, INSERT",
        "assessment_case": "SELECT, INSERT, UPDATE(kept_from, review_on, closed_at, closed_by, closing, sealed_closing)",
        "assessment_entry": "SELECT, INSERT, UPDATE(withdrawn_at)",
        "assessment_step": "SELECT, INSERT",
        "assessment_level": "SELECT, INSERT",
        "assessment_item": "SELECT, INSERT, UPDATE(review_on, done_at, done_by)",
        "assessment_handover": "SELECT, INSERT, UPDATE(withdrawn_at, accepted_at, accepted_by, new_case_id)",
        "assessment_elsewhere()": "EXECUTE",
        "assessment_mine()": "EXECUTE",
        "assessment_candidates(bigint)": "EXECUTE",
        "assessment_shelf(uuid, text)": "EXECUTE",
        "vault_wrapped_key": "SELECT, INSERT",
    },
}
