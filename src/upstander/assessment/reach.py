"""What somebody may with which team, from live designations, the roster and signatures at this moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from upstander.disclosure import acting as disclosing
from upstander.people.access import Anybody


@dataclass(frozen=True, slots=True)
class Seat:
    """A place on a team's roster; `signed`: they have signed the agreement, and read."""

    team_id: UUID
    member_id: UUID
    shelves: frozenset[str]
    officer: bool
    signed: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody may. `school`: what they may with students' files; `seats`: by team; `leads`: teams whose roster they keep;
    `reports`: teams that they may tell something."""

    school: disclosing.Mine
    seats: dict[UUID, Seat]
    leads: frozenset[UUID]
    reports: frozenset[UUID]

    @property
    def account_id(self) -> int:
        return self.school.account_id

    @property
    def actor(self) -> str:
        return self.school.actor

    @property
    def any(self) -> bool:
        """Whether there is anything here for them."""
        return bool(self.seats or self.leads or self.reports or self.school.leads)

    @property
    def knows(self) -> frozenset[UUID]:
        """The teams whose roster they may look at."""
        return self.leads | self.reports | frozenset(self.seats)

    @property
    def reads(self) -> frozenset[UUID]:
        """The teams whose cases they read."""
        return frozenset(seat.team_id for seat in self.seats.values() if seat.signed)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be put on a roster, by a designation."""

    designation_id: int
    account_id: int
    name: str
    organisation: str
    police: bool


@contextmanager
def acting(account: Anybody) -> Iterator[Reach]:
    """A transaction in which the database shows this person's rows and no others (row-level security), with what they may."""
    with disclosing.acting(account) as school:
        yield mine(school)


def mine(school: disclosing.Mine) -> Reach:
    """What the person may who is named to the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT team_id, may, member_id, shelves, officer FROM assessment_mine()")
        rows: list[tuple[UUID, str, UUID, list[str], bool]] = cursor.fetchall()
    signed = {member for _team, may, member, _shelves, _officer in rows if may == "read"}
    seats: dict[UUID, Seat] = {}
    for team, may, member, shelves, officer in rows:
        if may == "member" and (team not in seats or member in signed):
            seats[team] = Seat(team, member, frozenset(shelves), officer, member in signed)
    of = {way: frozenset(team for team, may, *_rest in rows if may == way) for way in ("lead", "report")}
    return Reach(school, seats, of["lead"], of["report"])


def shelves(seat: Seat, student_id: UUID | None) -> frozenset[str]:
    """The shelves of a case that a member reads now: their own; for an officer the student's record, too, in an emergency."""
    if not seat.officer or student_id is None:
        return seat.shelves
    with connection.cursor() as cursor:
        cursor.execute("SELECT disclosure_emergency_now(%s)", [student_id])
        return seat.shelves | ({"education"} if cursor.fetchone()[0] else set())


def candidates(place_id: int) -> list[Candidate]:
    """Whom the administrator who is acting can put on this place's roster."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT designation_id, account_id, name, organisation, police FROM assessment_candidates(%s)"
            " ORDER BY name, organisation",
            [place_id],
        )
        return [Candidate(*row) for row in cursor.fetchall()]
