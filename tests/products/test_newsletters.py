"""A newsletter begins with the month's items, each paragraph with its marking, and nothing that may not stand in it."""

from datetime import date

import pytest

from tests.network.support import client_for
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
    title,
)
from tests.products.test_pages import sent
from tests.products.test_release import read
from upstander.ids import new_id
from upstander.markings import Kind, Level
from upstander.products import newsletters, releasing, sources
from upstander.products.content import Line, network
from upstander.products.errors import CannotDo
from upstander.products.models import Product, Version

pytestmark = pytest.mark.req("S-products")


@pytest.mark.parametrize(
    ("cadence", "back", "first", "after", "words"),
    [
        ("monthly", 0, date(2027, 1, 1), date(2027, 2, 1), "January 2027"),
        ("monthly", 1, date(2026, 12, 1), date(2027, 1, 1), "December 2026"),
        ("quarterly", 0, date(2027, 1, 1), date(2027, 4, 1), "January to March 2027"),
        ("quarterly", 1, date(2026, 10, 1), date(2027, 1, 1), "October to December 2026"),
    ],
)
def test_its_months_are_those_of_the_calendar(cadence, back, first, after, words):
    found = newsletters.months(cadence, date(2027, 1, 31), back)
    assert (found.first, found.after, found.words) == (first, after, words)


@pytest.mark.req("S-levels")
def test_what_went_out_is_in_it_for_each_level_what_that_level_reads(released, sio, second):
    released()
    released(bulletin(title("Officers only", "les"), text("A warrant.", "les"), topics=("narcotics",)))
    version = newsletters.begin(new_id(), sio.pk, "newsletter_monthly", 0)
    assert version.kind == "newsletter_monthly" and set(version.topics) == {"threats", "narcotics"}
    agree(version, second)
    releasing.release(version.product_id, 1, sio.pk, new_id())
    name = read(version.product_id, Level.OPEN)[0]
    assert read(version.product_id, Level.OPEN) == [name, HEAD, OPEN]
    assert read(version.product_id, Level.FOUO) == [name, HEAD, OPEN, FOUO]
    assert set(read(version.product_id, Level.LES)) == {name, HEAD, OPEN, FOUO, LES, "Officers only", "A warrant."}
    assert HEAD_LES not in read(version.product_id, Level.LES)  # the heading is the title that all of its readers may see


def test_what_was_recalled_is_another_agencys_or_a_newsletter_itself_is_not_in_it(released, saved, sio, second):
    gone = product_of(released(bulletin(title("Gone"), text("Gone.", "open"))))
    releasing.recall(gone, sio.pk, new_id(), "Wrong", "Destroy it.")
    first = saved()
    source = sources.add(first.product_id, sio.pk, new_id(), "Note", "Federal partner")
    sources.record_release(source, sio.pk, new_id(), sources.Said(Level.OPEN, "Officer", date(2026, 1, 1), "By letter"))
    released(bulletin(title("Theirs"), text("Their words.", "open", source=source.id), text("Ours.", "fouo")), of=first)
    version = newsletters.begin(new_id(), sio.pk, "newsletter_monthly", 0)
    texts = list(version.paragraphs.order_by("position").values_list("text", "marking"))
    assert texts[1:] == [("Theirs", "fouo"), ("Ours.", "fouo")]  # no heading above nothing
    agree(version, second)
    releasing.release(version.product_id, 1, sio.pk, new_id())
    again = newsletters.begin(new_id(), sio.pk, "newsletter_quarterly", 0)
    assert again.paragraphs.count() == 3


def test_by_one_press_and_pressed_twice_it_is_one_and_an_empty_month_is_said(released, sio):
    editor, press = client_for(sio), new_id()
    wish = {"kind": "newsletter_monthly", "back": "0", "press": press}
    assert "Nothing went out in these months." in sent(editor, "/desk/products/newsletter/", 422, **wish)
    released(bulletin(*BULLETIN))
    for _ in range(2):
        sent(editor, "/desk/products/newsletter/", **wish)
    assert Version.objects.filter(product=press).count() == 1 and Product.objects.count() == 2
    with pytest.raises(CannotDo, match="which newsletter"):
        newsletters.begin(new_id(), sio.pk, "bulletin", 0)


@pytest.mark.req("S-levels")
def test_another_agencys_title_is_not_taken_over_into_it(released, saved, sio):
    first = saved()
    source = sources.add(first.product_id, sio.pk, new_id(), "Note", "Federal partner")
    sources.record_release(source, sio.pk, new_id(), sources.Said(Level.OPEN, "Officer", date(2026, 1, 1), "By letter"))
    theirs = Line(Kind.TITLE, "Their operation", "open", source.id)
    released(bulletin(theirs, title("Ours, graver", "fouo"), text("Ours.", "open"), text("Vetted.", "fouo")), of=first)
    other = saved()
    note = sources.add(other.product_id, sio.pk, new_id(), "Note", "Federal partner")
    sources.record_release(note, sio.pk, new_id(), sources.Said(Level.OPEN, "Officer", date(2026, 1, 1), "By letter"))
    released(bulletin(Line(Kind.TITLE, "Their raid", "open", note.id), text("Also ours.", "fouo")), of=other)
    version = newsletters.begin(new_id(), sio.pk, "newsletter_monthly", 0)
    texts = list(version.paragraphs.order_by("position").values_list("text", "marking"))[1:]
    assert texts == [
        ("Ours, graver", "fouo"), ("Ours.", "open"), ("Vetted.", "fouo"),
        (network().label("products", "bulletin"), "fouo"), ("Also ours.", "fouo"),
    ]  # fmt: skip
