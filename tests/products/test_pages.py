"""The pages: written, looked at by a second person, released and read, without a script; wrong persons and wild input."""

import re
from html import unescape

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.network.support import client_for, make_member
from tests.products.conftest import (
    BULLETIN,
    FOUO,
    HEAD,
    HEAD_LES,
    LES,
    OPEN,
    agree,
    bulletin,
    product_of,
    text,
)
from upstander import clock as the_clock
from upstander.ids import new_id
from upstander.markings import Level
from upstander.products import drafts, releasing
from upstander.products.models import Product, Rendition, Review, Version

pytestmark = pytest.mark.req("S-products")


def page_of(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return unescape(answer.content.decode())


def sent(browser: Client, address: str, status: int = 302, **given: object) -> str:
    answer = browser.post(address, given)
    assert answer.status_code == status, (answer.status_code, unescape(re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())))
    return unescape(answer.content.decode())


def typed(*lines: tuple[str, str, str], **more: object) -> dict[str, object]:
    """What the editor's form sends: lines of (kind, marking, words)."""
    form: dict[str, object] = {"kind": "bulletin", "topics": ["threats"], "based_on": "0", "do": "save"}
    form |= {"p-TOTAL_FORMS": len(lines), "p-INITIAL_FORMS": 0}
    for n, (kind, marking, words) in enumerate(lines):
        form |= {f"p-{n}-kind": kind, f"p-{n}-marking": marking, f"p-{n}-text": words, f"p-{n}-ORDER": n + 1}
    return form | more


LINES = (
    ("title", "open", HEAD), ("title", "les", HEAD_LES), ("text", "open", OPEN), ("text", "fouo", FOUO), ("text", "les", LES)
)  # fmt: skip


class TestFromADraftToItsReaders:
    @pytest.mark.req("S-levels")
    def test_written_looked_at_and_released_each_reads_their_own(self, sio, second):
        editor, other = client_for(sio), client_for(second)
        address = editor.get("/desk/products/new/")["Location"]
        assert "One more paragraph" in page_of(editor, address) and not Product.objects.exists()
        assert sent(editor, address, **typed(*LINES, do="look")) == ""
        page = page_of(editor, f"{address}look/")
        assert "in order" in page and "another person looks at it" in page and "LAW ENFORCEMENT SENSITIVE" in page
        sent(editor, f"{address}look/", do="ask", version="1", press=new_id())
        assert "Waits for a second person" in page_of(other, "/desk/products/")
        refused = sent(editor, f"{address}look/", 422, do="release", version="1", press=new_id())
        assert "A second person has not agreed" in refused
        sent(other, f"{address}look/", do="agree", version="1", press=new_id())
        sent(editor, f"{address}look/", do="release", version="1", press=new_id())

        product = Product.objects.get()
        for member, seen, banner in (
            (make_member(level=Level.OPEN), (OPEN,), "OPEN SOURCE"),
            (make_member(level=Level.FOUO), (OPEN, FOUO), "FOR OFFICIAL USE ONLY"),
            (make_member(level=Level.LES, sworn=True), (OPEN, FOUO, LES), "LAW ENFORCEMENT SENSITIVE"),
        ):
            browser = client_for(member)
            listed, page = page_of(browser, "/products/"), page_of(browser, f"/products/{product.pk}/")
            assert page.count(f"<b>{banner}</b>") == 2  # above and below, on each page of paper
            for words in (OPEN, FOUO, LES):
                assert (words in page) == (words in seen)
            assert (HEAD_LES in listed) == (HEAD_LES in page) == (LES in seen)

    @pytest.mark.req("S-levels")
    def test_asking_for_another_level_a_member_reads_their_own(self, released):
        product = product_of(released())
        browser = client_for(make_member(level=Level.FOUO))
        for address in (f"/products/{product}/?level=les", f"/products/{product}/?level=9"):
            page = page_of(browser, address)
            assert LES not in page and FOUO in page
        assert HEAD_LES not in page_of(browser, "/products/?level=les&all=1")

    @pytest.mark.req("S-geo")
    def test_the_list_begins_with_what_is_meant_for_the_reader(self, released, sio):
        released(bulletin(*BULLETIN, disciplines=("mental_health",)))
        browser = client_for(make_member(level=Level.FOUO))
        assert HEAD not in page_of(browser, "/products/") and HEAD in page_of(browser, "/products/?all=1")

    @pytest.mark.req("S-geo")
    def test_of_one_region_it_is_listed_for_its_members_and_for_who_works_in_the_whole_state(self, released, sio):
        released(bulletin(*BULLETIN, regions=(7,)))
        for places, there in (([], True), ([7], True), ([8], False)):
            assert (HEAD in page_of(client_for(make_member(regions=places)), "/products/")) == there

    def test_recalled_it_says_so_and_shows_no_line_any_more(self, released, sio):
        product = product_of(released())
        editor, browser = client_for(sio), client_for(make_member(level=Level.FOUO))
        page = sent(editor, f"/desk/products/{product}/look/", 422, do="recall", reason="Wrong", told="", press=new_id())
        assert "Write what they are told." in page and "Wrong" in page
        told = {"told": "It was a drill.", "told_marking": "open"}
        sent(editor, f"/desk/products/{product}/look/", do="recall", reason="Wrong", press=new_id(), **told)
        page = page_of(browser, f"/products/{product}/")
        assert "It was a drill." in page and OPEN not in page and "Destroy" in page
        assert "Recalled" in page_of(browser, "/products/")

    def test_the_audience_is_previewed_as_it_would_see_it(self, saved, sio):
        version = saved(bulletin(*BULLETIN[:1], *BULLETIN[3:]))
        editor, address = client_for(sio), f"/desk/products/{version.product_id}/as"
        assert "would get nothing" in page_of(editor, f"{address}/open/")
        assert FOUO in page_of(editor, f"{address}/fouo/") and LES not in page_of(editor, f"{address}/fouo/")
        page_of(editor, f"{address}/secret/", 404)


