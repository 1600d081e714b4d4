"""Whatever is handed in, it ends in sheets of text or in one sentence that says why not."""

import io
import zipfile
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.directory.importers.files import FORMULA, MOST_SHEETS, TOO_LONG, Bounds, Refused, read


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HOSTILE = {
    "nothing": (b"", "empty"),
    "blanks": (b" \n\n ", "empty"),
    "a web page named .xls": (b"<html><table><tr><td>RecType</td></tr></table>", "web page"),
    "a web page with a mark": (b"\xef\xbb\xbf\r\n<!DOCTYPE html><p>Sign in</p>", "web page"),
    "a PDF": (b"%PDF-1.7 ...", "web page or a document"),
    "a damaged xls": (OLE + b"\x00" * 600, "damaged"),
    "xls junk": (OLE + bytes(range(256)) * 40, "damaged"),
    "a zip that is no xlsx": (zipped({"hello.txt": b"hello"}), "damaged or is none"),
    "a cut zip": (zipped({"xl/workbook.xml": b"<a/>"})[:40], "damaged or is none"),
    "a zip bomb": (zipped({"xl/worksheets/sheet1.xml": b"0" * 40_000_000}), "unpacks"),
    "entities": (zipped({"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}), "entities"),
    "binary": (bytes(range(256)) * 20, "neither"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\x00\x01\x02\x03" * 200, "neither"),
    "NUL in text": (b"a,b\n1,\x002\n", "neither"),
    "an endless cell": (b'a,b\n"' + b"x" * 1_100_000, "not a readable CSV"),
}


_SHEET = "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>{}</sheetData></worksheet>"


def book_of(*sheets: str, before: str = "") -> bytes:
    """A workbook whose sheets hold this XML; `before` stands before each sheet's first element."""
    out, empty = io.BytesIO(), openpyxl.Workbook()
    for _more in sheets[1:]:
        empty.create_sheet()
    empty.save(out)
    with zipfile.ZipFile(out) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for number, rows in enumerate(sheets, 1):
        members[f"xl/worksheets/sheet{number}.xml"] = (before + _SHEET.format(rows)).encode()
    return zipped(members)


def rows_of(count: int) -> str:
    return "<row/>" * (count - 1) + "<row><c t='inlineStr'><is><t>x</t></is></c></row>"


@pytest.mark.parametrize(
    ("data", "bounds", "words"),
    [
        (book_of(*[rows_of(30)] * 3), Bounds(rows=80), "more than 80 rows"),  # a file of kilobytes brings a sheet again and again
        (book_of("<row r='9999999'><c t='n'><v>1</v></c></row>"), Bounds(), "more than"),
        (book_of(*[""] * (MOST_SHEETS + 1)), Bounds(), f"more than {MOST_SHEETS} sheets"),
        (book_of("<row/>" * 200_000), Bounds(unpacked=1_000_000), "unpacks"),
        (book_of("", before=f"<!--{'x' * 70_000}--><!DOCTYPE x [<!ENTITY a 'b'>]>"), Bounds(), "damaged"),
    ],
    ids=["small sheets without end", "a row's number", "sheets", "unpacked", "entities behind a long remark"],
)
def test_what_a_small_file_can_take_up_is_bounded(data: bytes, bounds: Bounds, words: str) -> None:
    assert len(data) < 100_000 and openpyxl.DEFUSEDXML, "what reads the XML refuses entities wherever they stand"
    with pytest.raises(Refused, match=words):
        read(data, bounds)


def test_where_one_sheet_is_asked_for_no_other_is_opened() -> None:
    book = read(book_of(rows_of(2), "this is no sheet"), Bounds(sheets=1, first=True))
    assert [sheet.rows for sheet in book.sheets] == [[[], ["x"]]]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words(name: str) -> None:
    data, words = HOSTILE[name]
    with pytest.raises(Refused, match=words):
        read(data)


@settings(deadline=None, max_examples=150)
@given(
    st.binary(max_size=2_000), st.sampled_from([b"", OLE, b"PK\x03\x04", b"\xff\xfe", b"RecType,", b"<?xml"])
)
def test_no_bytes_at_all_end_in_a_traceback(data: bytes, start: bytes) -> None:
    try:
        book = read(start + data)
    except Refused as refused:
        assert str(refused).isprintable()
        return
    assert all(isinstance(c, str) for sheet in book.sheets for row in sheet.rows for c in row)


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_a_real_workbook_with_damage_is_read_or_refused(data: st.DataObject) -> None:
    book = bytearray(_workbook())
    for _ in range(data.draw(st.integers(1, 20))):
        book[data.draw(st.integers(0, len(book) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(bytes(book))
    except Refused as refused:
        assert str(refused)


@cache
def _workbook() -> bytes:
    import openpyxl

    made = openpyxl.Workbook()
    made.active.append(["kind", "name"])
    made.active.append([1.0, "=HYPERLINK(1)"])
    made.active.append(["x" * 3_000, None])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_formula_and_a_huge_cell_are_marked_not_believed() -> None:
    rows = read(_workbook()).sheets[0].rows
    assert rows[1] == ["1", FORMULA]
    assert rows[2][0] == TOO_LONG


@pytest.mark.parametrize(
    "text",
    ["name;city\nPeña;Chicago\n", "name\tcity\nPeña\tChicago\n", '"name","city"\r\n"Peña","Chicago"\r\n'],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_in_the_spellings_that_spreadsheets_write(text: str, encoding: str) -> None:
    assert read(text.encode(encoding)).sheets[0].rows == [["name", "city"], ["Peña", "Chicago"]]


def test_the_published_workbook_is_not_taken_for_a_bomb(shared_data: Path) -> None:
    book = read((shared_data / "schools/isbe_dir_ed_entities_2025_no_names.xls").read_bytes())
    assert book.kind == "xls"
    assert len(book.sheets) == 8
