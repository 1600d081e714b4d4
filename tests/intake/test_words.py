"""Reporters' pages in words that an eleven-year-old reads, in every language of the pack."""

import re
from html import unescape

import pytest

from tests.intake.reader import Reader
from tests.support.reading import grade, syllables
from upstander.intake import store

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("word", "n"),
    [
        ("cat", 1),
        ("worried", 2),
        ("confidential", 4),
        ("trained", 1),
        ("police", 2),
        ("help", 1),
        ("apple", 2),
    ],
)
def test_syllables_are_counted_well_enough(word, n):
    assert syllables(word) == n


def test_the_grade_of_known_texts_is_about_right():
    assert grade(["The cat sat on the mat."]) < 1
    assert (
        grade(
            [
                "Confidentiality obligations notwithstanding, disclosures necessitated judicially remain permissible."
            ]
        )
        > 15
    )


def visited(web, language: str = "en") -> dict[str, list[str]]:
    """Every reporter's page, with the words on it."""

    def opened(path: str) -> Reader:
        return Reader(web, f"{path}?lang={language}")

    plain = ("/", "/return/", "/about/", "/privacy/", "/app/", "/tell/offline/", "/no-such-page/")
    pages = {path: opened(path).sentences() for path in plain}
    told = re.findall(r'data-app-[a-z-]+="([^"]+[.!?])"', opened("/app/").html)  # by the script, where something happens
    pages["the app"] = [unescape(line) for line in told]
    page = opened("/tell/")
    pages["danger"] = page.sentences()
    pages["what"] = page.press("next", danger="yes").sentences()
    pages["what, empty"] = page.press("next").sentences()
    pages["where"] = page.press("next", text="w").sentences()
    pages["where, searched"] = page.press("search", place_text="no such place").sentences()
    pages["more"] = page.press("to-more").sentences()
    pages["reach"] = page.press("next", about="self").sentences()
    pages["reach, wrong"] = page.press("next", email="x", phone="y").sentences()
    pages["review"] = page.press("to-review", email="", phone="").sentences()
    pages["received"] = page.press("send").sentences()
    pages["dialogue"] = page.press("news").sentences()
    pages["wrong code"] = opened("/return/").press("open", code="x").sentences()
    pages["forgotten"] = opened("/tell/").press("next", danger="no", draft="x").sentences()
    return pages


def prose(lines: list[str]) -> list[str]:
    """Whole sentences only: labels and buttons would make any page look easy."""
    return [line for line in lines if line[-1] in ".!?" and " " in line]


def test_every_page_reads_at_grade_six_or_below(web, monkeypatch):
    pages = visited(web)
    page = Reader(web, "/tell/").press("next", danger="no")

    def away(*_: object) -> None:
        raise store.OperationalError

    monkeypatch.setattr(store, "fetch", away)
    pages["not stored"] = page.press("send", text="w").sentences()
    pages["not open"] = Reader(web, "/return/").press("open", code="x").sentences()
    grades = {name: round(grade(prose(lines)), 1) for name, lines in pages.items() if prose(lines)}
    assert len(grades) > 15
    assert max(grades.values()) <= 6.9, sorted(grades.items(), key=lambda item: -item[1])


@pytest.mark.illinois
def test_nothing_on_the_spanish_pages_is_left_in_english(web):
    english, spanish = visited(web), visited(web, "es")
    left = {line for name in english for line in set(english[name]) & set(spanish[name]) if " " in line} - {
        "no such place"
    }
    assert not left


@pytest.mark.illinois
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "We cannot write to you or call you yet."), ("es", "Todavía no podemos escribirle ni llamarle.")],
)
def test_nobody_is_told_that_we_could_ask_by_an_address_to_which_nothing_is_sent(web, language, said):
    pages = visited(web, language)
    assert any(said in line for line in pages["reach"])
    assert not any("ask you more" in line for line in pages["reach"])
