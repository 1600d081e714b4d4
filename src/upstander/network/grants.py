"""Which login may do what on this room's tables.

Who is a member stands before the walls; who applies, and what was found, behind the staff's. A member changes what is their own:
rows are kept apart by the database (migration 0004).
"""

_WHO = {
    "network_member": "SELECT",
    "network_entitlement": "SELECT",
    "network_agreement": "SELECT",
    "network_signature": "SELECT",
    "network_attestation": "SELECT",
    "network_agencycheck": "SELECT(id, member_id, discipline, second_at, ended_at)",
    "network_bounce": "SELECT",
}
_OWN = {
    "network_member": "UPDATE(topics, regions, wishes, told, language, left_at)",
    "network_signature": "INSERT",
    "network_attestation": "INSERT",
    "network_change": "SELECT, INSERT",
}
# What arrives is sealed piece by piece before anybody is known to the stream; what it belongs to is said behind a wall.
_ARRIVES = {"network_upload": "SELECT, INSERT", "network_uploadchunk": "SELECT, INSERT"}
_KEPT = {
    "network_upload": "DELETE",
    "network_uploadchunk": "DELETE",
    "network_storedfile": "SELECT, INSERT",
    "network_filechunk": "SELECT, INSERT",
    "network_kept_by_me(uuid)": "EXECUTE",
}
_BOUNCES = {"network_member": "SELECT(id, account_id)", "network_bounce": "INSERT"}

GRANTS: dict[str, dict[str, str]] = {
    "network": _WHO | _ARRIVES,
    "read_open": _OWN | _KEPT,
    "read_fouo": _OWN | _KEPT,
    "read_les": _OWN | _KEPT,
    "read_staff": {
        **_KEPT,
        "network_member": "INSERT, UPDATE",
        "network_entitlement": "INSERT, UPDATE(ends_at)",
        "network_agreement": "INSERT",
        "network_signature": "INSERT, UPDATE(member_id)",
        "network_application": "SELECT, INSERT, UPDATE",
        "network_inquiry": "SELECT, INSERT, UPDATE(answered_at, answered_by, knows, holds, address, note)",
        "network_tick": "SELECT, INSERT, DELETE",
        "network_agencycheck": "SELECT, INSERT, UPDATE(member_id, second_account_id, second_at, ended_at)",
        "network_asking": "SELECT, INSERT",
        "network_bounce": "UPDATE(cleared_at)",
        "network_change": "SELECT, UPDATE(decided_at, taken)",
        "network_decision": "SELECT, INSERT",
        "network_roll": "SELECT, INSERT, UPDATE(brought_in_at, brought_in_by, counts)",
        # whom of an organisation one may ask about an applicant: names, and where they are reached
        "directory_contact": "SELECT(id, listed_for_id, organisation_id, name, role, ended_on)",
        "directory_contactpoint": "SELECT(id, contact_id, kind, value, bounced_at, position)",
    },
    "relay": {
        **_WHO,
        "people_account": "SELECT(is_demo)",  # whose password is public is no member where it matters
        "network_bounce": "SELECT, INSERT",
        "network_application": "SELECT",
        "network_inquiry": "SELECT",
        "network_decision": "SELECT",
        "network_asking": "SELECT",
    },
    "router": _BOUNCES,
    "worker": {
        **_WHO,
        "people_account": "SELECT(is_demo)",
        "network_agreement": "SELECT, INSERT",
        "network_asking": "SELECT, INSERT",
        "network_upload": "SELECT, DELETE",
        "network_uploadchunk": "SELECT(file_id), DELETE",
        "network_application": "SELECT(id, state, link_until, made_at, counted_with), DELETE",
        "network_inquiry": "SELECT(id, application_id, asked_at, answered_at, link_until, reminded_at), UPDATE(reminded_at)",
    },
}
