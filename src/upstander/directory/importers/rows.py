"""From a sheet's cells to a format's records: the header, the rows below it, their cells, and what becomes of bad ones."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from upstander.directory import values
from upstander.directory.importers.files import FORMULA, TOO_LONG, Book, Sheet
from upstander.directory.importers.records import Problem, Read, Record, Where

T = TypeVar("T")
# The headings by which a sheet of a format is known: one set for each of its editions.
Headings = tuple[frozenset[str], ...]
HEADER_WITHIN = 6  # rows: older editions begin with a blank one


class BadRow(ValueError):
    """Raised while a row is read: the row is left out, for this reason."""


def heading(cell: str) -> str:
    """A header cell as it is compared: `Region-2\\nCounty-3\\nDistrict-4` is `region-2 county-3
    district-4`.
    """
    return " ".join(cell.replace("_", " ").lower().split())


def header(sheet: Sheet, headings: Headings) -> tuple[int, list[str]] | None:
    """The index of the header row and its headings, where one of the first rows has all that are needed."""
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        names = [heading(c) for c in row]
        if any(needed <= set(names) for needed in headings):
            return index, names
    return None


def header_of(book: Book, headings: Headings) -> bool:
    """Whether any sheet has these headings."""
    return any(header(sheet, headings) for sheet in book.sheets)


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


def _rows_of(sheet: Sheet, headings: Headings) -> Iterator[Row]:
    """The rows below the header that are not blank."""
    found = header(sheet, headings)
    if not found:
        return
    start, names = found
    for index, cells in enumerate(sheet.rows[start + 1 :], start + 2):
        if any(cells):
            yield Row(Where(sheet.name, index), dict(zip(names, cells, strict=False)))


def read_rows(
    book: Book,
    headings: Headings,
    out: Read,
    record_of: Callable[[Row], Record | None],
    spares: Callable[[Row], set[str]] = lambda row: set(),
) -> Read:
    """Every row of the book into `out`, and `out` again: what each format's `read` does.

    `record_of` makes a row's record (None: the row is none of ours) or raises BadRow: then the row is left out and reported
    with its reason, and what it names (`spares`: keys) has not gone.
    """
    for sheet in book.sheets:
        for row in _rows_of(sheet, headings):
            out.rows += 1
            try:
                record = record_of(row)
            except BadRow as error:
                out.problems.append(Problem(row.where, str(error)))
                out.spared |= spares(row)
                continue
            if record is not None:
                out.records.append(record)
    return out


def strictly(read: Callable[[str], T], row: Row, name: str, most: int = 200) -> T:
    """A cell read by `read`; where that fails, the row is left out. Raises BadRow."""
    text = row.text(name, most=most)
    try:
        return read(text)
    except ValueError as error:
        raise BadRow(str(error)) from None


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
        raise BadRow(f"“{values.shown(code)}” in “{name}” is none of: {', '.join(sorted(options))}")
    return code
