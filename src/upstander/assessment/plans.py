"""Reads: the levels of a case, its safety plan, how it ended, what is due."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from upstander import clock
from upstander.assessment import levels as verbs
from upstander.assessment import pack, plan, queries, teams
from upstander.assessment.models import Case, Item, Level, Member
from upstander.assessment.reach import Reach
from upstander.disclosure import sealing
from upstander.people import queries as people


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision on the level, opened."""

    label: str
    at: datetime
    who: str
    reason: str
    thresholds: list[str]
    police: str
    police_told_at: datetime | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a safety plan, opened: what, who sees to it."""

    item: Item
    what: str
    owner: str


@dataclass(frozen=True, slots=True)
class Over:
    """How a case ended."""

    why: str
    reason: str
    who: str


def levels(case: Case) -> list[Judged]:
    """The team's decisions, the latest first: that one counts."""
    section, known = pack.section(), sealing.keys([case.id])
    rows = list(Level.objects.filter(case=case).order_by("-made_at", "-pk"))
    names = people.names(row.made_by for row in rows)
    found = []
    for row in rows:
        said = sealing.opened(known, case.id, verbs.REASON, row.id, row.sealed_reason)
        level = section.level(row.scale, row.level)
        found.append(
            Judged(
                level.label if level else row.level, row.made_at, names.get(row.made_by, ""), said.get("reason", ""),
                [section.label("thresholds", code) for code in row.thresholds], said.get("police", ""), row.police_told_at,
            )
        )  # fmt: skip
    return found


def items(case: Case) -> list[Piece]:
    """The safety plan: what is open by its day, then what is done."""
    rows = sorted(Item.objects.filter(case=case), key=lambda one: (one.done_at is not None, one.review_on, one.made_at))
    known, names = sealing.keys([case.id]), owners(case.team_id)
    found = []
    for row in rows:
        said = sealing.opened(known, case.id, plan.TEXT, row.id, row.sealed_text)
        found.append(Piece(row, said.get("what", ""), names.get(row.owner_id, "") if row.owner_id else said.get("other", "")))
    return found


def owners(team_id: UUID) -> dict[UUID, str]:
    """Everybody who is or was on a team, by name."""
    rows = list(Member.objects.filter(team=team_id))
    known, names = sealing.keys([team_id]), people.names(m.account_id for m in rows)
    return {
        m.id: names.get(m.account_id, "") if m.account_id is not None
        else sealing.opened(known, team_id, teams.NAME, m.id, m.sealed_name).get("name", "")
        for m in rows
    }  # fmt: skip


def over(case: Case) -> Over | None:
    """How a case ended; None for one that is open."""
    if case.closed_at is None:
        return None
    said = sealing.opened(sealing.keys([case.id]), case.id, verbs.CLOSING, case.id, case.sealed_closing)
    who = people.names([case.closed_by]).get(case.closed_by or 0, "")
    return Over(pack.section().label("closings", case.closing), said.get("reason", ""), who)


@dataclass(frozen=True, slots=True)
class Due:
    """What is due in a case: its review, or a piece of its plan of which who is acting is the owner, or nobody of the team is."""

    case_id: UUID
    on: date
    review: bool
    mine: bool


def due(mine: Reach) -> dict[UUID, list[Due]]:
    """By team, what the cases that who is acting reads need within the days of the pack, the soonest first."""
    until = clock.today() + timedelta(days=pack.section().remind_days)
    own = {seat.member_id for seat in mine.seats.values()}
    found: dict[UUID, list[Due]] = {}
    open_cases = queries.reading(mine).filter(closed_at=None)
    for case in open_cases.filter(review_on__lte=until):
        assert case.review_on is not None
        found.setdefault(case.team_id, []).append(Due(case.id, case.review_on, True, False))
    for item in Item.objects.filter(case__in=open_cases, done_at=None, review_on__lte=until).select_related("case"):
        found.setdefault(item.case.team_id, []).append(Due(item.case_id, item.review_on, False, item.owner_id in own))
    return {team: sorted(rows, key=lambda one: (one.on, not one.mine, str(one.case_id))) for team, rows in found.items()}
