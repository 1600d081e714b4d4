"""Our own list of PSAP transfer numbers: from whom, verified when. The FCC's registry has none."""

from upstander.directory import values
from upstander.directory.importers.contacts import dated
from upstander.directory.importers.files import Book
from upstander.directory.importers.records import (
    BadRow,
    NumberRecord,
    Problem,
    Read,
    Row,
    header_of,
    rows_of,
)

NAME = "transfer numbers"
TITLE = "PSAP transfer numbers"
_NEEDED = frozenset({"psap", "transfer number", "source", "verified on"})


def recognises(book: Book) -> bool:
    """Whether this is a list of transfer numbers, by its headings."""
    return header_of(book, _NEEDED)


def _record(row: Row) -> NumberRecord:
    try:
        number = values.phone(row.text("transfer number", most=60))
    except ValueError as error:
        raise BadRow(str(error)) from None
    return NumberRecord(
        where=row.where,
        psap=row.need("psap"),
        number=number,
        source=row.need("source", most=120) if number else row.text("source", most=120),
        verified_on=dated(row, "verified on"),
    )


def read(book: Book) -> Read:
    """The numbers. A PSAP that the file does not name keeps what is known."""
    out = Read(NAME, TITLE)
    for sheet in book.sheets:
        for row in rows_of(sheet, _NEEDED):
            out.rows += 1
            try:
                out.records.append(_record(row))
            except BadRow as error:
                out.problems.append(Problem(row.where, str(error)))
    return out
