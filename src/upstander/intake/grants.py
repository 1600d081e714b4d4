"""Which login may do what on the tables that intake writes and reads (decisions 1).

`public` writes tips and reads back only what a returning reporter's dialogue needs, sealed; it can open nothing of it without
the receipt that the reporter brings. `desk` writes down tips that come by telephone or from another
agency. That a word is counted and opens a closed tip again is the messages' own trigger (migration 0005), so that `public` may
change nothing of a tip that is there. `school` has no right on any of them (decisions 6).
"""

_DIALOGUE = "SELECT (id, number, receipt_lookup, submission_tag, received_at, status, closed_at), INSERT"
_MESSAGES = "SELECT (id, tip_id, at, sender, field, body, dedup), INSERT"

GRANTS: dict[str, dict[str, str]] = {
    "public": {
        "intake_tip": _DIALOGUE,
        "intake_message": _MESSAGES,
        "vault_wrapped_key": "SELECT, INSERT",
        "vault_reporter_address": "INSERT",
        "intake_pushaddress": "SELECT (id, tip_id), INSERT, DELETE",
    },
    "desk": {
        "intake_pushaddress": "SELECT (id, tip_id), DELETE",  # it closes tips
        "intake_tip": "SELECT, INSERT, UPDATE (status, klass, rank, judged_at, answered_at, answer_waived_at, words_read,"
        " unread_since, closed_at, place_id)",
        "intake_message": "SELECT, INSERT",
        "vault_wrapped_key": "SELECT, INSERT",  # of what is told by telephone, or by another agency
        "vault_reporter_address": "INSERT",
        "vault_search_tokens": "SELECT, UPDATE (place_id)",
    },
    "events": {
        "intake_tip": "SELECT (id, rank, closed_at, last_from_reporter_at, answered_at, words_added, words_read)"
    },
    "relay": {
        "intake_tip": "SELECT (id, number, place_id, received_at, status, language, wants_answer, closed_at)",
        "vault_reporter_address": "SELECT",
        "intake_pushaddress": "SELECT (id), DELETE",  # of what the browser has ended
        "intake_push(uuid)": "EXECUTE",
    },
    "caller": {"intake_tip": "SELECT (id, closed_at)"},
    "worker": {
        "intake_tip": "SELECT (id, running, place_id, received_at, closed_at, language)",
        "intake_message": "SELECT, INSERT, UPDATE (tokenised)",  # it tells a reporter that a file was sealed
        "vault_wrapped_key": "SELECT",
        "vault_search_tokens": "SELECT, INSERT, UPDATE",
        "vault_reporter_address": "SELECT (holder, sealed_relay), UPDATE (sealed_relay)",
        "intake_pushaddress": "SELECT (id, tip_id), DELETE",
    },
}
