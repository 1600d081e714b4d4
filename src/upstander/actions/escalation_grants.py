"""What escalation needs of the database: the worker writes steps and owes messages, the relay renders them, the desk draws them.

No word of a tip is among it.
"""

ESCALATION: dict[str, dict[str, str]] = {
    "worker": {
        "actions_escalationstep": "SELECT, INSERT",
        "actions_notice": "SELECT (id, referral_id, contact_id, action_id, created_at, asked_since, confirmed_at, link_until)",
        "actions_referral": "SELECT (id, tip_id, place_id, klass, state, stood_down_at)",
        "actions_requiredaction": "SELECT (id, tip_id, kind, target_kind, target_ref, result, owed_since, done_at, ended_by_id)",
        "actions_exclusion": "SELECT (tip_id, contact_id, addresses, ended_at)",
        # it owes reminders only (delivery migration 0004), and changes none
        "delivery_delivery": "SELECT (id, purpose, subject_id, state, lease_until), INSERT, UPDATE (priority)",
    },
    "relay": {"actions_escalationstep": "SELECT"},
    "desk": {"actions_escalationstep": "SELECT"},
}
