"""The reporter's pages without JavaScript and without cookies: every word kept, the receipt given, nothing left behind."""

import re

import pytest
from django.db import OperationalError
from django.test import Client

from tests.intake.reader import Reader
from upstander.intake import queries, store
from upstander.intake.models import Tip
from upstander.intake.services import open_dialogue, say

pytestmark = pytest.mark.django_db


def code_on(page: Reader) -> str:
    return re.search(r'data-copy-text="([^"]+)"', page.html)[1]


def opened_at_what(web: Client) -> Reader:
    return Reader(web, "/tell/").press("next", danger="no")


@pytest.mark.req("D-II.E")
def test_three_taps_and_one_text_are_enough(web):
    home = Reader(web, "/")
    assert 'href="/tell/?lang=en"' in home.html
    page = opened_at_what(web).press("send", text="They hit my friend every day.")
    assert page.status == 200 and page.heading() == "Received"
    assert [u.text for u in open_dialogue(code_on(page)).said] == ["They hit my friend every day."]


@pytest.mark.illinois
def test_the_whole_way_with_everything(web, school):
    page = Reader(web, "/tell/")
    assert "1 of 5" in page.text
    page.press("next", danger="yes")
    assert "2 of 5" in page.text
    page.press("next", text="He has a gun.", subtype="threat_of_violence").press(
        "search", place_text="lincoln"
    )
    assert "Lincoln Elementary" in page.text
    page.press("next", choice=str(school.id))
    assert "4 of 5" in page.text
    page.press("next", who="Max", when="now", weapon="yes", about="other")
    page.press("next", email="kid@example.org", phone="217-555-0199", name="Kid")
    assert page.heading() == "Is this right?"
    for words in (
        "He has a gun.",
        "Somebody says they will hurt people",
        "Lincoln Elementary, Springfield",
        "Max",
        "kid@example.org",
    ):
        assert words in page.text
    page.press("send")
    tip = queries.tip(Tip.objects.get().id)
    assert (tip.danger_now, tip.weapon, tip.place_id, tip.reported_subtype) == (
        True,
        "yes",
        school.id,
        "threat_of_violence",
    )
    assert tip.channel == "web" and tip.wants_answer
    assert {s.field: s.text for s in queries.dialogue(tip.id)} == {
        "text": "He has a gun.",
        "who": "Max",
        "when": "now",
    }


def test_going_back_and_forth_loses_nothing(web):
    page = opened_at_what(web).press("next", text="words one").press("next").press("back", who="Sam")
    assert "3 of 5" in page.text
    page.press("back", place_text="the park")
    assert page.fields["text"] == "words one"
    page.press("next").press("next")
    assert page.fields["who"] == "Sam"
    page.press("to-review")
    assert "the park" in page.text and "Sam" in page.text and "words one" in page.text


def test_the_text_is_the_only_thing_demanded_and_the_words_stand_beside_the_field(web):
    page = opened_at_what(web).press("next", text="  ", subtype="bullying")
    assert page.status == 422 and "2 of 5" in page.text
    assert "Please tell us what is happening." in page.text
    assert 'aria-describedby="id_text_helptext id_text_error"' in page.html
    assert page.fields["subtype"] == "bullying"


@pytest.mark.parametrize(
    ("field", "bad"), [("email", "no address"), ("phone", "call me"), ("name", "x" * 201)]
)
def test_what_cannot_be_taken_is_kept_and_explained(web, field, bad):
    page = opened_at_what(web).press("next", text="words").press("to-reach").press("next", **{field: bad})
    assert page.status == 422 and page.fields[field] == bad and f'id="id_{field}_error"' in page.html
    page.press("send", **{field: ""})
    assert page.heading() == "Received"


def test_a_text_that_is_too_long_stays_on_the_page(web):
    page = opened_at_what(web).press("next", text="a " * 10_001)
    assert page.status == 422 and len(page.fields["text"]) > 20_000
    assert "too long by 1 character." in page.text


def test_a_place_that_nobody_knows_is_fine(web, school):
    page = opened_at_what(web).press("next", text="words").press("next", place_text="Bus 12")
    assert "4 of 5" in page.text, "nothing found: no extra page"
    page.press("back").press("next", place_text="Lincoln")
    assert "None of these" in page.text
    page.press("next")
    assert "4 of 5" in page.text
    page.press("send")
    tip = Tip.objects.get()
    assert tip.place_id is None and [u.text for u in open_dialogue(code_on(page)).said] == [
        "words",
        "Lincoln",
    ]


