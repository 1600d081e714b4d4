"""Live chat: new words are on the reporter's page within a second, opened by what the reporter brings, bounded, and polite."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection, connections
from granian.server.embed import Server
from playwright.sync_api import Browser, Page, expect

from tests.intake.reader import Reader
from tests.support.browser import PATIENCE, chromium, press, violations
from upstander.evidence.lanes import lanes
from upstander.intake.channels import live, returning
from upstander.intake.models import Tip
from upstander.intake.services import open_dialogue, reply, say
from upstander.ops.refusals import page as refusal
from upstander.ops.shim import Limits, Shim

PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True, "locale": "en-US"}


def dsn() -> str:
    """The test's database, as the public process would name it."""
    import psycopg

    names = ("dbname", "user", "password", "host", "port")
    return psycopg.conninfo.make_conninfo(**{k: v for k, v in connection.get_connection_params().items() if k in names})


async def in_a_thread(call: Callable[[], Any]) -> Any:
    return await asyncio.to_thread(call)


class Listener:
    """A page's request for its stream, without a server in between; of whom it is nothing is handed on."""

    def __init__(self, app: live.Live, opened: str, seen: int = 1) -> None:
        self.app, self.body = app, urlencode({"open": opened, "seen": seen}).encode()
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()
        self.status: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.gone, self.asked = asyncio.Event(), False
        self.task = asyncio.ensure_future(app({"type": "http", "path": live.PATH}, self._receive, self._send, in_a_thread))

    async def _receive(self) -> dict[str, Any]:
        if not self.asked:
            self.asked = True
            return {"type": "http.request", "body": self.body}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status.set_result(message["status"])
        elif message["body"]:
            self.heard.put_nowait(message["body"])

    async def hears(self, what: bytes, seconds: float = 5) -> None:
        async with asyncio.timeout(seconds):
            while what not in await self.heard.get():
                pass


def running(test: Callable[[live.Live], Any]) -> None:
    """Run a test with a live line of its own, and nothing left of it."""
    address = dsn()

    async def run() -> None:
        app = live.Live(lambda: address)
        async with asyncio.timeout(20):
            await test(app)

    asyncio.run(run())


@pytest.mark.django_db(transaction=True)
class TestTheLine:
    def test_the_desks_word_is_heard_within_a_second_and_says_nothing(self, tell):
        code = tell().receipt
        tip = Tip.objects.get()

        async def test(app: live.Live) -> None:
            one = Listener(app, returning.hide(code))
            assert await one.status == 200
            await one.hears(live._ALIVE)
            begun = time.monotonic()
            await asyncio.to_thread(say, tip.id, "desk", "zebra-answer", 1)
            await one.hears(live._NEWS)
            assert time.monotonic() - begun < 1
            one.gone.set()
            await one.task
            assert app.hub.count == 0 and not app.hub.streams

        running(test)

    def test_a_note_is_not_heard_and_what_was_missed_is(self, tell):
        code = tell().receipt
        tip = Tip.objects.get()
        say(tip.id, "desk", "said before the page listens", account_id=1)

        async def test(app: live.Live) -> None:
            late = Listener(app, returning.hide(code), seen=1)
            await late.hears(live._NEWS)
            await asyncio.to_thread(say, tip.id, "note", "among us", 1)
            await asyncio.to_thread(reply, code, "from another window")
            await late.hears(live._NEWS)
            stream = app.hub.streams[tip.id][0]
            assert stream.seen == 3, "the note is not among what is counted"
            late.gone.set()
            await late.task

        running(test)

    @pytest.mark.req("D-II.F")
    def test_only_who_brings_the_code_is_let_in(self, tell, clock):
        code = tell().receipt
        fresh, wrong = returning.hide(code), returning.hide("0000-0000-0000-0000")

        async def test(app: live.Live) -> None:
            for opened, status in ((wrong, 404), ("", 404), (fresh[:-4] + "AAAA", 404), (code, 404)):
                assert await Listener(app, opened).status == status
            clock(31 * 60)
            assert await Listener(app, fresh).status == 410, "a page left open for long asks for the code again"
            assert app.hub.count == 0

        running(test)

    def test_too_many_are_told_to_come_back_and_one_dialogue_has_no_more_than_its_share(self, tell, monkeypatch):
        code, other = tell().receipt, tell("another").receipt
        monkeypatch.setattr(live, "MOST", live.MOST_OF_ONE)

        async def test(app: live.Live) -> None:
            pages = []
            for _ in range(live.MOST_OF_ONE):
                pages.append(Listener(app, returning.hide(code)))
                assert await pages[-1].status == 200
            assert await Listener(app, returning.hide(other)).status == 503
            monkeypatch.setattr(live, "MOST", 500)
            pages.append(Listener(app, returning.hide(code)))
            await pages[0].hears(live._AGAIN)
            await pages[0].task
            assert app.hub.count == live.MOST_OF_ONE
            for one in pages[1:]:
                one.gone.set()
                await one.task
            assert app.hub.count == 0
            with suppress(asyncio.CancelledError):
                await app.hub.task

        running(test)

    def test_a_body_without_end_is_refused(self, tell):
        async def test(app: live.Live) -> None:
            assert await Listener(app, "x" * 20_000).status == 413

        running(test)


