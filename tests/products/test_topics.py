"""Officers' topics are none for others: not on a page, not by search, not by what is sent (decision 129)."""

import pytest
from django.db import IntegrityError, transaction

from tests.network.support import client_for, make_member, played
from tests.products.conftest import BULLETIN, agree, bulletin, product_of, text, title
from tests.products.test_pages import LINES, page_of, sent, typed
from tests.products.test_walls import forged
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.products import drafts, releasing
from upstander.products.errors import CannotDo
from upstander.products.models import Rendition
from upstander.repository import finding

pytestmark = pytest.mark.req("S-levels", "S-topics")
NARCOTICS = "Narcotics: use, trafficking, arrests, prevention, treatment"


def test_each_level_reads_the_topics_that_it_may_know_of_and_finds_by_no_other(released):
    release = released(bulletin(topics=("threats",), topics_fouo=("cyber",), topics_les=("narcotics",)))
    known = {Level(row.level): row.topics for row in Rendition.objects.filter(release=release)}
    assert known == {
        Level.OPEN: ["threats"], Level.FOUO: ["threats", "cyber"], Level.LES: ["threats", "cyber", "narcotics"],
    }  # fmt: skip
    for level in Level:
        with played("network"), walls.reading(level):
            for topic in ("threats", "cyber", "narcotics"):
                assert bool(finding.find(level, finding.Wanted(topic=topic)).hits) is (topic in known[level])
        page = page_of(client_for(make_member(level=level)), f"/products/{product_of(release)}/")
        assert (NARCOTICS in page) is (level is Level.LES)


@pytest.mark.parametrize("level", [Level.OPEN, Level.FOUO])
def test_the_database_takes_no_topic_above_the_level(released, level):
    release = released(bulletin(topics=("threats",), topics_les=("narcotics",)))
    with played("network"), walls.reading(walls.STAFF):
        row = forged(release, level, topics=["threats", "narcotics"])
        with pytest.raises(IntegrityError, match="a topic is not for this level"), transaction.atomic():
            row.save(force_insert=True)
        row.ended_as, row.title, row.body = Rendition.Ended.LEFT_OUT, "", []
        with pytest.raises(IntegrityError, match="a topic is not for this level"), transaction.atomic():
            row.save(force_insert=True)


def test_a_correction_of_officers_topics_changes_nothing_for_others(released):
    first = released(bulletin(topics=("threats",)))
    again = bulletin(topics=("threats",), topics_les=("narcotics",))
    second = released(again, of=first.version, note="For officers.", note_marking="les")
    assert [row.level for row in Rendition.objects.filter(release=second)] == [Level.LES]


def test_nothing_goes_to_a_level_that_would_read_no_topic(saved, sio, second):
    version = saved(bulletin(topics=(), topics_les=("narcotics",)))
    agree(version, second)
    with pytest.raises(CannotDo, match="at least one topic"):
        releasing.release(version.product_id, version.number, sio.pk, new_id())
    officers = saved(bulletin(title(marking="les"), text("For officers.", "les"), topics=(), topics_les=("narcotics",)))
    agree(officers, second)
    releasing.release(officers.product_id, officers.number, sio.pk, new_id())
    assert [row.level for row in Rendition.objects.filter(product=officers.product_id)] == [Level.LES]


def test_a_topic_for_all_and_for_some_is_refused_for_nobody_knows_what_is_meant(saved):
    with pytest.raises(CannotDo, match="chosen twice"):
        drafts.save(new_id(), 1, 0, bulletin(*BULLETIN, topics=("threats",), topics_les=("threats",)))


def test_chosen_in_the_editor_it_stands_with_its_level_before_the_second_person(sio, second):
    browser, id = client_for(sio), new_id()
    sent(browser, f"/desk/products/{id}/", **typed(*LINES, topics_les=["narcotics"]))
    assert "checked" in page_of(browser, f"/desk/products/{id}/").split('name="topics_les" value="narcotics"')[1][:60]
    row = page_of(client_for(second), f"/desk/products/{id}/look/").split("Topics</th>")[1].split("</tr>")[0]
    cells = row.split("<td>")[1:]
    assert [NARCOTICS in cell for cell in cells] == [False, False, True]
