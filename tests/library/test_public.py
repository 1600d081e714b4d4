"""The library at the public origin: narrowed by links, searched by POST, and answered whatever is asked."""

import json
import re
from html import unescape

import pytest

from upstander.library import looking
from upstander.packs.current import current

pytestmark = [pytest.mark.django_db, pytest.mark.illinois]
HOSTILE = (
    "<script>alert(1)</script>",
    "a\x00b",
    "' OR 1=1 --",
    "{{ 7|add:7 }}",
    "%s%n",
    "\u202eevil",
    "x" * 5000,
    "🙈",
    "../../etc/passwd",
)


def titles(html: str) -> list[str]:
    return [
        unescape(re.sub(r"<[^>]+>", "", found)) for found in re.findall(r"<article[^>]*><h3>(.*?)</h3>", html)
    ]


def page(web, address="/resources/", **more) -> str:
    answer = web.get(address, **more)
    assert answer.status_code == 200, address
    assert "Set-Cookie" not in answer.headers and not answer.cookies
    return answer.content.decode()


@pytest.mark.req("R-library")
def test_everything_stands_there_with_source_reason_and_the_day_it_was_checked(web):
    html = page(web)
    assert len(titles(html)) == len(current().library.resources)
    for entry in re.findall(r"<article.*?</article>", html, re.S):
        assert "Source:" in entry and "Checked:" in entry and "<time datetime=" in entry
    assert html.index("School resource officers") < html.index("Parents and families"), "the officer's first"


@pytest.mark.req("R-library")
def test_an_address_that_nobody_opened_is_shown_as_unverified_and_none_is_guessed(web):
    html = page(web)
    resources = current().library.resources
    unverified = [r for r in resources if r.address and not r.verified]
    assert html.count("Address not verified") == len(unverified) > 0
    assert html.count("No address on file") == sum(not r.address for r in resources)
    outside = set(re.findall(r'href="(https?://[^"]+)" rel="noopener noreferrer external"', html))
    assert outside == {r.address for r in resources if r.address}


@pytest.mark.req("R-library")
@pytest.mark.parametrize("axis", ["audience", "subject", "level", "kind", "language"])
def test_every_link_narrows_the_list_to_as_many_as_it_says(web, axis):
    library = current().library
    for address, number in re.findall(
        rf'href="(/resources/\?{axis}=[^"]+)"[^>]*>[^<]+</a> <span class="muted">\((\d+)\)', page(web)
    ):
        html = page(web, address.replace("&amp;", "&"))
        assert len(titles(html)) == int(number) > 0
    label = library.labels_of(axis)[0]
    filters = looking.filters_of({axis: label.code}, library)
    assert titles(page(web, f"/resources/?{axis}={label.code}&lang=en")) == [
        r.title for r in looking.find(library, filters)
    ]


def test_two_links_together_narrow_further_and_each_can_be_taken_back(web):
    both = page(web, "/resources/?audience=sro&subject=threat_assessment&lang=es")
    assert 'href="/resources/?subject=threat_assessment&amp;lang=es"' in both
    assert 'href="/resources/?audience=sro&amp;lang=es"' in both
    assert 'href="?audience=sro&amp;subject=threat_assessment&amp;lang=en"' in both, (
        "the other language keeps the choice"
    )
    assert 0 < len(titles(both)) < len(titles(page(web, "/resources/?audience=sro")))


@pytest.mark.req("R-library")
def test_words_are_found_without_accents_by_any_name_and_stand_in_no_address(web):
    answer = web.post("/resources/?lang=es", {"q": "EVALUACION de amenazas"})
    assert answer.status_code == 200 and titles(answer.content.decode())
    named = web.post("/resources/", {"q": "cops office"}).content.decode()
    assert titles(named)[0] == "Community Oriented Policing Services"
    assert not re.search(r'(?:href|action)="[^"]*cops[ +%]', named), "what was typed stands in no address"
    assert titles(page(web, "/resources/?q=cops")) == titles(page(web)), "an address is not searched by"


