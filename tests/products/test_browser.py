"""The pages in Chromium: nothing that axe finds, at 320 px too, without a script; on paper the banner is on each page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Route

from tests.network.support import client_for, make_member
from tests.products.conftest import BULLETIN, bulletin, product_of, text
from tests.products.test_files import picture
from tests.products.test_pages import LINES, typed
from tests.support.browser import chromium, violations
from upstander import clock
from upstander.ids import new_id
from upstander.markings import Kind, Level
from upstander.products import files, releasing, sources
from upstander.products.content import Line

pytestmark = [pytest.mark.browser, pytest.mark.req("S-products")]


def answered(pages: dict[str, bytes]) -> Callable[[Route], None]:
    """A route that answers with pages that were fetched before, and with the site's styles."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://network.example")
        if path in pages:
            return route.fulfill(body=pages[path], content_type="text/html; charset=utf-8")
        found = finders.find(path.removeprefix("/static/")) if path.endswith((".css", ".svg", ".woff2")) else None
        return route.fulfill(path=found) if found else route.fulfill(status=404)

    return answer


def fetched(browser: Client, *addresses: str) -> dict[str, bytes]:
    return {address: browser.get(address).content for address in addresses}


@pytest.fixture
def pages(released, saved, sio, second, judged) -> dict[str, bytes]:
    """Every page in its states, errors among them."""
    out = released(bulletin(*BULLETIN, urgent=True))
    product, editor = product_of(out), client_for(sio)
    first = saved(bulletin(BULLETIN[0], text("Emma Johnson wrote it.", "les")))
    gate = files.add(first.product_id, sio.pk, new_id(), "Gate.jpg", picture())
    shown = Line(Kind.PICTURE, "The gate", "les", alt="A gate", file=gate.id)
    draft = saved(bulletin(BULLETIN[0], text("Emma Johnson wrote it.", "les"), shown), of=first)
    source = sources.add(draft.product_id, sio.pk, new_id(), "Note 7", "Federal partner")
    later = product_of(released(goes_at=clock.now() + timedelta(days=2)))
    desk = f"/desk/products/{draft.product_id}"
    found = fetched(
        editor, "/desk/products/", f"{desk}/", f"{desk}/look/", f"{desk}/as/les/", f"{desk}/as/fouo/", f"{desk}/sources/",
        f"{desk}/sources/?record={source.pk}", f"{desk}/history/", f"/desk/products/{product}/look/",
        f"/desk/products/{later}/look/", f"/desk/products/{new_id()}/", f"/desk/product-files/{draft.product_id}/",
    )  # fmt: skip
    judged(11, "bullying")
    found |= fetched(editor, "/desk/products/patterns/?month=2026-07", "/desk/products/patterns/")
    wrong = typed(*LINES[:2], ("text", "", "Words"), kind="")
    found["/error/edit"] = editor.post(f"{desk}/", wrong).content
    found["/error/stale"] = editor.post(f"{desk}/", typed(*LINES)).content
    found["/error/look"] = editor.post(f"{desk}/look/", {"do": "release", "version": "1", "goes_at": "soon"}).content
    found["/error/files"] = editor.post(f"/desk/product-files/{draft.product_id}/", {"press": new_id()}).content
    found["/error/sources"] = editor.post(f"{desk}/sources/", {"title": ""}).content
    reader = client_for(make_member(level=Level.FOUO))
    found |= fetched(reader, "/products/", f"/products/{product}/")
    recalled = product_of(released())
    releasing.recall(recalled, sio.pk, new_id(), "Wrong", "It was a drill.")
    return found | fetched(reader, f"/products/{recalled}/")


def test_axe_finds_nothing_and_a_phone_needs_no_sideways_scroll(pages):
    assert all(b"<h1" in page for page in pages.values())
    with chromium() as browser:
        wrong: list[str] = []
        page = browser.new_context(viewport={"width": 320, "height": 800}).new_page()
        page.route("**/*", answered(pages))
        for address in pages:
            page.goto(f"http://network.example{address}")
            wrong += [f"{address}: {line}" for line in violations(page)]
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > 320:
                wrong.append(f"{address}: {wide} px wide")
        assert wrong == []


def test_on_paper_the_banner_is_at_the_head_and_foot_of_each_page(released):
    import io

    from pypdf import PdfReader

    many = [text(f"Paragraph number {n}. " + "Many words follow here. " * 40, "fouo") for n in range(12)]
    product = product_of(released(bulletin(*BULLETIN[:1], *many)))
    address = f"/products/{product}/"
    pages = fetched(client_for(make_member(level=Level.FOUO)), address)
    with chromium() as browser:
        page = browser.new_page()
        page.route("**/*", answered(pages))
        page.goto(f"http://network.example{address}")
        paper = PdfReader(io.BytesIO(page.pdf(format="Letter")))
    counted = [sheet.extract_text().count("FOR OFFICIAL USE ONLY") for sheet in paper.pages]
    assert len(counted) > 2 and all(n >= 2 for n in counted), counted
