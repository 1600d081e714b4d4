"""The pages in Chromium: nothing that axe finds, at 320 px too, error states among them (S-repository)."""

import os
from pathlib import Path

import pytest

from tests.network.support import client_for, make_member
from tests.products.conftest import BULLETIN, bulletin, text
from tests.products.test_browser import answered, fetched
from tests.repository.conftest import discussed, gathered, happened, shared
from tests.support.browser import chromium, violations
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.repository import keeping
from upstander.repository.finding import Wanted
from upstander.repository.models import Fouo

pytestmark = [pytest.mark.browser, pytest.mark.req("S-repository")]


@pytest.fixture
def pages(them, released, sio) -> dict[str, bytes]:
    """Every page in its states, errors among them."""
    released(bulletin(*BULLETIN, text("The caller asked for the gate at which families wait.", "open")))
    shared(sio, headline="Winter storm: the gate at which families wait stays shut"), discussed(them), happened()
    gathered(title="Reunification at the gate, a webinar")
    reader, empty = them.ana.client, client_for(make_member(level=Level.OPEN))
    member = them.ana.member
    with walls.reading(Level.FOUO, member.id):
        kept = keeping.keep(member.id, member.account_id, new_id(), Wanted("gate", ("forum", "event"), "threats"), "daily")
    one = Fouo.objects.filter(kind="event").get()
    found = fetched(reader, "/find/", f"/find/like/{one.pk}/", "/find/kept/", f"/find/kept/{kept.pk}/")
    found["/found"] = reader.post("/find/", {"words": "gate"}).content
    found["/found/mistyped"] = reader.post("/find/", {"words": "reunificatoin", "kinds": ["event"], "topic": ""}).content
    found["/found/nothing"] = reader.post("/find/", {"words": "zebra", "topic": "threats"}).content
    found["/found/staff"] = them.sio.client.post("/find/?level=les", {"words": "gate"}).content
    found["/error/find"] = reader.post("/find/", {"words": "gate", "since": "soon"}).content
    found["/error/keep"] = reader.post("/find/keep/", {"words": "gate", "press": str(new_id())}).content
    found["/error/how"] = reader.post(f"/find/kept/{kept.pk}/", {"do": "change", "how": "x"}).content
    return found | {"/empty": empty.get("/find/kept/").content}


def test_axe_finds_nothing_and_a_phone_needs_no_sideways_scroll(pages):
    assert all(b"<h1" in page for page in pages.values())
    pictures = os.environ.get("UPSTANDER_PICTURES", "")
    with chromium() as browser:
        wrong: list[str] = []
        for width in (320, 1280) if pictures else (320,):
            page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
            page.route("**/*", answered(pages))
            for address in pages:
                page.goto(f"http://network.example{address}")
                wrong += [f"{address}: {line}" for line in violations(page)]
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    wrong.append(f"{address}: {wide} px wide")
                if pictures:
                    page.screenshot(path=Path(pictures) / f"{width}{address.replace('/', '_')}.png", full_page=True)
        assert wrong == []
