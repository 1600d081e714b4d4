"""The verbs of a case: it is opened, written to, goes on. Each in the transaction of who is acting, with its audit entry."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from upstander import clock
from upstander.assessment import pack
from upstander.assessment.models import Case, Entry, Member, Step, Team
from upstander.assessment.reach import Reach, Seat
from upstander.audit import services as audit
from upstander.directory.models import Kind, Organisation
from upstander.disclosure import files, sealing
from upstander.disclosure.errors import CannotDo, NotTheirs
from upstander.disclosure.models import Student
from upstander.ids import new_id

WORDS, TEXT = "assessment_case.sealed_words", "assessment_entry.sealed_text"
LONGEST = 5000
STUDENT = "student"


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody tells the team: about whom, at which school, what was seen or heard, and who told it. `student_id`: the file
    of a student who has one; `kept_from`: members (ids) whom it is about, or who are near to them."""

    place_id: int
    subject: str
    about: str
    tells: str
    source: str = ""
    student_id: UUID | None = None
    kept_from: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """An entry: an interview, a behavior, a source, …; of which theme, on which shelf, of which day."""

    kind: str
    shelf: str
    day: date
    text: str
    theme: str = ""


def team_of(place_id: int) -> Team | None:
    """The team that looks after a place: its own, else that of the district or system above it."""
    place = Organisation.objects.filter(pk=place_id).first()
    if place is None:
        return None
    above = place.parent_id if place.kind == Kind.SCHOOL else None
    teams = {team.place_id: team for team in Team.objects.filter(place__in=[place_id, above or place_id])}
    return teams.get(place_id) or teams.get(above or place_id)


def report(mine: Reach, told: Told, *, referral_id: UUID | None = None, case_id: UUID | None = None) -> UUID:
    """Tell the team of somebody: a case is opened. The same press (`case_id` was minted with the form) opens one case.

    Raises NotTheirs for a place that is not theirs to tell of, CannotDo.
    """
    team = team_of(told.place_id)
    keeps = team is not None and team.id in mine.reports and told.place_id in mine.school.keeps
    if team is None or not (keeps or team.id in mine.reads):
        raise NotTheirs(told.place_id)
    if told.subject not in {one.code for one in pack.section().subjects}:
        raise CannotDo(_("Choose one of these."), "subject")
    if not told.tells.strip():
        raise CannotDo(_("Write what was seen or heard."), "tells")
    identity = case_id or new_id()
    if sealing.keys([identity]):
        return identity
    case = Case(
        id=identity, team=team, place_id=told.place_id, subject=told.subject, student=_student(mine, told),
        kept_from=_accounts(team, told.kept_from),
        referral_id=referral_id,
        origin=Case.Origin.TIP if referral_id else Case.Origin.HALLWAY, opened_at=clock.now(), opened_by=mine.account_id,
    )  # fmt: skip
    sealing.new_holder(case.id)
    words = {"about": told.about.strip(), "tells": told.tells.strip(), "source": told.source.strip()}
    case.sealed_words = sealing.sealed(case.id, WORDS, case.id, words)
    case.save(force_insert=True)
    audit.record(mine.actor, "assessment.opened", "case", case.id, origin=case.origin)
    return case.id


def _student(mine: Reach, told: Told) -> Student | None:
    if told.subject != STUDENT:
        if not told.about.strip():
            raise CannotDo(_("Write who it is."), "about")
        return None
    if told.student_id is not None:
        found = Student.objects.filter(pk=told.student_id, place=told.place_id).first()
        if found is None:
            raise CannotDo(_("This student's file is of another school. Choose that school, or write the name."), "student")
        return found
    if not told.about.strip():
        raise CannotDo(_("Write who it is."), "about")
    return files.new(mine.account_id, told.place_id, told.about)


