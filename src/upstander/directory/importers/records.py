"""What a format reads out of a file: the records, and what was wrong with rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

T = TypeVar("T")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Where:
    """A row of the file: sheet name (empty in a CSV) and row number, counted from 1 as spreadsheets do."""

    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row. `skipped`: the row was left out; otherwise it was taken without the faulty
    cell.
    """

    where: Where
    reason: str
    skipped: bool = True


@dataclass(slots=True)
class OrgRecord:
    """An organisation as a file describes it. None: this file does not say, so what is known stays."""

    key: str
    source: str
    kind: str
    name: str
    where: Where
    sector: str | None = None
    parent_key: str | None = None
    county: str | None = None
    address: str | None = None
    city: str | None = None
    zip: str | None = None
    phone: str | None = None
    website: str | None = None
    grades: str | None = None
    identifiers: tuple[tuple[str, str], ...] = ()
    psap_status: str | None = None
    keep_name: bool = False  # a name made up for a new one: never replaces a known name
    pseudo_county: bool = False


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """A point of contact as a file describes it; references are resolved when it is planned."""

    where: Where
    listed_for: str
    works_for: str
    end_user_type: str
    name: str
    role: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    language: str
    position: int | None
    verified_on: date | None


@dataclass(frozen=True, slots=True)
class NumberRecord:
    """A PSAP's transfer number; an empty number takes the known one away."""

    where: Where
    psap: str
    number: str
    source: str
    verified_on: date | None


@dataclass(frozen=True, slots=True)
class RouteRecord:
    """Who answers for an organisation or, by default, for a county; an empty target ends the route."""

    where: Where
    kind: str
    organisation: str
    county: str
    target: str
    source: str
    dated: date | None


@dataclass(frozen=True, slots=True)
class PlacementRecord:
    """What the state's register does not say of a place: its system, its county."""

    where: Where
    place: str
    system: str
    county: str


@dataclass(frozen=True, slots=True)
class RegionCounty:
    """A county that a region looks after, wholly or (Cook) in part."""

    where: Where
    region_key: str
    county: str


Record = OrgRecord | ContactRecord | NumberRecord | RouteRecord | PlacementRecord | RegionCounty


@dataclass(slots=True)
class Read:
    """A file as read. `whole`: the sources whose complete list it is, so that who is missing has gone;
    `spared`: keys of rows that could not be read, who have not gone.
    """

    format: str
    title: str
    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    whole: set[str] = field(default_factory=set)
    spared: set[str] = field(default_factory=set)
    rows: int = 0

    def of(self, kind: type[T]) -> list[T]:
        """The records of one kind, in the file's order."""
        return [r for r in self.records if isinstance(r, kind)]