class TestTheEditor:
    def test_a_paragraph_without_a_marking_comes_back_with_its_words_and_is_not_saved(self, sio):
        editor, address = client_for(sio), f"/desk/products/{new_id()}/"
        page = sent(editor, address, 422, **typed(("title", "open", HEAD), ("text", "", "Every word typed")))
        assert "Choose a marking" in page and "Every word typed" in page and not Version.objects.exists()

    def test_one_more_paragraph_keeps_every_word_and_finds_no_fault_yet(self, sio):
        editor, address = client_for(sio), f"/desk/products/{new_id()}/"
        page = sent(editor, address, 200, **typed(("text", "", "Every word typed"), do="add", kind=""))
        assert "Every word typed" in page and "Paragraph 2" in page and "Choose a marking" not in page
        assert not Product.objects.exists()

    def test_paragraphs_are_moved_by_their_place_and_taken_out_by_a_box(self, sio):
        editor, address = client_for(sio), f"/desk/products/{new_id()}/"
        moved = {"p-2-ORDER": 5, "p-3-DELETE": "on"}
        sent(editor, address, **typed(*LINES, **moved))
        assert list(Version.objects.get().paragraphs.order_by("position").values_list("text", flat=True)) == [
            HEAD, HEAD_LES, OPEN, LES,
        ]  # fmt: skip

    def test_who_saves_over_another_gets_every_word_back_beside_the_others_and_may_press_again(self, saved, second):
        version = saved()
        saved(bulletin(*BULLETIN, text("Theirs", "open")), of=version)
        browser, address = client_for(second), f"/desk/products/{version.product_id}/"
        page = sent(browser, address, 409, **typed(*LINES, ("text", "open", "Mine"), based_on="1"))
        assert "Mine" in page and "Theirs" in page and "Somebody else saved" in page
        assert 'name="based_on" value="2"' in page and Version.objects.count() == 2
        sent(browser, address, **typed(*LINES, ("text", "open", "Mine"), based_on="2"))
        assert Version.objects.get(number=3).saved_by == second.pk

    def test_the_banner_of_what_was_saved_stands_on_the_page(self, saved, sio):
        page = page_of(client_for(sio), f"/desk/products/{saved().product_id}/")
        assert "<b data-banner>LAW ENFORCEMENT SENSITIVE</b>" in page

    def test_what_could_identify_somebody_is_shown_to_author_and_second_person_and_counted(self, saved, sio, second):
        version = saved(bulletin(*BULLETIN, text("Emma Johnson, 555-0100, wrote it.", "fouo")))
        address = f"/desk/products/{version.product_id}/look/"
        for who, place in ((sio, address), (second, address), (sio, f"/desk/products/{version.product_id}/")):
            page = page_of(client_for(who), place)
            assert "<b>Emma Johnson</b>" in page and "<b>555-0100</b>" in page and "Paragraph 6" in page
        sent(client_for(second), address, do="object", version="1", words="Take out the name.", press=new_id())
        assert Review.objects.get().findings >= 2

    def test_who_sends_an_urgent_notice_alone_says_that_they_looked_at_what_could_identify_somebody(self, saved, sio):
        version = saved(bulletin(*BULLETIN, text("Emma Johnson wrote it.", "fouo"), urgent=True))
        editor, address = client_for(sio), f"/desk/products/{version.product_id}/look/"
        wish = {"do": "release", "version": "1", "press": new_id()}
        assert "say that you did" in sent(editor, address, 422, **wish)
        sent(editor, address, **wish, looked="on")
        assert Rendition.objects.count() == 3

    def test_a_newsletter_of_many_paragraphs_is_saved_whole(self, sio, settings):
        settings.DATA_UPLOAD_MAX_NUMBER_FIELDS, settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2000, 1_500_000  # as in its process
        lines = [LINES[0], *(("text", "fouo", f"Paragraph {n}. " + "Many words. " * 300) for n in range(drafts.MOST - 1))]
        sent(client_for(sio), f"/desk/products/{new_id()}/", **typed(*lines))
        assert Version.objects.get().paragraphs.count() == drafts.MOST

    def test_another_agencys_words_and_their_release_are_written_down(self, saved, sio):
        product = saved().product_id
        editor, address = client_for(sio), f"/desk/products/{product}/sources/"
        sent(editor, address, title="Note 7", originator="Federal partner", press=new_id())
        source = Product.objects.get().sources.get()
        assert "Not released yet" in page_of(editor, address)
        given = {"source": source.pk, "level": "les", "released_by": "Duty officer", "how": "By telephone", "press": new_id()}
        page = sent(editor, address, 422, **given, released_on="yesterday")
        assert "Write the day as" in page and "By telephone" in page
        tomorrow = the_clock.now().date().replace(year=the_clock.now().year + 1)
        assert "yet to come" in sent(editor, address, 422, **given, released_on=tomorrow)
        sent(editor, address, **given, released_on=the_clock.now().date())
        assert "Released to readers of LES and above by Duty officer" in page_of(editor, address)
        sent(editor, address, withdraw=source.releases.get().pk)
        assert "Withdrawn" in page_of(editor, address)
        page_of(editor, f"/desk/products/{product}/history/")


