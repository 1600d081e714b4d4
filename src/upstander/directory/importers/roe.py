"""Regions and their counties: region_number, kind, county, provenance. It names regions that the directory
has no row for.
"""

import re

from upstander.directory.folding import fold
from upstander.directory.importers.files import Book
from upstander.directory.importers.records import (
    BadRow,
    OrgRecord,
    Problem,
    Read,
    RegionCounty,
    Row,
    header_of,
    rows_of,
)
from upstander.directory.models import Kind, Sector

NAME = "roe"
TITLE = "Regions and their counties"
_NEEDED = frozenset({"region number", "kind", "county"})
_PART = re.compile(r"\s*\(.*\)\s*$")  # Cook (City of Chicago)


def recognises(book: Book) -> bool:
    """Whether this is the list of regions, by its headings."""
    return header_of(book, _NEEDED)


def _region(row: Row) -> str:
    number = row.need("region number", most=20)
    if not re.fullmatch(r"[0-9]{1,2}", number):
        raise BadRow("the region number is not one or two digits")
    return number.zfill(2)


def read(book: Book) -> Read:
    """The regions, each once, and each county of each."""
    out = Read(NAME, TITLE, whole={"roe"})
    regions: dict[str, tuple[OrgRecord, str, list[str]]] = {}
    for sheet in book.sheets:
        for row in rows_of(sheet, _NEEDED):
            out.rows += 1
            try:
                number, kind = _region(row), row.need("kind", most=60)
                county = _PART.sub("", row.need("county", most=64))
                if not fold(county):
                    raise BadRow("the county has no name")
            except BadRow as error:
                out.problems.append(Problem(row.where, str(error)))
                continue
            key = f"region:{number}"
            record = OrgRecord(key, "roe", Kind.REGION, "", row.where, sector=Sector.NONE, keep_name=True)
            regions.setdefault(number, (record, kind, []))[2].append(county)
            out.records.append(RegionCounty(row.where, key, county))
    for number, (record, kind, counties) in regions.items():
        record.name = f"ROE {number} {'/'.join(counties)}"[:200] if kind.upper() == "ROE" else kind
        out.records.append(record)
    return out