@pytest.mark.django_db
class TestThePart:
    def test_only_what_the_page_does_not_show_comes(self, web, tell):
        code = tell("first").receipt
        page = Reader(web, "/return/").press("open", code=code)
        say(Tip.objects.get().id, "desk", "second?", account_id=1)
        news = web.post("/return/", {"open": page.fields["open"], "go": "news", "part": "1", "seen": "1"})
        assert b"second?" in news.content and b"first" not in news.content and b"<html" not in news.content
        assert b'data-count="2"' in news.content and news["Cache-Control"] == "no-store"
        sent = web.post("/return/", {"open": page.fields["open"], "go": "reply", "text": "third", "part": "1", "seen": "2"})
        assert b"third" in sent.content and b"data-sent" in sent.content and b"second?" not in sent.content
        empty = web.post("/return/", {"open": page.fields["open"], "go": "reply", "text": " ", "part": "1", "seen": "3"})
        assert empty.status_code == 422 and b"Please write something first." in empty.content

    @pytest.mark.parametrize("seen", ["", "-1", "9999999999", "x", "99"])
    def test_a_number_that_cannot_be_does_no_harm(self, web, tell, seen):
        page = Reader(web, "/return/").press("open", code=tell("first").receipt)
        assert web.post("/return/", {"open": page.fields["open"], "part": "1", "seen": seen}).status_code == 200

    def test_a_reply_sent_twice_because_its_answer_was_lost_is_one(self, web, tell):
        code = tell("first").receipt
        page = Reader(web, "/return/").press("open", code=code)
        for _ in range(2):
            web.post("/return/", {"open": page.fields["open"], "go": "reply", "text": "second", "part": "1", "seen": "1"})
        assert [u.text for u in open_dialogue(code).said] == ["first", "second"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running_browser:
        yield running_browser


async def ended(line: live.Live) -> None:
    """Every stream is over, and the listener on the database has gone."""
    hub = line.hub
    if hub is None:
        return
    for stream in [one for those in hub.streams.values() for one in those]:
        stream.end()
    while hub.streams or not (hub.task is None or hub.task.done()):
        await asyncio.sleep(0.01)


@pytest.fixture
def site(app) -> Iterator[str]:
    """The public origin on a real event loop, with its shim and its live line."""

    def tidy(environ: dict[str, Any], start: Any) -> list[bytes]:
        try:
            answer = app(environ, start)
            try:
                return list(answer)
            finally:
                answer.close()
        finally:
            connections.close_all()

    address = dsn()
    line = live.Live(lambda: address)
    shim = Shim(tidy, refusal, limits=Limits(threads=4), anonymous=True, lanes=lanes(), streams={live.PATH: line})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(shim, port=port, interface="asginl", websockets=False, log_enabled=False)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve()), daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(ended(line), loop).result(10)
        loop.call_soon_threadsafe(server.stop)
        thread.join(10)


