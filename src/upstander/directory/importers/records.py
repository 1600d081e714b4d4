"""What a format reads out of a file, and what an import would do: the words that importers share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from upstander.directory.importers.files import FORMULA, TOO_LONG, Book, Sheet
from upstander.directory.values import shown

T = TypeVar("T")
Progress = Callable[[int, int], None]
HEADER_WITHIN = 6  # rows: older editions begin with a blank one


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


class BadRow(ValueError):
    """Raised while a row is read: the row is left out, for this reason."""


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


def heading(cell: str) -> str:
    """A header cell as it is compared: `Region-2\\nCounty-3\\nDistrict-4` is `region-2 county-3
    district-4`.
    """
    return " ".join(cell.replace("_", " ").lower().split())


def header(sheet: Sheet, needed: frozenset[str]) -> tuple[int, list[str]] | None:
    """The index of the header row and its headings, where one of the first rows has all that are needed."""
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        names = [heading(c) for c in row]
        if needed <= set(names):
            return index, names
    return None


def header_of(book: Book, needed: frozenset[str]) -> bool:
    """Whether any sheet has these headings."""
    return any(header(sheet, needed) for sheet in book.sheets)


class Row(dict[str, str]):
    """A row by heading; a cell that is missing is empty. Formulas and huge cells are refused when they are
    read.
    """

    def __init__(self, where: Where, cells: dict[str, str]) -> None:
        super().__init__(cells)
        self.where = where

    def text(self, *names: str, most: int = 200) -> str:
        """The first of these cells that is not empty, at most `most` letters. Raises BadRow."""
        for name in names:
            cell = self.get(name, "")
            if cell == FORMULA:
                raise BadRow(f"the cell “{name}” holds a formula: put its value there")
            if cell == TOO_LONG or len(cell) > most:
                raise BadRow(f"the cell “{name}” is longer than {most} letters")
            if cell:
                return " ".join(cell.split())
        return ""

    def need(self, *names: str, most: int = 200) -> str:
        """The same, and it must not be empty. Raises BadRow."""
        found = self.text(*names, most=most)
        if not found:
            raise BadRow(f"the cell “{names[0]}” is empty")
        return found


def rows_of(sheet: Sheet, needed: frozenset[str]) -> Iterator[Row]:
    """The rows below the header that are not blank."""
    found = header(sheet, needed)
    if not found:
        return
    start, names = found
    for index, cells in enumerate(sheet.rows[start + 1 :], start + 2):
        if any(cells):
            yield Row(Where(sheet.name, index), dict(zip(names, cells, strict=False)))


def softly(read: Callable[[str], str], row: Row, out: Read, *names: str, most: int = 200) -> str:
    """A cell read by `read`; where that fails, the cell is left out and reported, the row stays."""
    text = row.text(*names, most=most)
    try:
        return read(text)
    except ValueError as error:
        out.problems.append(Problem(row.where, str(error), skipped=False))
        return ""


def choice(row: Row, name: str, options: frozenset[str]) -> str:
    """A cell that must be one of a few codes (blanks and capitals do not matter). Raises BadRow."""
    code = row.need(name).lower().replace(" ", "_").replace("-", "_")
    if code not in options:
        raise BadRow(f"“{shown(code)}” in “{name}” is none of: {', '.join(sorted(options))}")
    return code
