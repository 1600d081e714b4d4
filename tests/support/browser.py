"""A real browser on a real server, for pages that people touch."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("UPSTANDER_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


PATIENCE = 30_000  # ms for what a page does by itself: how fast it is, a busy machine does not tell
expect.set_options(timeout=PATIENCE)

_COLOURS = "axe.run({runOnly: ['color-contrast'], resultTypes: ['violations']}).then(found => found.violations)"


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: a request's address is nobody's business."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = False
    block_on_close = True


@contextmanager
def served(application: Callable[..., Any]) -> Iterator[str]:
    """A WSGI application at an address of its own; its threads leave no database connection behind."""
    from django.db import connections

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        try:
            answer = application(environ, start)
            try:
                return list(answer)
            finally:
                answer.close()
        finally:
            connections.close_all()

    with make_server("127.0.0.1", 0, app, server_class=_Server, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium without a window; skips by name where the machine has none."""
    from django.db import connections

    if not CHROMIUM:
        pytest.skip("Chromium is not installed (apt-get install chromium, or set UPSTANDER_CHROMIUM)")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            try:
                yield browser
            finally:
                browser.close()
                # Beside a running event loop this thread has other connections than without one (asgiref.local): these end here,
                # where they can still be found, or the last of them would keep the test database from being removed.
                connections.close_all()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def press(page: Page | Locator, name: str, *, exact: bool = True) -> None:
    """Press a button that sends its form, and wait for the answer: a click alone may come back before the next page is there."""
    sent = page if isinstance(page, Page) else page.page
    with sent.expect_navigation():
        page.get_by_role("button", name=name, exact=exact).click()


def follow(page: Page | Locator, name: str, *, exact: bool = False) -> None:
    """Follow a link, and wait for the page it leads to."""
    sent = page if isinstance(page, Page) else page.page
    with sent.expect_navigation():
        page.get_by_role("link", name=name, exact=exact).click()


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page (WCAG and best practice), a line each: all of it as the page stands, and its colours
    also in the other scheme, for nothing else differs between the light and the dark one."""
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    now, other = ("dark", "light") if dark else ("light", "dark")
    found = Axe().run(page).response["violations"]
    page.emulate_media(color_scheme=other)
    found += page.evaluate(_COLOURS)  # what looks is in the page already
    page.emulate_media(color_scheme=now)
    return [
        f"{v['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for v in found
        for node in v["nodes"]
    ]
