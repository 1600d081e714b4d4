"""One search finds what every room has, each level what it may read, by the database's own refusal (S-repository, S-levels)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.db.transaction import atomic

from tests.network.support import played
from tests.products.conftest import BULLETIN, HEAD, HEAD_LES, bulletin, text, title
from tests.register.conftest import TITLE, entry
from tests.repository.conftest import discussed, found, gathered, happened, shared
from upstander import clock as the_clock
from upstander.exchange import sources
from upstander.forum import board
from upstander.gatherings import services as gatherings
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.products import releasing
from upstander.register import services as register
from upstander.repository import finding
from upstander.repository.finding import Wanted

pytestmark = pytest.mark.req("S-repository")
STORM, TALK, WEBINAR = "Winter storm on Tuesday morning", "Reunification at the gate", "Reunification after an evacuation"


@pytest.fixture
def everything(them, released, sio):
    """Something of every room; the item, discussion, event for FOUO and above."""
    released(bulletin(*BULLETIN))
    shared(sio), discussed(them), gathered(), happened()


def test_one_search_finds_what_every_room_has(everything):
    for level in Level:
        low = level == Level.OPEN
        assert found(level, "calls staff") == ([] if low else [HEAD_LES if level == Level.LES else HEAD])
        assert found(level, "snow buses") == ([] if low else [STORM])
        assert set(found(level, "reunification")) == (set() if low else {TALK, WEBINAR})
        assert found(level, "teacher friend") == [TITLE]
    everywhere = set(found(Level.FOUO))
    assert everywhere == {HEAD, STORM, TALK, WEBINAR, TITLE}


@pytest.mark.req("S-levels")
def test_each_level_finds_by_the_words_that_it_reads_and_by_no_other(everything):
    for words, least in (("schools calls", Level.OPEN), ("three keys missing", Level.FOUO), ("staff meeting", Level.FOUO),
                         ("detectives", Level.LES), ("county sheriff", Level.LES)):  # fmt: skip
        for level in Level:
            assert bool(found(level, words)) == (level >= least), (words, level)


@pytest.mark.req("S-levels")
def test_the_database_refuses_the_table_of_another_level_and_that_of_its_words(everything):
    for own in Level:
        for other in set(Level) - {own}:
            for table in (f"repository_{other.code}", f"repository_word_{other.code}"):
                with played("network"), pytest.raises(DatabaseError, match="permission denied"), walls.reading(own):
                    connection.cursor().execute(f"SELECT * FROM {table}")
            with played("network"), pytest.raises(DatabaseError, match="permission denied"), walls.reading(own):
                finding.find(other, Wanted("detectives"))
    for login in ("network", "relay"):
        for level in Level:
            with played(login), pytest.raises(DatabaseError, match="permission denied"), atomic():
                finding.find(level, Wanted("detectives"))


@pytest.mark.req("S-levels")
def test_nobody_but_the_triggers_writes_what_is_found_and_the_worker_reads_no_word_of_it(everything):
    for statement in (
        "DELETE FROM repository_open", "UPDATE repository_open SET title = 'x'", "INSERT INTO repository_word_les VALUES ('x')",
        "SELECT repository_drop(gen_random_uuid())", "SELECT repository_of_product(gen_random_uuid(), 2::smallint)",
    ):  # fmt: skip
        for level in (*Level, walls.STAFF):
            with played("network"), pytest.raises(DatabaseError, match="permission denied"), walls.reading(level):
                connection.cursor().execute(statement)
    for column in ("title", "body", "search", "banner", "about"):
        with played("worker"), pytest.raises(DatabaseError, match="permission denied"), atomic():
            connection.cursor().execute(f"SELECT {column} FROM repository_les")


@pytest.mark.req("S-levels")
def test_a_mistyped_word_is_understood_and_no_word_of_another_level_is_suggested(everything):
    with played("network"), walls.reading(Level.LES):
        hits = finding.find(Level.LES, Wanted("detectivs"))
        assert {hit.row.title for hit in hits.hits} == {HEAD_LES, TITLE} and hits.read_as == "detectives"
        assert all("<mark>detectives</mark>" in hit.piece for hit in hits.hits)
    with played("network"), walls.reading(Level.FOUO):
        assert finding.find(Level.FOUO, Wanted("detectivs")) == finding.Hits()
    assert found(Level.FOUO, "reunificatoin evacuaton") == [WEBINAR]


def test_kind_topic_region_and_time_narrow_it(them, released, sio):
    released(bulletin(title("About routers"), text("Patch them.", "open"), topics=("cyber",), regions=(7,)))
    released()
    shared(sio), gathered(regions=(8,))
    assert found(Level.FOUO, kinds=("item",)) == [STORM] and found(Level.FOUO, kinds=("event",)) == [WEBINAR]
    assert set(found(Level.FOUO, kinds=("product", "item"))) == {"About routers", HEAD, STORM}
    assert found(Level.FOUO, kinds=("made up",)) == []
    assert found(Level.FOUO, topic="cyber") == ["About routers"] and set(found(Level.FOUO, topic="threats")) == {HEAD, STORM}
    assert set(found(Level.FOUO, region=7)) == {"About routers", HEAD, STORM}
    now = the_clock.now()
    assert found(Level.FOUO, since=now + timedelta(days=5)) == [WEBINAR]  # by when it is
    assert WEBINAR not in found(Level.FOUO, until=now + timedelta(days=5))
    assert found(Level.OPEN, "patch -routers") == [] and found(Level.OPEN, '"patch them"') == ["About routers"]


def test_what_has_the_words_in_its_title_comes_first_of_whatever_kind(them, released):
    released(bulletin(title("Weather"), text("A drill of one school, among much else that was said about the weather.", "open")))
    gathered(title="A drill", text="How a drill is done.", level=Level.OPEN)
    assert found(Level.OPEN, "drill") == ["A drill", "Weather"]


def test_what_is_replaced_called_back_or_waits_for_its_hour_is_not_found(them, released, sio, clock):
    first = released(bulletin(title("Weather"), text("A drill of one school.", "open")))
    again = bulletin(title("Weather"), text("Rain.", "open"))
    in_an_hour = the_clock.now() + timedelta(hours=1)
    released(again, of=first.version, note="No exercise.", note_marking="open", goes_at=in_an_hour)
    assert found(Level.OPEN, "drill") == ["Weather"] and found(Level.OPEN, "rain") == []
    clock(3601)
    assert found(Level.OPEN, "drill") == [] and found(Level.OPEN, "rain") == ["Weather"]
    releasing.recall(first.version.product_id, sio.pk, new_id(), "Wrong", "Destroy it.")
    assert found(Level.OPEN) == []


def test_what_waited_and_was_taken_back_leaves_what_it_was_to_replace(them, released, sio):
    first = released(bulletin(title("Weather"), text("A drill of one school.", "open")))
    again = bulletin(title("Weather"), text("Rain.", "open"))
    released(again, of=first.version, note="No.", note_marking="open", goes_at=the_clock.now() + timedelta(hours=1))
    releasing.take_back(first.version.product_id, sio.pk)
    with played("network"), walls.reading(Level.OPEN):
        (hit,) = finding.find(Level.OPEN, Wanted("drill")).hits
        assert hit.row.until_at is None


def test_what_a_room_takes_back_is_found_no_more(them, released, sio):
    item, post, event, incident = shared(sio), discussed(them), gathered(), happened()
    with played("network"), walls.reading(walls.STAFF):
        sources.set_aside(item.id, sio.pk)
        gatherings.cancel(event.id, "Snow", sio.pk)
        register.withdraw(incident.id, "It was another year.", sio.pk)
    with them.sio.acting() as who:
        board.rule(who, post.pk, "withdrawn", "It names a school.", new_id())
    assert found(Level.LES) == found(Level.FOUO) == found(Level.OPEN) == []


@pytest.mark.req("S-levels")
def test_what_a_correction_raises_is_found_below_no_more(them, sio):
    incident = happened()
    assert found(Level.OPEN, "friend teacher") == [TITLE]
    with played("network"), walls.reading(walls.STAFF):
        register.correct(incident.id, 1, entry(marking="fouo"), "An agency asked.", sio.pk)
    assert found(Level.OPEN) == [] and found(Level.FOUO, "friend teacher") == [TITLE]
    item = shared(sio, Level.OPEN)
    assert found(Level.OPEN) == [STORM]
    with played("network"), walls.reading(walls.STAFF):
        sources.share(item.id, Level.LES, ("threats",), (), "", sio.pk)
    assert found(Level.OPEN) == [] and STORM in found(Level.LES)


def test_a_discussion_of_many_posts_is_found_once(them):
    post = discussed(them)
    with them.sio.acting() as who:
        for n in range(3):
            board.say(who, post.thread_id, f"The gate again, {n}.", new_id())
    assert found(Level.FOUO, "gate") == [TALK]


def test_what_is_alike_is_found_across_rooms_at_ones_own_level(them, released, sio):
    gathered(title="Reunification of families", text="One."), discussed(them)
    released(bulletin(title("Reunification plans of families"), text("Again.", "les")))
    for level, titles in ((Level.FOUO, {TALK}), (Level.LES, {TALK, "Reunification plans of families"})):
        with played("network"), walls.reading(level):
            one = next(row for row in finding.rows(level, Wanted("families", kinds=("event",))))
            got = {other.title for other in finding.alike(level, one)}
        assert got == titles
