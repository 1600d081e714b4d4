"""The words that a pack may use and the product knows.

A new kind of duty is a word here and a screen elsewhere.
"""

from typing import Final

KINDS: Final = (
    "call_psap",
    "call_contacts",
    "email_contacts",
    "command_review",
    "assure_receipt",
    "notify_law_enforcement",
    "coordinate_end_users",
    "notify_outreach",
    "document",
    "dcfs_report",
    "amber_alert",
    "endangered_missing_advisory",
    "evidence_hold",
    "locate_runaway",
    "identify_reporter",
    "zone_investigation",
    "crisis_referral",
    "analytical_support",
    "notify_isp_troop_or_zone",
    "confirm_class",
    "conflict_decision",
    "dcfs_confirmation",
    "decide_law_enforcement",
    "false_determination",
    "prosecution_referral",
    "sio_coordination",
)
"""What can be owed, or offered, for a tip."""

ALERTS: Final = ("amber_alert", "endangered_missing_advisory")
"""The kinds for which law enforcement is handed a packet about a missing person."""

OWNERS: Final = (
    "call_taker",
    "stic_staff",
    "stic_analyst",
    "intelligence_command",
    "sio",
    "outreach",
    "submitting_agency",
    "isp",
)
"""Who can owe it."""

TARGETS: Final = (
    "psap",
    "contacts",
    "agency",
    "end_users",
    "command",
    "outreach",
    "record",
    "staff",
    "dcfs",
    "submitter",
    "isp",
    "troop",
    "zone",
    "helpers",
)
"""Toward whom: `contacts` is one target a contact listed, `end_users` whoever can act, `record` the
dashboard, `staff` the fusion center's own people, `submitter` the agency that sent the tip, `helpers` crisis
lines and services.
"""

TELLS_CONTACTS: Final = frozenset({"contacts", "end_users"})
"""The targets among which a school's contacts are."""

STANDINGS: Final = ("owed", "offered")
"""Owed: late is red. Offered: shown, may be done and recorded, never late."""

DECISIONS: Final = ("undecided", "yes", "no")
"""Whether law enforcement needs a Standard report: what a person has recorded (D-III.B.2)."""

SUBMITTERS: Final = ("reporter", "agency", "partner")
"""Who submitted a tip: whoever reports; another agency that has the duty to report to DCFS itself (D-IV.B.3); an agency or a
partner's line that has not.
"""

SESSIONS: Final = ("in", "out", "unknown")
"""Whether the school is in session. The directive holds regardless (D-II.J): no rule may ask."""

FIELD_KINDS: Final = ("line", "text", "number", "time", "paper")
"""What a field of a proof holds. `paper` is filled in by the product: which paper it made, by its SHA-256."""

CARRIES: Final = ("nothing", "facts", "tip")
"""What of a tip may leave: no word of it; codes, numbers, places and times; what was released of its text."""

NETWORKS: Final = ("in", "out")
"""In-Network or Out-of-Network (D-II.B, D-II.C)."""

WAYS_IN: Final = ("phone", "website", "text", "email", "app")
"""The ways in that every programme offers (D-II.E)."""

CLOCK_OWNERS: Final = ("desk", "school")
"""Who owes what a duty clock counts: the desk, or the school, to whom it is a reminder."""

CLOCK_FACTS: Final = ("evidence_handed_over",)
"""What opens a clock beside a person's yes: what was sealed has reached the investigating agency's officer."""

RESULT_LENGTH: Final = 24
"""How long the code of a result may be: the ledger has room for no longer one."""

ACT_LENGTH: Final = 48
"""How long "action.<kind>.<result>" may be: under that name the audit records the result."""

DUE_UNITS: Final = ("hours", "days", "school_days", "business_days")
"""In what a duty clock counts; beside them `at_once`."""

MEASURES: Final = ("first_answer", "psap_call", "confirmation", "outcome", "closing")
"""The spans that the product measures, for which a pack may set service levels."""

DIRECTORY_THINGS: Final = ("region", "district", "school", "campus", "agency", "psap")
"""What an identifier can identify."""

CALLS: Final = frozenset({"call_psap", "call_contacts"})
MAILS: Final = frozenset({"email_contacts"})

DOUBTS: Final = ("place_unknown", "place_retired", "county_unsettled")
"""What can be unsure about the place that a tip is about."""

GAPS: Final = (
    "no_psap",
    "psap_without_number",
    "no_contact",
    "contact_without_phone",
    "contact_without_email",
    "no_agency",
    "no_troop",
    "no_zone",
    "everybody_excluded",
    *DOUBTS,
)
"""What the directory can lack for a plan; each has a `what` and a `do` among the texts."""

UNSPECIFIED: Final = "unspecified"
"""The sub-type that every class has: the class is known, and no more."""

PLACEHOLDERS: Final = frozenset(
    (
        "programme desk_phone tip_number school place class subtypes in_progress received_at "
        "judged_at link contact narrative release_minutes psap notices target until code"
    ).split()
)
"""The words that a text may have filled in. None of them can name a reporter."""

REPORTER: Final = "reporter."
"""Texts under this prefix are read by reporters and exist in every language of the pack."""

STATUSES: Final = ("received", "read", "asked", "passed_on", "working", "closed")

REQUIRED_TEXTS: Final = (
    "word.not_known",
    "word.yes",
    "word.no",
    *(f"word.{p}" for p in ("in_progress", "not_in_progress")),
    *(f"mail.release.{part}" for part in ("subject", "body")),
    *(f"mail.release_again.{part}" for part in ("subject", "body")),
    *(f"mail.stand_down.{part}" for part in ("subject", "body")),
    *(f"ladder.{part}" for part in ("greeting", "confirmed", "pressed", "passed_on", "over", "stand_down")),
    *(f"gap.{gap}.{part}" for gap in GAPS for part in ("what", "do")),
    *(f"reporter.danger.{t}" for t in ("title", "call_911", "call_988", "cannot_call", "write_anyway")),
    *(f"reporter.trust.{t}" for t in ("who_reads", "confidential", "limits", "what_next")),
    *(f"reporter.receipt.{t}" for t in ("keep", "lost")),
    *(f"reporter.files.{t}" for t in ("never_send", "suspected")),
    *(f"reporter.ack.{t}" for t in ("web", "text", "email_subject", "email_body")),
    *(f"reporter.sms.{t}" for t in ("stop", "start", "help")),
    "reporter.push.news",
    *(f"sms.{t}" for t in ("notice", "confirmed", "stand_down")),
    *(f"reporter.status.{t}" for t in STATUSES),
    "reporter.subtype.none",
    *(f"mail.invitation.{part}" for part in ("subject", "body")),
    *(f"mail.reverify.{part}" for part in ("subject", "body")),
)
"""Texts that the product asks for by name, beside those that the pack's own rules and sub-types ask for."""