def test_a_search_stays_within_what_was_chosen(web):
    html = web.post("/resources/?audience=parents&lang=en", {"q": "bullying"}).content.decode()
    filters = looking.filters_of({"audience": "parents"}, current().library)
    assert titles(html) == [r.title for r in looking.find(current().library, filters, "bullying")]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_and_codes_are_answered(web, words):
    answer = web.post("/resources/", {"q": words})
    assert answer.status_code == 200 and b"<script>alert" not in answer.content
    for axis in ("audience", "subject", "level", "kind", "language", "lang"):
        answer = web.get("/resources/", {axis: words})
        assert answer.status_code == 200 and b"<script>alert" not in answer.content
        assert (b"We do not know what was asked for" in answer.content) is (axis != "lang")
    assert web.get("/resources/embed/", {"audience": words}).status_code == 200
    assert web.get("/resources/feed.json", {"audience": words}).status_code == 200
    assert web.post("/resources/words/", {"q": words}).status_code == 200


def test_what_is_not_there_and_what_is_not_done_is_said_in_plain_words(web):
    assert web.get("/resources/collections/none/").status_code == 404
    assert web.get("/resources/letters/").status_code == 404, "letters are the school's"
    refused = web.delete("/resources/")
    assert refused.status_code == 405 and b"cannot be used that way" in refused.content
    assert web.post("/resources/embed/").status_code == 405
    assert web.get("/resources").status_code == 200
    elsewhere = web.post("/resources/", {"q": "x"}, headers={"Origin": "https://evil.example"})
    assert elsewhere.status_code == 403


@pytest.mark.req("R-library")
def test_a_collection_is_read_in_its_order(web):
    for collection in current().library.collections:
        html = page(web, f"/resources/collections/{collection.code}/?lang=es")
        assert collection.title["es"] in html
        assert re.findall(r'<article class="card" id="(\w+)"', html) == list(collection.resources)


@pytest.mark.req("S-terms")
def test_the_glossary_is_for_families_too_in_their_language(web):
    html = page(web, "/resources/words/?lang=es")
    for term in current().library.terms:
        assert f'id="{term.code}"' in html
    assert "Alguien está disparando a personas en este momento." in html
    assert "not compared with the source yet" not in html, "in Spanish, too"
    found = web.post("/resources/words/", {"q": "active shooter"}).content.decode()
    assert 'id="active_shooter"' in found and 'id="ferpa"' not in found


def test_the_pages_are_spanish_where_spanish_is_asked_for(web):
    html = page(web, "/resources/", headers={"Accept-Language": "es"})
    assert '<html lang="es"' in html
    for english in (
        "Resources",
        "Checked:",
        "Source:",
        "No address on file",
        "Find a resource",
        "Read together",
        "Who it is for",
    ):
        assert english not in html, english


def test_a_reporter_meets_the_library_only_at_the_foot_of_the_page(web):
    html = page(web, "/")
    assert html.index('href="/resources/?lang=en"') > html.index("<footer")
    assert "/resources/" not in page(web, "/")[: html.index("<footer")]


@pytest.mark.req("R-library")
def test_one_page_may_stand_in_another_sites_frame_and_no_other(web):
    framed = web.get("/resources/embed/?audience=parents")
    assert "X-Frame-Options" not in framed.headers
    assert (
        "frame-ancestors *" in framed["Content-Security-Policy"]
        and "form-action 'none'" in framed["Content-Security-Policy"]
    )
    assert not framed.cookies and b"<form" not in framed.content and b"<script" not in framed.content
    for address in ("/", "/resources/", "/resources/words/", "/resources/feed.json", "/tell/"):
        answer = web.get(address)
        assert (
            answer["X-Frame-Options"] == "DENY"
            and "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        ), address


@pytest.mark.req("R-library")
def test_the_feed_says_what_the_page_says(web):
    answer = web.get("/resources/feed.json?audience=parents&lang=es")
    assert (
        answer["Content-Type"].startswith("application/feed+json")
        and answer["Access-Control-Allow-Origin"] == "*"
    )
    feed = json.loads(answer.content)
    filters = looking.filters_of({"audience": "parents"}, current().library)
    found = looking.find(current().library, filters)
    assert [item["id"] for item in feed["items"]] == [r.code for r in found]
    assert [item["content_text"] for item in feed["items"]] == [r.why["es"] for r in found]
    assert all(item["_library"]["verified"] is None for item in feed["items"])
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
