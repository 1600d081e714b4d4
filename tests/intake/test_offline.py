"""The app on a reporter's phone: opens without a line, keeps what is not sent locked, sends it once, and goes without a trace."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.intake.reader import Reader
from tests.support.browser import PATIENCE, chromium, press, served, violations
from tests.support.proxy import Proxy
from upstander.intake.models import Tip
from upstander.intake.services import open_dialogue

PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
NOT_SENT = "Your report is NOT sent yet."
WORDS = "zebra-canary-words"

in_a_browser = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class Line:
    """A phone's line to the site, which can go and come back."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy, self.address = proxy, f"http://localhost:{proxy.port}"

    def goes(self) -> None:
        self.proxy.down = True
        self.proxy.cut()

    def returns(self, page: Page) -> None:
        self.proxy.down = False
        page.evaluate("dispatchEvent(new Event('online'))")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def line(app) -> Iterator[Line]:
    with served(app) as address, Proxy(("127.0.0.1", int(address.rpartition(":")[2]))) as proxy:
        yield Line(proxy)


@pytest.fixture
def context(browser, line) -> Iterator[BrowserContext]:
    made = browser.new_context(**PHONE, locale="en-US")
    yield made
    made.close()


@pytest.fixture
def page(context, line) -> Page:
    """A phone on which somebody has pressed *Keep these pages on this phone*."""
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    opened.goto(f"{line.address}/app/")
    opened.get_by_role("button", name="Keep these pages on this phone").click()
    expect(opened.get_by_text("These pages are on this phone.")).to_be_visible()
    return opened


def stored(page: Page) -> str:
    """Everything that the browser keeps of this site, as far as any script can read it."""
    return page.evaluate(
        """async () => {
        const said = [document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
        for (const name of await caches.keys()) for (const asked of await (await caches.open(name)).keys())
          said.push(asked.url, await (await caches.match(asked)).text());
        for (const { name } of await indexedDB.databases()) {
          const base = await new Promise((done) => { const o = indexedDB.open(name); o.onsuccess = () => done(o.result); });
          for (const store of base.objectStoreNames) {
            const rows = await new Promise((done) => {
              const all = base.transaction(store).objectStore(store).getAll(); all.onsuccess = () => done(all.result); });
            for (const row of rows) said.push(store,
              row instanceof CryptoKey ? `key extractable:${row.extractable}` : JSON.stringify(row),
              row.sealed ? new TextDecoder('latin1').decode(row.sealed) : '');
          }
          base.close();
        }
        return said.join('\\n');
        }"""
    )


def trace(page: Page) -> list[object]:
    """What is there of the app, by name."""
    return page.evaluate(
        "async () => [...await caches.keys(), ...(await indexedDB.databases()).map(({name}) => name),"
        " ...(await navigator.serviceWorker.getRegistrations()).map(({scope}) => scope)]"
    )


def write_without_a_line(page: Page, line: Line) -> None:
    line.goes()
    page.goto(f"{line.address}/")
    expect(page.get_by_text("There is no internet right now.")).to_be_visible()
    page.goto(f"{line.address}/tell/")
    page.get_by_label("What is happening?").fill(WORDS)
    page.get_by_label("Somebody is in danger right now").check()
    press(page, "Send")
    expect(page.get_by_text(NOT_SENT)).to_be_visible()


def code_of(page: Page) -> str:
    return page.locator("#receipt-code").get_attribute("data-copy-text")


