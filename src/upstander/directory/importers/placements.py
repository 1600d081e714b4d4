"""Our own list of what the state's register does not say: a private school's system, the county of a
regional programme.
"""

from upstander.directory.importers.files import Book
from upstander.directory.importers.records import (
    BadRow,
    PlacementRecord,
    Problem,
    Read,
    Row,
    header_of,
    rows_of,
)

NAME = "placements"
TITLE = "Systems and counties of places"
_NEEDED = frozenset({"place", "system", "county"})


def recognises(book: Book) -> bool:
    """Whether this is a list of placements, by its headings."""
    return header_of(book, _NEEDED)


def _record(row: Row) -> PlacementRecord:
    system, county = row.text("system"), row.text("county", most=64)
    if not system and not county:
        raise BadRow("fill “system” or “county”")
    return PlacementRecord(row.where, row.need("place"), system, county)


def read(book: Book) -> Read:
    """The placements. What the file does not name stays."""
    out = Read(NAME, TITLE)
    for sheet in book.sheets:
        for row in rows_of(sheet, _NEEDED):
            out.rows += 1
            try:
                out.records.append(_record(row))
            except BadRow as error:
                out.problems.append(Problem(row.where, str(error)))
    return out