def theirs(mine: Reach, case_id: UUID, *, open_only: bool = False) -> tuple[Case, Seat]:
    """A case that who is acting reads, with their seat on its team; raises NotTheirs, and CannotDo for one that is closed."""
    found = Case.objects.filter(pk=case_id).select_related("team", "place", "student").first()
    seat = mine.seats.get(found.team_id) if found else None
    if found is None or seat is None or not seat.signed or mine.account_id in found.kept_from:
        raise NotTheirs(case_id)
    if open_only and found.closed_at is not None:
        raise CannotDo(_("This case is closed. Nothing is added to it any more."))
    return found, seat


def keep_from(mine: Reach, case_id: UUID, members: tuple[UUID, ...]) -> None:
    """Say from whom of the team a case is kept: these, and nobody else. Raises NotTheirs, CannotDo."""
    case, seat = theirs(mine, case_id, open_only=True)
    if seat.member_id in members:
        raise CannotDo(_("You cannot keep it from yourself: ask somebody else of the team."), "kept")
    Case.objects.filter(pk=case.id).update(kept_from=_accounts(case.team, members))
    audit.record(mine.actor, "assessment.kept_from", "case", case.id, members=[str(one) for one in members])


def _accounts(team: Team, members: tuple[UUID, ...]) -> list[int]:
    found = Member.objects.filter(pk__in=members, team=team, ended_at=None, account_id__isnull=False)
    return sorted({account for account in found.values_list("account_id", flat=True) if account is not None})


def read(mine: Reach, case_id: UUID) -> tuple[Case, Seat]:
    """As `theirs`: who is acting looks at the case, and that is recorded."""
    case, seat = theirs(mine, case_id)
    audit.record(mine.actor, "assessment.read", "case", case_id)
    return case, seat


def write(mine: Reach, case_id: UUID, said: Said, entry_id: UUID | None = None) -> None:
    """Add an entry; the same press writes once. Raises NotTheirs (also for a shelf that is not theirs), CannotDo."""
    case, seat = theirs(mine, case_id, open_only=True)
    section = pack.section()
    if said.shelf not in seat.shelves:
        raise NotTheirs(said.shelf)
    if said.kind not in {one.code for one in section.entries}:
        raise CannotDo(_("Choose one of these."), "kind")
    if said.theme and said.theme not in {one.code for one in section.themes}:
        raise CannotDo(_("Choose one of these."), "theme")
    if said.day > clock.today():
        raise CannotDo(_("This day is still to come."), "day")
    if not said.text.strip():
        raise CannotDo(_("Write something first."), "text")
    identity = entry_id or new_id()
    if Entry.objects.filter(pk=identity).exists():
        return
    Entry.objects.create(
        id=identity, case=case, made_at=clock.now(), made_by=mine.account_id, kind=said.kind, theme=said.theme, shelf=said.shelf,
        day=said.day, sealed_text=sealing.sealed(case.id, TEXT, identity, {"text": said.text.strip()}),
    )  # fmt: skip
    audit.record(mine.actor, "assessment.wrote", "case", case.id, entry=said.kind, shelf=said.shelf)


def withdraw(mine: Reach, entry_id: UUID) -> UUID:
    """Take one's own entry back: it stays, struck out. Returns its case. Raises NotTheirs, CannotDo."""
    entry = Entry.objects.filter(pk=entry_id, made_by=mine.account_id, withdrawn_at=None).first()
    if entry is None:
        raise NotTheirs(entry_id)
    theirs(mine, entry.case_id, open_only=True)
    Entry.objects.filter(pk=entry_id).update(withdrawn_at=clock.now())
    audit.record(mine.actor, "assessment.withdrew", "case", entry.case_id)
    return entry.case_id


def step(mine: Reach, case_id: UUID, code: str) -> None:
    """The team has done a step of the way. Raises NotTheirs, CannotDo."""
    case, _seat = theirs(mine, case_id, open_only=True)
    if code not in {one.code for one in pack.section().steps}:
        raise CannotDo(_("Choose one of these."))
    if not Step.objects.filter(case=case, code=code).exists():
        Step.objects.create(id=new_id(), case=case, code=code, made_at=clock.now(), made_by=mine.account_id)
        audit.record(mine.actor, "assessment.step", "case", case.id, step=code)
