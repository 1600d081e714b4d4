"""A student moves: the case is offered to the new district's team, which takes it over. What it is told is recorded as told."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from upstander import clock
from upstander.assessment.cases import STUDENT, TEXT, WORDS, theirs
from upstander.assessment.models import Case, Entry, HandOver, Team
from upstander.assessment.reach import Reach
from upstander.audit import services as audit
from upstander.directory.models import Kind, Organisation
from upstander.disclosure import files, gate, sealing
from upstander.disclosure.errors import CannotDo, NotTheirs
from upstander.ids import new_id
from upstander.sharing.advise import Facts

GIVEN = "assessment_handover.sealed_words"
RECORD: Final = "education"
"""The shelf of what is given: it is of the student's record, and an officer reads it as they read that shelf, or not."""
TRANSFER: Final = Facts("next_school", "education", "transfer", "none")
"""What the pack's rules are asked: the school to which the student moves, for the transfer (34 CFR 99.31(a)(2))."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A hand-over, opened: whom it is about, what is given, to or from which place."""

    row: HandOver
    about: str
    given: str
    place: str


def teams_elsewhere() -> list[tuple[UUID, str]]:
    """The teams to which who is acting can hand something over: id and place."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT team_id, name FROM assessment_elsewhere() ORDER BY name, team_id")
        return [(row[0], row[1]) for row in cursor.fetchall()]


def offer(mine: Reach, case_id: UUID, team_id: UUID, given: str) -> None:
    """Offer a case to another team; the student's log says so. Raises NotTheirs, CannotDo (also for an officer: see the lock)."""
    case, seat = theirs(mine, case_id, open_only=True)
    to = dict(teams_elsewhere()).get(team_id)
    if to is None:
        raise NotTheirs(team_id)
    if case.student is None:
        raise CannotDo(_("Only a student's case is handed over."))
    if RECORD not in seat.shelves:
        raise CannotDo(_("Who does not read the student's record hands no case over. Ask somebody of the team who does."))
    if not given.strip():
        raise CannotDo(_("Write what the new team must know."), "given")
    if HandOver.objects.filter(case=case, withdrawn_at=None).exists():
        raise CannotDo(_("It is offered to a team already. Take that back first."))
    about = files.opened([case.student])[0].name
    said = gate.Shared(TRANSFER, to, given, clock.now())
    told = gate.record(mine.school, case.student, said, officer=seat.officer, case_id=case.id)
    made = HandOver(
        id=new_id(), case=case, to_team_id=team_id, made_at=clock.now(), made_by=mine.account_id, disclosure_id=told
    )
    sealing.new_holder(made.id)
    words = {"about": about, "given": given.strip(), "from": case.team.place.name}
    made.sealed_words = sealing.sealed(made.id, GIVEN, made.id, words)
    made.save(force_insert=True)
    audit.record(mine.actor, "assessment.offered", "case", case.id)


def take_back(mine: Reach, case_id: UUID) -> None:
    """Take an offer back that nobody has taken over. Raises NotTheirs."""
    theirs(mine, case_id)
    if not HandOver.objects.filter(case=case_id, withdrawn_at=None, accepted_at=None).update(withdrawn_at=clock.now()):
        raise NotTheirs(case_id)
    audit.record(mine.actor, "assessment.offer_taken_back", "case", case_id)


def take_over(mine: Reach, offer_id: UUID, place_id: int) -> UUID:
    """Take a hand-over: a case with a file of our own is opened, the other team's case is closed. Raises NotTheirs, CannotDo."""
    found = next((one for one in offered(mine) if one.row.id == offer_id), None)
    if found is None:
        raise NotTheirs(offer_id)
    team = Team.objects.get(pk=found.row.to_team_id)
    place = Organisation.objects.filter(pk=place_id, kind=Kind.SCHOOL, retired_on=None).first()
    if place is None or team.place_id not in (place.pk, place.parent_id):
        raise CannotDo(_("Choose one of these."), "place")
    case = Case(
        id=new_id(), team=team, place=place, subject=STUDENT, student=files.new(mine.account_id, place.pk, found.about),
        origin=Case.Origin.MOVED, opened_at=clock.now(), opened_by=mine.account_id,
    )  # fmt: skip
    sealing.new_holder(case.id)
    tells = _("Handed over by another district's team. What it gave stands below, with the student's record.")
    words = {"about": found.about, "tells": tells, "source": found.place}
    case.sealed_words = sealing.sealed(case.id, WORDS, case.id, words)
    case.save(force_insert=True)
    entry = Entry(
        id=new_id(), case=case, made_at=clock.now(), made_by=mine.account_id, kind="note", shelf=RECORD, day=clock.today()
    )
    entry.sealed_text = sealing.sealed(case.id, TEXT, entry.id, {"text": found.given})
    entry.save(force_insert=True)
    HandOver.objects.filter(pk=offer_id).update(accepted_at=clock.now(), accepted_by=mine.account_id, new_case_id=case.id)
    audit.record(mine.actor, "assessment.taken_over", "case", case.id)
    return case.id


def offered(mine: Reach) -> list[Offer]:
    """What other teams offer to the teams of which who is acting reads the students' records."""
    teams = [seat.team_id for seat in mine.seats.values() if seat.signed and RECORD in seat.shelves]
    return _opened(HandOver.objects.filter(to_team__in=teams, withdrawn_at=None, accepted_at=None).order_by("made_at"))


def of_case(case: Case) -> Offer | None:
    """The hand-over of a case that is offered or was taken; None where there is none."""
    found = _opened(HandOver.objects.filter(case=case, withdrawn_at=None))
    return found[0] if found else None


def _opened(rows: Iterable[HandOver]) -> list[Offer]:
    found = list(rows)
    known = sealing.keys(row.id for row in found)
    opened = []
    for row in found:
        said = sealing.opened(known, row.id, GIVEN, row.id, row.sealed_words)
        opened.append(Offer(row, said.get("about", ""), said.get("given", ""), said.get("from", "")))
    return opened
