"""The network's origin serves here, behind the real walls; and what the School Intelligence Officer enters, in few words."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests.network.conftest import judged, network, walled  # noqa: F401 - fixtures
from tests.network.support import client_for, make_sio
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import standing, walls
from upstander.network.models import Member
from upstander.register import services
from upstander.register.entry import Cited, Entry, Line, When
from upstander.register.models import Incident

OPEN, FOUO, LES = (
    "A friend told a teacher.",
    "The office had three keys missing.",
    "The account is known to detectives.",
)
TITLE = "Planned attack on a high school, told by a friend"


def entry(**more: Any) -> Entry:
    """An open entry with a paragraph of each level."""
    known: dict[str, Any] = {
        "marking": "open", "title": TITLE, "kind": "planned_attack", "sector": "k12", "when": When(2019, 4, 12), "state": "IL",
        "place": "Harrow Creek", "outcome": "averted", "weapon": "firearm", 
        "settings": ("hallway",), "signs": ("leakage", "pathway"),
        "latitude": Decimal("39.80000"), "longitude": Decimal("-89.60000"), "killed": 0, "injured": 0,
        "lines": (Line("summary", "open", OPEN), Line("response", "fouo", FOUO), Line("lesson", "les", LES)),
        "sources": (
            Cited("Harrow Creek Herald, April 13, 2019", date(2026, 1, 5), "open", "https://herald.example/1"),
            Cited("Case review of the county", date(2026, 1, 6), "les", originator="Harrow County Sheriff"),
        ),
    }  # fmt: skip
    return Entry(**known | more)


def entered(**more: Any) -> Incident:
    """An entry in force."""
    with walls.reading(walls.STAFF):
        return services.enter(entry(**more), 1, new_id())


@contextmanager
def behind(member: Member) -> Iterator[standing.Standing]:
    """As the member's own request reads and writes."""
    who = standing.standing(member.account)
    assert who.level is not None
    with walls.reading(who.level, member.id):
        yield who


@contextmanager
def at(level: Level | str) -> Iterator[None]:
    """As the database shows it at a level."""
    with walls.reading(level):
        yield


@pytest.fixture
def sio(network) -> Client:  # noqa: F811
    """The School Intelligence Officer's browser."""
    return client_for(make_sio())


def filled(**more: Any) -> dict[str, Any]:
    """The form of an entry, as a browser sends it."""
    known = {
        "press": str(new_id()), "title": "Hoax call to three schools", "marking": "open", "kind": "hoax", "sector": "k12",
        "when": "2024-10", "state": "IL", "outcome": "unfounded", "weapon": "", "settings": ["online"], "signs": [],
        "lines-TOTAL_FORMS": "2", "lines-INITIAL_FORMS": "0", "lines-0-part": "summary", "lines-0-marking": "open",
        "lines-0-text": "Three schools were called within an hour.", 
        "lines-1-part": "lesson", "lines-1-marking": "", "lines-1-text": "",
        "sources-TOTAL_FORMS": "1", "sources-INITIAL_FORMS": "0", "sources-0-citation": "Press release of the district",
        "sources-0-seen_on": "2024-11-02", "sources-0-marking": "open", 
        "sources-0-address": "", "sources-0-originator": "", "do": "save",
    }  # fmt: skip
    return known | more
