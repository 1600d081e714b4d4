"""The pages: the form comes back filled, the check for children, the file that no spreadsheet runs, the drawing."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.network.support import client_for, make_member
from tests.register.conftest import TITLE, at, entered, filled
from upstander.markings import Level
from upstander.network import walls
from upstander.register import queries, views
from upstander.register.chart import chart
from upstander.register.entry import Cited, Line
from upstander.register.models import Incident, Paragraph, Version

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-topics"), pytest.mark.usefixtures("network")]


def test_the_sio_enters_and_corrects_and_takes_out(sio) -> None:
    sent = filled()
    for _ in range(2):
        assert sio.post("/desk/incidents/new/", sent).status_code == 302
    made = Incident.objects.get()
    assert "Three schools were called within an hour." in sio.get(f"/incidents/{made.pk}/").content.decode()
    page = sio.get(f"/desk/incidents/{made.pk}/correct/").content.decode()
    assert "Hoax call to three schools" in page and 'value="2024-10"' in page
    wrong = sio.post(f"/desk/incidents/{made.pk}/correct/", filled(based_on="1", title="Hoax calls"))
    assert wrong.status_code == 422 and "what was wrong" in wrong.content.decode()
    fixed = filled(based_on="1", title="Hoax calls", why="There were more.")
    assert sio.post(f"/desk/incidents/{made.pk}/correct/", fixed).status_code == 302
    assert "There were more." in client_for(make_member()).get(f"/incidents/{made.pk}/").content.decode()
    assert sio.post(f"/desk/incidents/{made.pk}/withdraw/", {"why": ""}).status_code == 422
    assert sio.post(f"/desk/incidents/{made.pk}/withdraw/", {"why": "Not an incident."}).status_code == 302
    assert "Not an incident." in sio.get(f"/incidents/{made.pk}/").content.decode()
    assert client_for(make_member()).get(f"/incidents/{made.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"lines-0-marking": ""}, "Choose a marking"),
        ({"sources-0-seen_on": ""}, "Say when you saw it"),
        ({"sources-0-address": "javascript:alert(1)"}, "Write the whole address"),
        ({"when": "soon"}, "Write a year"),
        ({"state": ""}, "Choose a state"),
        ({"latitude": "39.8"}, "both latitude and longitude"),
        ({"latitude": "99", "longitude": "0"}, "90"),
        ({"sources-0-citation": ""}, "Name a source"),
    ],
)
def test_a_mistake_comes_back_filled_with_words(sio, more: dict, words: str) -> None:
    answer = sio.post("/desk/incidents/new/", filled(**more))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page and "Hoax call to three schools" in page
    assert not Incident.objects.exists()


def test_more_room_saves_nothing_and_keeps_every_word(sio) -> None:
    page = sio.post("/desk/incidents/new/", filled(do="more", signs=["leakage"])).content.decode()
    assert 'name="lines-TOTAL_FORMS" value="4"' in page and "Three schools were called" in page
    assert 'value="leakage"' in page and "checked" in page
    assert not Incident.objects.exists()


@pytest.mark.req("S-sio")
def test_words_that_could_identify_a_child_come_back_until_somebody_has_looked(sio) -> None:
    told = {
        "lines-0-text": "A boy named Tyler Hutchins was seen with it on March 4 at Oak Grove High School."
    }
    answer = sio.post("/desk/incidents/new/", filled(**told))
    page = answer.content.decode()
    assert answer.status_code == 422 and "Tyler Hutchins</b>" in page and "March 4</b>" not in page
    assert not Incident.objects.exists()
    assert sio.post("/desk/incidents/new/", filled(**told, looked="on")).status_code == 302


def test_no_cell_of_the_file_is_a_formula_and_its_first_line_is_the_banner() -> None:
    entered(title='=HYPERLINK("https://evil.example")', place="\t@SUM(1)")
    entered(marking="fouo", title="-2+3")
    entered(marking="les", title="+LES")
    answer = client_for(make_member(level=Level.FOUO)).get("/incidents/all.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["FOR OFFICIAL USE ONLY"]
    assert len(rows) == 4
    assert not any(
        cell.startswith(("=", "+", "@", "\t")) or cell in ("-2+3",) for row in rows for cell in row
    )
    assert "attachment" in answer["Content-Disposition"]


def test_the_drawing_has_each_place_once_within_its_frame_and_the_table_has_the_same() -> None:
    places = [
        ("39.80000", "-89.60000"),
        ("39.80000", "-89.60000"),
        ("41.88000", "-87.63000"),
        ("37.00000", "-89.18000"),
    ]
    for latitude, longitude in places:
        entered(latitude=Decimal(latitude), longitude=Decimal(longitude))
    entered(latitude=None, longitude=None)
    with at(Level.OPEN):
        drawn = chart(queries.rows(queries.listed(queries.Asked(), Level.OPEN)))
    assert drawn and len(drawn.points) == 3
    assert all(0 < p.x < drawn.width and 0 < p.y < drawn.height for p in drawn.points)
    cairo, chicago = min(drawn.points, key=lambda p: -p.y), min(drawn.points, key=lambda p: p.y)
    assert chicago.x > cairo.x  # north is up, east is right
    page = client_for(make_member()).get("/incidents/map/").content.decode()
    assert page.count("<circle") == 3 and page.count("39.80000, -89.60000") == 2
    assert "<caption>By state</caption>" in page


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_two_places_can_be_drawn(a: float, b: float, c: float, d: float) -> None:
    def row(latitude: float, longitude: float) -> queries.Row:
        version = Version(latitude=round(Decimal(latitude), 5), longitude=round(Decimal(longitude), 5))
        return queries.Row(version.id, "x", version)

    drawn = chart([row(a, b), row(c, d)])
    assert drawn and len(drawn.lines) < 60
    assert all(0 <= p.x <= drawn.width and 0 <= p.y <= drawn.height for p in drawn.points)


_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(
    title=_WORDS,
    text=_WORDS,
    citation=_WORDS,
    when=_WORDS,
    total=st.sampled_from(["1", "2", "-1", "9999", "x", ""]),
    name=_WORDS,
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_the_page_answers(
    sio, title: str, text: str, citation: str, when: str, total: str, name: str
) -> None:
    sent = {
        "title": title,
        "lines-0-text": text,
        "sources-0-citation": citation,
        "when": when,
        "lines-TOTAL_FORMS": total,
        "organisation": name,
    }
    for do in ("save", "more"):
        assert sio.post("/desk/incidents/new/", filled(**sent, do=do)).status_code in (200, 302, 422)


def test_script_in_words_is_shown_as_words(sio) -> None:
    made = entered(title="<script>alert(1)</script>", place="<b>x</b>")
    for address in (
        "/incidents/",
        f"/incidents/{made.pk}/",
        "/incidents/map/",
        f"/desk/incidents/{made.pk}/correct/",
    ):
        page = sio.get(address).content.decode()
        assert "<script>alert(1)" not in page and "<b>x</b>" not in page


def test_the_list_costs_the_same_questions_however_long_it_is(django_assert_max_num_queries) -> None:
    browser = client_for(make_member())
    entered()
    browser.get("/incidents/")
    for _ in range(12):
        entered()
    with django_assert_max_num_queries(30):
        assert browser.get("/incidents/").content.decode().count(TITLE) == 13
    with at(walls.STAFF):
        assert Paragraph.objects.count() == 39


def test_what_was_looked_for_goes_with_the_next_page_the_map_and_the_table(monkeypatch) -> None:
    monkeypatch.setattr(views, "PAGE", 1)
    for n in range(2):
        entered(title=f"Told by a friend {n}")
    words, press = (Line("summary", "open", "Calls from abroad."),), (Cited("Press", date(2026, 1, 1), "open"),)
    entered(title="Something else", lines=words, sources=press)
    browser = client_for(make_member())
    asked = {"q": "friend"}
    first = browser.post("/incidents/", asked).content.decode()
    assert "?q=" not in first and "q=friend" not in first and 'name="page" value="2"' in first
    second = browser.post("/incidents/", {**asked, "page": "2"}).content.decode()
    assert first.count("Told by a friend") == second.count("Told by a friend") == 1 and first != second
    assert "2 incidents on a net" in browser.post("/incidents/map/", asked).content.decode()
    table = browser.post("/incidents/all.csv", asked).content.decode()
    assert table.count("Told by a friend") == 2 and "Something else" not in table
    assert "Something else" in browser.get("/incidents/?page=3").content.decode() + browser.get("/incidents/").content.decode()
