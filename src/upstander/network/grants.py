"""Which login may do what on this room's tables. Who is a member, and of what level, stands before the walls."""

_WHO = {
    "network_member": "SELECT",
    "network_entitlement": "SELECT",
}

GRANTS: dict[str, dict[str, str]] = {
    "network": _WHO,
    "relay": _WHO,
    "worker": _WHO,
    "read_staff": {
        "network_member": "INSERT, UPDATE",
        "network_entitlement": "INSERT, UPDATE(ends_at)",
    },
}
