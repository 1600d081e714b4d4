"""Which login may do what on this room's tables: each level reads what is its own (migration 0002), the staff write. Nobody
removes anything, and no version is changed but to say that another one replaces it.
"""

# How often, when, by whom and why it was corrected would tell of what a level does not read: that stands in `register_words`.
_FACTS = (
    "id, incident_id, replaced_at, contributor, marking, level, title, kind, sector, settings, year, month, day, begins_on,"
    " place, state, organisation_id, latitude, longitude, weapon, outcome, killed, injured, signs"
)
_READ = {
    "register_incident": "SELECT",
    "register_version": f"SELECT({_FACTS})",
    "register_paragraph": "SELECT",
    "register_source": "SELECT",
    "register_words": "SELECT",
    "register_proposal": "SELECT, INSERT",
    "register_citation": "SELECT",
}

GRANTS: dict[str, dict[str, str]] = {
    "read_open": _READ,
    "read_fouo": _READ,
    "read_les": _READ,
    "read_staff": {
        "register_incident": "SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by, withdrawn_why)",
        "register_version": "SELECT, INSERT, UPDATE (replaced_at)",
        "register_paragraph": "SELECT, INSERT",
        "register_source": "SELECT, INSERT",
        "register_words": "SELECT, INSERT",
        "register_proposal": "SELECT, UPDATE (decided_at, decided_by, answer, incident_id)",
        "register_citation": "SELECT, INSERT, UPDATE (ended_at, ended_by)",
        "register_incident_number_seq": "USAGE",
    },
}
