"""The Illinois Directory of Educational Entities: the .xls as published, any sheet of it, and its flattened
CSV.

RCDTS (region 2, county 3, district 4, type 2, school 4) is the key but repeats: detention centres stand on
two sheets, career centres twice with two addresses. Rows of one RCDTS *and* one name are one entity; other
names make other entities.
"""

import hashlib
import re
from collections.abc import Iterable

from upstander.directory import values
from upstander.directory.folding import county_key, fold
from upstander.directory.importers.files import Book
from upstander.directory.importers.records import OrgRecord, Read
from upstander.directory.importers.rows import BadRow, Row, read_rows, softly
from upstander.directory.models import Kind, Sector

NAME = "isbe"
TITLE = "Illinois Directory of Educational Entities"
HEADINGS = (
    frozenset({"rectype", "facilityname", "region-2 county-3 district-4", "type", "school"}),  # as published
    frozenset({"rectype", "facilityname", "rcdts"}),  # flattened
)

# Record type (blanks folded) -> list (a sheet of the published file), kind, sector.
TYPES: dict[str, tuple[str, str, str]] = {
    "dist": ("public", Kind.DISTRICT, Sector.PUBLIC),
    "state auth dist": ("public", Kind.DISTRICT, Sector.CHARTER),
    "sch": ("public", Kind.SCHOOL, Sector.PUBLIC),
    "dist auth chtr": ("public", Kind.SCHOOL, Sector.CHARTER),
    "state auth chtr": ("public", Kind.SCHOOL, Sector.CHARTER),
    "other": ("public", Kind.SCHOOL, Sector.STATE),
    "spec ed dist": ("special", Kind.DISTRICT, Sector.SPECIAL_EDUCATION),
    "spec ed sch": ("special", Kind.SCHOOL, Sector.SPECIAL_EDUCATION),
    "roe": ("regional", Kind.REGION, Sector.NONE),
    "isc": ("regional", Kind.REGION, Sector.NONE),
    "reg prg": ("regional", Kind.SCHOOL, Sector.PUBLIC),
    "area career ctr": ("career", Kind.SCHOOL, Sector.CAREER),
    "cte other": ("career", Kind.DISTRICT, Sector.CAREER),
    "efe": ("career", Kind.DISTRICT, Sector.CAREER),
    "non pub sch": ("private", Kind.SCHOOL, Sector.PRIVATE),
    "non pub se dist": ("private-special", Kind.SYSTEM, Sector.PRIVATE_SPECIAL_EDUCATION),
    "non pub se sch": ("private-special", Kind.SCHOOL, Sector.PRIVATE_SPECIAL_EDUCATION),
    "detention center": ("detention", Kind.SCHOOL, Sector.DETENTION),
}
LISTS = frozenset(name for name, _kind, _sector in TYPES.values())
PSEUDO = frozenset({"deptofcorrections", "stateofillinois", "outofstate"})
_RCDTS = re.compile(r"\d{2}\d{3}[0-9A-Z]{4}[0-9A-Z]{2}[0-9A-Z]{4}")
_NCES = re.compile(r"[0-9A-Z]{7,12}")


def _rcdts(row: Row) -> str:
    """The 15 characters, also where a spreadsheet made numbers of the parts. Raises BadRow."""
    whole = row.text("rcdts", most=40)
    if whole:
        code = re.sub(r"[\s-]", "", whole).zfill(15)
    else:
        parts = (("region-2 county-3 district-4", 9), ("type", 2), ("school", 4))
        code = "".join(row.text(name, most=20).zfill(size) for name, size in parts)
    code = code.upper()
    if not _RCDTS.fullmatch(code):
        raise BadRow(f"“{values.shown(code)}” is not an RCDTS of 15 characters")
    return code


