"""A phone of 320 px sends a file: with JavaScript in chunks over a line that breaks, without it by the form alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.evidence.conftest import picture, video
from tests.evidence.shimmed import wsgi
from tests.intake.test_browser import PHONE, fits
from tests.support.browser import chromium, press, served, violations
from upstander.evidence.models import CHUNK, File

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def site(app) -> Iterator[str]:
    with served(wsgi(app)) as address:
        yield address


def at_review(page: Page, site: str) -> None:
    page.goto(f"{site}/tell/")
    press(page, "No, but I am worried")
    page.get_by_label("What is happening?").fill("words")
    for _ in range(4):
        press(page, "Next")
    expect(page.get_by_role("heading", name="Is this right?")).to_be_visible()


def kept(tmp_path: Path, name: str, data: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def test_with_javascript_it_goes_on_where_the_line_broke_and_send_waits_for_it(browser, site, tmp_path):
    context = browser.new_context(**PHONE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if "Content Security" in m.text else None)
    at_review(page, site)
    broken: list[str] = []

    def line(route) -> None:
        if route.request.url.endswith("/2") and len(broken) < 2:
            broken.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/uploads/*", line)
    page.get_by_label("Choose a file").set_input_files(kept(tmp_path, "clip.mp4", video(CHUNK * 4 + 99)))
    page.get_by_role("button", name="Send", exact=True).click()  # at once: it waits
    expect(page.get_by_role("heading", name="Received")).to_be_visible(timeout=20_000)
    assert len(broken) == 2
    file = File.objects.get()
    assert (file.kind, file.chunks) == ("mp4", 5)
    assert not complaints
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    context.close()


def test_words_do_not_wait_long_for_a_file_that_does_not_come(browser, site, tmp_path):
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.clock.install()
    at_review(page, site)
    page.route("**/api/v1/uploads/*", lambda route: route.abort())
    page.get_by_label("Choose a file").set_input_files(kept(tmp_path, "clip.mp4", video(CHUNK * 2)))
    page.get_by_role("button", name="Send", exact=True).click()  # it waits for the file
    expect(page.get_by_text("Then your words go first")).to_be_visible()
    page.clock.run_for(16_000)
    expect(page.get_by_role("heading", name="Received")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("This file was too slow")).to_be_visible()
    assert not File.objects.exists()
    context.close()


def test_the_list_with_its_bars_passes_axe_fits_and_a_file_is_taken_off_again(browser, site, tmp_path):
    context = browser.new_context(**PHONE)
    page = context.new_page()
    at_review(page, site)
    assert not violations(page), violations(page)
    assert fits(page)
    good, bad = kept(tmp_path, "photo.jpg", picture()), kept(tmp_path, "all.zip", b"PK\x03\x04" + b"0" * 999)
    page.get_by_label("Choose a file").set_input_files([good, bad])
    expect(page.get_by_text("We cannot take this kind of file").first).to_be_visible()
    expect(page.locator("input[name=upload]")).to_have_count(1)
    assert not violations(page), violations(page)
    assert fits(page)
    page.get_by_role("button", name="Take off photo.jpg").click()
    expect(page.locator("input[name=upload]")).to_have_count(0)
    press(page, "Send")
    expect(page.get_by_role("heading", name="Received")).to_be_visible()
    assert not File.objects.exists()
    context.close()


def test_without_javascript_the_form_brings_it_in_report_and_dialogue(browser, site, tmp_path):
    context = browser.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    at_review(page, site)
    page.get_by_label("Choose a file").set_input_files(
        kept(tmp_path, "photo.jpg", picture(size=(1200, 900), quality=95))
    )
    press(page, "Add the file")
    expect(page.get_by_text("photo.jpg").first).to_be_visible()
    page.get_by_label("Choose a file").set_input_files(kept(tmp_path, "clip.mp4", video(CHUNK * 3)))
    press(page, "Send")
    expect(page.get_by_role("heading", name="Received")).to_be_visible()
    press(page, "See your report and add to it")
    page.get_by_text("Send a picture, video or sound").click()
    page.get_by_label("Write to us").fill("one more")
    page.get_by_label("Choose a file").set_input_files(kept(tmp_path, "second.png", picture("PNG")))
    press(page, "Send")
    expect(page.get_by_text("We have what you wrote.")).to_be_visible()
    expect(page.get_by_text("Picture (PNG)")).to_be_visible()
    assert sorted(File.objects.values_list("kind", flat=True)) == ["jpeg", "mp4", "png"]
    assert File.objects.get(kind="mp4").size == CHUNK * 3
    assert not violations_without_scripts(page)
    context.close()


def violations_without_scripts(page: Page) -> bool:
    """What can be seen without running axe: nothing sticks out."""
    return page.locator("html").bounding_box()["width"] > 320


def test_the_dialogue_with_its_files_passes_axe(browser, site, with_files):
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.goto(f"{site}/return/")
    page.get_by_label("Your code").fill(with_files(picture(), subtype="sexual_images_of_children").receipt)
    press(page, "Open my report")
    page.get_by_text("Send a picture, video or sound").click()
    expect(page.get_by_text("may show somebody under 18").first).to_be_visible()
    assert not violations(page), violations(page)
    assert fits(page)
    context.close()