@pytest.mark.req("D-II.E")
class TestInABrowser:
    pytestmark = in_a_browser

    def test_without_a_line_it_opens_keeps_the_report_locked_and_sends_it_once_when_the_line_is_back(self, page, line):
        write_without_a_line(page, line)
        assert Tip.objects.count() == 0
        kept = stored(page)
        assert WORDS not in kept and "extractable:false" in kept and '"state":"waiting"' in kept
        line.returns(page)
        expect(page.get_by_text("Your report is sent.")).to_be_visible()
        tip = Tip.objects.get()
        assert tip.danger_now
        press(page, "Show my code")
        expect(page.get_by_role("heading", name="Received")).to_be_visible()
        assert [u.text for u in open_dialogue(code_of(page)).said] == [WORDS]
        assert Tip.objects.get().id == tip.id, "the same key and the same words are one report"
        expect(page.get_by_text("The copy that waited on your phone is removed.")).to_be_visible()
        code = code_of(page)
        page.goto(f"{line.address}/app/")
        expect(page.get_by_text(NOT_SENT)).to_be_hidden()
        left = stored(page)
        assert WORDS not in left and code not in left and '"state":' not in left

    def test_a_phone_without_the_app_is_promised_nothing_and_told_where_it_pressed(self, context, line):
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{line.address}/tell/")
        press(page, "No, but I am worried")
        page.get_by_label("What is happening?").fill(WORDS)
        context.set_offline(True)
        said = page.locator("[data-app-line]")
        expect(said).to_contain_text("Nothing is sent. Keep this page open")
        expect(said).not_to_contain_text("locked on this phone")
        page.get_by_role("button", name="Send now").click()
        told = page.locator("#line-stays")
        expect(told).to_contain_text("This has NOT been sent.")
        expect(told).to_be_in_viewport()
        assert violations(page) == []
        assert trace(page) == []
        context.set_offline(False)
        expect(told).to_have_count(0)
        expect(said).to_be_hidden()
        with page.expect_navigation():  # by key: a second click on the spot of the first, so soon, would be a nervous finger's
            page.get_by_role("button", name="Send now").press("Enter")
        expect(page.get_by_role("heading", name="Received")).to_be_visible()
        assert Tip.objects.count() == 1

    def test_in_a_dialogue_no_reply_is_said_to_be_kept(self, page, line, context):
        page.goto(f"{line.address}/tell/")
        press(page, "No, but I am worried")
        page.get_by_label("What is happening?").fill(WORDS)
        press(page, "Send now")
        code = code_of(page)
        page.goto(f"{line.address}/return/")
        page.get_by_label("Your code").fill(code)
        page.locator("main form button").first.click()
        expect(page.get_by_text(WORDS)).to_be_visible()
        context.set_offline(True)
        expect(page.locator("[data-app-line]")).to_contain_text("Nothing is sent. Keep this page open")
        expect(page.locator("[data-chat]")).not_to_contain_text("by themselves")

    def test_a_report_begun_on_the_line_goes_on_waiting_on_the_phone_when_it_breaks(self, page, line):
        page.goto(f"{line.address}/tell/")
        press(page, "No, but I am worried")
        page.get_by_label("What is happening?").fill(WORDS)
        line.goes()
        page.get_by_role("button", name="Next", exact=True).click()
        expect(page.get_by_text("This has NOT been sent.")).to_be_visible()
        expect(page.get_by_label("What is happening?")).to_have_value(WORDS)
        assert not violations(page), violations(page)
        press(page, "Send now")
        expect(page.get_by_text(NOT_SENT)).to_be_visible()
        assert WORDS not in stored(page)
        line.returns(page)
        expect(page.get_by_text("Your report is sent.")).to_be_visible()
        press(page, "Show my code")
        assert [u.text for u in open_dialogue(code_of(page)).said] == [WORDS]
        assert Tip.objects.count() == 1

    @pytest.mark.req("D-II.F")
    def test_one_press_takes_everything_off_the_phone(self, page, line):
        write_without_a_line(page, line)
        page.goto(f"{line.address}/app/")
        page.get_by_role("button", name="Remove everything from this phone").click()
        expect(page.get_by_text("Everything was removed.")).to_be_visible()
        assert trace(page) == []
        line.returns(page)
        page.goto(f"{line.address}/")
        assert trace(page) == [] and Tip.objects.count() == 0

    @pytest.mark.req("D-II.F")
    def test_leave_quickly_leaves_nothing_of_it_behind(self, page, line, context):
        write_without_a_line(page, line)
        page.route("https://www.weather.gov/**", lambda route: route.fulfill(body="<title>Weather</title>sunny"))
        page.get_by_role("link", name="Leave quickly").click()
        page.wait_for_url("https://www.weather.gov/**")
        line.proxy.down = False
        other = context.new_page()
        other.goto(f"{line.address}/about/")
        other.wait_for_function(
            "async () => (await caches.keys()).length + (await indexedDB.databases()).length"
            " + (await navigator.serviceWorker.getRegistrations()).length === 0"
        )

    def test_each_state_passes_axe_at_320_px(self, page, line):
        def good(name: str) -> None:
            assert not violations(page), (name, violations(page))
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, name

        good("kept")
        page.goto(f"{line.address}/tell/offline/")
        good("one page")
        write_without_a_line(page, line)
        good("not sent")
        page.goto(f"{line.address}/")
        good("first page, no line")
        page.get_by_role("button", name="Remove it from this phone").click()
        expect(page.get_by_role("button", name="Press again to remove it")).to_be_visible()
        good("sure?")
        line.returns(page)
        expect(page.get_by_text("Your report is sent.")).to_be_visible()
        good("sent")
        press(page, "Show my code")
        good("code")

    def test_a_pressed_remove_asks_once_more_and_then_nothing_is_sent(self, page, line):
        write_without_a_line(page, line)
        page.get_by_role("button", name="Remove it from this phone").click()
        page.get_by_role("button", name="Press again to remove it").click()
        expect(page.get_by_text(NOT_SENT)).to_be_hidden()
        line.returns(page)
        page.goto(f"{line.address}/")
        assert Tip.objects.count() == 0

    @pytest.mark.req("D-II.F")
    def test_who_did_not_ask_for_it_has_nothing_on_the_phone(self, context, line):
        page = context.new_page()
        for path in ("/", "/tell/", "/app/", "/tell/offline/"):
            page.goto(f"{line.address}{path}")
            page.wait_for_load_state("networkidle")
        assert trace(page) == []

    def test_a_browser_that_can_keep_nothing_says_so_and_has_every_page(self, browser, line):
        context = browser.new_context(**PHONE, locale="en-US")
        context.add_init_script("delete Navigator.prototype.serviceWorker; delete window.caches")
        page, wrong = context.new_page(), []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{line.address}/app/")
        expect(page.get_by_text("This browser can’t keep the pages.")).to_be_visible()
        page.goto(f"{line.address}/tell/")
        press(page, "No, but I am worried")
        page.get_by_label("What is happening?").fill("words")
        press(page, "Send now")
        assert open_dialogue(code_of(page)).said[0].text == "words" and not wrong
        context.close()

    def test_pictures_shared_without_a_line_are_not_kept_and_the_page_says_so(self, page, line):
        line.goes()
        page.evaluate(
            """() => { const form = document.createElement('form'); form.method = 'post'; form.enctype = 'multipart/form-data';
            form.action = '/tell/files/shared/'; document.body.append(form); form.submit(); }"""
        )
        expect(page.get_by_text("Pictures can’t come along without internet.")).to_be_visible()
        assert Tip.objects.count() == 0


