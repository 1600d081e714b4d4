"""Which login may do what on the directory's tables.

`public` finds places and nothing else: no contact, no number, no route. `school` lists contacts, keeps calendars and asks for
enrolment, but cannot verify or activate one: it has no right to those columns. `relay` addresses mails, and
names in them who answers. Imports run as `admin`.
"""

_READ = "SELECT"
_LISTS = {
    "directory_contact": "SELECT, INSERT, UPDATE",
    "directory_contactpoint": "SELECT, INSERT, UPDATE, DELETE",
}
_CALENDARS = {
    "directory_calendarspan": "SELECT, INSERT, DELETE",
    "directory_schoolhours": "SELECT, INSERT, DELETE",
    "directory_absence": "SELECT, INSERT, DELETE",
    "directory_quiethours": "SELECT, INSERT, DELETE",
    "directory_oncall": "SELECT, INSERT, DELETE",
}
_DEVICE = "id, browser, contact_id, account_id, host, made_at, changed_at"
_REQUEST = "organisation_id, requested_at, requested_by, authority, contact_email, contact_phone"

GRANTS: dict[str, dict[str, str]] = {
    "public": {
        "directory_organisation": _READ,
        "directory_county": _READ,
    },
    "desk": {
        "directory_organisation": _READ,
        "directory_county": _READ,
        "directory_identifier": _READ,
        "directory_answeringpoint": _READ,
        "directory_route": _READ,
        "directory_import": _READ,
        "directory_enrolment": "SELECT, INSERT, UPDATE",
        "directory_reverification": _READ,
        "directory_device": "SELECT (id, contact_id, made_at)",  # whom a Critical is pushed to
        **_LISTS,
        **_CALENDARS,
    },
    "school": {
        "directory_organisation": _READ,
        "directory_county": _READ,
        "directory_identifier": _READ,
        "directory_enrolment": f"SELECT, INSERT({_REQUEST}), UPDATE(withdrawn_on)",
        "directory_reverification": "SELECT, UPDATE(answered_at, answer)",
        # what is sealed it cannot read back
        "directory_device": f"SELECT ({_DEVICE}), INSERT, UPDATE (host, changed_at, key_version, sealed_relay), DELETE",
        **_LISTS,
        **_CALENDARS,
    },
    "caller": {  # it rings contacts, and says which school: no answering point's number is within its reach
        "directory_organisation": _READ,
        "directory_county": _READ,
        "directory_contact": _READ,
        "directory_contactpoint": _READ,
        "directory_device": "SELECT (contact_id)",
    },
    "worker": {  # it takes the steps of escalation: whom they reach, and when; and asks contacts whether their entry is right
        "directory_calendarspan": _READ,
        "directory_schoolhours": _READ,
        "directory_reverification": "SELECT, INSERT",
        "directory_device": f"SELECT ({_DEVICE}), DELETE",
        "directory_organisation": _READ,
        "directory_county": _READ,
        "directory_contact": _READ,
        "directory_contactpoint": _READ,
        "directory_absence": _READ,
        "directory_quiethours": _READ,
        "directory_oncall": _READ,
    },
    "relay": {
        "directory_organisation": _READ,
        "directory_county": _READ,
        "directory_route": _READ,
        "directory_answeringpoint": _READ,
        "directory_contact": _READ,
        "directory_contactpoint": "SELECT, UPDATE(bounced_at)",
        "directory_device": "SELECT, DELETE",  # what a browser has ended is forgotten
        "directory_reverification": _READ,
    },
    "network": {  # places, and nobody's telephone or address
        "directory_organisation": _READ,
        "directory_county": _READ,
        "directory_identifier": _READ,
    },
}
