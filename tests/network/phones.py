"""A telephone of somebody who is signed in at the network's origin, for tests in Chromium."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser, Page

from tests.network.support import client_for
from tests.support.browser import chromium, served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def opened(browser: Browser, network: None) -> Iterator[Callable[..., Page]]:
    """`opened(account)`: a telephone on which they are signed in; `script=False`: one without script."""
    made = []
    with served(get_wsgi_application()) as origin:

        def phone(who: object, *, script: bool = True) -> Page:
            context = browser.new_context(
                viewport={"width": 360, "height": 740},
                locale="en-US",
                java_script_enabled=script,
                base_url=origin,
            )
            made.append(context)
            cookie = client_for(who).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": origin}])
            return context.new_page()

        yield phone
        for context in made:
            context.close()


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
