"""Who may do what with the outbox. Nobody may delete a delivery; the relay cannot read what the sandbox
keeps.
"""

_OWE = "SELECT, INSERT, UPDATE(state, not_before, priority)"

GRANTS: dict[str, dict[str, str]] = {
    "desk": {
        "delivery_delivery": _OWE,
        "delivery_attempt": "SELECT",
        "delivery_carrier": "SELECT",
        "delivery_sandboxmessage": "SELECT",
    },
    "worker": {
        "delivery_delivery": _OWE,
        "delivery_carrier": "SELECT",
    },
    "events": {
        "delivery_delivery": "SELECT",
        "delivery_carrier": "SELECT",
    },
    "relay": {
        "delivery_delivery": "SELECT, UPDATE(state, not_before, lease_until, leased_by, attempts, carrier,"
        " sent_at, last_error)",
        "delivery_attempt": "SELECT, INSERT",
        "delivery_carrier": "SELECT, INSERT, UPDATE",
        "delivery_sandboxmessage": "INSERT",
    },
}
