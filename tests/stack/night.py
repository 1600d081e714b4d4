"""A night at a school with three contacts, for the story of `test_night.py` and for the pictures of `scripts/walk_by_night.py`.

Omar Haddad is away, Nell Sato stands in for him; Ruth Hallberg is the district's, Grace Mbeki is on call for the region, and
Morgan Reyes for the programme.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

import psycopg

from tests.stack.acts import place, signed_in
from tests.stack.harness import Stack, until
from tests.support.inbox import Inbox
from tests.support.outside import Outside
from tests.support.phone import Phone
from tests.support.sip import free_port
from tests.support.visitor import Visitor
from upstander import clock

SCHOOL = "Tallgrass North High School"
CHICAGO = ZoneInfo("America/Chicago")
KID = "+12175550142"
DUTY = "+12175550190"  # the telephone of whoever supervises the programme tonight
PATIENCE = 60.0  # real seconds that a busy machine may need


@dataclass
class Person:
    """Somebody who is listed: how they are reached."""

    name: str
    id: int
    phone: Phone
    inbox: Inbox


@dataclass
class Night:
    """A house with the world around it, at twenty to three. `minute(n)` is n minutes after the judgement."""

    folder: Path
    # A telephone rings for some seconds, and again after eighteen minutes: what comes in between is the ladder's.
    rings: float = 4.0
    again: float = 18 * 60.0
    people: dict[str, Person] = field(default_factory=dict)
    judged: datetime | None = None  # by the product's clock
    ahead: float = 0.0
    began: datetime | None = None

    def __enter__(self) -> Self:
        self.house = Stack()
        self.outside = Outside(self.folder, f"http://127.0.0.1:{self.house.port + 3}")
        self.outside.__enter__()
        calls = {
            "UPSTANDER_CALLS_RING_SECONDS": str(self.rings), "UPSTANDER_CALLS_AGAIN_SECONDS": str(self.again),
            "UPSTANDER_ON_CALL_NUMBER": DUTY,
        }  # fmt: skip
        self.house.env |= self.outside.settings(free_port()) | calls
        try:
            self.house.start()
            self._calm()
            self._people()
            self.move(_until(time(2, 40)))
            self.began = self.now()
        except BaseException:
            self.house.end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The house ends first: what it owes by then and nobody waits for is not sent."""
        if error is not None:
            error.add_note(self._told())
        self.house.end()
        self.outside.__exit__(kind, error, trace)

    def move(self, seconds: float) -> None:
        """Let so much time pass at once."""
        self.ahead += seconds
        self.house.clock(self.ahead)

    def minute(self, n: float) -> None:
        """It is `n` minutes after the judgement, and a few seconds."""
        assert self.judged
        self.move(max(0.0, (self.judged + timedelta(minutes=n, seconds=5) - self.now()).total_seconds()))

    def now(self) -> datetime:
        """The product's time."""
        return clock.now() + timedelta(seconds=self.ahead)

    def is_judged(self) -> None:
        """The minutes count from here."""
        self.judged = self.now()

    def quiet(self) -> None:
        """Wait until nothing that is due waits to leave any more."""
        until(lambda: not self._due(), PATIENCE, "nothing that is due waits to leave")

    def tip_number(self) -> str:
        """The number of the tip that came by text."""
        query = "SELECT number FROM intake_tip WHERE channel = 'sms'"
        with psycopg.connect(self.house.dsn("owner")) as line:
            row = until(lambda: line.execute(query).fetchone(), PATIENCE, "the tip")
        return str(row[0])

    def _due(self) -> list[tuple[str, str]]:
        now = self.now()
        with psycopg.connect(self.house.dsn("owner")) as line:
            query = (
                "SELECT channel, purpose FROM delivery_delivery WHERE state = 'pending' AND not_before <= %s"
            )
            return line.execute(query, [now]).fetchall()

    def _told(self) -> str:
        """How far everything is that the house has owed since this night began, for whoever reads why it failed."""
        query = """SELECT created_at, channel, purpose, address_key, state, attempts, not_before, lease_until, last_error
            FROM delivery_delivery WHERE created_at > %s ORDER BY created_at"""
        with psycopg.connect(self.house.dsn("owner")) as line:
            rows = line.execute(query, [self.began]).fetchall()
        return "\n".join(" ".join(map(str, row)) for row in rows)

    def _calm(self) -> None:
        """The demo's own tips are closed, and what was owed for them is not owed any more: this night has one tip."""
        with psycopg.connect(self.house.dsn("owner"), autocommit=True) as line:
            line.execute("UPDATE intake_tip SET closed_at = %s WHERE closed_at IS NULL", [clock.now()])

            def over() -> bool:
                free = "UPDATE delivery_delivery SET state = 'cancelled' WHERE state = 'pending'"
                line.execute(f"{free} AND coalesce(lease_until, %(now)s) <= %(now)s", {"now": clock.now()})
                left = line.execute(
                    "SELECT count(*) FROM delivery_delivery WHERE state = 'pending'"
                ).fetchone()
                return left == (0,) and not self.outside.trunk.talking

            until(over, PATIENCE, "nobody is told of the demo's tips any more")
        self.outside.forget()

    def _people(self) -> None:
        """The programme lists two more, and notes who is away."""
        admin = signed_in(self.house.desk, "alex")
        school = place(self.house, SCHOOL)
        with psycopg.connect(self.house.dsn("owner")) as line:
            row = line.execute(
                "SELECT county.region_id FROM directory_organisation o JOIN directory_county county ON county.id = o.county_id"
                " WHERE o.id = %s", [school],
            ).fetchone()  # fmt: skip
        assert row
        _list(admin, school, "Nell Sato", "Principal", "school", "217-555-0131", "sato@schools.example")
        _list(
            admin,
            row[0],
            "Grace Mbeki",
            "Regional superintendent",
            "district",
            "217-555-0132",
            "mbeki@regions.example",
        )
        for name in ("Ruth Hallberg", "Omar Haddad", "Nell Sato", "Grace Mbeki"):
            self.people[name.split()[0].lower()] = self._person(name)
        today = (clock.now().astimezone(CHICAGO)).date()
        away = {
            "first_day": str(today),
            "last_day": str(today + timedelta(days=3)),
            "deputy": str(self.people["nell"].id),
        }
        page = admin.open(f"/directory/contacts/{self.people['omar'].id}/reached/").submit(
            "first_day", "deputy", **away
        )
        assert page.status == 200 and "Nell Sato" in page, page.html[-3000:]

    def _person(self, name: str) -> Person:
        query = """SELECT c.id, p.kind, p.value FROM directory_contact c JOIN directory_contactpoint p ON p.contact_id = c.id
            WHERE c.name = %s"""
        with psycopg.connect(self.house.dsn("owner")) as line:
            rows = line.execute(query, [name]).fetchall()
        at = {kind: value for _id, kind, value in rows}
        number = "+1" + re.sub(r"\D", "", at["phone"])
        return Person(name, rows[0][0], self.outside.phone(number), self.outside.inbox(at["email"]))


def _list(admin: Visitor, place_id: int, name: str, role: str, kind: str, phone: str, email: str) -> None:
    page = admin.open(f"/directory/organisations/{place_id}/contacts/new/")
    page = page.submit(
        "name", "phones", name=name, role=role, end_user_type=kind, phones=phone, emails=email, verified="on"
    )
    assert page.status == 200 and name in page, page.html[-3000:]


def _until(hour: time) -> float:
    """Seconds until it is this time in Illinois."""
    now = clock.now().astimezone(CHICAGO)
    then = datetime.combine(now.date(), hour, CHICAGO)
    return ((then if then > now else then + timedelta(days=1)) - now).total_seconds()
