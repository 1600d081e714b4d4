"""Which login may do what with what is attached (docs/decisions/0077). `school`, `events`, `relay` and `sealer`: nothing at all.

`public` brings chunks and never reads one; `desk` reads those in quarantine (a policy of the table), `custody` sealed ones, and
only while there is something to do with them. What goes, goes by the tables' own triggers.
"""

_READABLE = "evidence_readable(text, uuid)"

GRANTS: dict[str, dict[str, str]] = {
    "public": {
        "evidence_upload": "SELECT, INSERT",
        "evidence_chunk": "SELECT (file_id, n, size, kind, mark), INSERT",
        "evidence_file": "SELECT (id, tip_id, message_id, received_at, kind, size, state, ground), INSERT",
        "evidence_file_key": "INSERT",
        "evidence_custody_event": "INSERT",
        "evidence_expected(uuid, text)": "EXECUTE",
        _READABLE: "EXECUTE",
    },
    "desk": {
        "evidence_upload": "SELECT, INSERT",  # of what a voicemail box has exported
        "evidence_chunk": "SELECT, INSERT",
        "evidence_file": "SELECT, INSERT, UPDATE (state, ground, sealed_at, sealed_by, keep_until, destroyed_at)",
        "evidence_file_key": "SELECT, INSERT",
        "evidence_custody_event": "SELECT, INSERT",
        "evidence_hand_over": "SELECT, INSERT, UPDATE (received_at, received_recorded_by, withdrawn_at, sealed_passphrase)",
        "evidence_package_part": "SELECT",
        "evidence_destruction": "SELECT, INSERT, UPDATE (decided_at, decided_by, confirmed)",
        "evidence_hash_list": "SELECT",
        _READABLE: "EXECUTE",
    },
    "worker": {
        "evidence_upload": "SELECT, DELETE",
        "evidence_chunk": "SELECT, DELETE",
        "evidence_file": (
            "SELECT, UPDATE (state, ground, sealed_at, keep_until, sealed_hashes, hash_version, lists_seen, matched_list)"
        ),
        "evidence_file_key": "SELECT",
        "evidence_custody_event": "INSERT",
        "evidence_hash_list": "SELECT",
        "evidence_hash_part": "SELECT",
        _READABLE: "EXECUTE",
    },
    "custody": {
        "evidence_chunk": "SELECT",
        "evidence_file": "SELECT, UPDATE (sealed_hashes, hash_version)",
        "evidence_file_key": "SELECT",
        "evidence_custody_event": "SELECT, INSERT",
        "evidence_hand_over": (
            "SELECT, UPDATE (packed_at, package_size, package_sha256, failed, sealed_passphrase)"
        ),
        "evidence_package_part": "INSERT, SELECT (hand_over_id, n)",
        "audit_entry": "INSERT(process, actor, act, object_kind, object_id, detail, nonce, mac)",
        _READABLE: "EXECUTE",
    },
}
