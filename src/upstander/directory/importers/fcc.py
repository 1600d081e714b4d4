"""The FCC's Master PSAP Registry: who answers 9-1-1 in which county. It holds no telephone numbers."""

from upstander.directory.importers.files import Book
from upstander.directory.importers.records import OrgRecord, Read
from upstander.directory.importers.rows import BadRow, Row, choice, read_rows
from upstander.directory.models import Kind

NAME = "fcc"
TITLE = "FCC PSAP registry"
HEADINGS = (frozenset({"psap id", "psap name", "state", "county", "status"}),)
_STATUS = frozenset({"primary", "secondary", "orphaned"})


def _record(row: Row, state: str) -> OrgRecord:
    number = row.need("psap id", most=10)
    if not (number.isascii() and number.isdigit()):
        raise BadRow("the PSAP id is not a number")
    return OrgRecord(
        key=f"fcc:{number}",
        source=f"fcc:{state}",
        kind=Kind.PSAP,
        name=row.need("psap name"),
        where=row.where,
        sector="",
        county=row.text("county", most=64) or None,
        city=row.text("city", most=80),
        identifiers=(("fcc", number),),
        psap_status=choice(row, "status", _STATUS),
    )


def read(book: Book, state: str) -> Read:
    """The answering points of one state (two letters); those of others are counted and left out."""
    out = Read(NAME, f"{TITLE}, {state}", whole={f"fcc:{state}"})
    seen: set[str] = set()
    others = 0

    def record_of(row: Row) -> OrgRecord | None:
        nonlocal others
        if row.need("state", most=20).upper() != state:
            others += 1
            return None
        record = _record(row, state)
        if record.key in seen:
            raise BadRow("this PSAP id stands in the file already")
        seen.add(record.key)
        return record

    read_rows(book, HEADINGS, out, record_of, lambda row: {f"fcc:{row.get('psap id', '')}"})
    if others:
        out.notes.append(
            f"{others} answering points of other states were left out (--state chooses another)."
        )
    if not out.records:
        out.whole = set()
        out.notes.append(f"No answering point of {state} is in this file.")
    return out
