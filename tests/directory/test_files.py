"""Whatever is handed in, it ends in sheets of text or in one sentence that says why not."""

import io
import zipfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.directory.importers.files import FORMULA, TOO_LONG, Refused, read


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
