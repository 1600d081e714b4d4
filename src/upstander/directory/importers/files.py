"""A file of unknown honesty, as sheets of text cells. Whatever it is, it ends in a Book or in a Refused
with words.

The libraries come with the first file: each of the house's processes would load them at its start, a fifth of that (openpyxl
brings numpy).
"""

import csv
import io
import os
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from upstander.directory.values import shown

MOST_BYTES = 50_000_000
MOST_UNPACKED = 300_000_000
MOST_RATIO = 200  # of a zip member that unpacks to more than a megabyte; real sheets stay below 30
MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_SHEETS = 60
MOST_CELL = 2_000
FORMULA = "\x00formula"  # stands in a cell that held one; no file can bring a NUL into a Book
TOO_LONG = "\x00too long"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PAGES = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<body", b"{\\rtf", b"%pdf")


class Refused(Exception):
    """The file cannot be imported; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's rows of stripped text cells; `rows[0]` is the sheet's row 1."""

    name: str
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Book:
    """A whole file. `kind`: xls, xlsx or csv."""

    kind: str
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a file is read: its rows are counted over all sheets, for a file may repeat a small sheet without end.

    Of a file with more than `sheets` sheets the first of them are read where `first` says so; else it is refused.
    """

    rows: int = MOST_ROWS
    sheets: int = MOST_SHEETS
    unpacked: int = MOST_UNPACKED
    first: bool = False

    def take(self, count: int) -> int:
        """How many of `count` sheets are read. Raises Refused."""
        if count > self.sheets and not self.first:
            raise Refused(f"The file has more than {self.sheets} sheets. It was not opened.")
        return min(count, self.sheets)


REGISTER = Bounds()


def read(data: bytes, bounds: Bounds = REGISTER) -> Book:
    """The sheets of a file, recognised by its bytes, not by its name. Raises Refused."""
    if not data.strip():
        raise Refused("The file is empty.")
    if len(data) > MOST_BYTES:
        raise Refused(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    if data.startswith(_OLE):
        return Book("xls", _xls(data, bounds))
    if data.startswith(b"PK"):
        return Book("xlsx", _xlsx(data, bounds))
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
        raise Refused(
            "This is a web page or a document, not a spreadsheet, whatever its name says. Download it again."
        )
    return Book("csv", (_csv(data, bounds),))


def _cell(value: Any) -> str:
    """One cell as text. Whole numbers lose the `.0` that spreadsheets give them."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date() if value.time() == value.time().min else value.replace(microsecond=0)
    text = value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else str(value)
    return TOO_LONG if len(text) > MOST_CELL else text.replace("\x00", "").strip()


def _too_many(name: str, most: int) -> Refused:
    return Refused(f"With the sheet “{shown(name)}” there are more than {most} rows. Bring them in in parts.")


def _trimmed(rows: list[list[str]]) -> list[list[str]]:
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _xls(data: bytes, bounds: Bounds) -> tuple[Sheet, ...]:
    import xlrd

    try:
        with open(os.devnull, "w") as silent:
            # On demand: a sheet of twenty bytes, at its last row, takes up megabytes when it is opened, and a file has thousands.
            book = xlrd.open_workbook(file_contents=data, logfile=silent, on_demand=True, ragged_rows=True)
            found: list[Sheet] = []
            left = bounds.rows
            for number in range(bounds.take(book.nsheets)):
                sheet = book.sheet_by_index(number)
                if sheet.nrows > left:
                    raise _too_many(sheet.name, bounds.rows)
                found.append(Sheet(sheet.name, _xls_rows(sheet, book.datemode)))
                left -= len(found[-1].rows)
                book.unload_sheet(number)
            return tuple(found)
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001 - on damaged files xlrd raises whatever it stumbles over
        raise Refused(f"This Excel file (.xls) is damaged or protected ({type(error).__name__}).") from None


def _xls_rows(sheet: Any, datemode: int) -> list[list[str]]:
    import xlrd

    rows = []
    for r in range(sheet.nrows):
        row = []
        for cell in sheet.row(r)[:MOST_COLUMNS]:
            value = cell.value
            if cell.ctype == xlrd.XL_CELL_DATE:
                value = xlrd.xldate_as_datetime(value, datemode)
            elif cell.ctype == xlrd.XL_CELL_ERROR:
                value = ""
            row.append(_cell(value))
        rows.append(row)
    return _trimmed(rows)


def _check_zip(data: bytes, most: int) -> None:
    """Refuse what unpacks to too much, or brings XML that defines entities, before anything is unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) > 2_000 or sum(m.file_size for m in members) > most:
            raise Refused("This Excel file unpacks to far more than a list can hold. It was not opened.")
        for member in members:
            if member.file_size > 1_000_000 and member.file_size > MOST_RATIO * max(member.compress_size, 1):
                raise Refused("This Excel file unpacks to far more than a list can hold. It was not opened.")
            if member.filename.endswith((".xml", ".rels")):
                with archive.open(member) as part:
                    start = part.read(65_536)
                if b"<!DOCTYPE" in start or b"<!ENTITY" in start or b"\x00" in start:
                    raise Refused("This Excel file defines its own XML entities. It was not opened.")


def _xlsx(data: bytes, bounds: Bounds) -> tuple[Sheet, ...]:
    import openpyxl

    try:
        _check_zip(data, bounds.unpacked)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        found: list[Sheet] = []
        left = bounds.rows
        for sheet in book.worksheets[: bounds.take(len(book.worksheets))]:
            found.append(Sheet(sheet.title, _xlsx_rows(sheet, left, bounds.rows)))
            left -= len(found[-1].rows)
        return tuple(found)
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001 - on damaged files openpyxl raises whatever it stumbles over
        raise Refused(f"This Excel file (.xlsx) is damaged or is none ({type(error).__name__}).") from None


def _xlsx_rows(sheet: Any, left: int, most: int) -> list[list[str]]:
    sheet.reset_dimensions()  # what a file says of its own size is not believed
    rows: list[list[str]] = []
    empty = 0
    for row in sheet.iter_rows(max_col=MOST_COLUMNS):
        cells = [FORMULA if getattr(c, "data_type", "") == "f" else _cell(c.value) for c in row]
        while cells and not cells[-1]:  # rows come padded to the widest allowed
            cells.pop()
        empty = 0 if cells else empty + 1
        rows.append(cells)
        if len(rows) - empty > left or len(rows) > MOST_ROWS:  # (a row may say any number of its own: those before it come empty)
            raise _too_many(sheet.title, most)
    return _trimmed(rows)


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        control = sum(1 for c in text[:20_000] if ord(c) < 32 and c not in "\t\r\n")
        if "\x00" not in text and control <= len(text[:20_000]) // 100:
            return text
    raise Refused("This is not a list: neither Excel nor text.")


def _csv(data: bytes, bounds: Bounds) -> Sheet:
    text = _text(data)
    head = text[:8_000].splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=head.count)
    rows: list[list[str]] = []
    csv.field_size_limit(1_000_000)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(rows) > bounds.rows:
                raise _too_many("CSV", bounds.rows)
            rows.append([_cell(v) for v in row[:MOST_COLUMNS]])
    except csv.Error as error:
        raise Refused(f"The text is not a readable CSV (line {len(rows) + 1}: {error}).") from None
    return Sheet("", _trimmed(rows))
