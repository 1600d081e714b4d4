"""The pages: what was found is escaped, no word stands in an address, and who is no member opens nothing (S-repository)."""

import re

import pytest
from django.test import Client

from tests.network.support import account, client_for, make_member
from tests.products.conftest import BULLETIN, HEAD, HEAD_LES, bulletin, text
from tests.repository.conftest import discussed, gathered, happened, shared
from upstander.ids import new_id
from upstander.repository.models import Kept, Les

pytestmark = pytest.mark.req("S-repository")


@pytest.fixture
def everything(them, released, sio):
    released(bulletin(*BULLETIN, text("A <script>alert(1)</script> & a script stood in a message.", "open")))
    shared(sio), discussed(them), gathered(), happened()


def looked(client, status: int = 200, query: str = "", **given: object) -> str:
    answer = client.post(f"/find/{query}", given)
    assert answer.status_code == status
    return answer.content.decode()


def test_what_was_found_leads_to_its_page_in_every_room(them, everything):
    page = looked(them.cole.client, words="")
    links = set(re.findall(r'<h3[^>]*><a href="([^"]+)"', page))
    assert len(links) == 5
    for link in links:
        assert them.cole.status(link) == 200, link


@pytest.mark.req("S-levels")
def test_the_page_shows_what_was_found_escaped_and_keeps_words_out_of_addresses(them, everything):
    browser = them.ana.client
    page = looked(browser, words="script message")
    assert "&amp; a <mark>script</mark> stood" in page and "<script>alert" not in page
    assert HEAD in looked(browser, words="telephone", topic="threats", kinds=["product"])
    assert "Nothing that you may read" in looked(browser, query="?level=les", words="detectives")
    wrong = looked(browser, 422, words="what was typed", since="soon")
    assert "Write the day as" in wrong and "what was typed" in wrong
    assert HEAD not in browser.get("/find/?words=telephone").content.decode()
    for words in ("\x00", "' OR 1=1 --", "a" * 200, "& | ! ( )", "%s %(x)s", '"', "-", "<->", "-a -b", "or or"):
        assert browser.post("/find/", {"words": words}).status_code in (200, 422)
    for wrong in ({"kinds": "made up"}, {"topic": "made up"}, {"region": "9' OR 1"}):
        assert browser.post("/find/", {"words": "x", **wrong}).status_code == 422


def test_staff_say_at_which_level_they_look(them, everything):
    staff = them.sio.client
    assert HEAD_LES in looked(staff, words="telephone") and "Keep this search" not in looked(staff, words="telephone")
    low = looked(staff, query="?level=open", words="telephone")
    assert HEAD_LES not in low and f'?level={"open"}">{HEAD}' in low


def test_what_is_alike_has_a_page_and_of_another_levels_entry_there_is_none(them, everything):
    page = looked(them.ana.client, words="reunification")
    (link, *_more) = re.findall(r'href="(/find/like/[^"]+)"', page)
    assert "Reunification" in them.ana.get(link)
    hidden = Les.objects.get(title=HEAD_LES)
    assert them.ana.status(f"/find/like/{hidden.pk}/") == 404 and them.cole.status(f"/find/like/{hidden.pk}/") == 200
    assert them.ana.status(f"/find/like/{new_id()}/") == 404


def test_a_search_is_kept_from_its_results_seen_changed_and_ended(them, everything, released):
    page = looked(them.ana.client, words="telephne", topic="threats")  # as it was read, so is it kept
    hidden = r'<input type="hidden" name="(words|topic|region|press)"[^>]*value="([^"]*)"'
    form = dict(re.findall(hidden, page.split('id="keep"')[1]))
    assert form["words"] == "telephone" and form["topic"] == "threats"
    answer = them.ana.client.post("/find/keep/", form | {"how": "weekly"})
    kept = Kept.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/find/kept/{kept.pk}/" and kept.how == "weekly"
    one = them.ana.get(f"/find/kept/{kept.pk}/")
    assert HEAD in one and "telephone" in one and ">New<" not in one
    released(bulletin(*BULLETIN))
    assert them.ana.get(f"/find/kept/{kept.pk}/").count("New</span>") == 1
    assert "telephone" in them.ana.get("/find/kept/")
    assert them.ana.post(f"/find/kept/{kept.pk}/", do="change", how="hourly").status_code == 422
    assert them.ana.post(f"/find/kept/{kept.pk}/", do="change", how="never").status_code == 302
    assert them.ana.post(f"/find/kept/{kept.pk}/", do="end").status_code == 302
    assert them.ana.status(f"/find/kept/{kept.pk}/") == 404 and "None yet" in them.ana.get("/find/kept/")


def test_a_form_that_is_not_complete_comes_back_filled(them):
    answer = them.ana.client.post("/find/keep/", {"words": "kettle", "topic": "threats", "press": str(new_id())})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Choose how you are told" in page and 'value="kettle"' in page
    answer = them.ana.client.post("/find/keep/", {"words": "", "how": "daily", "press": str(new_id())})
    assert answer.status_code == 422 and "Say first what to look for" in answer.content.decode()


@pytest.mark.req("S-levels")
def test_every_address_is_closed_to_whoever_is_no_member_and_anothers_search_is_not_there(them):
    them.ana.client.post("/find/keep/", {"words": "kettle", "how": "daily", "press": str(new_id())})
    kept = Kept.objects.get().pk
    addresses = ("/find/", f"/find/like/{new_id()}/", "/find/kept/", f"/find/kept/{kept}/")
    strangers = (account("Nobody"), account("Casey Lindgren", "call_taker"), make_member(level=None))
    for stranger in strangers:
        browser = client_for(stranger)
        assert {browser.get(address).status_code for address in addresses} == {403}
        for address in ("/find/", "/find/keep/"):
            assert browser.post(address, {"words": "x"}).status_code == 403
    assert them.ben.status(f"/find/kept/{kept}/") == 404 and them.ben.post(f"/find/kept/{kept}/", do="end").status_code == 404
    for staff in (them.sio, them.second):
        assert staff.status("/find/") == 200 and staff.status("/find/kept/") == staff.status(f"/find/kept/{kept}/") == 403
    assert Kept.objects.get().ended_at is None
    assert {Client().get(address).status_code for address in addresses} == {302}
    assert them.ana.client.get("/find/keep/").status_code == 405