def _record(row: Row, out: Read) -> OrgRecord:
    rectype = fold(row.need("rectype", most=40))
    if rectype not in TYPES:
        raise BadRow(f"the record type “{values.shown(rectype)}” is not known")
    listed, kind, sector = TYPES[rectype]
    code = _rcdts(row)
    if rectype == "other" and code.endswith("0000"):
        kind = Kind.DISTRICT
    county = row.text("countyname", most=64)
    nces = row.text("nces id", most=40).upper()
    identifiers = [("rcdts", code)] + ([("nces", nces)] if _NCES.fullmatch(nces) else [])
    return OrgRecord(
        key=f"region:{code[:2]}" if kind == Kind.REGION else f"isbe:{code}",
        source=f"isbe:{listed}",
        kind=kind,
        sector=sector,
        name=row.need("facilityname"),
        where=row.where,
        county=county or None,
        pseudo_county=county_key(county) in PSEUDO,
        address=row.text("delivery address") or row.text("mailing address", "address"),
        city=row.text("city", most=80),
        zip=values.zip_code(row.text("zip", most=40)),
        phone=softly(values.phone, row, out, "telephone", most=60),
        website=row.text("website"),
        grades=row.text("gradeserved", most=40),
        identifiers=tuple(identifiers),
    )


def _spared(row: Row) -> set[str]:
    """A row that cannot be taken is no reason to retire whom it names."""
    try:
        code = _rcdts(row)
    except BadRow:
        return set()
    return {f"isbe:{code}", f"region:{code[:2]}"} if code[2:] == "0" * 13 else {f"isbe:{code}"}


def _joined(records: list[OrgRecord], out: Read) -> list[OrgRecord]:
    """One record for rows of one RCDTS and one name; an own key for another name under the same RCDTS."""
    found: dict[tuple[str, str], OrgRecord] = {}
    keys: set[str] = set()
    repeats = 0
    for record in records:
        first = found.get((record.key, fold(record.name)))
        if first is not None:
            repeats += 1
            if record.sector == Sector.DETENTION:
                first.sector = Sector.DETENTION
            continue
        found[record.key, fold(record.name)] = record
        if record.key in keys:
            digest = hashlib.sha256(fold(record.name).encode()).hexdigest()[:8]
            record.key = f"{record.key}#{digest}"
        keys.add(record.key)
    if repeats:
        out.notes.append(f"{repeats} rows repeat an entity (same RCDTS and name) and were joined with it.")
    return list(found.values())


def _authorities(records: Iterable[OrgRecord]) -> dict[tuple[str, str], str]:
    """(list, region-county-district) -> key of the district or system that a school of that list belongs
    to.
    """
    found: dict[tuple[str, str], str] = {}
    for r in sorted(records, key=lambda r: r.key):
        if r.kind in (Kind.DISTRICT, Kind.SYSTEM):
            found.setdefault((r.source.removeprefix("isbe:"), _code(r)[:9]), r.key)
    return found


def _code(record: OrgRecord) -> str:
    return record.identifiers[0][1]


def _place(records: list[OrgRecord]) -> None:
    """Write each school's authority: its own list's district, else the public district, else (regional) its
    region.
    """
    known = _authorities(records)
    for r in records:
        if r.kind != Kind.SCHOOL or r.sector == Sector.PRIVATE:
            continue
        code, listed = _code(r), r.source.removeprefix("isbe:")
        order = {"career": ("public", "career"), "detention": ("public",)}.get(listed, (listed,))
        own = next((known[name, code[:9]] for name in order if (name, code[:9]) in known), None)
        if own is None and code[2:9] == "0000000":
            own = f"region:{code[:2]}"
        # A single sheet of the directory may come without its districts: then the known authority stays.
        r.parent_key = own


def read(book: Book) -> Read:
    """Every entity of the book. Bad rows are reported and left out."""
    out = Read(NAME, TITLE)
    read_rows(book, HEADINGS, out, lambda row: _record(row, out), _spared)
    records = out.of(OrgRecord)
    seen = {r.source.removeprefix("isbe:") for r in records}
    out.whole = {f"isbe:{name}" for name in seen}
    if missing := sorted(LISTS - seen):
        out.notes.append(f"Not in this file, so left as they are: {', '.join(missing)}.")
    joined = _joined(records, out)
    _place(joined)
    out.records = list(joined)
    return out
