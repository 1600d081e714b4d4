"""Our own list of routes: who answers for an organisation, or by default for a county."""

from upstander.directory import values
from upstander.directory.importers.files import Book
from upstander.directory.importers.records import Read, RouteRecord
from upstander.directory.importers.rows import BadRow, Row, choice, read_rows, strictly
from upstander.directory.models import Route

NAME = "routes"
TITLE = "Routes: PSAP, law enforcement, troop, zone"
HEADINGS = (frozenset({"kind", "for", "county", "target", "source"}),)
_KINDS = frozenset(Route.Kind.values)


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
        dated=strictly(values.day, row, "dated", most=40),
    )


def read(book: Book) -> Read:
    """The routes. What the file does not name stays; an empty target ends a route."""
    return read_rows(book, HEADINGS, Read(NAME, TITLE), _record)