def test_a_school_that_was_chosen_and_then_typed_over_no_longer_counts(web, school):
    page = opened_at_what(web).press("next", text="words")
    page.press("next", place_text="Lincoln Elementary", place_id=str(school.id)).press("back")
    assert page.fields["place_id"] == str(school.id)
    page.press("next", place_text="the mall")
    page.press("send")
    assert Tip.objects.get().place_id is None


@pytest.mark.parametrize("odd", ["999999999", "-1", "1; DROP", "9" * 40, "٣", ""])
def test_a_made_up_school_id_is_taken_as_words(web, odd):
    page = opened_at_what(web).press("next", text="words").press("send", place_text="my school", place_id=odd)
    assert page.heading() == "Received" and Tip.objects.get().place_id is None


def test_sending_again_by_reload_gives_the_same_receipt(web):
    page = opened_at_what(web)
    form = page.fields | {"text": "words", "go": "send"}
    first = web.post(page.action, form).content.decode()
    second = web.post(page.action, form).content.decode()
    codes = {re.search(r'data-copy-text="([^"]+)"', html)[1] for html in (first, second)}
    assert len(codes) == 1 and Tip.objects.count() == 1


def test_back_button_and_other_words_make_a_second_tip_with_a_hint(web):
    page = opened_at_what(web)
    form = page.fields | {"go": "send"}
    web.post(page.action, form | {"text": "one"})
    web.post(page.action, form | {"text": "two"})
    first, second = Tip.objects.order_by("running")
    assert second.same_key_as == first.id


def test_a_page_left_open_too_long_keeps_only_what_was_just_typed(web, clock):
    page = opened_at_what(web).press("next", text="secret of the morning").press("to-more")
    clock(7 * 3600)
    page.press("next", who="Sam")
    assert page.status == 422 and "open for a long time" in page.text and page.fields["who"] == "Sam"
    page.press("to-review")
    assert "secret of the morning" not in page.text and "Sam" in page.text


@pytest.mark.parametrize("broken", ["", "AAAA", "not base64 !", "ü", None])
def test_an_altered_draft_is_told_kindly(web, broken):
    page = opened_at_what(web)
    draft = page.fields["draft"][:-8] + "AAAAAAA=" if broken is None else broken
    page.press("next", draft=draft, text="my words")
    assert page.status == 422 and page.fields["text"] == "my words"
    assert page.press("send").heading() == "Received"


def test_a_field_of_one_purpose_does_not_serve_another(web):
    page = opened_at_what(web).press("send", text="words")
    hidden = page.fields["open"]
    page = opened_at_what(web).press("next", draft=hidden, text="other")
    assert page.status == 422


