"""Our own list of what the state's register does not say: a private school's system, the county of a
regional programme.
"""

from upstander.directory.importers.files import Book
from upstander.directory.importers.records import PlacementRecord, Read
from upstander.directory.importers.rows import BadRow, Row, read_rows

NAME = "placements"
TITLE = "Systems and counties of places"
HEADINGS = (frozenset({"place", "system", "county"}),)


def _record(row: Row) -> PlacementRecord:
    system, county = row.text("system"), row.text("county", most=64)
    if not system and not county:
        raise BadRow("fill “system” or “county”")
    return PlacementRecord(row.where, row.need("place"), system, county)


def read(book: Book) -> Read:
    """The placements. What the file does not name stays."""
    return read_rows(book, HEADINGS, Read(NAME, TITLE), _record)
