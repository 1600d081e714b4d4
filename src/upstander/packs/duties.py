"""The files that a pack may have beside its directive: Troops and Zones, duty clocks, service levels."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from upstander.packs import values
from upstander.packs.counties import county_key
from upstander.packs.reader import Source, Table
from upstander.packs.vocabulary import CLOCK_FACTS, CLOCK_OWNERS, DUE_UNITS, MEASURES

AT_ONCE = "at_once"


@dataclass(frozen=True, slots=True)
class Areas:
    """The State Police's Troops and Zones."""

    troops: tuple[values.Area, ...] = ()
    zones: tuple[values.Area, ...] = ()

    def troop(self, county: str) -> values.Area | None:
        """The Troop that patrols a county; None where that is not known."""
        return _of(self.troops, county)

    def zone(self, county: str) -> values.Area | None:
        """The Zone that investigates in a county; None where that is not known."""
        return _of(self.zones, county)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The duty clocks, what is said beside each, and the days that count as no school or business day."""

    duties: tuple[values.Duty, ...] = ()
    disclaimer: str = ""
    closed: frozenset[date] = frozenset()

    def duty(self, code: str) -> values.Duty | None:
        """The duty of this code; None where this version has none."""
        return next((duty for duty in self.duties if duty.code == code), None)


def _of(areas: tuple[values.Area, ...], county: str) -> values.Area | None:
    wanted = county_key(county.casefold().removesuffix(" county"))
    return next((a for a in areas if wanted in map(county_key, a.counties)), None)


def areas(sources: Mapping[str, Source]) -> Areas:
    """isp.toml; none where a pack has none."""
    if "isp" not in sources:
        return Areas()
    root = sources["isp"].root()
    found = Areas(tuple(_areas(root, "troop")), tuple(_areas(root, "zone")))
    root.done()
    return found


def _areas(root: Table, key: str) -> Iterator[values.Area]:
    for t in root.tables(key, required=False):
        yield values.Area(t.string("code"), t.string("name"), t.strings("counties"), t.string("source"))


def clocks(sources: Mapping[str, Source]) -> Clocks:
    """duties.toml; none where a pack has none."""
    if "duties" not in sources:
        return Clocks()
    root = sources["duties"].root()
    found = Clocks(tuple(_duties(root)), root.string("disclaimer"), root.days("closed"))
    root.done()
    return found


def _duties(root: Table) -> Iterator[values.Duty]:
    for t in root.tables("duty"):
        yield values.Duty(
            code=t.code("code"),
            title=t.string("title"),
            owner=t.choice("owner", CLOCK_OWNERS),
            question=t.string("question"),
            due=_due(t.table("due")),
            to=t.string("to"),
            evidence=t.string("evidence"),
            cites=t.strings("cites", required=True),
            subtypes=frozenset(t.strings("subtypes")),
            flags=frozenset(t.strings("flags")),
            fact=t.optional_choice("fact", CLOCK_FACTS),
        )


def _due(table: Table) -> values.Due:
    """One of the units, and no other."""
    named = [unit for unit in (AT_ONCE, *DUE_UNITS) if table.has(unit)]
    if len(named) != 1:
        table.problem("a clock counts in one unit.", f"at_once = true, or one of {', '.join(DUE_UNITS)}.")
        return values.Due(AT_ONCE, 0)
    (unit,) = named
    if unit == AT_ONCE:
        if not table.truth(unit):
            table.problem("at_once = false says nothing.", "at_once = true.", unit)
        found = values.Due(AT_ONCE, 0)
    else:
        found = values.Due(unit, table.number(unit))
    table.done()
    return found


def levels(sources: Mapping[str, Source]) -> tuple[values.Level, ...]:
    """service.toml; none where a pack has none."""
    if "service" not in sources:
        return ()
    root = sources["service"].root()
    found = tuple(
        values.Level(t.choice("code", MEASURES), t.string("label"), t.string("source"), tuple(_goals(t)))
        for t in root.tables("level")
    )
    root.done()
    return found


def _goals(level: Table) -> Iterator[values.Goal]:
    for t in level.tables("goals"):
        percent = t.number("percent")
        if percent > 100:
            t.problem(f"percent = {percent} is more than all.", "at most 100.", "percent")
        yield values.Goal(percent, t.number("seconds"))
