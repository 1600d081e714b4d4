"""Our own list of agencies: police, mental health, colleges and campuses, troops and zones, systems of
private schools.
"""

import hashlib

from upstander.directory import values
from upstander.directory.folding import fold
from upstander.directory.importers.files import Book
from upstander.directory.importers.records import OrgRecord, Read
from upstander.directory.importers.rows import BadRow, Row, choice, read_rows, softly
from upstander.directory.models import Kind

NAME = "agencies"
TITLE = "Agencies, colleges, troops and zones"
HEADINGS = (frozenset({"kind", "name", "city", "county"}),)
_KINDS = frozenset(
    {
        Kind.LAW_ENFORCEMENT.value,
        Kind.MENTAL_HEALTH.value,
        Kind.COLLEGE.value,
        Kind.CAMPUS.value,
        Kind.TROOP.value,
        Kind.ZONE.value,
        Kind.SYSTEM.value,
        Kind.PSAP.value,
    }
)


def key_of(kind: str, key: str, name: str, city: str) -> str:
    """How the next edition finds it again: the list's own key, else name and city."""
    text = fold(key) or f"{fold(name)}|{fold(city)}"
    if len(text) > 50:
        text = hashlib.sha256(text.encode()).hexdigest()[:32]
    return f"agency:{kind}:{text}"


def _record(row: Row, out: Read) -> OrgRecord:
    kind = choice(row, "kind", _KINDS)
    name, city = row.need("name"), row.text("city", most=80)
    own = row.text("key", most=40)
    college = row.text("college")
    if (kind == Kind.CAMPUS) != bool(college):
        raise BadRow("a campus names its college's key in the cell “college”, and nothing else does")
    if kind == Kind.COLLEGE and not own:
        raise BadRow("a college needs a “key”, by which its campuses name it")
    psap = choice(row, "status", frozenset({"primary", "secondary"})) if kind == Kind.PSAP else None
    return OrgRecord(
        key=key_of(kind, own, name, city),
        source=f"agencies:{kind}",
        kind=kind,
        name=name,
        where=row.where,
        parent_key=key_of(Kind.COLLEGE, college, "", "") if college else None,
        county=row.text("county", most=64) or None,
        address=row.text("address"),
        city=city,
        zip=values.zip_code(row.text("zip", most=40)),
        phone=softly(values.phone, row, out, "phone", most=60),
        website=row.text("website"),
        identifiers=(("own", own),) if own else (),
        psap_status=psap,
    )


def read(book: Book) -> Read:
    """The agencies; for each kind that it holds, the file is the complete list."""
    out = Read(NAME, TITLE)
    seen: set[str] = set()

    def record_of(row: Row) -> OrgRecord:
        record = _record(row, out)
        if record.key in seen:
            raise BadRow("this agency stands in the file already; give each its own “key”")
        seen.add(record.key)
        out.whole.add(record.source)
        return record

    return read_rows(book, HEADINGS, out, record_of)
