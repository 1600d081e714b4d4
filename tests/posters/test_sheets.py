"""What is printed: every sheet on one page a language, tagged, with a code that leads where it says."""

import re

import pytest

from upstander import clock
from upstander.packs.current import current
from upstander.posters import sheets

pytestmark = pytest.mark.illinois
NAME = "Abraham Lincoln Elementary and Middle School of the Greater Springfield Area, #set page() *x* 学"


def pages(language: str = "both"):
    kit = current().library.kit
    return sheets.pages(current(), kit, language, NAME, "K7F29QPX", "https://tell.upstander.example")


@pytest.mark.req("D-II.J")
@pytest.mark.parametrize("kind", sheets.KINDS)
def test_a_sheet_is_one_page_for_each_language_whatever_the_school_is_called(kind):
    made = sheets.pdf(kind, "Posters", pages(), clock.now())
    assert made.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", made)) == 2
    assert b"/MarkInfo" in made or b"StructTreeRoot" in made


def test_words_come_from_the_pack_in_each_of_its_languages():
    english, spanish = pages()
    assert english["headline"] == current().library.kit.words["headline"]["en"]
    assert spanish["address"] == "https://tell.upstander.example/p/K7F29QPX/?lang=es"
    assert [way[1] for way in spanish["ways"]] == ["800-555-0142", "800-555-0143"]
    assert len(pages("es")) == 1 and all(english[name] and spanish[name] for name in english)


def test_the_code_has_the_margin_that_scanners_want():
    """Version 3 has 29 squares a side, and 4 around it (ISO/IEC 18004)."""
    svg = sheets.drawn("https://tell.upstander.example/p/K7F29QPX/")
    assert 'viewBox="0 0 37 37"' in svg or 'viewBox="0 0 41 41"' in svg, svg[:200]
    assert "<path" in svg and "<image" not in svg
