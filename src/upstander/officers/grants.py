"""Which login may do what on this room's tables. The school's login writes, behind row-level security (migration 0002).

The worker sees when certificates end, and whose they are, and when agreements are due for review; the relay, whom to write to.
The desk is told counts, and opens no row. Nobody removes.
"""

# Row-level security asks these of whoever reads: they answer for who is named by the request, and for those that mail, nothing.
_ASKED = {"officers_mine()": "EXECUTE", "officers_theirs()": "EXECUTE"}

GRANTS: dict[str, dict[str, str]] = {
    "school": {
        "officers_folder": "SELECT, INSERT",
        "officers_activity": "SELECT, INSERT, UPDATE(withdrawn_at)",
        "officers_note": "SELECT, INSERT",
        "officers_certificate": "SELECT, INSERT, UPDATE(withdrawn_at)",
        "officers_agreement": "SELECT, INSERT, UPDATE(ended_at)",
        "officers_paper": "SELECT, INSERT",
        **_ASKED,
        "officers_region_worked(bigint, date, date)": "EXECUTE",
        "officers_region_trained(bigint, jsonb, timestamptz)": "EXECUTE",
        "vault_wrapped_key": "SELECT, INSERT",
    },
    "worker": {
        **_ASKED,
        "officers_certificate": "SELECT(id, account_id, training, expires_on, withdrawn_at)",
        "officers_reminder": "SELECT, INSERT",
        "officers_agreement": "SELECT(id, place_id, review_on, ended_at)",
        "officers_reviewreminder": "SELECT, INSERT",
    },
    "relay": {
        **_ASKED,
        "officers_reminder": "SELECT",
        "officers_certificate": "SELECT(id, account_id, expires_on, withdrawn_at)",
        "officers_agreement": "SELECT(id, place_id, review_on, ended_at)",
        "officers_reviewreminder": "SELECT",
    },
    "desk": {"officers_trained(jsonb, timestamptz)": "EXECUTE", "officers_worked(date, date)": "EXECUTE"},
}
