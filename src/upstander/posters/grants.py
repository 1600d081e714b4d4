"""Which login may do what: schools make placements; the public origin reads where a code leads, and counts by a function."""

GRANTS: dict[str, dict[str, str]] = {
    "school": {
        "posters_placement": "SELECT, INSERT, UPDATE (ended_at)",
        "posters_count": "SELECT",
    },
    "public": {
        "posters_placement": "SELECT (id, code, organisation_id)",
        "posters_counted(text, date)": "EXECUTE",
    },
}