@pytest.mark.req("S-levels")
class TestWrongPersons:
    def addresses(self, product) -> list[str]:
        desk = f"/desk/products/{product}/"
        pages = ("look", "as/open", "sources", "history")
        return ["/desk/products/", "/desk/products/new/", desk, *(f"{desk}{page}/" for page in pages)]

    def test_members_of_any_level_see_no_page_of_the_editor(self, released):
        product = product_of(released())
        for member in (make_member(level=Level.FOUO), make_member(level=Level.LES, sworn=True)):
            for address in self.addresses(product):
                assert client_for(member).get(address).status_code == 403
                assert client_for(member).post(address, {"do": "release"}).status_code in (403, 405)

    def test_strangers_are_led_to_the_sign_in_and_whoever_has_no_level_reads_nothing(self, released):
        product = product_of(released())
        nobody = client_for(make_member(level=None))
        for address in (*self.addresses(product), "/products/", f"/products/{product}/"):
            assert Client().get(address)["Location"].startswith("/sign-in/")
            assert nobody.get(address).status_code == 403

    def test_what_is_not_for_a_level_is_not_there_and_neither_is_what_is_not_out(self, released, saved):
        les = product_of(released(bulletin(*(line for line in BULLETIN if line.marking == "les"))))
        browser = client_for(make_member(level=Level.FOUO))
        for product in (les, saved().product_id, new_id()):
            page_of(browser, f"/products/{product}/", 404)

    def test_the_second_person_cannot_send_an_urgent_notice_alone(self, saved, second):
        version = saved(bulletin(urgent=True))
        address = f"/desk/products/{version.product_id}/look/"
        page = sent(client_for(second), address, 422, do="release", version="1", press=new_id())
        assert "only the School Intelligence Officer" in page
        assert not Rendition.objects.exists()


WORDS = ["-1", "0", "999999999999", "\x00", "<b>", "les", "on"]
WILD = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(WORDS)
NAMES = sorted({*typed(*LINES[:2]), "version", "press", "goes_at", "source", "withdraw", "note"})


@pytest.fixture
def editor(sio) -> Client:
    return client_for(sio)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(NAMES), WILD))
def test_whatever_is_sent_the_pages_answer_and_nothing_goes_out(editor, wild):
    from django.db import transaction

    with transaction.atomic():
        product = new_id()
        if "p-TOTAL_FORMS" not in wild:
            wild = typed(*LINES[:3]) | wild
        for page in ("", "look/", "sources/"):
            assert editor.post(f"/desk/products/{product}/{page}", wild).status_code in (200, 302, 404, 409, 422)
        assert not Rendition.objects.exists()
        transaction.set_rollback(True)


def test_statements_do_not_grow_with_what_is_listed(released, sio, second, django_assert_max_num_queries):
    editor = client_for(sio)
    first = released()
    with django_assert_max_num_queries(60) as few:
        editor.get("/desk/products/")
    for _ in range(3):
        released()
    with django_assert_max_num_queries(len(few.captured_queries)):
        editor.get("/desk/products/")
    reader = client_for(make_member(level=Level.FOUO))
    with django_assert_max_num_queries(60) as few:
        reader.get("/products/")
    released()
    with django_assert_max_num_queries(len(few.captured_queries)):
        reader.get("/products/")
    assert releasing.waiting(product_of(first)) is None and agree is not None
