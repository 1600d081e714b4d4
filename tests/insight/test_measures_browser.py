"""The pages of measures in Chromium: nothing that axe finds, at 320 px too, without a script; what is drawn stands in a table."""

import os
from pathlib import Path

import pytest

from tests.circulation.conftest import copies_of, out  # noqa: F401 - a fixture
from tests.insight import world
from tests.network.support import client_for
from tests.products.conftest import product_of, released, saved, second, sio  # noqa: F401 - fixtures
from tests.products.test_browser import answered, fetched
from tests.support.browser import chromium, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.req("S-measure")]
PAGE = "/desk/measures/"


@pytest.fixture
def pages(out, sio, second) -> dict[str, bytes]:  # noqa: F811
    """Every page in its states, empty and wrong ones among them, fetched as its people do."""
    browser = client_for(sio)
    found = {f"/empty{path}": page for path, page in fetched(browser, PAGE, f"{PAGE}gaps/").items()}
    made = world.build(out, sio, second)
    world.happened(made, 2)
    found |= fetched(browser, PAGE, f"{PAGE}gaps/", f"{PAGE}review/", f"/desk/circulation/{made.a.pk}/")
    found["/years"] = browser.post(PAGE, {"years": "5"}).content
    found["/wrong/measures"] = browser.post(PAGE, {"first": "2026-05-01", "last": "soon"}).content
    found["/wrong/review"] = browser.post(f"{PAGE}review/", {"first": "2030-05-01", "last": "2040-01-01"}).content
    found["/wrong/gap"] = browser.post(f"{PAGE}gaps/begin/", {"what": "topic"}).content
    member = client_for(made.six[0])
    copy = next(one for one in copies_of(made.six[0]) if one.issue.release_id == made.a.pk)
    return found | fetched(member, f"/received/{copy.pk}/", f"/products/{product_of(made.a)}/")


def test_axe_finds_nothing_and_a_phone_needs_no_sideways_scroll(pages):
    assert all(b"<h1" in page for page in pages.values())
    shots = os.environ.get("UPSTANDER_SHOTS", "")
    with chromium() as browser:
        wrong: list[str] = []
        for width in (320, 1280):
            page = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=True).new_page()
            page.route("**/*", answered(pages))
            for address in pages:
                page.goto(f"http://network.example{address}")
                if shots:
                    page.screenshot(path=Path(shots) / f"{width}{address.replace('/', '_')}.png", full_page=True)
                wrong += [f"{address}: {line}" for line in violations(page)] if width == 320 else []
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    wrong.append(f"{address}: {wide} px wide")
        assert wrong == []
