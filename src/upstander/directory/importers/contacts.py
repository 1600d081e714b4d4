"""Our own list of contacts (POCs). For each place that it names, the file is the complete list of imported
contacts.
"""

import re
from datetime import date

from upstander.directory import values
from upstander.directory.importers.files import Book
from upstander.directory.importers.records import (
    BadRow,
    ContactRecord,
    Problem,
    Read,
    Row,
    choice,
    header_of,
    rows_of,
)
from upstander.directory.models import EndUserType
from upstander.directory.services.contacts import LANGUAGES

NAME = "contacts"
TITLE = "Points of contact"
_NEEDED = frozenset({"listed for", "end user type", "name", "phones", "emails"})
_TYPES = frozenset(EndUserType.values)


def recognises(book: Book) -> bool:
    """Whether this is a list of contacts, by its headings."""
    return header_of(book, _NEEDED)


def _many(row: Row, name: str) -> tuple[str, ...]:
    read = values.phone if name == "phones" else values.email
    try:
        return tuple(
            dict.fromkeys(filter(None, (read(t) for t in re.split(r"[;\n|]", row.text(name, most=600)))))
        )
    except ValueError as error:
        raise BadRow(str(error)) from None


def dated(row: Row, name: str) -> date | None:
    """A date in a cell; raises BadRow."""
    try:
        return values.day(row.text(name, most=40))
    except ValueError as error:
        raise BadRow(str(error)) from None


def _record(row: Row) -> ContactRecord:
    phones, emails = _many(row, "phones"), _many(row, "emails")
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
        verified_on=dated(row, "verified on"),
    )


def read(book: Book) -> Read:
    """The contacts. A row with a faulty number or address is left out whole: half a contact would look like
    one.
    """
    out = Read(NAME, TITLE)
    for sheet in book.sheets:
        for row in rows_of(sheet, _NEEDED):
            out.rows += 1
            try:
                out.records.append(_record(row))
            except BadRow as error:
                out.problems.append(Problem(row.where, str(error)))
                out.spared.add(row.get("listed for", ""))
    return out
