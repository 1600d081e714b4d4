"""What members read of a product, other states read at their level, until it is corrected or recalled (S-states)."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.exchange.world import member, peer, staff
from tests.network.support import client_for
from tests.products.conftest import FOUO, HEAD, LES, OPEN, bulletin, product_of, text, title
from upstander.exchange import outgoing, passing, queries
from upstander.exchange.acting import CannotDo
from upstander.exchange.models import Shared
from upstander.ids import new_id
from upstander.markings import Kind, Level
from upstander.products import releasing, sources
from upstander.products.content import Line
from upstander.products.sources import Said

pytestmark = pytest.mark.usefixtures("network")


def words(level: Level) -> list[str]:
    """The texts that a peer of this level finds, in the latest versions."""
    with member(level):
        rows = (
            Shared.objects.filter(stix_type="report")
            .order_by("product_id", "-version")
            .distinct("product_id")
        )
        return [row.body.get("description", "") for row in rows]


@pytest.mark.req("S-levels")
def test_each_level_of_peers_reads_the_words_of_that_level(released, sio):
    product_id = product_of(released())
    with staff():
        assert [one.passed for one in passing.offered()] == [False]
        assert passing.pass_on(product_id, sio.pk) == 3
        assert passing.pass_on(product_id, sio.pk) == 0  # pressed twice
        assert [one.passed for one in passing.offered()] == [True]
    seen = {level: words(level)[0] for level in Level}
    assert OPEN in seen[Level.OPEN] and FOUO not in seen[Level.OPEN] and LES not in seen[Level.OPEN]
    assert FOUO in seen[Level.FOUO] and LES not in seen[Level.FOUO]
    assert OPEN in seen[Level.LES] and FOUO in seen[Level.LES] and LES in seen[Level.LES]


@pytest.mark.req("S-states")
def test_a_correction_and_a_recall_follow_by_themselves_and_who_got_a_file_is_shown(released, sio, clock):
    first = released()
    product_id = product_of(first)
    with staff():
        state = peer(sio.pk)
        passing.pass_on(product_id, sio.pk)
        outgoing.pack(state.id, product_id, sio.pk)
    clock(3600)
    corrected = bulletin(title(), text("Two schools had calls.", "open"), text(FOUO, "fouo"))
    released(corrected, of=first.version, note="One was older.", note_marking="open")
    with staff():
        assert (
            passing.follow() == 3
        )  # the sworn have no more words of their own, and read what the vetted read
        assert passing.follow() == 0
        (mine,) = queries.for_peer(state)
        assert (mine.had, mine.version, mine.behind) == (1, 3, True)
    assert "Two schools had calls." in words(Level.OPEN)[0]
    clock(7200)
    with staff():
        releasing.recall(product_id, sio.pk, new_id(), "Wrong.", "Do not use it.")
        passing.follow()
        assert not passing.offered()
        file = outgoing.pack(state.id, product_id, sio.pk)
    assert {level: words(level) for level in Level} == {level: [""] for level in Level}
    assert b"payload" in file  # the recall itself is made into a package, too


@pytest.mark.req("S-states")
def test_a_level_to_which_a_correction_leaves_nothing_is_told_and_reads_no_word_of_what_it_became(
    released, sio, clock
):
    first = released(bulletin(title(), text(OPEN, "open")))
    with staff():
        passing.pass_on(product_of(first), sio.pk)
    clock(3600)
    raised = bulletin(title("A heading", "fouo"), text(FOUO, "fouo"))
    released(raised, of=first.version, note="It is for the vetted.", note_marking="fouo")
    with staff():
        passing.follow()
        gone = outgoing.bulletin_at(product_of(first), Level.OPEN)
        file = outgoing.pack(peer(sio.pk, Level.OPEN).id, product_of(first), sio.pk)
    assert (gone.title, gone.state, gone.paragraphs) == (HEAD, "recalled", ()) and b"payload" in file
    assert words(Level.OPEN) == [""]
    assert FOUO in words(Level.FOUO)[0]


@pytest.mark.req("S-levels")
def test_a_level_that_a_correction_adds_goes_to_peers_when_somebody_says_so(released, sio, clock):
    first = released(bulletin(title("A heading", "fouo"), text(FOUO, "fouo")))
    product_id = product_of(first)
    with staff():
        assert passing.pass_on(product_id, sio.pk) == 2
    clock(3600)
    opened = bulletin(title(), text(OPEN, "open"), text(FOUO, "fouo"))
    released(opened, of=first.version, note="Part of it is public now.", note_marking="open")
    browser = client_for(sio)
    assert "too" in browser.get("/desk/exchange/passed-on/").content.decode()  # (the page brings up what follows by itself)
    assert words(Level.OPEN) == [] and OPEN in words(Level.FOUO)[0] and OPEN in words(Level.LES)[0]
    with staff():
        assert [one.held for one in passing.offered()] == [(Level.OPEN,)]
    assert browser.post("/desk/exchange/passed-on/", {"product": str(product_id)}, follow=True).status_code == 200
    assert OPEN in words(Level.OPEN)[0]
    with staff():
        assert [one.held for one in passing.offered()] == [()]


@pytest.mark.req("S-levels")
def test_what_has_changed_counts_into_the_markings_that_travel_and_what_is_told_is_behind_its_mark(released, sio, clock):
    first = released(bulletin(title(), text(OPEN, "open"), text(FOUO, "fouo")))
    product_id = product_of(first)
    with staff():
        passing.pass_on(product_id, sio.pk)
    clock(3600)
    corrected = bulletin(title(), text("Two schools had calls.", "open"), text(FOUO, "fouo"))
    released(corrected, of=first.version, note="An informant said so.", note_marking="les")
    with staff():
        passing.follow()
        les, fouo = (outgoing.bulletin_at(product_id, level) for level in (Level.LES, Level.FOUO))
    assert les.markings == ("LAW ENFORCEMENT SENSITIVE",) and les.remark == "(LES) An informant said so."
    assert fouo.markings == ("FOR OFFICIAL USE ONLY",) and fouo.remark == ""
    clock(7200)
    with staff():
        releasing.recall(product_id, sio.pk, new_id(), "Wrong.", "Do not use it.", "tlp_clear")
        passing.follow()
        gone = outgoing.bulletin_at(product_id, Level.OPEN)
    assert gone.remark == "(TLP:CLEAR) Do not use it." and "TLP:CLEAR" in gone.markings


@pytest.mark.req("S-products")
def test_words_of_another_agency_do_not_travel_and_come_in_later_take_back_what_did(
    released, saved, second, sio, clock
):
    first = released(bulletin(title(), text(OPEN, "open")))
    product_id = product_of(first)
    with staff():
        passing.pass_on(product_id, sio.pk)
        source = sources.add(product_id, sio.pk, new_id(), "A letter", "Millbrook Police")
        said = Said(Level.OPEN, "Chief Ray", date(2026, 1, 5), "by letter")
        sources.record_release(source, sio.pk, new_id(), said)
    clock(3600)
    theirs = bulletin(
        Line(Kind.TITLE, "Their heading", "open", source.pk),
        text(OPEN, "open"),
        text("Their words.", "open", source=source.pk),
    )
    released(theirs, of=first.version, note="More is known.", note_marking="open")
    with staff():
        passing.follow()
        with pytest.raises(CannotDo, match="Millbrook Police"):
            passing.pass_on(product_id, sio.pk)
        assert passing.offered()[0].barred == ("Millbrook Police",)
        assert passing.follow() == 0
        assert not Shared.objects.filter(body__icontains="Their").exists()
    assert words(Level.OPEN) == [""]


@pytest.mark.req("S-states")
def test_the_list_of_what_is_out_asks_as_often_for_six_products_as_for_one(released, sio):
    def asked() -> tuple[int, int]:
        with staff(), CaptureQueriesContext(connection) as caught:
            found = passing.offered()
        return len(found), len(caught)

    released()
    one, often = asked()
    for _more in range(5):
        released()
    assert (one, asked()) == (1, (6, often))


@pytest.mark.req("S-states")
def test_what_waits_for_its_hour_is_not_passed_on(released, sio, clock):
    from upstander import clock as the_clock

    waiting = released(goes_at=the_clock.now() + timedelta(hours=2))
    with staff(), pytest.raises(LookupError):
        passing.pass_on(product_of(waiting), sio.pk)
    browser = client_for(sio)
    asked = {"product": str(product_of(waiting))}
    assert browser.post("/desk/exchange/passed-on/", asked).status_code == 404
    clock(3 * 3600)
    assert browser.post("/desk/exchange/passed-on/", asked, follow=True).status_code == 200
    assert len(words(Level.FOUO)) == 1
    assert b"Passed on" in browser.get("/desk/exchange/passed-on/").content
