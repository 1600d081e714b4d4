"""What escalation needs of the database: the worker writes steps and owes messages, the relay renders them, the desk draws them.

No word of a tip is among it.
"""

ESCALATION: dict[str, dict[str, str]] = {
    "worker": {
        "actions_escalationstep": "SELECT, INSERT",
        "actions_notice": "SELECT (id, referral_id, contact_id, action_id, created_at, asked_since, confirmed_at, link_until)",
        "actions_referral": "SELECT (id, tip_id, place_id, klass, state, stood_down_at)",
        # of what an Out-of-Network school is owed, too, when nobody can be reached any more (`reachability`)
        "actions_requiredaction": "SELECT, INSERT, UPDATE (ended_by_id, standing, due_at, owed_since)",
        "actions_judgement": "SELECT (id, tip_id, n, state, network, facts, pack_digest)",
        "actions_exclusion": "SELECT (tip_id, contact_id, addresses, ended_at)",
        # it owes reminders only (delivery's migration 0004), changes none, and holds fast what leaves while it plans
        "delivery_delivery": "SELECT (id, purpose, subject_id, state, lease_until), INSERT, UPDATE (priority)",
    },
    "relay": {"actions_escalationstep": "SELECT"},
    # who is on call presses a key, or answers by the code
    "caller": {"actions_escalationstep": "SELECT, UPDATE (heard_at, heard_how)"},
    # a Critical's text goes with its judgement
    "desk": {"actions_escalationstep": "SELECT, INSERT"},
}
