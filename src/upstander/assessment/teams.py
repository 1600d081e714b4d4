"""The verbs of a roster: who is on the team, who has signed. Each in the transaction of who is acting, with its audit entry."""

from uuid import UUID

from django.utils.translation import gettext as _

from upstander import clock
from upstander.assessment import pack, reach
from upstander.assessment.models import Agreement, Member, Team
from upstander.assessment.reach import Reach
from upstander.audit import services as audit
from upstander.directory.models import Kind, Organisation
from upstander.disclosure import sealing
from upstander.disclosure.errors import CannotDo, NotTheirs
from upstander.ids import new_id

NAME = "assessment_member.sealed_name"
_PLACES = (Kind.SCHOOL, Kind.DISTRICT, Kind.SYSTEM)


def set_up(mine: Reach, place_id: int, kind: str, scale: str) -> Team:
    """Make the team of a place, or change of which kind it is and by which scale it works. Raises NotTheirs, CannotDo."""
    if place_id not in mine.school.leads or not Organisation.objects.filter(pk=place_id, kind__in=_PLACES).exists():
        raise NotTheirs(place_id)
    found = pack.section()
    if kind not in Team.Kind.values:
        raise CannotDo(_("Choose one of these."), "kind")
    if scale not in {one.code for one in found.scales}:
        raise CannotDo(_("Choose one of these."), "scale")
    team = Team.objects.filter(place=place_id).first()
    if team is None:
        team = Team(id=new_id(), place_id=place_id, kind=kind, scale=scale, made_at=clock.now(), made_by=mine.account_id)
        sealing.new_holder(team.id)
        team.save(force_insert=True)
    else:
        Team.objects.filter(pk=team.id).update(kind=kind, scale=scale)
        team.kind, team.scale = kind, scale
    audit.record(mine.actor, "assessment.team", "team", team.id, of=kind, scale=scale)
    return team


def name_member(mine: Reach, team_id: UUID, part: str, *, designation_id: int | None = None, name: str = "") -> Member:
    """Put somebody on the roster: by a designation, or by name (who reads nothing then). Raises NotTheirs, CannotDo."""
    team = _led(mine, team_id)
    role = pack.section().part(part)
    if role is None:
        raise CannotDo(_("Choose one of these."), "part")
    member = Member(
        id=new_id(), team=team, part=part, officer=role.officer, shelves=list(role.shelves), made_at=clock.now(),
        made_by=mine.account_id,
    )  # fmt: skip
    if designation_id is not None:
        chosen = next((c for c in reach.candidates(team.place_id) if c.designation_id == designation_id), None)
        if chosen is None:
            raise NotTheirs(designation_id)
        if chosen.police and not role.officer:
            raise CannotDo(_("This person works for the police. Give them a part of law enforcement."), "part")
        if Member.objects.filter(team=team, account_id=chosen.account_id, ended_at=None).exists():
            raise CannotDo(_("This person is on the team already. End that entry first."), "who")
        member.designation_id, member.account_id = chosen.designation_id, chosen.account_id
    elif name.strip():
        member.sealed_name = sealing.sealed(team.id, NAME, member.id, {"name": name.strip()})
    else:
        raise CannotDo(_("Choose somebody, or write a name."), "who")
    member.save(force_insert=True)
    audit.record(mine.actor, "assessment.member", "member", member.id, part=part, account=member.account_id)
    return member


def end_member(mine: Reach, member_id: UUID) -> None:
    """Take somebody off the roster: they read nothing from now on. Raises NotTheirs."""
    member = Member.objects.filter(pk=member_id, ended_at=None).first()
    if member is None:
        raise NotTheirs(member_id)
    _led(mine, member.team_id)
    Member.objects.filter(pk=member_id).update(ended_at=clock.now())
    audit.record(mine.actor, "assessment.member_ended", "member", member_id)


def sign(mine: Reach, team_id: UUID) -> None:
    """A member signs the agreement, in its present words. Raises NotTheirs for who is not on the roster."""
    seat = mine.seats.get(team_id)
    if seat is None:
        raise NotTheirs(team_id)
    if not seat.signed:
        Agreement.objects.create(
            member_id=seat.member_id, version=pack.section().agreement_version, signed_at=clock.now()
        )
        audit.record(mine.actor, "assessment.signed", "member", seat.member_id, version=pack.section().agreement_version)


def _led(mine: Reach, team_id: UUID) -> Team:
    found = Team.objects.filter(pk=team_id).first()
    if found is None or team_id not in mine.leads:
        raise NotTheirs(team_id)
    return found
