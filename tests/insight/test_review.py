"""The review on paper says to readers of a level what they have, and its marking is that of what stands in it (S-levels)."""

import io
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import F
from django.test import Client
from pypdf import PdfReader

from tests.circulation.conftest import out  # noqa: F401 - a fixture
from tests.insight import world
from tests.network.support import client_for, played
from tests.products.conftest import HEAD, HEAD_LES, bulletin, released, saved, second, sio, text, title  # noqa: F401 - fixtures
from upstander.audit.models import Entry
from upstander.insight import making, review
from upstander.insight.measures import gaps
from upstander.insight.measures.span import Span
from upstander.insight.models import Making
from upstander.markings import Level
from upstander.network import walls
from upstander.products.models import Source

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-measure")]
PAGE = "/desk/measures/review/"


@pytest.fixture
def made(out, sio, second) -> world.World:  # noqa: F811
    return world.build(out, sio, second)


def words(found: review.Review) -> str:
    """All that stands on the paper."""
    said = [found.title, found.banner.text]
    for block in found.blocks:
        said += [block.text, *block.head, *(cell for row in block.cells for cell in row)]
        said += [word for pair in block.pairs for word in pair]
    return "\n".join(said)


def at(made: world.World, level: Level) -> review.Review:
    with played("network"), walls.reading(walls.STAFF):
        return review.review(made.span, level)


@pytest.mark.req("S-levels")
def test_no_title_of_a_higher_level_and_no_count_of_what_only_that_level_has(made):
    for level in (Level.OPEN, Level.FOUO):
        said = words(at(made, level))
        assert HEAD in said and world.SECRET not in said and HEAD_LES not in said and "Notice" not in said
    officers = words(at(made, Level.LES))
    assert world.SECRET in officers and HEAD_LES in officers and "Notice" in officers


@pytest.mark.req("S-levels")
def test_its_marking_follows_from_what_it_names(made):
    banners = {level: at(made, level).banner for level in Level}
    assert [banners[level].level for level in Level] == [Level.OPEN, Level.FOUO, Level.LES]
    assert "(LES) " + world.SECRET in words(at(made, Level.LES)) or "LES" in banners[Level.LES].text


@pytest.mark.req("S-levels")
def test_for_officers_of_years_without_a_title_of_theirs_it_is_not_les(out, sio, second):  # noqa: F811
    out(bulletin(title(), text("Three schools had calls.", "open")))
    found = world.World([], [], [], [], [], None, None, None, None, None)
    assert at(found, Level.LES).banner.level == Level.FOUO


def test_gaps_are_nobodys_outside(made):
    assert "ROE East" not in words(at(made, Level.OPEN)) and "ROE East" in words(at(made, Level.FOUO))


def test_what_was_called_back_is_counted_and_not_named(made):
    said = words(at(made, Level.FOUO))
    assert "The drill of May" not in said and "After-action summary" in said and "Ransom software" in said


def test_another_agencys_title_is_not_named(made):
    theirs = Source.objects.create(
        id=world.new_id(), product_id=world.product_of(made.c), title="Their report", originator="County Sheriff",
        added_at=made.c.at, added_by=1,
    )  # fmt: skip
    world.title_is_of(made.c, theirs)
    assert "Ransom software" not in words(at(made, Level.LES))


def test_small_numbers_of_people_stay_in_the_house(made):
    said = words(at(made, Level.FOUO))
    left = next(block for block in at(made, Level.FOUO).blocks if ("Left or removed", "fewer than 5") in block.pairs)
    assert left and "fewer than 5" in said
    assert not any(member.account.name in said for member in made.all)


