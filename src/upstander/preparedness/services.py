"""The verbs of drills and buildings. Each runs in the transaction of who acts (`reach.acting`), checks, writes, and records."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.drills.years import Year, year_of
from upstander.ids import new_id
from upstander.preparedness import pack, words
from upstander.preparedness.errors import CannotDo
from upstander.preparedness.models import Binder, Drill, FireDates
from upstander.preparedness.queries import drill as theirs
from upstander.preparedness.reach import Reach

LONGEST = 4000  # letters of an evaluation


@dataclass(frozen=True, slots=True)
class Held:
    """What is said of a drill that was held."""

    held_on: date
    fire: bool = False
    law: bool = False
    conditions: tuple[str, ...] = ()
    notice_on: date | None = None
    students: int | None = None
    staff: int | None = None
    kept_out: int | None = None
    seconds: int | None = None
    certified_by: str = ""
    went_well: str = ""
    to_improve: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is said of the fire department's drill."""

    contacted_on: date | None = None
    proposed_on: date | None = None
    dates: tuple[date, ...] = ()
    outcome: str = ""
    decided_on: date | None = None
    agreed: date | None = None


def actor(mine: Reach) -> str:
    """Who acts, as the record names them."""
    return f"account:{mine.account_id}"


def plan_drill(mine: Reach, place_id: int, drill_id: UUID, kind: str, day: date) -> bool:
    """Put a drill on a day. False where this form was sent before. Raises NotTheirs, CannotDo."""
    mine.keeps(place_id)
    if pack.rules().kind(kind) is None:
        raise CannotDo(_("Choose the kind of drill."), "kind")
    if abs((day - clock.today()).days) > 3660:
        raise CannotDo(_("This day is too far away."), "day")
    if Drill.objects.filter(pk=drill_id).exists():
        return False
    year = year_of(day, pack.rules().year_begins).number
    made = {"made_at": clock.now(), "made_by": mine.account_id}
    Drill.objects.create(id=drill_id, place_id=place_id, kind=kind, year=year, planned_on=day, **made)
    audit.record(actor(mine), "preparedness.drill_planned", "drill", drill_id, place=place_id, drill=kind, day=day.isoformat())
    return True


def move_drill(mine: Reach, drill_id: UUID, day: date) -> None:
    """Plan a drill for another day, while it was not held. Raises NotTheirs, CannotDo."""
    one = theirs(mine, drill_id)
    if one.held_on or one.called_off_at:
        raise CannotDo(_("This drill is over."), "day")
    one.planned_on, one.year = day, year_of(day, pack.rules().year_begins).number
    one.save(update_fields=["planned_on", "year"])
    audit.record(actor(mine), "preparedness.drill_moved", "drill", drill_id, day=day.isoformat())


def record_drill(mine: Reach, drill_id: UUID, said: Held) -> None:
    """Write down how a drill went; again where more is to be said. Raises NotTheirs, CannotDo."""
    one = theirs(mine, drill_id)
    if one.called_off_at:
        raise CannotDo(_("This drill was called off. Enter a new one."), "held_on")
    if said.held_on > clock.today():
        raise CannotDo(_("This day is still to come. A drill is recorded when it was held."), "held_on")
    if said.notice_on and said.notice_on > said.held_on:
        raise CannotDo(_("Parents are told before the drill, or not at all."), "notice_on")
    known = {c.code for c in pack.rules().conditions_of(one.kind)}
    one.held_on, one.year = said.held_on, year_of(said.held_on, pack.rules().year_begins).number
    one.fire, one.law, one.notice_on = said.fire, said.law, said.notice_on
    one.conditions = [code for code in said.conditions if code in known]
    one.students, one.staff, one.kept_out, one.seconds = said.students, said.staff, said.kept_out, said.seconds
    typed = {"certified_by": said.certified_by, "went_well": said.went_well, "to_improve": said.to_improve}
    one.sealed_words = words.sealed(one.place_id, one, typed) if any(typed.values()) else None
    one.save()
    detail = {"place": one.place_id, "drill": one.kind, "day": said.held_on.isoformat(), "fire": said.fire, "law": said.law}
    audit.record(actor(mine), "preparedness.drill_held", "drill", drill_id, **detail)


def call_off(mine: Reach, drill_id: UUID) -> None:
    """A planned drill is called off, or one was entered by mistake: it stays on file, and counts no more. Raises NotTheirs."""
    one = theirs(mine, drill_id)
    if one.called_off_at is None:
        one.called_off_at, one.planned_on, one.held_on = clock.now(), one.planned_on or one.held_on, None
        one.save(update_fields=["called_off_at", "planned_on", "held_on"])
        audit.record(actor(mine), "preparedness.drill_called_off", "drill", drill_id, place=one.place_id)


def set_building(mine: Reach, place_id: int, opened_on: date | None, exempt: tuple[str, ...]) -> None:
    """Say since when a building is open, and what does not apply to it. Raises NotTheirs, CannotDo."""
    mine.keeps(place_id)
    known = {one.code for one in pack.rules().exemptions}
    if not known.issuperset(exempt):
        raise CannotDo(_("Choose from the list."), "exempt")
    words.binder(place_id)
    Binder.objects.filter(place_id=place_id).update(opened_on=opened_on, exempt=sorted(exempt))
    detail = {"opened_on": opened_on.isoformat() if opened_on else "", "exempt": sorted(exempt)}
    audit.record(actor(mine), "preparedness.building", "organisation", place_id, **detail)


def set_fire(mine: Reach, place_id: int, year: Year, said: Agreed) -> None:
    """Write down how far the dates with the fire department are. Raises NotTheirs, CannotDo."""
    mine.keeps(place_id)
    today = clock.today()
    for name in ("contacted_on", "proposed_on", "decided_on"):
        day = getattr(said, name)
        if day and day > today:
            raise CannotDo(_("This day is still to come."), name)
    if said.outcome and said.decided_on is None:
        raise CannotDo(_("Say on which day that was."), "decided_on")
    if said.outcome in (FireDates.Outcome.CHOSEN, FireDates.Outcome.OTHER) and said.agreed is None:
        raise CannotDo(_("Say for which day you agreed."), "agreed")
    if said.outcome == FireDates.Outcome.CHOSEN and said.agreed not in said.dates:
        raise CannotDo(_("This is none of the dates above. Choose “another date was agreed on”."), "agreed")
    if said.dates and said.proposed_on is None:
        raise CannotDo(_("Say on which day you proposed these dates."), "proposed_on")
    dates = sorted(set(said.dates))
    values = {
        "contacted_on": said.contacted_on, "proposed_on": said.proposed_on, "dates": dates, "outcome": said.outcome,
        "decided_on": said.decided_on, "agreed": said.agreed,
    }  # fmt: skip
    if not FireDates.objects.filter(place_id=place_id, year=year.number).update(**values):
        made = {"id": new_id(), "made_at": clock.now(), "made_by": mine.account_id}
        FireDates.objects.create(place_id=place_id, year=year.number, **made, **values)
    audit.record(actor(mine), "preparedness.fire_dates", "organisation", place_id, year=year.number, outcome=said.outcome)
