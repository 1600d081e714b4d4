"""Regions and their counties: region_number, kind, county, provenance. It names regions that the directory
has no row for.
"""

import re

from upstander.directory.folding import fold
from upstander.directory.importers.files import Book
from upstander.directory.importers.records import OrgRecord, Read, RegionCounty
from upstander.directory.importers.rows import BadRow, Row, read_rows
from upstander.directory.models import Kind, Sector

NAME = "roe"
TITLE = "Regions and their counties"
HEADINGS = (frozenset({"region number", "kind", "county"}),)
_PART = re.compile(r"\s*\(.*\)\s*$")  # Cook (City of Chicago)


def _region(row: Row) -> str:
    number = row.need("region number", most=20)
    if not re.fullmatch(r"[0-9]{1,2}", number):
        raise BadRow("the region number is not one or two digits")
    return number.zfill(2)


def read(book: Book) -> Read:
    """The regions, each once, and each county of each."""
    out = Read(NAME, TITLE, whole={"roe"})
    regions: dict[str, tuple[OrgRecord, str, list[str]]] = {}

    def record_of(row: Row) -> RegionCounty:
        number, kind = _region(row), row.need("kind", most=60)
        county = _PART.sub("", row.need("county", most=64))
        if not fold(county):
            raise BadRow("the county has no name")
        key = f"region:{number}"
        region = OrgRecord(key, "roe", Kind.REGION, "", row.where, sector=Sector.NONE, keep_name=True)
        regions.setdefault(number, (region, kind, []))[2].append(county)
        return RegionCounty(row.where, key, county)

    read_rows(book, HEADINGS, out, record_of)
    for number, (region, kind, counties) in regions.items():
        region.name = f"ROE {number} {'/'.join(counties)}"[:200] if kind.upper() == "ROE" else kind
        out.records.append(region)
    return out