def test_the_paper_comes_at_a_press_with_its_banner_on_each_page(made, sio):  # noqa: F811
    answer = client_for(sio).post(PAGE, {"years": "5", "level": "les"})
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].endswith('-les.pdf"') and answer["Cache-Control"] == "no-store"
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]
    banner = at(made, Level.LES).banner.text
    assert all(page.count(banner) >= 2 for page in pages)  # above and below
    whole = " ".join(" ".join(pages).split())
    for heading in (
        "What went out", "Who read it", "From event to reader", "What members say", "Who takes part", "Events and visits",
        "Questions, contributions, concerns", "Other states and programs", "Incidents in the register", "Gaps",
        "How to handle it",
    ):  # fmt: skip
        assert heading in whole, heading
    said = Entry.objects.get(act="insight.reviewed")
    assert said.detail["level"] == "les" and said.detail["banner"] == banner


@pytest.mark.parametrize("level", ["", "cosmic", "9", "les\x00"])
def test_a_level_that_is_none_is_refused_in_words(sio, level):  # noqa: F811
    answer = client_for(sio).post(PAGE, {"years": "1", "level": level})
    assert answer.status_code == 422 and "Choose for whom it is." in answer.content.decode()


def test_a_review_of_nothing_says_so(sio):  # noqa: F811
    answer = client_for(sio).post(PAGE, {"first": "2001-01-01", "last": "2003-12-31", "level": "open"})
    text_ = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert answer.status_code == 200 and "Nothing in these days." in text_


class TestTakesLong:
    """Over millions of copies it is made a part at a time, and its page says how far it is."""

    @pytest.fixture(autouse=True)
    def slow(self, monkeypatch):
        """Every part takes longer than a page may."""
        monkeypatch.setattr(making, "TURN", -1.0)

    def test_its_page_says_how_far_it_is_goes_on_with_each_look_and_ends_with_the_same_paper(self, made, sio, second):  # noqa: F811
        officer, other = client_for(sio), client_for(second)
        asked = officer.post(PAGE, {"years": "5", "level": "les"})
        assert asked.status_code == 302 and asked["Location"].startswith(PAGE)
        where = asked["Location"]
        assert officer.get(f"{where}pdf/").status_code == 404, "before it is finished there is no paper"
        for done in range(2, len(review.PARTS)):
            page = officer.get(where)
            assert f"{done} of {len(review.PARTS)} parts" in page.content.decode() and page["Refresh"] == "1"
        assert not Entry.objects.filter(act="insight.reviewed").exists()
        page = other.get(where)
        assert "Open the PDF" in page.content.decode() and "Refresh" not in page
        assert Entry.objects.get(act="insight.reviewed").detail["level"] == "les"
        answer = officer.get(f"{where}pdf/")
        said = " ".join(" ".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.content)).pages).split())
        assert world.SECRET in said and "Gaps" in said and at(made, Level.LES).banner.text in said
        assert Entry.objects.filter(act="insight.review_opened").count() == 1
        with played("network"), walls.reading(walls.STAFF):
            kept = Making.objects.get()
            assert making.of(kept) == review.review(Span(kept.first, kept.last), Level.LES)

    def test_where_there_are_many_copies_its_page_comes_before_anything_is_counted(self, made, sio, monkeypatch):  # noqa: F811
        monkeypatch.setattr(making, "AT_ONCE", 0)
        page = client_for(sio).post(PAGE, {"years": "1", "level": "fouo"})
        assert page.status_code == 302 and Making.objects.get().done == 0

    def test_a_part_that_takes_too_long_is_tried_again_and_what_was_counted_stays(self, made, sio, monkeypatch):  # noqa: F811
        officer = client_for(sio)
        where = officer.post(PAGE, {"years": "1", "level": "fouo"})["Location"]

        def too_long(*given):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = '20ms'; SELECT pg_sleep(2)")

        with monkeypatch.context() as loaded:
            loaded.setattr(review, "part", too_long)
            page = officer.get(where)
        assert page.status_code == 200 and page["Refresh"] == "10"
        assert "It is tried again" in page.content.decode() and f"1 of {len(review.PARTS)} parts" in page.content.decode()
        assert f"2 of {len(review.PARTS)} parts" in officer.get(where).content.decode()

    def test_a_member_and_whoever_is_nobody_find_none(self, made, sio):  # noqa: F811
        where = client_for(sio).post(PAGE, {"years": "1", "level": "fouo"})["Location"]
        member = client_for(made.all[0].account)
        for address in (where, f"{where}pdf/"):
            assert member.get(address).status_code == 403
            assert Client().get(address).status_code == 302
        with played("network"), walls.reading(Level.LES), pytest.raises(ProgrammingError), transaction.atomic():
            Making.objects.count()

    def test_after_a_day_it_is_removed_with_the_next_that_is_asked_for(self, made, sio):  # noqa: F811
        first = client_for(sio).post(PAGE, {"years": "1", "level": "fouo"})["Location"]
        Making.objects.update(asked_at=F("asked_at") - timedelta(days=1, seconds=1))
        then = client_for(sio).post(PAGE, {"years": "1", "level": "fouo"})["Location"]
        assert client_for(sio).get(first).status_code == 404 and client_for(sio).get(then).status_code == 200


