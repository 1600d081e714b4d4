"""Our own list of contacts (POCs). For each place that it names, the file is the complete list of imported
contacts.
"""

import re
from collections.abc import Callable

from upstander.directory import values
from upstander.directory.importers.files import Book
from upstander.directory.importers.records import ContactRecord, Read
from upstander.directory.importers.rows import BadRow, Row, choice, read_rows, strictly
from upstander.directory.models import EndUserType
from upstander.directory.services.contacts import LANGUAGES

NAME = "contacts"
TITLE = "Points of contact"
HEADINGS = (frozenset({"listed for", "end user type", "name", "phones", "emails"}),)
_TYPES = frozenset(EndUserType.values)


def _each(read: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    """Reads a cell of several, one a line or with semicolons; each once, in their order."""
    return lambda cell: tuple(dict.fromkeys(filter(None, map(read, re.split(r"[;\n|]", cell)))))


def _record(row: Row) -> ContactRecord:
    phones = strictly(_each(values.phone), row, "phones", most=600)
    emails = strictly(_each(values.email), row, "emails", most=600)
    if not phones and not emails:
        raise BadRow("neither a telephone number nor an e-mail address: nobody could reach this person")
    language = row.text("language", most=8).lower() or "en"
    if language not in LANGUAGES:
        raise BadRow(f"the language “{values.shown(language)}” is none of: {', '.join(LANGUAGES)}")
    order = row.text("order", most=8)
    if order and not (order.isascii() and order.isdigit() and int(order) < 32_000):
        raise BadRow("the cell “order” is not a number")
    return ContactRecord(
        where=row.where,
        listed_for=row.need("listed for"),
        works_for=row.text("works for"),
        end_user_type=choice(row, "end user type", _TYPES),
        name=row.need("name", most=120),
        role=row.text("role", most=120),
        phones=phones,
        emails=emails,
        language=language,
        position=int(order) if order else None,
        verified_on=strictly(values.day, row, "verified on", most=40),
    )


def read(book: Book) -> Read:
    """The contacts. A row with a faulty number or address is left out whole: half a contact would look like
    one.
    """
    return read_rows(book, HEADINGS, Read(NAME, TITLE), _record, lambda row: {row.get("listed for", "")})
