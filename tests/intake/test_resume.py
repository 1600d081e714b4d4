"""A file whose line broke for good is taken up where it broke: what has arrived is not brought again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.evidence.conftest import video
from tests.evidence.shimmed import wsgi
from tests.support.browser import chromium, press, served
from upstander.evidence.models import CHUNK, File, Upload

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.mark.req("D-II.E")
@pytest.mark.parametrize("forgotten", [False, True], ids=["goes on", "forgotten meanwhile: begins anew"])
def test_try_again_asks_what_is_there_and_brings_the_rest(browser, app, tmp_path: Path, forgotten):
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(video(CHUNK * 3 + 99))
    brought: list[str] = []
    with served(wsgi(app)) as site:
        context = browser.new_context()
        page = context.new_page()
        page.clock.install()
        page.goto(f"{site}/tell/")
        press(page, "No, but I am worried")
        page.get_by_label("What is happening?").fill("words")
        for _ in range(4):
            press(page, "Next")
        page.on("request", lambda r: brought.append(r.url.rpartition("/")[2]) if r.method == "PUT" else None)
        page.route("**/api/v1/uploads/2", lambda route: route.abort())
        page.get_by_label("Choose a file").set_input_files(clip)
        again = page.get_by_role("button", name="Try again")
        for tries in range(1, 60):
            with page.expect_request("**/api/v1/uploads/2") if tries == 1 else page.expect_event("requestfailed"):
                page.clock.run_for(30_000)
            page.clock.run_for(0)
            if again.is_visible():
                break
        expect(again).to_be_visible()
        assert brought[:3] == ["0", "1", "2"]
        if forgotten:
            Upload.objects.all().delete()
        page.unroute("**/api/v1/uploads/2")
        brought.clear()
        again.click()
        expect(page.locator("input[name=upload]")).to_have_count(1)
        assert brought == (["0", "1", "2", "3"] if forgotten else ["2", "3"])
        press(page, "Send")
        expect(page.get_by_role("heading", name="Received")).to_be_visible()
        context.close()
    assert File.objects.get().chunks == 4
