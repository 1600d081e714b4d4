"""The repository finds what one's level may read, also mistyped, and never tells of what it may not (S-repository, S-levels)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from tests.network.support import client_for, make_member, played
from tests.products.conftest import (
    BULLETIN,
    FOUO,
    HEAD,
    HEAD_LES,
    LES,
    OPEN,
    bulletin,
    product_of,
    text,
    title,
)
from tests.products.test_pages import sent
from upstander import clock as the_clock
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.products import finding, queries, releasing
from upstander.products.finding import Wanted

pytestmark = pytest.mark.req("S-repository")


def found(level: Level, words: str = "", **more: object) -> list[str]:
    with played("network"), walls.reading(level):
        return [hit.row.title for hit in finding.find(level, Wanted(words, **more)).hits]


def test_each_level_finds_by_the_words_that_it_reads_and_by_no_other(released):
    released()
    for words, least in (("schools", Level.OPEN), ("staff meeting", Level.FOUO), ("detectives suspect", Level.LES)):
        for level in Level:
            assert bool(found(level, words)) == (level >= least), (words, level)


@pytest.mark.req("S-levels")
def test_a_mistyped_word_is_understood_and_no_word_of_another_level_is_suggested(released):
    released()
    with played("network"), walls.reading(Level.LES):
        hits = finding.find(Level.LES, Wanted("detectivs"))
        assert [hit.row.title for hit in hits.hits] == [HEAD_LES] and hits.read_as == "detectives"
        assert "<mark>detectives</mark>" in hits.hits[0].piece
    with played("network"), walls.reading(Level.FOUO):
        assert finding.find(Level.FOUO, Wanted("detectivs")) == finding.Hits()


@pytest.mark.req("S-levels")
def test_the_database_refuses_a_search_at_another_level_and_one_at_none(released):
    released()
    for own in Level:
        for other in Level:
            if other == own:
                continue
            for statement in (f"SELECT * FROM products_found_{other.code}('', '', NULL, now(), now(), 9)",
                              f"SELECT products_nearest_{other.code}('detectives')"):  # fmt: skip
                with played("network"), pytest.raises(DatabaseError, match="permission denied"), walls.reading(own):
                    connection.cursor().execute(statement)
    inner = "SELECT * FROM products_found(2::smallint, '', '', NULL, now(), now(), 9)"
    for statement in (inner, "SELECT products_nearest(2::smallint, 'detectives')", "SELECT word FROM products_word"):
        with played("network"), pytest.raises(DatabaseError, match="permission denied"), walls.reading(Level.LES):
            connection.cursor().execute(statement)


def test_topic_region_and_time_narrow_it(released):
    released(bulletin(title("About routers"), text("Patch them.", "open"), topics=("cyber",), regions=(7,)))
    released()
    yesterday, tomorrow = (the_clock.now() + timedelta(days=days) for days in (-1, 1))
    assert found(Level.OPEN, topic="cyber") == ["About routers"]
    assert found(Level.OPEN, region=8) == [HEAD] and len(found(Level.OPEN, region=7)) == 2
    assert len(found(Level.OPEN, since=yesterday)) == 2
    assert found(Level.OPEN, since=tomorrow) == found(Level.OPEN, until=yesterday) == []
    assert found(Level.OPEN, "patch -routers") == [] and found(Level.OPEN, '"patch them"') == ["About routers"]


def test_the_best_come_first_and_what_was_replaced_recalled_or_waits_is_not_found(released, sio):
    first = released(bulletin(title("Weather"), text("A drill of one school.", "open")))
    released(bulletin(title("A drill"), text("How a drill is done.", "open")))
    assert found(Level.OPEN, "drill") == ["A drill", "Weather"]
    released(bulletin(title("Weather"), text("Rain.", "open")), of=first.version, note="No exercise.", note_marking="open")
    assert found(Level.OPEN, "drill") == ["A drill"]
    later = released(bulletin(title("Soon"), text("Another drill.", "open")), goes_at=the_clock.now() + timedelta(hours=1))
    assert found(Level.OPEN, "drill") == ["A drill"] and later
    product = queries.newest(Level.OPEN).get(title="A drill").product_id
    releasing.recall(product, sio.pk, new_id(), "Wrong", "Destroy it.")
    assert found(Level.OPEN, "drill") == []


def test_similar_products_of_ones_level_stand_beside_it(released):
    first = product_of(released())
    released(bulletin(title("More threats by telephone"), text("Again.", "fouo")))
    released(bulletin(title("Gardens"), text("Nothing alike.", "open")))
    released(bulletin(title("Threats by letter"), text("A letter.", "open")))
    for level, titles in ((Level.OPEN, {"Threats by letter"}), (Level.FOUO, {"Threats by letter", "More threats by telephone"})):
        with played("network"), walls.reading(level):
            assert {other.title for other in finding.alike(queries.rendition(first, level))} == titles
