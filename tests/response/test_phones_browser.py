"""The school's pages as an app, in Chromium on a phone: told by a press, renewed, mended, taken away; and no page is kept.

The browser's own company hands out subscriptions; here none can be reached, and that one call is played. The rest is real.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.people.test_pages import well
from tests.response.conftest import END_USER, SITE
from tests.response.test_pages import enter
from tests.support.browser import PATIENCE, chromium, follow, press
from tests.support.eventually import eventually
from tests.support.pushservice import Phone
from upstander.delivery.webpush import Push
from upstander.directory.models import Device
from upstander.vault.keys import keyring
from upstander.vault.vapid import public_point

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MOZILLA = "https://updates.push.services.mozilla.com/wpush/v2/"
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
NOTICE = "There is something new for you. Sign in to read it."
_SUBSCRIBES = """(all) => {
  const held = (named) => ({ toJSON: () => ({ endpoint: named.endpoint, keys: { p256dh: named.p256dh, auth: named.auth } }),
    unsubscribe: async () => { sessionStorage.ended = "yes"; localStorage.removeItem("held"); return true; },
  });
  const now = () => localStorage.held ? held(all[Number(localStorage.held)]) : null;
  PushManager.prototype.subscribe = async (asked) => {
    sessionStorage.asked = [asked.userVisibleOnly, ...asked.applicationServerKey];
    localStorage.held = localStorage.next || "0";
    return now();
  };
  PushManager.prototype.getSubscription = async () => now();
}"""


def spelled(named: Push) -> dict[str, str]:
    return {"endpoint": named.endpoint, "p256dh": named.p256dh, "auth": named.auth}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def site(origin, live_server) -> str:
    origin("school", SITE)
    return live_server.url


@pytest.fixture
def phone(browser, site, person, town) -> Iterator[Callable[..., Page]]:
    """`phone(first, second)`: the principal's, signed in, whose browser hands out these subscriptions."""
    made: list[BrowserContext] = []
    okafor = person("okafor@prairie.example", (town.school, END_USER), name="P. Okafor")

    def opened(*named: Phone, allows: bool = True, **more: Any) -> Page:
        context = browser.new_context(
            **PHONE, locale="en-US", permissions=["notifications"] if allows else [], **more
        )
        made.append(context)
        context.add_init_script(f"({_SUBSCRIBES})({json.dumps([spelled(one.named) for one in named])})")
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        enter(page, site, okafor.email)
        page.goto(f"{site}/phones/")
        return page

    yield opened
    for context in made:
        context.close()


def told(page: Page) -> None:
    page.get_by_role("button", name="Tell me on this phone").click()
    expect(page.get_by_text("This phone will tell you.")).to_be_visible()


def test_a_press_tells_the_phone_and_the_list_tries_it_and_takes_it_away(phone, site):
    page = phone(Phone(MOZILLA + "one"))
    well(page)
    told(page)
    well(page)
    asked = ["true", *(str(one) for one in public_point(keyring().secret("vapid")))]
    assert page.evaluate("sessionStorage.asked").split(",") == asked
    expect(page.get_by_text("(this one)")).to_be_visible()
    assert page.get_by_role("button", name="Tell me on this phone").count() == 0, "it is told already"
    press(page, "Try it (phone 1)")
    assert "We have sent it." in page.content()
    well(page)
    press(page, "Take it away (phone 1)")
    assert "This phone is told no more." in page.content() and not Device.objects.exists()
    well(page)
    eventually(lambda: page.evaluate("sessionStorage.ended") == "yes")
    expect(page.get_by_role("button", name="Tell me on this phone")).to_be_visible()


def test_a_phone_that_does_not_allow_it_says_so(phone, site):
    page = phone(Phone(MOZILLA + "one"), allows=False)
    page.get_by_role("button", name="Tell me on this phone").click()
    expect(page.get_by_text("Your phone did not allow it.")).to_be_visible()
    well(page)
    assert not Device.objects.exists()


