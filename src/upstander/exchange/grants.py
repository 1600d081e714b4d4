"""Which login may do what on this room's tables. The worker brings what feeds say and reads nothing of other states; by itself
the network's login knows of a peer no more than what its token opens.
"""

_SEEN = {
    "exchange_source": "SELECT (id, name, programme, licence)",  # of what was shared with them (migration 0003)
    "exchange_item": "SELECT",
    "exchange_received": "SELECT",
    "exchange_shared": "SELECT",
}
_LOOKED = "next_at, last_at, last_code, last_detail, last_new, failed"

GRANTS: dict[str, dict[str, str]] = {
    "network": {
        "exchange_peer": "SELECT (id, name, level, fingerprint, token_digest, ended_at), UPDATE (token_used_at)",
    },
    "read_open": _SEEN,
    "read_fouo": _SEEN,
    "read_les": _SEEN,
    "read_staff": {
        "exchange_source": "SELECT, INSERT, UPDATE",
        "exchange_item": "SELECT, INSERT, UPDATE",
        "exchange_peer": "SELECT, INSERT, UPDATE",
        "exchange_shared": "SELECT, INSERT, DELETE",
        "exchange_received": "SELECT, INSERT, UPDATE",
        "exchange_package": "SELECT, INSERT",
        "exchange_question": "SELECT, INSERT, UPDATE",
        "exchange_commitment": "SELECT, INSERT, UPDATE",
        "exchange_session": "SELECT, INSERT, UPDATE",
        "exchange_staged": "SELECT, INSERT, DELETE",
        "exchange_session_peers": "SELECT, INSERT, DELETE",
        "exchange_collection": "SELECT, INSERT, UPDATE",
        "exchange_offer": "SELECT, UPDATE (state, decided_at, decided_by)",
    },
    "worker": {
        "exchange_source": f"SELECT, UPDATE ({_LOOKED})",
        "exchange_item": "SELECT, INSERT, UPDATE (replaced_by_id, cancelled_at)",
        "exchange_collection": f"SELECT, UPDATE ({_LOOKED}, added_after, left_out)",
        "exchange_offer": "SELECT (id, collection_id, product_id, version), INSERT",
    },
}
