"""Items of other programmes come in, are tagged by a person, and shared across; none is shown that nobody looked at (S-mash)."""

import pytest
from django.db import DatabaseError, connection

from tests.exchange.samples import ATOM, cap
from tests.exchange.world import member, source, staff
from tests.network.support import client_for, make_member, make_sio, played
from upstander.exchange import drafting, feeds, fetching, sources
from upstander.exchange.acting import CannotDo
from upstander.exchange.feeds import Feed, Refused
from upstander.exchange.models import Item, Source
from upstander.ids import new_id
from upstander.markings import Level
from upstander.products import releasing
from upstander.products.content import of_version
from upstander.products.models import Source as ProductSource
from upstander.products.queries import history

pytestmark = pytest.mark.usefixtures("network")
BEFORE = "watch@em.example.org,EX-2026-1,2026-01-12T14:00:00-06:00"


def said(data: bytes) -> Feed:
    found = feeds.read(data)
    assert isinstance(found, Feed)
    return found


def shared(item: Item, level: Level, sio: int) -> None:
    sources.share(item.id, level, ("threats",), ("emergency_management",), "Plan a late start.", sio)


@pytest.mark.req("S-mash")
def test_an_item_is_shown_to_members_of_its_level_once_somebody_shared_it():
    sio = make_sio().pk
    with staff():
        feed = source(sio)
        assert sources.bring(feed.id, said(cap()), sio) == 1
        assert sources.bring(feed.id, said(cap()), sio) == 0  # the same file again
        item = Item.objects.get()
        assert (item.level, item.topics, item.programmes) == (
            Level.FOUO,
            ["threats"],
            ["emergency_management"],
        )
    with member(Level.LES):
        assert not Item.objects.exists()
    with staff():
        shared(item, Level.FOUO, sio)
    for level, sees in ((Level.OPEN, False), (Level.FOUO, True), (Level.LES, True)):
        with member(level):
            assert Item.objects.exists() is sees, level


@pytest.mark.req("S-mash")
def test_an_update_stands_beside_what_it_replaces_and_a_cancel_takes_it_back_at_once():
    sio = make_sio().pk
    with staff():
        feed = source(sio)
        sources.bring(feed.id, said(cap()), sio)
        first = Item.objects.get()
        shared(first, Level.OPEN, sio)
        later = cap(
            "EX-2", sent="2026-01-12T15:00:00-06:00", kind="Update", references=BEFORE, headline="Ice, too"
        )
        sources.bring(feed.id, said(later), sio)
        second = Item.objects.get(external_id="EX-2")
        assert second.state == Item.State.NEW  # nobody looked at it yet
    with member(Level.OPEN):
        assert Item.objects.get().replaced_by_id == second.id  # but whoever reads the first is told
    with staff():
        ends = f"{BEFORE} watch@em.example.org,EX-2,2026-01-12T15:00:00-06:00"
        sources.bring(
            feed.id, said(cap("EX-3", sent="2026-01-12T16:00:00-06:00", kind="Cancel", references=ends)), sio
        )
    with member(Level.OPEN):
        assert Item.objects.get().cancelled_at is not None


@pytest.mark.req("S-mash")
def test_a_feed_that_shows_its_entries_again_brings_only_what_changed():
    sio = make_sio().pk
    with staff():
        feed = source(sio)
        assert sources.bring(feed.id, said(ATOM), sio) == 2
        assert (
            sources.bring(feed.id, said(ATOM.replace(b"09:00:00+01:00", b"10:00:00+01:00")), sio) == 0
        )  # its date alone
        changed = ATOM.replace(b"09:00:00+01:00", b"11:00:00+01:00").replace(
            b"Ask by telephone", b"Ask in person"
        )
        assert sources.bring(feed.id, said(changed), sio) == 1
        old, new = Item.objects.filter(external_id="urn:example:1").order_by("sent")
        assert old.replaced_by_id == new.id and new.replaced_by_id is None


@pytest.mark.req("S-levels")
def test_the_worker_brings_items_and_can_neither_share_one_nor_read_of_other_states():
    sio = make_sio().pk
    with staff():
        feed = source(sio, "https://em.example.org/feed")
    with played("worker"):
        assert fetching.bring(feed.id, said(cap())) == 1
        assert fetching.bring(feed.id, Refused("line")) == 0
        for wrong in (
            "UPDATE exchange_item SET state = 'shared'",
            "SELECT count(*) FROM exchange_received",
            "SELECT count(*) FROM exchange_peer",
            "SELECT count(*) FROM exchange_shared",
            "DELETE FROM exchange_item",
        ):
            with pytest.raises(DatabaseError), staff_savepoint(), connection.cursor() as cursor:
                cursor.execute(wrong)
    feed.refresh_from_db()
    assert (feed.last_code, feed.failed) == ("line", 1)


def staff_savepoint():
    from django.db import transaction

    return transaction.atomic()


