"""From an entry to a product and back: paragraphs keep their markings, sources go with them, and an entry says to whoever may
know it by whom it is named."""

import re
from dataclasses import replace
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from tests.network.support import client_for, make_member, make_second, played
from tests.products.conftest import agree
from tests.products.test_pages import page_of, sent
from tests.register.conftest import FOUO, LES, OPEN, TITLE, entered
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.people.models import Account
from upstander.products import drafts, releasing, sources
from upstander.products.content import content, of_version
from upstander.products.models import Source, Version
from upstander.register import citing
from upstander.register.models import Citation, Incident

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-topics", "S-levels"), pytest.mark.usefixtures("network")]


def begun(sio, incident: Incident, kind: str = "after_action") -> UUID:
    """A draft from an entry, by the page's one press (pressed twice)."""
    with played("network"):
        page = page_of(sio, f"/incidents/{incident.pk}/").split("Start a product")[1]
        press = re.search(r'name="press" value="([^"]+)"', page)[1]
        for _ in range(2):
            sent(sio, f"/desk/incidents/{incident.pk}/begin/", press=press, kind=kind)
    return UUID(press)


def out(product_id: UUID) -> None:
    """Seen by a second person, and released."""
    by = Account.objects.get(name="Sam Whitaker").pk
    for source in Source.objects.filter(product=product_id).exclude(originator=""):
        said = sources.Said(Level.OPEN, "Capt. Reyes", source.added_at.date(), "by telephone")
        sources.record_release(source, by, new_id(), said)
    version = Version.objects.filter(product=product_id).order_by("-number")[0]
    agree(version, make_second())
    releasing.release(product_id, version.number, by, new_id())


def test_by_one_press_a_draft_holds_each_paragraph_with_its_marking_and_each_source_with_whose_it_is(sio) -> None:
    incident = entered()
    id = begun(sio, incident)
    draft = content(of_version(Version.objects.filter(product=id).order_by("-number")[0]))
    titles = {source.pk: (source.title, source.originator) for source in Source.objects.filter(product=id)}
    herald, review = ("Harrow Creek Herald, April 13, 2019", ""), ("Case review of the county", "Harrow County Sheriff")
    told = [(line.text.split(": ", 1)[-1].split(" https")[0], line.marking, titles[line.source]) for line in draft.lines]
    assert told == [
        (TITLE, "open", herald), (OPEN, "open", herald), (FOUO, "fouo", herald), (LES, "les", review),
        ("Harrow Creek Herald, April 13, 2019.", "open", herald), ("Case review of the county.", "les", review),
    ]  # fmt: skip
    assert (draft.kind, draft.topics) == ("after_action", ("threats", "violence"))
    assert Version.objects.filter(product=id).count() == 2 and Citation.objects.get().incident_id == incident.pk
    with played("network"):  # the third agency's words wait for its release
        page = page_of(sio, f"/desk/products/{id}/look/")
    assert "Harrow County Sheriff" in page.split("What keeps it back")[1].split("</section>")[0]


@pytest.mark.req("S-sio")
def test_what_is_pasted_into_it_stands_before_the_second_person(sio) -> None:
    id = begun(sio, entered())
    latest = Version.objects.filter(product=id).order_by("-number")[0]
    draft = content(of_version(latest))
    told = replace(draft.lines[1], text="A boy named Tyler Hutchins, 217-555-0142, told it on March 4.")
    drafts.save(id, 1, latest.number, replace(draft, lines=(*draft.lines, told)))
    second = client_for(make_second())
    with played("network"):
        page = page_of(second, f"/desk/products/{id}/look/")
    for words in ("Tyler Hutchins", "217-555-0142", "March 4"):
        assert f"<b>{words}</b>" in page, words


