"""What leaves on paper: typeset in memory, tagged for screen readers, honest about letters that it cannot print."""

import io
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.desk.paper import tags
from upstander.web import paper
from upstander.web.paper import Block, Document

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def document(*blocks: Block, title: str = "A paper") -> Document:
    return Document(title, "en", blocks, "Upstander · K7F2-9QPX-3M")


def words(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


@pytest.mark.parametrize(
    "name",
    ["Łukasz Wójcik-Żółkiewski", "Świętosława Dźwięk", "José Ñandú Muñoz", "Zoë Núñez Güiraldes", "Nguyễn Thị Hằng",
     "Ольга Шевчук", "Олександр Їжакевич", "Αλέξης Παπαδόπουλος", "O’Brien", "Çağla Şahin", "Jiří Dvořák"],
)  # fmt: skip
def test_names_are_printed_as_people_write_them(name):
    assert paper.printable(name) == name
    assert name in words(paper.pdf(document(Block("facts", pairs=(("Name", name),))), AT))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("王小明", "[U+738B][U+5C0F][U+660E]"),
        ("محمد", "[U+0645][U+062D][U+0645][U+062F]"),
        ("Ana 🚗", "Ana [U+1F697]"),
    ],
)
def test_what_cannot_be_printed_is_named_and_the_paper_says_so(typed, printed):
    text = words(paper.pdf(document(Block("facts", pairs=(("Name", typed),))), AT)).replace("\n", "")
    assert printed in text and "the desk's own page shows it" in text.replace("’", "'")
    assert "own page" not in words(paper.pdf(document(Block("text", "Ana")), AT))


def test_a_letter_and_its_accent_typed_apart_are_one_and_controls_leave_no_trace():
    assert paper.printable("Mun\u0303oz\u202e\u200b\x00\ud800") == "Muñoz"


def test_a_screen_reader_finds_title_language_headings_and_lists():
    made = paper.pdf(
        document(
            Block("notice", "We activate nothing."),
            Block("heading", "The child"),
            Block("facts", pairs=(("Name", "Ana"), ("Age", ""))),
            Block("checks", pairs=(("Under 16?", "Yes"),), notes=("Rule 1",)),
        ),
        AT,
    )
    reader = PdfReader(io.BytesIO(made))
    root = reader.trailer["/Root"]
    assert (
        root["/Lang"] == "en"
        and root["/MarkInfo"]["/Marked"]
        and root["/ViewerPreferences"]["/DisplayDocTitle"]
    )
    assert reader.metadata and reader.metadata.title == "A paper"
    assert b"pdfuaid" in made or b"pdfuaid" in root["/Metadata"].get_object().get_data()
    found = tags(reader)
    assert "/H1" in found and "/L" in found and "/P" in found
    assert "not known" in words(made), "what is empty is said to be not known"


def test_what_people_type_is_never_read_as_markup():
    hostile = '#panic("x") #read("/etc/passwd") $x^2$ *bold* @ref <label> \\ = heading // comment'
    text = words(paper.pdf(document(Block("text", hostile), title=hostile), AT)).replace("\n", " ")
    assert '#read("/etc/passwd")' in text and "root:" not in text


def test_the_same_paper_is_the_same_bytes_and_another_moment_another():
    one = document(Block("text", "Same"))
    assert paper.pdf(one, AT) == paper.pdf(one, AT)
    assert paper.pdf(one, AT) != paper.pdf(one, AT.replace(year=2027))


def test_a_long_text_goes_over_pages_each_with_its_number():
    made = paper.pdf(document(Block("text", "word " * 5000)), AT)
    pages = PdfReader(io.BytesIO(made)).pages
    assert len(pages) > 3 and f"1 / {len(pages)}" in pages[0].extract_text()


def test_nothing_is_written_to_disk(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.chdir(tmp_path)
    before = set(Path("/tmp").glob("*"))
    paper.pdf(document(Block("text", "Words")), AT)
    assert list(tmp_path.iterdir()) == []
    assert not {p for p in set(Path("/tmp").glob("*")) - before if "typst" in p.name}


def test_the_process_that_asks_keeps_nothing_of_what_was_set():
    paper.pdf(document(Block("text", "Words")), AT)
    assert "typst" not in sys.modules, "the typesetter lives in a process of its own, which has ended"


def test_a_typesetter_that_gives_up_says_nothing_of_the_words():
    with pytest.raises(paper.CannotPrint) as given_up:
        paper.pdf(document(Block("text", "secret words"), title=""), AT)
    assert "secret" not in str(given_up.value) and given_up.value.__suppress_context__


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4), st.text(max_size=200))
def test_any_text_that_a_person_can_type_becomes_a_paper(values, text):
    pairs = tuple((value or "x", value) for value in values)
    made = paper.pdf(
        document(Block("facts", pairs=pairs), Block("text", text), Block("checks", pairs=pairs)), AT
    )
    assert made.startswith(b"%PDF-")