class TestGaps:
    def test_each_gap_says_what_is_missing_the_barest_first(self, made):
        with played("network"), walls.reading(walls.STAFF):
            found = gaps.gaps(made.span)
        assert next(one for one in found.regions if one.id == made.south.pk).members == 7  # not who has left
        ours = [one for one in found.regions if one.id in (made.south.pk, made.north.pk, made.east.pk)]
        assert [(one.name, one.why) for one in ours] == [
            ("ROE East", ("no member at all",)), ("ROE South", ("no sworn officer",)),
        ]  # fmt: skip
        topics = {one.code for one in found.topics}
        assert "narcotics" in topics and not topics & {"threats", "cyber"}
        missing = {one.code: one.why for one in found.disciplines}
        assert missing["partner_programme"] == ("no member",) and "administrator" not in missing
        assert "mental_health" not in missing  # too few of them to say what they did
        assert [(one.what, one.title) for one in found.questions] == [("Request", "Drills at lunch")]

    @pytest.mark.parametrize("what", ["topic", "region", "discipline"])
    def test_a_press_begins_a_product_for_it_once(self, made, sio, what):  # noqa: F811
        key = {"topic": "narcotics", "region": str(made.east.pk), "discipline": "partner_programme"}[what]
        browser, press = client_for(sio), str(world.new_id())
        assert f'value="{key}"' in browser.get("/desk/measures/gaps/").content.decode()
        for _ in range(2):
            answer = browser.post("/desk/measures/gaps/begin/", {"press": press, "what": what, "key": key})
            assert answer["Location"] == f"/desk/products/{press}/"
        assert browser.get(answer["Location"]).status_code == 200
        version = world.only_version(press)
        assert [*version.topics, *map(str, version.regions), *version.disciplines] == [key]

    @pytest.mark.parametrize(
        "sent",
        [{}, {"what": "topic"}, {"what": "topic", "key": "../etc"}, {"what": "region", "key": "9" * 40},
         {"what": "region", "key": "-1"}, {"what": "member", "key": "1"},
         {"what": "discipline", "key": "x\x00"}, {"press": "no"}],
    )  # fmt: skip
    def test_what_is_no_gap_begins_nothing(self, sio, sent):  # noqa: F811
        press = str(world.new_id())
        answer = client_for(sio).post("/desk/measures/gaps/begin/", {"press": press, **sent})
        assert answer.status_code == 422 and b"Choose one below" in answer.content
        assert world.only_version(press) is None

    def test_nobody_else_begins_one(self, made):
        for somebody in (made.six[0], made.five[0]):
            sent = {"press": str(world.new_id()), "what": "topic", "key": "narcotics"}
            assert client_for(somebody).post("/desk/measures/gaps/begin/", sent).status_code == 403
            assert client_for(somebody).get("/desk/measures/gaps/begin/").status_code in (403, 405)
