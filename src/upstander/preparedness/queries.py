"""What this room shows, to who is acting (`reach.acting`): the database leaves out what is not theirs."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from upstander import clock
from upstander.directory.models import Kind, Organisation
from upstander.drills import (
    AHEAD,
    MET,
    NOT_OWED,
    OVERDUE,
    SOON,
    UNDATED,
    WAIVED,
    FireFlaw,
    Standing,
    Year,
    proposal_flaws,
)
from upstander.packs.preparedness import Duty
from upstander.preparedness import facts, pack, words
from upstander.preparedness.errors import NotTheirs
from upstander.preparedness.facts import Facts
from upstander.preparedness.models import Binder, Drill, FireDates
from upstander.preparedness.reach import Reach

BADGES = {OVERDUE: "overdue", SOON: "waiting", UNDATED: "waiting", MET: "ok"}


@dataclass(frozen=True, slots=True)
class Row:
    """A duty of a place and how far it is."""

    duty: Duty
    standing: Standing

    @property
    def badge(self) -> str:
        return BADGES.get(self.standing.state, "")


@dataclass(frozen=True, slots=True)
class Line:
    """A building in the list of many: how many duties it owes, has met, has overdue and soon due; what day is next."""

    place: Organisation
    owed: int
    met: int
    overdue: int
    soon: int
    next_due: date | None


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that stands in the year's calendar. `what`: due, planned or held; `code`: of the duty or the kind of drill."""

    day: date
    what: str
    label: str
    drill: UUID | None = None
    state: str = ""


def buildings(place_ids: Iterable[int]) -> list[Organisation]:
    """The schools among these places, by name."""
    found = Organisation.objects.filter(pk__in=place_ids, kind=Kind.SCHOOL, retired_on=None)
    return list(found.select_related("parent").order_by("name", "pk"))


def boards(place_ids: Iterable[int]) -> list[Organisation]:
    """The districts and systems among these places, by name."""
    found = Organisation.objects.filter(pk__in=place_ids, kind__in=facts.UMBRELLAS, retired_on=None)
    return list(found.select_related("parent").order_by("name", "pk"))


def lines(places: list[Organisation], year: Year) -> list[Line]:
    """These buildings with their own duties, the most overdue first. What the district owes for all is not theirs."""
    today = clock.today()
    found = [line(one, year, today) for one in facts.facts(places, year)]
    return sorted(found, key=lambda one: (-one.overdue, -one.soon, one.place.name))


def line(one: Facts, year: Year, today: date) -> Line:
    """A building in a list; who has no board above owes what a board owes, too."""
    level = "building" if facts.board_of(one.place) else ""
    rows = facts.standing_of(one, year, today, level)
    counted = Counter(row.state for row in rows)
    open_ = [row.due for row in rows if row.due and row.state in (OVERDUE, SOON, AHEAD)]
    ahead = [day for day in open_ if day >= today]
    return Line(
        one.place, len(rows) - counted[NOT_OWED] - counted[WAIVED], counted[MET], counted[OVERDUE], counted[SOON],
        min(ahead, default=None),
    )  # fmt: skip


def rows(one: Facts, year: Year, level: str = "") -> list[Row]:
    """Each duty of a place, in the pack's order."""
    found = facts.standing_of(one, year, clock.today(), level)
    return [Row(duty, standing) for duty, standing in zip(facts.duties(level), found, strict=True)]


def drills(place_id: int, year: Year) -> list[Drill]:
    """The drills of a place in a year, by day; those called off stand among them."""
    found = list(Drill.objects.filter(place_id=place_id, year=year.number).defer("sealed_words"))
    return sorted(found, key=lambda one: (one.held_on or one.planned_on or date.max, one.made_at))


def moments(duty_rows: list[Row], held: list[Drill]) -> list[Moment]:
    """What stands in a building's calendar: days on which something is due, and drills."""
    due = [
        Moment(row.standing.due, "due", row.duty.label, state=row.standing.state)
        for row in duty_rows if row.standing.due and row.standing.state not in (MET, WAIVED, NOT_OWED)
    ]  # fmt: skip
    for one in held:
        kind = pack.rules().kind(one.kind)
        label, day = kind.label if kind else one.kind, one.held_on or one.planned_on
        if day and not one.called_off_at:
            due.append(Moment(day, "held" if one.held_on else "planned", label, one.id))
    return sorted(due, key=lambda one: (one.day, one.what, one.label))


def binder(place_id: int) -> Binder | None:
    """What is known of a building; None where nothing was said."""
    return Binder.objects.filter(place_id=place_id).first()


def fire_dates(place_id: int, year: Year) -> FireDates | None:
    """What was agreed on with the fire department in a year."""
    return FireDates.objects.filter(place_id=place_id, year=year.number).first()


def fire_flaws(dates: FireDates, year: Year) -> frozenset[FireFlaw]:
    """What is not as the pack asks of the dates proposed; nothing before any were."""
    if dates.proposed_on is None:
        return frozenset()
    return proposal_flaws(dates.dates, dates.proposed_on, pack.rules().fire, year)


def drill(mine: Reach, drill_id: UUID) -> Drill:
    """A drill of a place that is theirs to keep; raises NotTheirs."""
    found = Drill.objects.filter(pk=drill_id, place_id__in=mine.kept).select_related("place", "place__parent").first()
    if found is None:
        raise NotTheirs(drill_id)
    return found


def drill_words(one: Drill) -> dict[str, str]:
    """What was typed of a drill."""
    said = words.opened(one, one.place_id, words.keys([one.place_id]))
    return {name: words.text(said, name) for name in ("certified_by", "went_well", "to_improve")}
