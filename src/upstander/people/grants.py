"""What each login may do on this room's tables, and on those of the libraries that keep passwords and
second factors.

`school` and `network` may make accounts (an organisation's administrator designates people) and set passwords behind
set-up links; they can neither write a role nor touch the desk's sessions. Of second factors the network's login sees those of
its own members alone (row-level security, migration 0013).
"""

_SIGNING_IN = {
    "account_emailaddress": "SELECT",
    "mfa_authenticator": "SELECT, INSERT, UPDATE, DELETE",
    "people_attempt": "SELECT, INSERT, UPDATE(failures, last_at, not_before)",
    "people_invitation": "SELECT, INSERT, UPDATE(expires_at, used_at)",
    "people_designation": "SELECT, INSERT, UPDATE(ends_at)",
}
_REACHED = "SELECT(account_id, sealed_numbers, texts, calls, mails, wrong_at)"
_NO_HASH = "id, email, name, is_active, is_demo, created_at, last_login, password_mark"
_ASKED = {"people_forgotten": "SELECT(at), INSERT"}  # an address that was typed, sealed to the worker
_SESSIONS = "SELECT, INSERT, UPDATE, DELETE"

GRANTS: dict[str, dict[str, str]] = {
    "public": {  # an agency's machine shows its token there; nobody there can make one, or bring one back
        "people_agency_token": (
            "SELECT(id, organisation_id, kind, digest, scopes, expires_at, revoked_at, minute, in_minute, refused_at),"
            " UPDATE(last_used_at, minute, in_minute, refused_at)"
        ),
    },
    "desk": {
        "people_agency_token": "SELECT, INSERT, UPDATE(revoked_at, revoked_by)",
        **_SIGNING_IN,
        "people_account": "SELECT, INSERT, UPDATE(password, last_login, is_active)",
        "people_rolegrant": "SELECT, INSERT, UPDATE(ends_at)",
        "people_desk_session": _SESSIONS,
        "people_school_session": "SELECT(account_id), DELETE",
        "people_network_session": "SELECT(account_id), DELETE",
        "people_reach": "SELECT, INSERT, UPDATE, DELETE",
    },
    "school": {
        **_SIGNING_IN,
        **_ASKED,
        "people_account": "SELECT, INSERT, UPDATE(password, last_login)",
        "people_rolegrant": "SELECT(id, account_id, role, starts_at, ends_at)",
        "people_school_session": _SESSIONS,
        "people_network_session": "SELECT(account_id), DELETE",
    },
    "network": {  # it makes accounts of members, and designates nobody
        **{table: rights for table, rights in _SIGNING_IN.items() if table != "people_designation"},
        # no hash: it asks whether what was typed is right (migration 0013)
        "people_account": f"SELECT({_NO_HASH}), INSERT, UPDATE(password, last_login)",
        **_ASKED,
        "people_kept_elsewhere(bigint)": "EXECUTE",
        "people_password_frame(bigint)": "EXECUTE",
        "people_password_proved(bigint, text)": "EXECUTE",
        "people_proved_just_now(bigint)": "EXECUTE",
        "people_authenticator_at(bigint)": "EXECUTE",
        "people_rolegrant": "SELECT(id, account_id, role, starts_at, ends_at)",
        "people_network_session": _SESSIONS,
        "people_school_session": "SELECT(account_id), DELETE",
    },
    "router": {"people_reach": _REACHED},  # whose number it is that answers with a code
    "caller": {"people_reach": f"{_REACHED}, UPDATE(wrong_at)"},
    "relay": {  # it mails set-up links
        "people_reach": _REACHED,
        "people_account": "SELECT(id, email, name, is_active)",
        "people_invitation": "SELECT(account_id, mail, sealed_token, key_version, language, used_at, expires_at)",
        # who may read what an organisation's own system shows
        "people_designation": "SELECT(id, account_id, organisation_id, contact_id, starts_at, ends_at)",
    },
    "worker": {
        # it owes the link to a new password: of staff the database refuses it (migration 0014)
        "people_forgotten": "SELECT, DELETE",
        "people_invitation": (
            "SELECT(id, account_id, made_by, made_at, used_at, expires_at, language), INSERT, UPDATE(expires_at)"
        ),
        "people_reach": "SELECT(account_id, texts, calls, mails, wrong_at)",  # it owes messages, and opens no number
        "people_desk_session": "SELECT, DELETE",
        "people_school_session": "SELECT, DELETE",
        "people_network_session": "SELECT, DELETE",
        "people_attempt": "SELECT, DELETE",
        "people_account": "SELECT(id, email, name, is_active)",  # who supervises, when nobody confirms
        "people_rolegrant": "SELECT(id, account_id, role, starts_at, ends_at)",
        # whose phone is told no more
        "people_designation": "SELECT(id, account_id, organisation_id, contact_id, kind, starts_at, ends_at)",
    },
}