def test_no_cookie_no_store_and_nothing_in_an_address(web):
    page = opened_at_what(web).press("next", text="zebra").press("send")
    assert not web.cookies and page.response["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.response and "zebra" not in page.action
    assert not page.response.get("Location")


def test_words_in_the_draft_cannot_be_read_on_the_page(web):
    page = opened_at_what(web).press("next", text="zebra-canary")
    assert "zebra" not in page.html


@pytest.mark.illinois
def test_when_the_database_is_away_the_page_says_so_and_the_same_press_sends_later(web, monkeypatch):
    page = opened_at_what(web).press("next", text="words", subtype="bullying")
    real = store.fetch
    monkeypatch.setattr(store, "fetch", away)
    page.press("send")
    assert page.status == 503 and "NOT" in page.heading() and page.fields["words"] == "words"
    assert "tel:911" in page.html and "800-555-0142" in page.text
    page.press("send")
    assert page.status == 503
    monkeypatch.setattr(store, "fetch", real)
    page.press("send")
    assert page.heading() == "Received" and Tip.objects.get().reported_subtype == "bullying"


def away(*_: object) -> None:
    raise OperationalError


@pytest.mark.illinois
def test_a_returning_reporter_reads_writes_and_reads_again(web, tell):
    receipt = tell("words", who="Sam")
    say(receipt.tip_id, "desk", "Are you safe?", account_id=1)
    say(receipt.tip_id, "note", "zebra-note", account_id=1)
    page = Reader(web, "/return/").press("open", code=receipt.receipt.lower())
    assert page.heading() == "Your report" and "We have a question for you." in page.text
    assert "Are you safe?" in page.text and "zebra-note" not in page.text and receipt.receipt not in page.html
    form = page.fields | {"text": "Yes I am", "go": "reply"}
    page.press("reply", text="Yes I am")
    web.post(page.action, form)  # pressed twice
    assert [u.text for u in open_dialogue(receipt.receipt).said if u.sender == "reporter"] == [
        "words",
        "Sam",
        "Yes I am",
    ]
    assert "We have what you wrote." in page.text and page.fields["text"] == ""
    page.press("reply", text="Yes I am")
    assert len(open_dialogue(receipt.receipt).said) == 5, (
        "the same words again on the new page are said again"
    )
    assert page.press("news").status == 200


def test_an_empty_reply_is_told_and_nothing_is_sent(web, tell):
    receipt = tell("words")
    page = Reader(web, "/return/").press("open", code=receipt.receipt).press("reply", text=" ")
    assert page.status == 422 and "Please write something first." in page.text


def test_the_received_page_leads_to_the_dialogue_without_typing(web):
    page = opened_at_what(web).press("send", text="words").press("news")
    assert page.heading() == "Your report" and "words" in page.text


def test_an_open_dialogue_asks_for_the_code_again_after_half_an_hour_and_keeps_the_reply(web, tell, clock):
    receipt = tell("words")
    page = Reader(web, "/return/").press("open", code=receipt.receipt)
    clock(31 * 60)
    page.press("reply", text="more words")
    assert page.heading() == "Go back to a report" and page.fields["text"] == "more words"
    page.press("open", code=receipt.receipt)
    assert page.fields["text"] == "more words"
    page.press("reply")
    assert open_dialogue(receipt.receipt).said[-1].text == "more words"


@pytest.mark.parametrize("code", ["", "wrong", "0" * 16, "<b>"])
def test_wrong_codes_are_answered_alike(web, tell, code):
    tell("words")
    page = Reader(web, "/return/").press("open", code=code)
    assert page.status == 404 and "This code opens nothing." in page.text
    assert page.html.count(code) <= 1 or code in ("", "0" * 16)


def test_a_reply_while_the_database_is_away_stays_on_the_page(web, tell, monkeypatch):
    receipt = tell("words")
    page = Reader(web, "/return/").press("open", code=receipt.receipt)
    with monkeypatch.context() as broken:
        broken.setattr(store, "fetch", away)
        page.press("reply", text="more")
        assert page.status == 503 and page.fields["text"] == "more"
    page.press("reply")
    assert open_dialogue(receipt.receipt).said[-1].text == "more"


@pytest.mark.illinois
def test_another_language_in_the_middle_keeps_every_word(web):
    page = opened_at_what(web).press("lang-es", text="mis palabras")
    assert (
        'lang="es"' in page.html and page.fields["text"] == "mis palabras" and page.action == "/tell/?lang=es"
    )
    page.press("send")
    assert page.heading() == "Recibido" and Tip.objects.get().language == "es"


@pytest.mark.illinois
@pytest.mark.parametrize("path", ["/", "/tell/", "/return/", "/about/", "/privacy/"])
def test_the_way_back_to_ones_own_language_stands_there_in_that_language(web, path):
    spanish, english = Reader(web, f"{path}?lang=es").html, Reader(web, f"{path}?lang=en").html
    assert 'lang="en" hreflang="en">English<' in spanish or 'value="lang-en" lang="en">English<' in spanish
    assert ">Español<" in english and "Inglés" not in spanish


@pytest.mark.illinois
def test_the_language_of_the_browser_is_used(web):
    assert 'lang="es"' in Reader(web, "/", **{"Accept-Language": "es-MX,es;q=0.9"}).html
    assert 'lang="en"' in Reader(web, "/", **{"Accept-Language": "fr"}).html
    assert 'lang="en"' in Reader(web, "/?lang=en", **{"Accept-Language": "es"}).html


@pytest.mark.illinois
@pytest.mark.req("D-II.G")
@pytest.mark.req("D-V")
def test_the_first_page_publishes_every_way_in_and_promises_no_anonymity(web):
    page = Reader(web, "/")
    for way in ("800-555-0142", "800-555-0143", "tips@upstander.example"):
        assert way in page.text
    assert "confidential" in page.text
    for path in ("/", "/tell/", "/return/", "/about/", "/privacy/"):
        page = Reader(web, path)
        assert "anonym" not in page.html.lower(), path
        assert "data-quick-exit" in page.html, path
        assert "<title>School information</title>" in page.html, path


@pytest.mark.parametrize("path", ["/", "/tell/", "/return/", "/about/", "/privacy/", "/tell", "/return"])
def test_pages_answer_only_as_they_should(web, path):
    assert web.head(path).status_code == 200
    assert web.options(path).status_code == 204
    refused = web.put(path)
    assert refused.status_code == 405 and "GET" in refused["Allow"]


def test_a_form_from_another_site_is_refused(web):
    page = opened_at_what(web)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = web.post(page.action, page.fields | {"text": "x", "go": "send"}, headers=headers)
        assert answer.status_code == 403
    assert Tip.objects.count() == 0


def test_too_much_at_once_is_told_in_plain_words(web):
    answer = web.post("/tell/?lang=en", "x" * 70_000, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413 and "too long" in answer.content.decode()
