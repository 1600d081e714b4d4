"""How a region or the whole state stands: counts of buildings by duty and state, no name and no word (105 ILCS 128/30)."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import F
from django.db.models.functions import Coalesce

from upstander import clock
from upstander.directory.models import Kind, Organisation
from upstander.drills import MET, NOT_OWED, OVERDUE, STATES, WAIVED, Year
from upstander.packs.preparedness import Duty
from upstander.preparedness import facts

AT_ONCE = 500  # buildings whose facts are held at a time


@dataclass(frozen=True, slots=True)
class Counted:
    """A duty over many buildings: how many are in which state."""

    duty: Duty
    states: dict[str, int]

    @property
    def owed(self) -> int:
        """Buildings of which it is asked."""
        return sum(n for state, n in self.states.items() if state not in (NOT_OWED, WAIVED))

    @property
    def met(self) -> int:
        return self.states[MET]

    @property
    def overdue(self) -> int:
        return self.states[OVERDUE]

    @property
    def open(self) -> int:
        """Neither done nor overdue."""
        return self.owed - self.met - self.overdue


@dataclass(frozen=True, slots=True)
class Region:
    """A region's counts. `with_overdue`: buildings with something of the law overdue; `id` is None where no region is known."""

    id: int | None
    name: str
    buildings: int
    with_overdue: int
    duties: tuple[Counted, ...]


def schools(place_ids: Iterable[int] | None = None) -> list[tuple[int, int | None]]:
    """The buildings (all, or of these) with their regions."""
    found = Organisation.objects.filter(kind=Kind.SCHOOL, retired_on=None)
    if place_ids is not None:
        found = found.filter(pk__in=list(place_ids))
    of = Coalesce(F("region_id"), F("parent__region_id"), F("county__region_id"), F("parent__parent_id"), F("parent_id"))
    rows = found.annotate(of=of).order_by("pk").values_list("pk", "of")
    return [(pk, region) for pk, region in rows]


def rolled_up(
    year: Year, place_ids: Iterable[int] | None = None, told: Callable[[int, int], None] = lambda done, of: None
) -> list[Region]:
    """The counts of each region, those of all buildings whom who acts may see; `told` hears how many of how many are done."""
    rows, today = schools(place_ids), clock.today()
    region_of, counts = dict(rows), {region: Counter[tuple[str, str]]() for _pk, region in rows}
    sums, late = Counter(region_of.values()), Counter[int | None]()
    law = {one.code for one in facts.duties() if one.sort == "law"}
    done = 0
    for at in range(0, len(rows), AT_ONCE):
        some = [pk for pk, _region in rows[at : at + AT_ONCE]]
        for one in facts.facts(list(Organisation.objects.filter(pk__in=some).select_related("parent")), year):
            found = facts.standing_of(one, year, today)
            region = region_of[one.place.pk]
            counts[region].update((row.code, row.state) for row in found)
            late[region] += any(row.state == OVERDUE and row.code in law for row in found)
        done += len(some)
        told(done, len(rows))
    names = dict(Organisation.objects.filter(pk__in=[pk for pk in counts if pk]).values_list("pk", "name"))
    regions = [Region(pk, names.get(pk or 0, ""), sums[pk], late[pk], _by_duty(of)) for pk, of in counts.items()]
    return sorted(regions, key=lambda one: (one.id is None, one.name))


def _by_duty(of: Counter[tuple[str, str]]) -> tuple[Counted, ...]:
    return tuple(Counted(one, {state: of[one.code, state] for state in STATES}) for one in facts.duties())


def table(regions: Iterable[Region], year: Year) -> list[list[str]]:
    """The counts as rows for a spreadsheet, with their heads."""
    rows = [["school_year", "region", "buildings", "duty", "law", "verified", *STATES]]
    for region in regions:
        for one in region.duties:
            said = [year.words, region.name, str(region.buildings), one.duty.code, "; ".join(one.duty.cites)]
            rows.append([*said, "yes" if one.duty.verified else "no", *(str(one.states[state]) for state in STATES)])
    return rows
