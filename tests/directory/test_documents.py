"""The examples in the documents are files that the importer takes."""

import re
from pathlib import Path

import pytest

from upstander.directory.importers.files import Book, Sheet
from upstander.directory.importers.formats import FORMATS
from upstander.directory.importers.isbe import TYPES
from upstander.directory.importers.rows import header_of
from upstander.directory.importers.states import code_of
from upstander.directory.values import phone

PAGE = Path(__file__).resolve().parents[2] / "docs" / "administrators" / "directory-import.md"
OWN = ("contacts", "agencies", "transfer numbers", "routes", "placements")


def tables() -> list[list[list[str]]]:
    found: list[list[list[str]]] = [[]]
    for line in PAGE.read_text().splitlines():
        if line.startswith("|"):
            found[-1].append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
        elif found[-1]:
            found.append([])
    return [[rows[0], *rows[2:]] for rows in found if rows]


@pytest.mark.parametrize("name", OWN)
def test_the_example_rows_of_each_list_are_good_rows(name: str) -> None:
    known = next(f for f in FORMATS if f.NAME == name)
    books = [Book("csv", (Sheet("", rows),)) for rows in tables()]
    taken = [known.read(book) for book in books if header_of(book, known.HEADINGS)]
    assert len(taken) == 1
    assert taken[0].rows >= 2
    assert taken[0].problems == []


def test_no_headings_are_taken_for_two_formats() -> None:
    for rows in tables()[1:]:
        book = Book("csv", (Sheet("", rows),))
        assert sum(header_of(book, f.HEADINGS) for f in FORMATS) == 1


def test_the_examples_call_nobody_real() -> None:
    for number in re.findall(r"\b\d{3}-\d{3}-\d{4}\b", PAGE.read_text()):
        assert re.fullmatch(r"\d{3}-555-01\d\d", phone(number)), number


def test_every_record_type_has_a_list_of_its_own_name() -> None:
    assert {listed for listed, _kind, _sector in TYPES.values()} == {
        "public", "special", "regional", "career", "private", "private-special", "detention",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("jurisdiction", "code"),
    [
        ("State of Illinois, United States", "IL"),
        ("West Virginia", "WV"),
        ("Commonwealth of Virginia", "VA"),
        ("Ontario", ""),
    ],
)
def test_a_packs_state_in_two_letters(jurisdiction: str, code: str) -> None:
    assert code_of(jurisdiction) == code
