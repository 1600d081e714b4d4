"""What other rooms may ask of the directory."""

from upstander.directory.calendars_queries import (
    Away,
    accounts_on_call,
    away,
    calendar_of,
    calendars_of,
    closed_days,
    on_call,
    quiet_of,
    session,
)
from upstander.directory.queries.contacts import (
    Network,
    Poc,
    contacts_of,
    network,
    network_status,
    poc_list,
    stand_ins,
    unreachable,
    with_devices,
)
from upstander.directory.queries.enrolments import (
    EnrolmentRow,
    Joining,
    enrolment_of,
    enrolments_waiting,
    joining,
)
from upstander.directory.queries.gaps import ContactGap, CountyGap, Gaps, gaps
from upstander.directory.queries.helpers import Helper, helpers
from upstander.directory.queries.places import (
    PlaceCard,
    SchoolHit,
    find_organisations,
    find_schools,
    place_card,
    place_cards,
)
from upstander.directory.queries.routing import OrgRef, Routing, organisations, routing

__all__ = [
    "Away",
    "ContactGap",
    "CountyGap",
    "EnrolmentRow",
    "Gaps",
    "Helper",
    "Joining",
    "Network",
    "OrgRef",
    "PlaceCard",
    "Poc",
    "Routing",
    "SchoolHit",
    "accounts_on_call",
    "away",
    "calendar_of",
    "calendars_of",
    "closed_days",
    "contacts_of",
    "enrolment_of",
    "enrolments_waiting",
    "find_organisations",
    "find_schools",
    "gaps",
    "helpers",
    "joining",
    "network",
    "network_status",
    "on_call",
    "organisations",
    "place_card",
    "place_cards",
    "poc_list",
    "quiet_of",
    "routing",
    "session",
    "stand_ins",
    "unreachable",
    "with_devices",
]