@pytest.mark.req("S-mash")
def test_a_source_that_is_due_is_asked_once_and_how_it_went_is_written_down(settings, clock):
    sio = make_sio().pk
    with staff():
        feed = source(sio, "https://em.example.org/feed", minutes=10)
        source(sio, "https://paused.example.org/feed")
        sources.pause(Source.objects.get(address__contains="paused").id, sio, paused=True)
        source(sio)  # by hand
    fetching._under_way.clear()
    with played("worker"):
        fetching.turn()
        (errand,) = fetching._under_way
        assert errand.source_id == feed.id
        errand.join(5)
        fetching.turn()  # writes it down; nothing else is due
        assert not fetching._under_way
        feed.refresh_from_db()
        assert feed.last_code == "sandbox"  # where nothing leaves
        clock(11 * 60)
        fetching.turn()
        assert [one.source_id for one in fetching._under_way] == [feed.id]
        fetching._under_way.pop().join(5)


@pytest.mark.req("S-mash")
@pytest.mark.parametrize(
    ("field", "value"),
    [("address", "http://em.example.org/feed"), ("address", "https://user:word@em.example.org/"), ("programme", "nobody"),
     ("topics", ("nothing",)), ("level", 3), ("minutes", 1), ("name", " ")],
)  # fmt: skip
def test_a_source_that_makes_no_sense_is_refused_beside_its_field(field, value):
    sio = make_sio().pk
    with staff(), pytest.raises(CannotDo) as why:
        source(sio, **{field: value})
    assert why.value.field == field


@pytest.mark.req("S-mash")
def test_an_item_is_shared_with_a_topic_or_not_at_all():
    sio = make_sio().pk
    with staff():
        feed = source(sio)
        sources.bring(feed.id, said(cap()), sio)
        item = Item.objects.get()
        with pytest.raises(CannotDo) as why:
            sources.share(item.id, Level.OPEN, (), (), "", sio)
        assert why.value.field == "topics"
        with pytest.raises(LookupError):
            sources.share(new_id(), Level.OPEN, ("threats",), (), "", sio)
        shared(item, Level.OPEN, sio)
        sources.set_aside(item.id, sio)
    with member(Level.LES):
        assert not Item.objects.exists()


def _item(sio: int, licence: str = "") -> Item:
    with staff():
        feed = source(sio, licence=licence)
        sources.bring(feed.id, said(cap()), sio)
        return sources.share(
            Item.objects.get(source=feed).id, Level.FOUO, ("threats",), ("emergency_management",), "Plan a late start.", sio
        )


@pytest.mark.req("S-mash")
def test_an_item_begins_a_product_with_its_words_its_source_and_what_it_means_for_schools():
    sio = make_sio().pk
    item = _item(sio, "public")
    with staff():
        product = drafting.begin(item.id, sio)
        assert drafting.begin(item.id, sio) == product, "pressed twice"
        draft = of_version(history(product).first())
        assert [row.text for row in draft.rows][:2] == ["Winter storm on Tuesday morning", "Plan a late start."]
        assert "Eight inches of snow" in draft.rows[2].text and {row.level for row in draft.rows} == {Level.FOUO}
        (named,) = ProductSource.objects.filter(product=product)
        assert named.originator == "" and "Emergency management alerts" in named.title and "Public domain" in named.reference
        assert "https://em.example.org/storm" in named.reference
        assert draft.rows[1].source_id is None, "what it means is ours"


@pytest.mark.req("S-mash")
@pytest.mark.parametrize("licence", ["", "agreed"])
def test_words_that_are_not_free_wait_for_their_originators_release(licence):
    sio = make_sio().pk
    item = _item(sio, licence)
    with staff():
        product = drafting.begin(item.id, sio)
        (named,) = ProductSource.objects.filter(product=product)
        assert named.originator == item.said_by
        assert any(item.said_by in words for words in releasing.problems(of_version(history(product).first())))


@pytest.mark.req("S-mash")
def test_under_what_an_items_words_may_be_used_is_written_down_and_stands_on_its_page():
    account = make_sio()
    browser, item = client_for(account), _item(account.pk)
    at = f"/desk/exchange/files/{item.source_id}/"
    assert browser.post(at, {"do": "licence", "licence": "named"}).status_code == 302
    assert browser.post(at, {"do": "licence", "licence": "made up"}).status_code == 422
    reader = client_for(make_member(level=Level.FOUO))
    assert "Free where its source is named" in reader.get(f"/exchange/items/{item.id}/").content.decode()
    decide = f"/desk/exchange/items/{item.id}/"
    assert "Begin a product with it" in browser.get(decide).content.decode()
    for nobody in (reader, client_for(make_member(level=Level.LES))):
        assert nobody.post(decide, {"do": "draft"}).status_code == 403
    answer = browser.post(decide, {"do": "draft"})
    item.refresh_from_db()
    assert answer.status_code == 302 and answer["Location"] == f"/desk/products/{item.draft_id}/"
    assert "The draft that was begun with it" in browser.get(decide).content.decode()
