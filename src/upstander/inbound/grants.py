"""Which login may do what with what comes in. `inbound`, which stands open to carriers, may add arrivals and nothing else: it
reads none, and can open none. `router` works as a reporter's page does (it holds what makes receipts), and sees no other tip.
"""

from upstander.evidence.grants import GRANTS as EVIDENCE
from upstander.intake.grants import GRANTS as INTAKE

_ADD = "INSERT (id, channel, carrier, at, mark, size, key_version, wrapped, sealed_payload, state, code, tries, next_at)"

GRANTS: dict[str, dict[str, str]] = {
    "inbound": {"inbound_arrival": _ADD},
    "router": {
        "inbound_arrival": "SELECT, UPDATE (wrapped, sealed_payload, state, code, tip_id, tries, next_at, done_at)",
        "inbound_thread": "SELECT, INSERT, UPDATE (last_at, stopped_at)",
        "audit_entry": "INSERT(process, actor, act, object_kind, object_id, detail, nonce, mac)",
        **INTAKE["public"],
        **EVIDENCE["public"],
    },
    "desk": {
        "inbound_arrival": "SELECT (id, channel, at, state, code, next_at)",
        "inbound_thread": "SELECT (tip_id, channel, began_at, last_at, stopped_at)",
    },
}