def test_each_level_reads_by_which_products_an_entry_is_named_and_on_the_product_the_entry(sio) -> None:
    incident = entered()
    id = begun(sio, incident)
    out(id)
    for level in Level:
        browser = client_for(make_member(level=level))
        with played("network"):
            assert f"/products/{id}/" in page_of(browser, f"/incidents/{incident.pk}/").split("Cited by")[1]
            assert incident.number in page_of(browser, f"/products/{id}/").split("Past incidents that it names")[1]
    with played("network"):
        assert f"/desk/products/{id}/look/" in page_of(sio, f"/incidents/{incident.pk}/").split("Cited by")[1]


@pytest.mark.parametrize("hidden", ["the incident", "that it is named", "the product"])
def test_who_may_not_read_entry_product_or_that_one_names_the_other_hears_nothing_of_it(sio, hidden) -> None:
    shown = entered()
    named = entered(marking="les", title="For officers") if hidden == "the incident" else shown
    id = begun(sio, entered(marking="les", title="Officers' own") if hidden == "the product" else shown)
    marking = "les" if hidden == "that it is named" else ""
    Citation.objects.all().delete()
    with walls.reading(walls.STAFF):
        citing.cite(id, named.number, marking, 1, new_id())
    out(id)
    for level in Level:
        browser, knows = client_for(make_member(level=level)), level is Level.LES
        with played("network"), walls.reading(level):
            assert Citation.objects.exists() is knows  # the database's own word
        with played("network"):
            assert ("Cited by" in page_of(browser, f"/incidents/{shown.pk}/")) is (knows and named == shown)
            if hidden != "the product":
                assert ("Past incidents that it names" in page_of(browser, f"/products/{id}/")) is knows
    with played("network"):  # the officer looks at the product as others read it
        there = 404 if hidden == "the product" else 200
        assert "Past incidents that it names" not in page_of(sio, f"/products/{id}/?level=open", there)


def test_named_and_named_no_more_by_its_number_and_a_slip_comes_back_filled(sio) -> None:
    incident, other = entered(), entered(title="Another one")
    id, grave = begun(sio, incident), entered(marking="les", title="Grave")
    address = f"/desk/products/{id}/incidents/"
    with played("network"):
        for _ in range(2):
            sent(sio, address, do="cite", number=f" {other.number} ", press=str(new_id()))
    assert Citation.objects.filter(ended_at=None).count() == 2
    cited = str(Citation.objects.get(incident=other).pk)
    with played("network"):
        wrong = sent(sio, address, 422, do="cite", number="2026-999999", press=str(new_id()))
        assert "There is no such entry" in wrong and 'value="2026-999999"' in wrong
        low = sent(sio, address, 422, do="cite", number=grave.number, marking="open", press=str(new_id()))
        assert "marked higher" in low
        sent(sio, address, do="end", citation=cited)
        sent(sio, address, 404, do="end", citation="x")
        assert "Another one" not in page_of(sio, f"/desk/products/{id}/look/")
        page_of(sio, f"/desk/products/{new_id()}/incidents/", 404)
    assert Citation.objects.get(ended_at=None).incident_id == incident.pk


@pytest.mark.parametrize("level", list(Level))
def test_no_member_begins_a_product_or_names_an_entry_in_one(sio, level) -> None:
    incident = entered()
    id = begun(sio, incident)
    browser = client_for(make_member(level=level))
    with played("network"):
        sent(browser, f"/desk/incidents/{incident.pk}/begin/", 403, press=str(new_id()), kind="bulletin")
        sent(browser, f"/desk/products/{id}/incidents/", 403, do="cite", number=incident.number, press=str(new_id()))
        page_of(browser, f"/desk/products/{id}/incidents/", 403)
        assert "Start a product" not in page_of(browser, f"/incidents/{incident.pk}/")
        with pytest.raises(DatabaseError, match="permission denied"), walls.reading(level), transaction.atomic():
            Citation.objects.create(
                id=new_id(), incident=incident, product_id=id, marking="open", level=0, at=incident.made_at, account_id=1
            )