def opened(page: Page, site: str, code: str) -> None:
    page.set_default_timeout(PATIENCE)
    page.goto(f"{site}/return/")
    page.get_by_label("Your code").fill(code)
    press(page, "Open my report")
    expect(page.get_by_text("New words come here by themselves.")).to_be_visible()


def said(page: Page) -> list[str]:
    return page.locator("li.bubble > p:nth-child(2)").all_inner_texts()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestInABrowser:
    def test_words_come_and_go_without_leaving_the_page_and_are_announced_politely(self, browser, site, tell):
        code, context = tell("first").receipt, browser.new_context(**PHONE)
        tip, page, asked = Tip.objects.get(), context.new_page(), []
        page.on("request", lambda request: asked.append(request.url))
        opened(page, site, code)
        assert not violations(page), violations(page)
        page.get_by_label("Write to us").fill("I am writing this")
        begun = time.monotonic()
        say(tip.id, "desk", "Are you safe?", account_id=1)
        expect(page.get_by_text("Are you safe?", exact=True)).to_be_visible()
        assert time.monotonic() - begun < 1.5, "within a second, and what it takes to look"
        expect(page.locator("#announce")).to_have_text("Our team: Are you safe?")
        expect(page.get_by_label("Write to us")).to_have_value("I am writing this")
        expect(page.get_by_text("We have a question for you")).to_be_visible()
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_label("Write to us")).to_have_value("")
        assert said(page) == ["first", "Are you safe?", "I am writing this"]
        page.get_by_role("button", name="Send", exact=True).press("Enter")  # a second click on the spot is no press
        expect(page.get_by_role("alert")).to_have_text("Please write something first.")
        assert not violations(page), violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert [u.text for u in open_dialogue(code).said] == said(page)
        assert not any(code in url or code.replace("-", "") in url for url in asked)
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        context.close()

    def test_forty_words_and_more_stay_quick(self, browser, site, tell):
        code, context = tell("first").receipt, browser.new_context(**PHONE)
        tip, page = Tip.objects.get(), context.new_page()
        for n in range(45):
            say(tip.id, "desk", f"word {n}", account_id=1)
        opened(page, site, code)
        for n in range(45, 50):
            begun = time.monotonic()
            say(tip.id, "desk", f"word {n}", account_id=1)
            expect(page.get_by_text(f"word {n}", exact=True)).to_be_attached()
            assert time.monotonic() - begun < 1.5
        assert said(page) == ["first", *(f"word {n}" for n in range(50))]
        context.close()

    def test_a_reply_whose_answer_is_lost_stays_on_the_page_and_is_one_when_it_is_sent_again(self, browser, site, tell):
        code, context = tell("first").receipt, browser.new_context(**PHONE)
        page = context.new_page()
        opened(page, site, code)

        def lost(route: Any) -> None:
            route.fetch()
            route.abort()

        page.route("**/return/files/**", lost)
        page.get_by_label("Write to us").fill("second")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_text("This was NOT sent.")).to_be_visible()
        assert not violations(page), violations(page)
        page.unroute("**/return/files/**")
        expect(page.get_by_label("Write to us")).to_have_value("second")
        page.get_by_role("button", name="Send", exact=True).press("Enter")
        expect(page.get_by_label("Write to us")).to_have_value("")
        assert said(page) == ["first", "second"]
        assert [u.text for u in open_dialogue(code).said] == ["first", "second"]
        context.close()

    def test_a_page_left_open_for_long_asks_for_the_code_and_keeps_the_words(self, browser, site, tell, clock):
        code, context = tell("first").receipt, browser.new_context(**PHONE)
        page = context.new_page()
        opened(page, site, code)
        clock(31 * 60)
        page.get_by_label("Write to us").fill("second")
        with page.expect_navigation():
            page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_text("please type your code again")).to_be_visible()
        expect(page.get_by_label("Write to us")).to_have_value("second")
        context.close()
