"""Our own list of routes: who answers for an organisation, or by default for a county."""

from upstander.directory.importers.contacts import dated
from upstander.directory.importers.files import Book
from upstander.directory.importers.records import (
    BadRow,
    Problem,
    Read,
    RouteRecord,
    Row,
    choice,
    header_of,
    rows_of,
)
from upstander.directory.models import Route

NAME = "routes"
TITLE = "Routes: PSAP, law enforcement, troop, zone"
_NEEDED = frozenset({"kind", "for", "county", "target", "source"})
_KINDS = frozenset(Route.Kind.values)


def recognises(book: Book) -> bool:
    """Whether this is a list of routes, by its headings."""
    return header_of(book, _NEEDED)


def _record(row: Row) -> RouteRecord:
    whom, county = row.text("for"), row.text("county", most=64)
    if bool(whom) == bool(county):
        raise BadRow("fill either “for” (one organization) or “county” (its default), not both")
    return RouteRecord(
        where=row.where,
        kind=choice(row, "kind", _KINDS),
        organisation=whom,
        county=county,
        target=row.text("target"),
        source=row.need("source", most=120),
        dated=dated(row, "dated"),
    )


def read(book: Book) -> Read:
    """The routes. What the file does not name stays; an empty target ends a route."""
    out = Read(NAME, TITLE)
    for sheet in book.sheets:
        for row in rows_of(sheet, _NEEDED):
            out.rows += 1
            try:
                out.records.append(_record(row))
            except BadRow as error:
                out.problems.append(Problem(row.where, str(error)))
    return out
