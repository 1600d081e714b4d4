"""Somebody signed in at a served desk, in Chromium."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from tests.support.browser import chromium, served

Tab = Callable[..., Any]


def shown(page: Any, address: str) -> None:
    """Open a page and wait until it is painted: before that, Chromium throws key presses away."""
    page.goto(address)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.fixture
def tab(desk) -> Iterator[Tab]:
    """`tab(client)` is a page of Chromium with this client's session; fails for a script that failed or was refused."""
    complaints: list[str] = []
    with served(WSGIHandler()) as address, chromium() as browser:

        def open_tab(client: Client, width: int = 1366, height: int = 768, **more: Any) -> Any:
            context = browser.new_context(
                viewport={"width": width, "height": height}, base_url=address, **more
            )
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on(
                "console",
                lambda line: complaints.append(line.text) if "Content Security" in line.text else None,
            )
            return page

        yield open_tab
    assert not complaints, complaints
