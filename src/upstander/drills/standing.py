"""How far a building is with each duty: one rule, for the page of a building and for the counts of a whole state."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from upstander.drills.years import Year
from upstander.packs.preparedness import Duty, Exemption

NOT_OWED, MET, WAIVED, OVERDUE, SOON, AHEAD, UNDATED = "not_owed", "met", "waived", "overdue", "soon", "ahead", "undated"
STATES = (OVERDUE, SOON, UNDATED, AHEAD, WAIVED, MET, NOT_OWED)
"""All states, the most pressing first."""


@dataclass(frozen=True, slots=True)
class Building:
    """What is known of a building. `sector`: public or private; `first_day`: of school in the year asked for, None where no
    calendar is on file; `opened`: None where it was always there; `exempt`: codes of the pack's exemptions."""

    sector: str
    first_day: date | None = None
    opened: date | None = None
    exempt: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Event:
    """Something done: `what` as the pack counts it ("drill:evacuation", "review"), on which day, of which school year, who took
    part; `district`: done by the district for all its buildings."""

    what: str
    on: date
    year: int
    fire: bool = False
    law: bool = False
    district: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A duty and how far it is. `late`: met after it was due; `due` is None where it cannot be said."""

    code: str
    state: str
    needed: int
    done: int
    due: date | None
    late: bool = False

    @property
    def missing(self) -> int:
        """How many are still to be done."""
        return max(0, self.needed - self.done) if self.state in (OVERDUE, SOON, AHEAD, UNDATED) else 0


def due_on(duty: Duty, building: Building, year: Year) -> date | None:
    """By when, that day included, a duty is due; None where no first day of school is on file.

    A building that opens after the first day of school counts from its own opening.
    """
    if duty.due.how == "year_end":
        return year.last
    if duty.due.how == "by":
        return year.day(duty.due.month, duty.due.day)
    if building.first_day is None:
        return None
    if duty.due.how == "before_first":
        return building.first_day - timedelta(days=1)
    return max(building.first_day, building.opened or building.first_day) + timedelta(days=duty.due.days)


def standing(
    duty: Duty, building: Building, events: Iterable[Event], year: Year, today: date, soon_days: int,
    exemptions: Iterable[Exemption] = (),
) -> Standing:  # fmt: skip
    """How far one duty of one building is on a day. What lies in the future has not been done."""
    due = due_on(duty, building, year)
    if _spared(duty, building, year, due, exemptions):
        return Standing(duty.code, NOT_OWED, duty.needed, 0, None)
    own = [e for e in events if e.year == year.number and e.on <= today and (not e.district or duty.level == "district")]
    days = sorted(e.on for e in own if e.what in duty.counts and _with(duty, e))
    done = len(days)
    if done >= duty.needed:
        late = due is not None and days[duty.needed - 1] > due
        return Standing(duty.code, MET, duty.needed, done, due, late)
    if duty.waived_by and any(e.what == duty.waived_by for e in own):
        return Standing(duty.code, WAIVED, duty.needed, done, due)
    return Standing(duty.code, _running(due, year, today, soon_days), duty.needed, done, due)


def _spared(duty: Duty, building: Building, year: Year, due: date | None, exemptions: Iterable[Exemption]) -> bool:
    if building.sector not in duty.whom:
        return True
    if any(duty.code in one.lifts for one in exemptions if one.code in building.exempt):
        return True
    return building.opened is not None and (building.opened > year.last or (due is not None and building.opened > due))


def _with(duty: Duty, event: Event) -> bool:
    return {"": True, "fire": event.fire, "law": event.law}[duty.with_]


def _running(due: date | None, year: Year, today: date, soon_days: int) -> str:
    last = year.last if due is None else due
    if today > last:
        return OVERDUE
    if due is None:
        return UNDATED
    return SOON if (due - today).days <= soon_days and today >= year.first else AHEAD


def standings(
    duties: Sequence[Duty], building: Building, events: Sequence[Event], year: Year, today: date, soon_days: int,
    exemptions: Sequence[Exemption] = (),
) -> tuple[Standing, ...]:  # fmt: skip
    """Each duty of a building, in the pack's order."""
    return tuple(standing(duty, building, events, year, today, soon_days, exemptions) for duty in duties)
