"""Which login may do what with what comes in. `inbound`, which stands open to carriers, may add arrivals and nothing else: it
reads none, and can open none. `router` works as a reporter's page does (it holds what makes receipts), and sees no other tip.
"""

from upstander.evidence.grants import GRANTS as EVIDENCE
from upstander.intake.grants import GRANTS as INTAKE

_ADD = "INSERT (id, channel, carrier, at, mark, size, key_version, wrapped, sealed_payload, state, code, tries, next_at)"

GRANTS: dict[str, dict[str, str]] = {
    "inbound": {"inbound_arrival": _ADD, "inbound_backlog()": "EXECUTE"},
    "router": {
        # (it adds what is to be fetched later: the pictures of a text)
        "inbound_arrival": f"SELECT, UPDATE (wrapped, sealed_payload, state, code, tip_id, tries, next_at, done_at), {_ADD}",
        "inbound_thread": "SELECT, INSERT, UPDATE (last_at, stopped_at)",
        "inbound_stop": "SELECT, INSERT, DELETE",
        "inbound_prompt": "SELECT (id, channel, peer_mac, at), INSERT",
        "delivery_delivery": "SELECT, UPDATE (state, created_at, not_before, attempts, last_error), INSERT(id, channel,"
        " purpose, subject_id, address_key, priority, state, created_at, not_before, leased_by, attempts, message_id, carrier,"
        " last_error)",
        "delivery_attempt": "SELECT, INSERT",
        # a contact confirms by a text: their notice, their numbers
        "actions_notice": "SELECT, UPDATE (confirmed_at, strength, confirmed_as, sealed_confirmer)",
        "actions_referral": "SELECT",
        "actions_requiredaction": "SELECT, UPDATE (done_at, done_by, result)",
        "actions_actionevent": "SELECT, INSERT",  # a mail that came back is written down as the relay writes down a refusal
        "actions_release": "SELECT",
        "actions_escalationstep": "SELECT, UPDATE (heard_at, heard_how)",
        "actions_exclusion": "SELECT (tip_id, contact_id, addresses, ended_at)",
        "directory_organisation": "SELECT",
        "directory_contact": "SELECT",
        "directory_contactpoint": "SELECT, UPDATE (bounced_at)",
        "audit_entry": "INSERT(process, actor, act, object_kind, object_id, detail, nonce, mac)",
        **INTAKE["public"],
        **EVIDENCE["public"],
        # It adds words and reads none, although it holds receipts that would open them: no reporter's, no desk's, no note.
        "intake_message": "SELECT (id, tip_id, dedup), INSERT",
    },
    "desk": {
        "inbound_arrival": "SELECT (id, channel, at, state, code, next_at)",
        "inbound_try_again(uuid, timestamptz)": "EXECUTE",
        "inbound_thread": "SELECT (id, tip_id, channel, began_at, last_at, stopped_at)",
    },
    "relay": {
        "inbound_thread": "SELECT",
        "inbound_stop": "SELECT",
        "inbound_prompt": "SELECT",
        "inbound_answer(uuid)": "EXECUTE",  # the desk's words, which it opens by the thread's receipt; no reporter's, no note
        "vault_wrapped_key": "SELECT",
    },
    "worker": {
        "inbound_thread": "SELECT (id, tip_id), DELETE",
        "inbound_prompt": "SELECT (id, at), DELETE",
        "vault_reporter_address": "SELECT (holder, sealed_relay)",
    },
}
