"""A product begun from tips: it takes the pattern, never the person; what is pasted into it is shown to its author and to the
second person (issue 5, point 9)."""

import re

import pytest

from tests.network.judging import JULY
from tests.network.support import client_for, make_member, played
from tests.products.test_pages import page_of, sent, typed
from upstander import clock as the_clock
from upstander.audit.models import Entry
from upstander.directory.models import Organisation
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import known
from upstander.products import identified
from upstander.products.content import content, of_version
from upstander.products.models import Source, Version

pytestmark = pytest.mark.req("S-topics", "S-sio")
PATTERNS, START = "/desk/products/patterns/", "/desk/products/patterns/start/"


@pytest.fixture(autouse=True)
def july(clock):
    """It is the last week of July 2026; the directory is read anew."""
    clock((JULY.replace(day=28) - the_clock.now()).total_seconds())
    known._known.cache_clear()
    yield
    known._known.cache_clear()


def asked(judged, **more: object) -> dict[str, object]:
    """What the press beside a pattern sends."""
    return {"press": str(new_id()), "kind": "trend_analysis", "subtype": "bullying", "month": "2026-07-01",
            "region": str(judged.region or "")} | more  # fmt: skip


@pytest.fixture
def begun(sio, judged) -> Version:
    """A trend analysis, begun by one press."""
    judged(6, "bullying", at=JULY.replace(month=6))
    judged(11, "bullying")
    with played("network"):
        page = page_of(client_for(sio), f"{PATTERNS}?month=2026-07")
        row = page.split("<tbody>")[1].split("</tr>")[0]
        assert "Bullying" in row and ">11<" in row and ">6<" in row and "+5" in row
        given = dict(re.findall(r'name="(press|subtype|region|month)" value="([^"]*)"', row))
        for _ in range(2):
            sent(client_for(sio), START, **given, kind="trend_analysis")
    return Version.objects.order_by("-number").get(product=given["press"], number=2)


def test_by_one_press_a_draft_holds_the_counts_the_months_topic_and_region_for_official_use(begun, judged):
    region = Organisation.objects.get(pk=judged.region).name
    draft = content(of_version(begun))
    assert Version.objects.filter(product=begun.product_id).count() == 2  # pressed twice it is one
    assert (draft.kind, draft.topics, draft.regions) == ("trend_analysis", ("concerns",), (judged.region,))
    assert {line.marking for line in draft.lines} == {"fouo"}
    assert draft.lines[0].text == f"Bullying, {region}, July 2026"
    assert "at least 11 tips. The month before: at least 6." in draft.lines[1].text
    assert "May 2026: fewer than 5; June 2026: 6; July 2026: 11." in draft.lines[2].text
    assert Source.objects.get(product=begun.product_id).originator == ""
    said = Entry.objects.get(act="product.pattern_begun")
    assert said.detail == {"subtype": "bullying", "region": judged.region, "month": "2026-07"}


def test_what_the_press_wrote_holds_nothing_that_could_tell_who_it_is_about(begun):
    found = identified.look(of_version(begun).rows)
    assert not [one for one in found if one.sure], found


PASTED = {
    "Tyler Hutchins": "A boy named Tyler Hutchins brought it in his bag.",
    "217-555-0142": "His mother is at 217-555-0142.",
    "Harrow Creek High School": "She goes to Harrow Creek High School.",
    "March 4": "He said that on March 4 he will do it.",
    "only deaf girl": "It is about the only deaf girl in 8th grade.",
}


@pytest.mark.parametrize("words", PASTED)
def test_what_is_pasted_into_it_is_shown_at_saving_and_to_the_second_person_before_it_goes(begun, sio, second, words):
    draft = content(of_version(begun))
    lines = [(line.kind.value, line.marking, line.text) for line in draft.lines]
    lines.append(("text", "fouo", PASTED[words]))
    given = typed(*lines, kind=draft.kind, topics=draft.topics, regions=draft.regions, based_on=str(begun.number))
    desk, id = f"/desk/products/{begun.product_id}/", begun.product_id
    with played("network"):
        sent(client_for(sio), desk, **given)
        last = f"Paragraph {len(lines)}"
        for browser, address in ((client_for(sio), desk), (client_for(second), f"{desk}look/")):
            shown = re.findall(r"<li>(Paragraph \d+): <b>(.*?)</b>", page_of(browser, address), re.S)
            assert any(where == last and words in " ".join(told.split()) for where, told in shown), (address, shown)
        assert "A second person has not agreed" in sent(
            client_for(sio), f"{desk}look/", 422, do="release", version="3", press=str(new_id())
        )
        sent(client_for(second), f"{desk}look/", do="agree", version="3", press=str(new_id()))
    review = Version.objects.get(product=id, number=3).reviews.get(verdict="agreed")
    assert review.findings >= 1  # how much stood before the second person is on the record


@pytest.mark.parametrize(
    "more",
    [
        {"subtype": "vaping"}, {"region": "999999"}, {"month": "2026-06-01"}, {"kind": "newsletter_monthly"}, {"press": "x"},
        {"month": "0001-01-01"}, {"subtype": "'; DROP"}, {"region": "-1"},
    ],
)  # fmt: skip
def test_of_what_is_not_published_nothing_is_begun_and_the_counts_are_never_the_forms(sio, judged, more):
    judged(11, "bullying")
    judged(4, "vaping")
    with played("network"):
        sent(client_for(sio), START, 422, **asked(judged, **more))
    assert not Version.objects.exists()


@pytest.mark.req("S-levels")
@pytest.mark.parametrize("level", list(Level))
def test_no_member_sees_a_pattern_or_begins_a_draft(network, judged, level):
    judged(11, "bullying")
    browser = client_for(make_member(level=level))
    with played("network"):
        page_of(browser, PATTERNS, 403)
        sent(browser, START, 403, **asked(judged))
    assert not Version.objects.exists()


def test_an_empty_month_says_what_would_stand_there(sio, network):
    with played("network"):
        assert "Nothing is published of this month" in page_of(client_for(sio), PATTERNS)
        assert "Nothing is published" in page_of(client_for(sio), f"{PATTERNS}?month=<script>")
