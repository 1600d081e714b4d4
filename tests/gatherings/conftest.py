"""The network's origin serves here, behind the real walls; and what members and planners do, in few words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.network.conftest import network, walled  # noqa: F401 - fixtures
from upstander import clock as the_clock
from upstander.delivery.models import Delivery
from upstander.gatherings import letters, services
from upstander.gatherings.models import Gathering, Letter, Registration
from upstander.gatherings.services import Plan
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import standing, walls
from upstander.network.models import Member

SIO = 1  # an account's id, where it does not matter whose
MEET = "https://meet.example/upstander-room"


def plan(**more: Any) -> Plan:
    starts = more.pop("starts_at", the_clock.now().replace(microsecond=0) + timedelta(days=10))
    known = {
        "kind": "webinar", "title": "Reunification after an evacuation", "text": "Bring your plan.", "level": Level.FOUO,
        "starts_at": starts, "ends_at": starts + timedelta(hours=1), "zone": "America/Chicago", "place": "",
        "join_address": MEET, "capacity": None,
    }  # fmt: skip
    return Plan(**known | more)


def published(**more: Any) -> Gathering:
    """A gathering that members see."""
    with walls.reading(walls.STAFF):
        made = services.create(plan(**more), SIO, new_id())
        services.publish(made.id, SIO)
        made.refresh_from_db()
    return made


@contextmanager
def behind(member: Member) -> Iterator[standing.Standing]:
    """As the member's own request reads and writes."""
    who = standing.standing(member.account)
    assert who.level is not None and who.member_id == member.id
    with walls.reading(who.level, member.id):
        yield who


def state_of(gathering: Gathering, member: Member) -> str:
    found = Registration.objects.filter(gathering=gathering, member=member).first()
    return found.state if found else ""


def kinds(gathering: Gathering, member: Member) -> list[str]:
    """The kinds of mail that are owed or were, in their order."""
    rows = Letter.objects.filter(gathering=gathering, member=member).order_by("pk")
    owed = set(Delivery.objects.filter(purpose=letters.PURPOSE).values_list("subject_id", flat=True))
    assert {row.id for row in rows} <= owed
    return [row.kind for row in rows]


def mail(gathering: Gathering, member: Member, kind: str):
    """The latest mail of a kind, as the relay would write it now."""
    row = Letter.objects.filter(gathering=gathering, member=member, kind=kind).order_by("-pk").first()
    assert row, kinds(gathering, member)
    return letters.render(row.id)


@pytest.fixture
def at(clock) -> Callable[[datetime], None]:
    """`at(moment)`: it is that moment."""
    begun = the_clock.now()

    def move(moment: datetime) -> None:
        clock((moment - begun).total_seconds())

    return move
