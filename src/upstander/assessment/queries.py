"""Reads: rosters with their gaps, cases, the timeline. The database shows who is acting their own rows; words are opened here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from upstander import clock
from upstander.assessment import cases, pack, reach, teams
from upstander.assessment.models import Case, Entry, Level, Member, Team
from upstander.assessment.reach import Reach, Seat
from upstander.assessment.shelves import shelf_name
from upstander.disclosure import files, sealing
from upstander.packs.assessment import CaseLevel, Part
from upstander.people import queries as people
from upstander.people.models import Designation


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody on a roster. `live`: by a designation that has not ended, or by name alone; `signed`: None where they have not."""

    member: Member
    name: str
    part: str
    live: bool
    signed: datetime | None
    account: bool


@dataclass(frozen=True, slots=True)
class Roster:
    """A team's roster, who of the law's members is missing, and of whom it says that nobody is named."""

    team: Team
    named: list[Named]
    gaps: tuple[Part, ...]
    unnamed: tuple[Part, ...]


def roster(team: Team) -> Roster:
    """The roster of a team as it stands."""
    return rosters([team])[team.id]


def rosters(of: Iterable[Team]) -> dict[UUID, Roster]:
    """The rosters of these teams, in as many queries for many as for one."""
    section, now, teams_by = pack.section(), clock.now(), {team.id: team for team in of}
    rows = list(Member.objects.filter(team__in=teams_by, ended_at=None).select_related("agreement").order_by("made_at", "pk"))
    known = sealing.keys(teams_by)
    names = people.names(m.account_id for m in rows)
    live = {
        d.pk for d in Designation.objects.filter(pk__in=[m.designation_id for m in rows if m.designation_id], starts_at__lte=now)
        if d.ends_at is None or d.ends_at > now
    }  # fmt: skip
    found: dict[UUID, list[Named]] = {id: [] for id in teams_by}
    for m in rows:
        said = sealing.opened(known, m.team_id, teams.NAME, m.id, m.sealed_name)
        signature = getattr(m, "agreement", None)
        found[m.team_id].append(
            Named(
                m, said.get("name", "") if m.account_id is None else names.get(m.account_id, ""), section.label("parts", m.part),
                m.designation_id is None or m.designation_id in live, signature.signed_at if signature else None,
                m.account_id is not None,
            )
        )  # fmt: skip
    answer = {}
    for id, team in teams_by.items():
        has = frozenset(one.member.part for one in found[id] if one.live)
        answer[id] = Roster(team, found[id], section.gaps(team.kind, has), section.unnamed(has))
    return answer


@dataclass(frozen=True, slots=True)
class Opened:
    """A case, opened: whom it is about, what was told and by whom, its level now."""

    case: Case
    about: str
    tells: str
    source: str
    level: CaseLevel | None


def reading(mine: Reach) -> QuerySet[Case]:
    """The cases that who is acting reads."""
    return Case.objects.filter(team__in=mine.reads).exclude(kept_from__contains=[mine.account_id])


def signing(team: Team) -> list[tuple[str, str]]:
    """Who of a team signs in here: the id of their place on the roster, and how they are shown."""
    return [(str(one.member.id), f"{one.name}, {one.part}") for one in roster(team).named if one.account and one.live]


def kept(case: Case) -> list[Named]:
    """From whom of the team a case is kept."""
    return [one for one in roster(case.team).named if one.member.account_id in case.kept_from]


def listed(mine: Reach, team_ids: Iterable[UUID], *, closed: bool = False) -> list[Opened]:
    """The cases of these teams that who is acting reads: open ones by the next review, closed ones the newest first."""
    rows = reading(mine).filter(team__in=set(team_ids), closed_at__isnull=not closed)
    found = opened(rows.select_related("team", "place", "student"))
    if closed:
        return sorted(found, key=lambda one: one.case.closed_at or one.case.opened_at, reverse=True)
    return sorted(found, key=lambda one: (one.case.review_on or date.min, one.case.opened_at))


def opened(rows: Iterable[Case]) -> list[Opened]:
    """These cases, opened."""
    found = list(rows)
    known = sealing.keys(case.id for case in found)
    names = {one.id: one.name for one in files.opened(c.student for c in found if c.student is not None)}
    levels: dict[UUID, Level] = {}
    for level in Level.objects.filter(case__in=found).order_by("made_at", "pk"):
        levels[level.case_id] = level
    section = pack.section()
    result = []
    for case in found:
        said = sealing.opened(known, case.id, cases.WORDS, case.id, case.sealed_words)
        about = names.get(case.student_id, "") if case.student_id else ""
        now = levels.get(case.id)
        result.append(
            Opened(
                case, about or said.get("about", ""), said.get("tells", ""), said.get("source", ""),
                section.level(now.scale, now.level) if now else None,
            )
        )  # fmt: skip
    return result


@dataclass(frozen=True, slots=True)
class Line:
    """Something on a case's timeline. `own`: who is acting wrote it, and can take it back."""

    id: UUID
    day: date
    kind: str
    theme: str
    shelf: str
    text: str
    who: str
    withdrawn: bool
    own: bool


def timeline(mine: Reach, case: Case, seat: Seat) -> list[Line]:
    """What the case holds of the shelves that who is acting reads, by the day on which it was so."""
    section = pack.section()
    shelves = reach.shelves(seat, case.student_id)
    rows = list(Entry.objects.filter(case=case, shelf__in=shelves).order_by("day", "made_at", "pk"))
    known, names = sealing.keys([case.id]), people.names(row.made_by for row in rows)
    return [
        Line(
            row.id, row.day, section.label("entries", row.kind), section.label("themes", row.theme) if row.theme else "",
            shelf_name(row.shelf), sealing.opened(known, case.id, cases.TEXT, row.id, row.sealed_text).get("text", ""),
            names.get(row.made_by, ""), row.withdrawn_at is not None, row.made_by == mine.account_id,
        )
        for row in rows
    ]  # fmt: skip