@pytest.mark.django_db
class TestWithoutJavaScript:
    def test_the_whole_report_on_one_page(self, web):
        page = Reader(web, "/tell/offline/")
        page.press("send", text="words", who="Max", place_text="Lincoln", danger="on", about="self")
        assert page.heading() == "Received" and "data-app-kept" not in page.html
        tip = Tip.objects.get()
        assert tip.danger_now and tip.about_self and tip.channel == "web"

    def test_what_is_wrong_is_said_at_its_field_and_every_word_stays(self, web):
        page = Reader(web, "/tell/offline/").press("send", text="words", email="nobody")
        assert page.status == 422 and "does not look like an e-mail address" in page.text
        assert page.press("send", email="").heading() == "Received"
        assert Tip.objects.get()

    def test_the_same_key_and_words_are_one_report_and_a_weak_key_is_none(self, web, key):
        mine, codes = key(), set()
        for _ in range(2):
            page = Reader(web, "/tell/offline/").press("send", text="words", key=mine)
            codes.add(page.html.partition('data-copy-text="')[2][:19])
        assert len(codes) == 1 and Tip.objects.count() == 1
        for _ in range(2):
            Reader(web, "/tell/offline/").press("send", text="words", key="k")
        assert Tip.objects.count() == 3

    def test_what_waited_on_a_phone_for_days_is_still_sent_but_never_shown_again(self, web, clock):
        page = Reader(web, "/tell/").press("next", danger="no").press("next", text="words")
        clock(20 * 86400)
        again = Reader(web, "/tell/").press("next", draft=page.fields["draft"], step="where", danger="no")
        assert "To keep you safe we forgot" in again.text
        mark = "0b4a9c3e-1111-4222-8333-444455556666"
        assert page.press("send", kept=mark).heading() == "Received"
        assert f'data-app-kept="{mark}"' in page.html

    @pytest.mark.parametrize("mark", ["", "x", '"><script>', "g" * 36])
    def test_a_mark_that_no_phone_makes_is_not_repeated(self, web, mark):
        page = Reader(web, "/tell/offline/").press("send", text="words", kept=mark)
        assert page.heading() == "Received" and "data-app-kept" not in page.html

    def test_the_worker_may_keep_pages_that_are_the_same_for_everybody(self, web):
        answer = web.get("/worker.js")
        told = json.loads(answer.content.decode().removeprefix("self.app=").partition(";importScripts")[0])
        assert answer["Content-Type"].startswith("text/javascript") and answer["Cache-Control"] == "no-store"
        assert "default-src 'self'" in answer["Content-Security-Policy"] and not answer.cookies
        for path in told["pages"]:
            one, other = web.get(path), web.get(path)
            assert one.status_code == 200 and one.content == other.content, path
        assert not any(path.startswith("/tell/?") for path in told["pages"]), "it carries a key of its own"
        for part in told["parts"]:
            assert web.get(part).status_code == 200, part

    @pytest.mark.parametrize("path", ["/worker.js", "/app/"])
    def test_they_are_only_read(self, web, path):
        assert web.post(path).status_code == 405

    def test_a_strangers_page_cannot_send_in_a_reporters_name(self, web):
        strange = {"Sec-Fetch-Site": "cross-site"}
        for path in ("/tell/offline/", "/tell/files/shared/"):
            assert web.post(path, {"text": "words", "go": "send"}, headers=strange).status_code == 403
        assert Tip.objects.count() == 0
