"""Which login may do what on this room's tables: the desk's origin serves outreach. Nobody changes or removes."""

GRANTS: dict[str, dict[str, str]] = {
    "desk": {
        "outreach_case": "SELECT, INSERT",
        "outreach_step": "SELECT, INSERT",
        "outreach_words": "SELECT, INSERT",
    },
    # the network's staff: how many organisations are how far, and none of them by name
    "read_staff": {"published_outreach(date)": "EXECUTE"},
}
