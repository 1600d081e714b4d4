"""Incidents beside tips: counts by kind, month and region on either side, from the published patterns and the register; and the
rise of tips that followed an incident of their kind (S-topics: trends, copycat phenomena). No tip is known here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from upstander.network import pack
from upstander.network.patterns import LEAST, Cell, Pattern, Trend, months_back, patterns
from upstander.register import codes
from upstander.register.entry import When
from upstander.register.models import Version
from upstander.register.queries import STAFFS

MONTHS = 12
RISE = LEAST  # a rise that is surely as great as the smallest count that is published
_MOST = 50  # incidents that are shown with a rise


@dataclass(frozen=True, slots=True)
class Side:
    """One line: what it is of, incidents in the programme's state and elsewhere, and how many tips there were at least."""

    what: str
    here: int
    away: int
    tips: int


@dataclass(frozen=True, slots=True)
class Rise:
    """A rise of tips in a month and a region, beside the month before an incident: between `least` and `most` more."""

    month: date
    region_id: int | None
    before: int
    tips: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Followed:
    """An incident, and the rises that followed it within the pack's days."""

    version: Version
    rises: tuple[Rise, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A year of both sides. `kind` is a code, or empty for all kinds that are compared."""

    since: date
    until: date
    kinds: list[tuple[str, Side]]
    months: list[tuple[date, Side]]
    regions: list[tuple[int | None, Side]]
    followed: list[Followed]


def compared(until: date, kind: str, home: str) -> Compared:
    """The twelve months before the month that begins at `until`, for incidents of `kind` or of all; `home` is the programme's
    state. Behind the staff's wall: patterns are theirs."""
    since = months_back(until, MONTHS)
    days = pack.network().limits.copycat_days
    later = months_back((until + timedelta(days=days)).replace(day=1), -1)
    published = patterns(months_back(since, 1), later)
    within = [one for one in published if since <= one.month < until]
    found = Version.objects.filter(replaced_at=None, begins_on__gte=since, begins_on__lt=until).defer(*STAFFS)
    versions = list(found.select_related("incident", "organisation__parent").order_by("-begins_on", "pk"))
    chosen = [one for one in versions if kind in ("", one.kind)]
    subtypes = _subtypes(kind)
    tips = [one for one in within if one.subtype in subtypes]
    rises = ((one, following(one, published, days)) for one in chosen if one.month)
    return Compared(
        since, until, _by_kind(versions, within, home), _by_month(since, chosen, tips, home), _by_region(chosen, tips, home),
        [Followed(one, tuple(rose)) for one, rose in rises if rose][:_MOST],
    )  # fmt: skip


def _subtypes(kind: str) -> frozenset[str]:
    found = pack.network()
    kinds = [kind] if kind else [one.code for one in found.incidents]
    return frozenset(code for one in kinds for code in found.subtypes_like(one))


def _side(what: str, versions: Iterable[Version], tips: Iterable[Pattern], home: str) -> Side:
    states = [one.state for one in versions]
    return Side(what, states.count(home), len(states) - states.count(home), sum(one.tips for one in tips))


def _by_kind(versions: list[Version], tips: list[Pattern], home: str) -> list[tuple[str, Side]]:
    """Each kind of which there is anything; a sub-type may stand beside several kinds."""
    made = []
    for code in codes.KINDS:
        like = _subtypes(code.code)
        mine = [one for one in tips if one.subtype in like]
        side = _side(str(code.label), [one for one in versions if one.kind == code.code], mine, home)
        if side.here or side.away or side.tips:
            made.append((code.code, side))
    return made


def _by_month(since: date, versions: list[Version], tips: list[Pattern], home: str) -> list[tuple[date, Side]]:
    """Each month; of an incident of which only the year is known no month tells."""
    months = [months_back(since, -n) for n in range(MONTHS)]
    return [
        (month, _side("", [v for v in versions if v.month and v.begins_on.replace(day=1) == month],
                      [one for one in tips if one.month == month], home))
        for month in months
    ]  # fmt: skip


def _by_region(versions: list[Version], tips: list[Pattern], home: str) -> list[tuple[int | None, Side]]:
    """Each region that the directory knows; None for what has none: incidents without a school of ours, tips without a place."""
    mine: dict[int | None, list[Version]] = defaultdict(list)
    for one in versions:
        if one.state == home:
            mine[_region(one)].append(one)
    theirs: dict[int | None, list[Pattern]] = defaultdict(list)
    for tip in tips:
        theirs[tip.region_id].append(tip)
    ids = sorted(mine.keys() | theirs.keys(), key=lambda id: (id is None, id or 0))
    return [(id, _side("", mine[id], theirs[id], home)) for id in ids]


def _region(version: Version) -> int | None:
    place = version.organisation
    return (place.region_id or (place.parent.region_id if place.parent else None)) if place else None


def following(version: Version, published: Iterable[Pattern], days: int) -> list[Rise]:
    """The rises, in each region, of tips of an incident's kind within so many days after it, beside the month before it. Tips are
    counted by month: a rise in the incident's own month may have come before it, which the page says."""
    subtypes = pack.network().subtypes_like(version.kind)
    when = When(version.year, version.month, version.day)
    before = months_back(when.begins_on.replace(day=1), 1)
    last = (when.ends_on + timedelta(days=days)).replace(day=1)
    counts: dict[int | None, dict[tuple[str, str], dict[date, int]]] = defaultdict(lambda: defaultdict(dict))
    for one in published:
        if one.subtype in subtypes and before <= one.month <= last:
            counts[one.region_id][one.subtype, one.klass][one.month] = one.tips
    found = []
    for region_id, cells in counts.items():
        month = months_back(before, -1)
        while month <= last:
            rise = _rise(month, region_id, before, cells)
            found += [rise] if rise.least >= RISE else []
            month = months_back(month, -1)
    return sorted(found, key=lambda rise: (rise.month, -rise.least))


def _rise(month: date, region_id: int | None, before: date, cells: Mapping[tuple[str, str], Mapping[date, int]]) -> Rise:
    known = [Cell(klass, by.get(month), by.get(before)) for (_code, klass), by in cells.items() if month in by or before in by]
    trend = Trend(month, region_id, "", tuple(known))
    least, most = trend.change
    return Rise(month, region_id, trend.before, trend.tips, least, most)