def test_no_page_is_kept_and_without_a_line_one_says_so(phone, site, browser):
    page = phone(Phone(MOZILLA + "one"))
    told(page)
    page.goto(f"{site}/")
    page.wait_for_function("() => navigator.serviceWorker.controller")
    page.goto(f"{site}/phones/")
    kept = page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async (name) =>"
        " (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)))).flat()"
    )
    assert all(path == "/offline/" or path.startswith(("/static/", "/phones/kept/")) for path in kept), kept
    page.context.set_offline(True)
    page.goto(f"{site}/")
    assert "Your phone has no line" in page.content() and "Okafor" not in page.content()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.context.set_offline(False)
    follow(page, "Try again")
    expect(page.get_by_text("Tips for you").first).to_be_visible()


def test_a_push_shows_one_harmless_line_each_time_anew(phone, site):
    page = phone(Phone(MOZILLA + "one"))
    told(page)
    (worker,) = page.context.service_workers
    worker.evaluate(
        "() => { self.shown = []; ServiceWorkerRegistration.prototype.showNotification = async (title, more) => {"
        " self.shown.push([title, more.tag, more.renotify]); }; }"
    )
    line, found = page.context.new_cdp_session(page), []
    line.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: found.extend(one["registrationId"] for one in said["registrations"]),
    )
    line.send("ServiceWorker.enable")
    page.wait_for_function("async () => (await navigator.serviceWorker.ready).active.state === 'activated'")
    for _ in range(2):
        line.send(
            "ServiceWorker.deliverPushMessage", {"origin": site, "registrationId": found[0], "data": "news"}
        )
    assert eventually(
        lambda: (shown := worker.evaluate("() => self.shown")) and len(shown) == 2 and shown
    ) == [
        [NOTICE, "news", True],
        [NOTICE, "news", True],
    ]


def sealed() -> bytes:
    return bytes(Device.objects.get().sealed_relay)


def test_the_browser_renews_its_place_by_itself_even_when_nobody_is_signed_in(phone, site):
    page, new = phone(Phone(MOZILLA + "one")), Phone(MOZILLA + "two")
    told(page)
    before = sealed()
    page.context.clear_cookies()
    (worker,) = page.context.service_workers
    worker.evaluate(
        "(named) => { const { endpoint, p256dh, auth } = named;"
        " const held = { toJSON: () => ({ endpoint, keys: { p256dh, auth } }) };"
        " self.dispatchEvent(Object.assign(new ExtendableEvent('pushsubscriptionchange'), { newSubscription: held })); }",
        spelled(new.named),
    )
    eventually(lambda: sealed() != before)
    assert Device.objects.count() == 1


def test_what_the_browser_lost_meanwhile_the_next_visit_mends(phone, site):
    page = phone(Phone(MOZILLA + "one"), Phone(MOZILLA + "two"))
    told(page)
    before, id = sealed(), Device.objects.get().pk
    page.evaluate("() => { localStorage.removeItem('held'); localStorage.next = '1'; }")
    page.goto(f"{site}/")
    eventually(lambda: sealed() != before)
    assert Device.objects.get().pk == id, "it is the same phone"
    Device.objects.all().delete()  # its service had said that it is gone, before the browser had another place
    page.evaluate("() => { localStorage.removeItem('held'); localStorage.next = '0'; }")
    page.goto(f"{site}/")
    eventually(lambda: Device.objects.count() == 1)


def test_what_its_owner_took_away_elsewhere_stays_away(phone, site):
    page = phone(Phone(MOZILLA + "one"))
    told(page)
    Device.objects.all().delete()
    page.goto(f"{site}/phones/")
    eventually(lambda: page.evaluate("sessionStorage.ended") == "yes")
    expect(page.get_by_role("button", name="Tell me on this phone")).to_be_visible()
    assert not Device.objects.exists()


def test_without_scripts_the_page_says_what_helps(phone):
    page = phone(Phone(MOZILLA + "one"), java_script_enabled=False)
    assert page.get_by_text("Allow scripts for this site.").is_visible()
    assert not page.get_by_role("button", name="Tell me on this phone").is_visible()
