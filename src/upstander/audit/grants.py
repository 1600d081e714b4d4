"""Who may do what on the audit tables: everybody writes, the desk reads, only the sealer seals, nobody changes or removes.

Writers name their columns: a row's number, time, transaction and cluster come from the database, not from who writes it.
"""

_WRITE = "INSERT(process, actor, act, object_kind, object_id, detail, nonce, mac)"
_READ = "SELECT(id, at, process, actor, act, object_kind, object_id, detail)"

GRANTS: dict[str, dict[str, str]] = {
    "public": {"audit_entry": _WRITE},
    "desk": {"audit_entry": f"{_WRITE}, {_READ}"},
    "school": {"audit_entry": _WRITE},
    "network": {"audit_entry": _WRITE},
    "events": {"audit_entry": _WRITE},
    "relay": {"audit_entry": _WRITE},
    "caller": {"audit_entry": _WRITE},
    "worker": {"audit_entry": _WRITE},
    "sealer": {"audit_entry": f"{_WRITE}, SELECT", "audit_seal": "SELECT, INSERT"},
}
