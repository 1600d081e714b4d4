"""The pages in Chromium: nothing that axe finds, at 320 px too, without a script."""

import pytest
from django.test import Client

from tests.circulation.conftest import copies_of, relayed, work
from tests.network.support import client_for, make_member
from tests.products.conftest import BULLETIN, bulletin, product_of
from tests.products.test_browser import answered, fetched
from tests.support.browser import chromium, violations
from upstander.circulation.models import Choice
from upstander.ids import new_id
from upstander.network import links
from upstander.network.models import Member
from upstander.products import releasing

pytestmark = [pytest.mark.browser, pytest.mark.req("S-products")]


@pytest.fixture
def pages(out, sio, clock) -> dict[str, bytes]:
    """Every page of this room, full and empty, fetched as its people do."""
    member, late, empty = make_member("Ana Rivera"), make_member("Silent Sam", telephone="217-555-0142"), make_member()
    found = {f"/empty{path}": body for path, body in fetched(client_for(sio), "/desk/circulation/").items()}
    found |= {f"/empty{path}": body for path, body in fetched(client_for(empty), "/received/", "/me/told/").items()}
    release = out(bulletin(*BULLETIN, urgent=True, acknowledge=True))
    gone = out()
    relayed()
    recall = releasing.recall(product_of(gone), sio.pk, new_id(), "Wrong", "Destroy it.")
    Member.objects.filter(pk=empty.pk).update(state=Member.State.SUSPENDED)
    work()
    clock(31 * 60)
    browser = client_for(member)
    addresses = [f"/products/{product_of(release)}/", "/received/", *(f"/received/{copy.id}/" for copy in copies_of(member))]
    found |= fetched(browser, *addresses)
    found["/made/feed"] = browser.post("/me/told/feed/", {"do": "make"}).content
    found["/wrong/told"] = browser.post("/me/told/", {"told": "never", "topics": "none"}).content
    issue, call = f"/desk/circulation/{release.id}/", f"/desk/circulation/{recall.id}/"
    found |= fetched(client_for(sio), "/desk/circulation/", issue, call)
    found["/desk/circulation/found"] = client_for(sio).post("/desk/circulation/", {"q": "7"}).content
    id = new_id()
    made = links.mint(id)
    Choice.objects.create(id=id, member=late, **made)
    token = "x" * 32
    Choice.objects.filter(pk=id).update(digest=links.digest(token))
    found |= fetched(Client(), f"/unsubscribe/{token}/")
    found["/done/unsubscribe"] = Client().post(f"/unsubscribe/{token}/").content
    return found


def test_axe_finds_nothing_and_a_phone_needs_no_sideways_scroll(pages):
    assert all(b"<h1" in page for page in pages.values())
    with chromium() as browser:
        wrong: list[str] = []
        page = browser.new_context(viewport={"width": 320, "height": 800}, java_script_enabled=True).new_page()
        page.route("**/*", answered(pages))
        for address in pages:
            page.goto(f"http://network.example{address}")
            wrong += [f"{address}: {line}" for line in violations(page)]
            wide = page.evaluate("document.documentElement.scrollWidth")
            wrong += [f"{address}: {wide} px wide"] if wide > 320 else []
    assert not wrong, "\n".join(wrong)
