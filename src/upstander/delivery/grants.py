"""Who may do what with the outbox. Nobody may delete a delivery; the relay cannot read what the sandbox
keeps.
"""

_ADD = (
    "INSERT(id, channel, purpose, subject_id, address_key, priority, state, created_at, not_before, leased_by, attempts,"
    " message_id, carrier, last_error)"
)
# What is owed again begins anew: its age, its tries and its last error go with it.
_OWE = "SELECT, INSERT, UPDATE(state, not_before, priority, created_at, attempts, last_error)"

GRANTS: dict[str, dict[str, str]] = {
    "desk": {
        "delivery_delivery": _OWE,
        "delivery_attempt": "SELECT",
        "delivery_carrier": "SELECT",
        "delivery_sandboxmessage": "SELECT",
        "delivery_bridge": "SELECT, INSERT, UPDATE(hang_up_at)",
    },
    # Only mails of purpose `invitation` (migration 0003), and pushes by which somebody tries their phone (actions' 0022); none
    # that is owed already can be changed.
    "school": {"delivery_delivery": _ADD},
    "network": {"delivery_delivery": _ADD},
    "caller": {  # only calls (migration 0005)
        "delivery_bridge": "SELECT, UPDATE(state, result, seconds, over_at, sealed_numbers, leased_by)",
        "delivery_delivery": "SELECT, UPDATE(state, not_before, lease_until, leased_by, attempts, carrier, sent_at, last_error)",
        "delivery_attempt": "SELECT, INSERT",
        "delivery_carrier": "SELECT, INSERT, UPDATE",
        "delivery_sandboxmessage": "INSERT",
        "delivery_call_event": "SELECT, INSERT, DELETE",
    },
    "inbound": {"delivery_call_event": "INSERT"},  # what Twilio says of our calls
    "relay": {
        "delivery_delivery": "SELECT, UPDATE(state, created_at, not_before, lease_until, leased_by, attempts,"
        " carrier, sent_at, last_error)",
        "delivery_attempt": "SELECT, INSERT",
        "delivery_carrier": "SELECT, INSERT, UPDATE",
        "delivery_sandboxmessage": "INSERT",
    },
}
