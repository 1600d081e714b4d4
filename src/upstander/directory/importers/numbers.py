"""Our own list of PSAP transfer numbers: from whom, verified when. The FCC's registry has none."""

from upstander.directory import values
from upstander.directory.importers.files import Book
from upstander.directory.importers.records import NumberRecord, Read
from upstander.directory.importers.rows import Row, read_rows, strictly

NAME = "transfer numbers"
TITLE = "PSAP transfer numbers"
HEADINGS = (frozenset({"psap", "transfer number", "source", "verified on"}),)


def _record(row: Row) -> NumberRecord:
    number = strictly(values.phone, row, "transfer number", most=60)
    return NumberRecord(
        where=row.where,
        psap=row.need("psap"),
        number=number,
        source=row.need("source", most=120) if number else row.text("source", most=120),
        verified_on=strictly(values.day, row, "verified on", most=40),
    )


def read(book: Book) -> Read:
    """The numbers. A PSAP that the file does not name keeps what is known."""
    return read_rows(book, HEADINGS, Read(NAME, TITLE), _record)
