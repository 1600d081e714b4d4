"""The pages in Chromium: nothing that axe finds, no sideways scroll on a phone, and all of it goes without a script."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import Browser, Page

from tests.exchange.samples import ATOM, cap
from tests.exchange.test_peers import bulletin, sent
from tests.exchange.world import peer, source, staff
from tests.network.support import client_for, make_member, make_sio
from tests.support.browser import chromium, follow, press, served, violations
from upstander import clock
from upstander.exchange import feeds, incoming, outgoing, sources, states
from upstander.exchange.models import Item, Received, Session
from upstander.ids import new_id
from upstander.markings import Level

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("network"),
]  # fmt: skip
LONG = "Averylongwordwithoutanyblank" * 5


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def page_of(browser: Browser, url: str, who, *, script: bool = True) -> Page:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, base_url=url, java_script_enabled=script
    )
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client_for(who).cookies[name].value, "url": url}])
    return context.new_page()


def filled(sio: int) -> list[str]:
    """Every page of the SIO, with something on it."""
    with staff():
        feed = source(sio, "https://em.example.org/" + LONG.lower())
        sources.bring(feed.id, feeds.read(cap(headline=f"Storm {LONG}")), sio)
        sources.bring(feed.id, feeds.read(ATOM), sio)
        item = Item.objects.order_by("sent").last()
        sources.share(item.id, Level.OPEN, ("threats",), ("fire",), f"Late start. {LONG}", sio)
        state = peer(sio)
        outgoing.share(bulletin(), sio)
        outgoing.pack(state.id, bulletin().id, sio)
        incoming.accept(sent(bulletin(id=new_id())), sio)
        incoming.accept(b"{}", sio)
        states.ask(state.id, "How?", sio, new_id())
        states.promise(state.id, "A list", "Ash Reyes", clock.today(), sio, new_id())
        states.convene("Vetting", clock.now(), "By video", "Two people", [state.id], sio, new_id())
        at = "/desk/exchange"
        return [
            "/exchange/", f"/exchange/items/{item.id}/", f"/exchange/states/{Received.objects.get().id}/", f"{at}/feeds/",
            f"{at}/feeds/add/", f"{at}/files/{feed.id}/", f"{at}/items/", f"{at}/items/{item.id}/", f"{at}/states/",
            f"{at}/states/join/", f"{at}/states/{state.id}/", f"{at}/files/package/", f"{at}/forum/",
            f"{at}/forum/{Session.objects.get().id}/", f"{at}/starter-kit/",
        ]  # fmt: skip


@pytest.mark.req("S-mash")
@pytest.mark.req("S-states")
def test_every_page_is_clean_and_fits_a_phone_and_goes_without_a_script(browser):
    sio = make_sio()
    addresses = filled(sio.pk)
    with served(WSGIHandler()) as url:
        page = page_of(browser, url, sio)
        for address in addresses:
            assert page.goto(address).status == 200, address
            assert violations(page) == [], address
            assert page.evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            ), address
        plain = page_of(browser, url, sio, script=False)
        plain.goto("/desk/exchange/feeds/add/")
        press(plain, "Add")
        assert plain.get_by_role("alert").is_visible()
        plain.goto(next(one for one in addresses if "/files/" in one and "package" not in one))
        plain.get_by_label("or its text, pasted").fill(cap("EX-9", headline="Another storm").decode())
        press(plain, "Show what it says")
        press(plain, "Keep 1 item")
        follow(plain, "Another storm")
        plain.get_by_role("checkbox", name="Threats", exact=False).first.check()
        press(plain, "Share")
        reader = page_of(browser, url, make_member(level=Level.FOUO), script=False)
        reader.goto("/exchange/")
        assert reader.get_by_role("link", name="Another storm").is_visible()
        for one in browser.contexts:
            one.close()
