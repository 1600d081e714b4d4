"""The end-users whom fusion-center staff bring together about a tip (D-IV.A.1.a, D-IV.A.5.b): the school's and district's, the
police's, the mental-health agencies', with their numbers, and which of them has it by name. Opens no word of the tip."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from upstander.actions import queries as actions
from upstander.actions import words
from upstander.actions.models import Notice
from upstander.actions.outlook import Standing
from upstander.desk.steps import Step
from upstander.desk.tipview import Who
from upstander.directory.models import EndUserType
from upstander.directory.queries import OrgRef, PlaceCard
from upstander.packs.current import current

KIND = "coordinate_end_users"


@dataclass(frozen=True, slots=True)
class EndUser:
    """Somebody to coordinate with. `ref`: of whom, as a row of the ledger has it; `kind` in words; `state`: `confirmed` (by whom,
    when), `waiting` (told, has not said so), `untold`, `left_out` (the tip is about them: no number of theirs is shown)."""

    ref: str
    kind: str
    name: str
    detail: str
    phones: tuple[str, ...]
    state: str
    by: str = ""
    at: datetime | None = None


def fill(step: Step, everybody: list[EndUser]) -> None:
    """Say of each row of the step how its end-user stands, and beside them who else is concerned."""
    known, rows = {one.ref: one for one in everybody}, {t.action.target_ref for t in step.targets if t.state != "void"}
    for target in step.targets:
        target.end_user = known.get(target.action.target_ref)
    step.beside = [one for one in everybody if one.ref not in rows]


def end_users(tip_id: UUID, who: Who, place: PlaceCard | None, conflict: Standing | None, steps: list[Step]) -> list[EndUser]:
    """Everybody listed for the place, then who was told beside them (the region's, say), then who is left out of another list,
    the police of the place, and the office of the place itself."""
    notices, out = actions.notices(tip_id), conflict.ids if conflict else frozenset()
    listed = {str(c.contact_id) for c in who.contacts}
    found = [
        _person(str(c.contact_id), _kind(c.end_user_type), c.name, ", ".join(filter(None, (c.role, c.organisation_name))),
                c.phones, notices.get(str(c.contact_id)), left_out=c.contact_id in out)
        for c in who.contacts
    ]  # fmt: skip
    found += [
        _person(ref, _kind(n.contact.end_user_type), n.contact.name, n.contact.role, _numbers(n), n, left_out=n.contact_id in out)
        for ref, n in notices.items()
        if ref not in listed
    ]
    beside = listed | set(notices)
    gone = [row.contact for row, _told in conflict.left_out if str(row.contact_id) not in beside] if conflict else []
    found += [EndUser(str(c.pk), _kind(c.end_user_type), c.name, c.role, (), "left_out") for c in gone]
    if who.routing.law_enforcement:
        found.append(_police(who.routing.law_enforcement, steps))
    if place and place.phone:
        found.append(EndUser(str(place.id), _("Office"), place.name, place.city, (place.phone,), ""))
    return found


def _kind(code: str) -> str:
    """A kind of end-user as the pack calls it."""
    return next((e.label for e in current().end_users if e.code == code), "") or str(EndUserType(code).label)


def _numbers(notice: Notice) -> tuple[str, ...]:
    return tuple(p.value for p in notice.contact.points.all() if p.kind == "phone")


def _person(
    ref: str, kind: str, name: str, detail: str, phones: tuple[str, ...], notice: Notice | None, *, left_out: bool
) -> EndUser:
    if left_out:
        return EndUser(ref, kind, name, detail, (), "left_out")
    if notice is None:
        return EndUser(ref, kind, name, detail, phones, "untold")
    if not notice.confirmed:
        return EndUser(ref, kind, name, detail, phones, "waiting")
    by = words.who_confirmed(notice, name, "desk")
    return EndUser(ref, kind, name, detail, phones, "confirmed", by, notice.confirmed_at)


def _police(agency: OrgRef, steps: list[Step]) -> EndUser:
    """The agency of jurisdiction: confirmed where somebody there answered a call about the tip by name."""
    rows = [t for step in steps for t in step.targets if t.action.target_ref == str(agency.id)]
    said = [h for t in rows if t.state != "void" for h in t.happened if h.event.result == "answered"]
    numbers = tuple(n for n in (agency.phone,) if n)
    ref, kind = str(agency.id), _kind(EndUserType.LAW_ENFORCEMENT)
    if said:
        return EndUser(ref, kind, agency.name, agency.city, numbers, "confirmed", said[-1].answered_by, said[-1].event.at)
    return EndUser(ref, kind, agency.name, agency.city, numbers, "waiting" if any(t.tries for t in rows) else "untold")
