"""A reporter's phone is told that there is news: only where they asked for it, without a word, and no longer than they want."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.intake.reader import Reader
from tests.people.conftest import as_login, refused  # noqa: F401 - a fixture
from tests.support.browser import PATIENCE, chromium, served, violations
from tests.support.eventually import eventually
from tests.support.https import Said
from tests.support.pushservice import Phone, PushService
from upstander import clock as the_clock
from upstander.audit.models import Entry
from upstander.config import Config, config
from upstander.delivery import ledger, webpush
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.webpush import WebPushCarrier
from upstander.delivery.ledger import Result
from upstander.delivery.models import Delivery
from upstander.delivery.throttle import Limits
from upstander.intake import push
from upstander.intake.models import PushAddress, Tip
from upstander.intake.services import Refused, close, open_dialogue, say
from upstander.vault.keys import keyring
from upstander.vault.vapid import public_point

ZEBRA = "https://updates.push.services.mozilla.com/wpush/v2/zebra-endpoint"
NOTICE = "There is news in an app on your phone."


def opened(web, receipt: str) -> Reader:
    return Reader(web, "/return/").press("", code=receipt)


def ask(web, receipt: str, phone: Phone | None = None, **more: str) -> tuple[int, dict[str, str]]:
    """What the script sends when somebody presses "Tell me on this phone"."""
    named = (phone or Phone(ZEBRA)).named
    form = {
        "open": opened(web, receipt).fields["open"],
        "endpoint": named.endpoint,
        "p256dh": named.p256dh,
        "auth": named.auth,
    }
    answer = web.post("/return/push/", form | more)
    return answer.status_code, json.loads(answer.content)


def renew(web, mark: str, phone: Phone) -> tuple[int, dict[str, str]]:
    """What the service worker sends when its browser has got another place for pushes."""
    named = phone.named
    form = {"renew": mark, "endpoint": named.endpoint, "p256dh": named.p256dh, "auth": named.auth}
    answer = web.post("/return/push/", form)
    return answer.status_code, json.loads(answer.content)


def relay(settings: dict[str, str]) -> list[str]:
    """What the relay does with what is owed by push; each one's code."""
    found = ledger.lease(
        "r", "webpush", most=9, below=10, limits=Limits(9, 9), length=timedelta(minutes=1), channel="push"
    )
    codes = []
    for job in found.jobs:
        one = push.render(job.subject_id)
        code, permanent = "not_owed", False
        if one is not None:
            house = Config(**settings)
            try:
                WebPushCarrier(house).send(
                    webpush.compose(one, job.id, house, keyring().secret("vapid"), the_clock.now())
                )
                code = "accepted"
            except CarrierError as error:
                code, permanent = error.code, error.permanent
        ledger.settle("r", "webpush", [Result(job, code, the_clock.now(), 1, permanent)])
        codes.append(code)
    return codes


@pytest.fixture
def service(tmp_path, monkeypatch) -> Iterator[PushService]:
    with PushService(tmp_path) as running:
        monkeypatch.setenv("UPSTANDER_PUSH_SERVICES", running.settings["push_services"])
        config.cache_clear()
        yield running
    monkeypatch.undo()
    config.cache_clear()


@pytest.mark.req("D-II.E")
@pytest.mark.django_db
class TestTelling:
    def test_who_asked_is_told_of_each_answer_by_a_push_that_says_nothing(self, web, tell, service):
        receipt, phone = tell("zebra words").receipt, service.phone()
        assert ask(web, receipt, phone)[0] == 200
        tip = Tip.objects.get()
        say(tip.id, "note", "not for you")
        say(tip.id, "desk", "Where was it, zebra?")
        assert relay(service.settings) == ["accepted"] and not service.wrong
        (asked,) = service.seen
        assert phone.opened(asked.body) == webpush.WORD
        assert asked.headers.keys() == {
            "host", "accept-encoding", "content-length", "authorization", "content-encoding", "content-type", "ttl", "topic",
            "urgency",
        }  # fmt: skip
        say(tip.id, "desk", "And when?")
        assert relay(service.settings) == ["accepted"] and len(service.seen) == 2

    def test_who_did_not_ask_is_told_nothing(self, web, tell):
        tell("words")
        say(Tip.objects.get().id, "desk", "Where?")
        assert not Delivery.objects.filter(channel="push").exists()

    @pytest.mark.req("D-II.F")
    @pytest.mark.parametrize("status", [404, 410])
    def test_a_browser_that_has_ended_it_is_forgotten(self, web, tell, service, status):
        receipt = tell("words").receipt
        ask(web, receipt, service.phone("one"))
        service.says["/one"] = Said(status)
        say(Tip.objects.get().id, "desk", "Where?")
        assert relay(service.settings) == ["gone"] and not PushAddress.objects.exists()
        say(Tip.objects.get().id, "desk", "When?")
        assert relay(service.settings) == []

    def test_of_two_phones_the_last_one_that_asked_is_told_and_stays_when_the_first_has_ended_it(
        self, web, tell, service
    ):
        receipt, first, second = tell("words").receipt, service.phone("one"), service.phone("two")
        service.says["/one"] = Said(410)
        ask(web, receipt, first)
        say(Tip.objects.get().id, "desk", "Where?")
        old = Delivery.objects.get(channel="push")
        ask(web, receipt, second)
        Delivery.objects.update(last_error="gone", state="failed")
        push.failed(old.id)
        assert PushAddress.objects.count() == 1
        say(Tip.objects.get().id, "desk", "When?")
        assert relay(service.settings) == ["accepted"] and service.seen[0].path == "/two"

    @pytest.mark.req("D-II.F")
    def test_it_goes_when_the_tip_closes_and_nothing_that_was_owed_leaves(self, web, tell, service):
        receipt = tell("words").receipt
        ask(web, receipt, service.phone())
        tip = Tip.objects.get()
        say(tip.id, "desk", "Where?")
        close(tip.id, the_clock.now())
        assert not PushAddress.objects.exists() and relay(service.settings) == ["not_owed"]
        assert "data-push" not in opened(web, receipt).html and ask(web, receipt, service.phone())[0] == 422

    def test_the_worker_clears_away_what_another_way_of_closing_left(self, web, tell):
        ask(web, tell("words").receipt)
        assert push.clear() is False and PushAddress.objects.count() == 1
        Tip.objects.update(closed_at=the_clock.now())
        assert push.clear() is False and not PushAddress.objects.exists()

    def test_the_phone_ends_it_by_its_mark_without_the_code_and_nobody_elses_does(self, web, tell):
        status, said = ask(web, tell("words").receipt)
        assert status == 200
        wrong = said["off"][:-6] + "AAAAA="
        assert (
            web.post("/return/push/", {"off": ["", "é", "x", wrong]}).status_code == 204
            and PushAddress.objects.exists()
        )
        assert web.post("/return/push/", {"off": [said["off"]]}).status_code == 204
        assert not PushAddress.objects.exists()
        assert web.post("/return/push/", {"off": [said["off"]]}).status_code == 204

    @pytest.mark.req("D-II.F")
    def test_the_browser_renews_it_by_its_mark_without_the_code_and_the_new_one_replaces_the_old(self, web, tell, service):
        receipt, old, new = tell("words").receipt, service.phone("old"), service.phone("new")
        said, tip_id = ask(web, receipt, old)[1], Tip.objects.get().id
        say(tip_id, "desk", "Where?")
        sent_before = Delivery.objects.get(channel="push")
        status, again = renew(web, said["off"], new)
        assert status == 200 and again["id"] != said["id"] and PushAddress.objects.count() == 1
        Delivery.objects.update(last_error="gone", state="failed")
        push.failed(sent_before.id)
        assert PushAddress.objects.count() == 1, "what the old place answers says nothing of the new one"
        say(tip_id, "desk", "When?")
        assert relay(service.settings) == ["accepted"] and [asked.path for asked in service.seen] == ["/new"]
        assert renew(web, said["off"], new)[0] == 422, "the mark of before is none any more"
        assert web.post("/return/push/", {"off": [again["off"]]}).status_code == 204 and not PushAddress.objects.exists()
        assert renew(web, again["off"], new)[0] == 422 and not PushAddress.objects.exists()

    def test_without_its_mark_or_to_elsewhere_nothing_is_renewed(self, web, tell):
        said = ask(web, tell("words").receipt)[1]
        for mark in ("", "é", "x", said["off"][:-6] + "AAAAA=", said["id"]):
            assert renew(web, mark, Phone(ZEBRA))[0] == 422
        assert renew(web, said["off"], Phone("https://evil.example/x"))[0] == 422
        assert PushAddress.objects.get().id.hex == said["id"]

    @pytest.mark.parametrize(
        "endpoint",
        ["https://127.0.0.1/x", "http://fcm.googleapis.com/x", "https://evil.example/x", "", "x" * 5000],
    )
    def test_an_address_that_is_no_push_services_is_refused_with_words(self, web, tell, endpoint):
        status, said = ask(web, tell("words").receipt, endpoint=endpoint)
        assert (
            status == 422
            and "a service that we do not know" in said["error"]
            and not PushAddress.objects.exists()
        )

    def test_a_page_that_was_open_too_long_and_a_made_up_one_say_so(self, web, tell, clock):
        receipt = tell("words").receipt
        hidden = opened(web, receipt).fields["open"]
        clock(3600)
        for open_ in (hidden, "", "x"):
            status, said = ask(web, receipt, open=open_)
            assert status == 422 and "open for too long" in said["error"]
        assert not PushAddress.objects.exists()

    def test_it_is_only_posted_and_never_from_a_strangers_page(self, web, tell):
        assert web.get("/return/push/").status_code == 405
        strange = {"Sec-Fetch-Site": "cross-site"}
        assert web.post("/return/push/", {"off": "x"}, headers=strange).status_code == 403

    def test_a_house_that_tells_no_phones_offers_none(self, web, tell, monkeypatch):
        receipt = tell("words").receipt
        assert (
            f'data-push-key="{webpush.spelled(public_point(keyring().secret("vapid")))}"'
            in opened(web, receipt).html
        )
        monkeypatch.setenv("UPSTANDER_PUSH", "off")
        config.cache_clear()
        try:
            assert "data-push" not in opened(web, receipt).html
            with pytest.raises(Refused):
                push.subscribe(receipt, Phone(ZEBRA).named)
        finally:
            monkeypatch.undo()
            config.cache_clear()

    @pytest.mark.req("D-II.F")
    def test_what_the_browser_named_stands_in_no_table_in_clear_and_two_reports_of_one_phone_look_like_two(
        self, web, tell
    ):
        phone = Phone(ZEBRA)
        for words in ("one", "two"):
            assert ask(web, tell(words).receipt, phone)[0] == 200
        one, two = PushAddress.objects.all()
        assert bytes(one.sealed_relay) != bytes(two.sealed_relay)
        with connection.cursor() as cursor:
            cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
            for (table,) in cursor.fetchall():
                cursor.execute(f'SELECT * FROM "{table}"')
                rows = " ".join(
                    bytes(v).decode("latin-1") if isinstance(v, memoryview) else str(v)
                    for row in cursor
                    for v in row
                )
                assert "zebra-endpoint" not in rows and phone.named.auth not in rows, table
        assert {e.act for e in Entry.objects.filter(act__startswith="intake.push")} == {"intake.push_added"}


def cannot(statement: str) -> bool:
    """Whether the database refuses the statement to the present login."""

    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return refused(act)


@pytest.mark.django_db
class TestWhoMayDoWhat:
    def test_the_public_process_writes_and_ends_and_reads_nothing_back(self, web, tell, as_login):  # noqa: F811
        receipt = tell("words").receipt
        as_login("public")
        _status, said = ask(web, receipt)
        assert cannot("SELECT sealed_relay FROM intake_pushaddress")
        assert cannot("SELECT intake_push(gen_random_uuid())")
        status, said = renew(web, said["off"], Phone(ZEBRA))
        assert status == 200
        assert web.post("/return/push/", {"off": said["off"]}).status_code == 204
        assert push.of(Tip.objects.values_list("id", flat=True).get()) is None

    def test_the_desk_owes_pushes_and_ends_them_by_closing(self, web, tell, as_login):  # noqa: F811
        ask(web, tell("words").receipt)
        tip_id = Tip.objects.get().id
        as_login("desk")
        say(tip_id, "desk", "Where?")
        assert cannot("SELECT sealed_relay FROM intake_pushaddress")
        assert cannot("INSERT INTO intake_pushaddress DEFAULT VALUES")
        close(tip_id, the_clock.now())
        assert push.of(tip_id) is None

    def test_the_relay_learns_it_for_a_word_of_the_desk_and_forgets_what_is_gone(self, web, tell, as_login):  # noqa: F811
        ask(web, tell("words").receipt)
        tip_id = Tip.objects.get().id
        word, note = say(tip_id, "desk", "Where?"), say(tip_id, "note", "not for you")
        Delivery.objects.filter(channel="push").update(state="failed", last_error="gone")
        as_login("relay")
        found = push.render(word)
        assert found is not None and found.endpoint == ZEBRA and push.render(note) is None
        assert cannot("SELECT tip_id FROM intake_pushaddress")
        assert cannot("SELECT sealed_relay FROM intake_pushaddress")
        push.failed(Delivery.objects.values_list("id", flat=True).get(channel="push"))
        assert push.render(word) is None

    def test_the_worker_clears_away_and_reads_nothing(self, web, tell, as_login):  # noqa: F811
        ask(web, tell("words").receipt)
        Tip.objects.update(closed_at=the_clock.now())
        as_login("worker")
        assert push.clear() is False and not PushAddress.objects.values("id").exists()
        assert cannot("SELECT sealed_relay FROM intake_pushaddress")


PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
# The browser's own company hands out subscriptions; here none can be reached. The rest is the page's own, and the worker's.
_SUBSCRIBES = """(named) => {
  const held = { toJSON: () => ({ endpoint: named.endpoint, keys: { p256dh: named.p256dh, auth: named.auth } }),
    unsubscribe: async () => { window.ended = true; return true; } };
  let now = null;
  PushManager.prototype.subscribe = async (asked) => { window.asked = asked; now = held; return held; };
  PushManager.prototype.getSubscription = async () => now;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def site(app) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture
def phone(browser, site) -> Iterator[Callable[..., Page]]:
    """`phone(named)`: a phone whose browser hands out this subscription, with notifications allowed (or not)."""
    made: list[BrowserContext] = []

    def opened_(named: webpush.Push, *, allows: bool = True) -> Page:
        context = browser.new_context(
            **PHONE, locale="en-US", permissions=["notifications"] if allows else []
        )
        made.append(context)
        known = json.dumps({"endpoint": named.endpoint, "p256dh": named.p256dh, "auth": named.auth})
        context.add_init_script(f"({_SUBSCRIBES})({known})")
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield opened_
    for context in made:
        context.close()


def to_the_dialogue(page: Page, site: str, receipt: str) -> None:
    page.goto(f"{site}/return/")
    page.get_by_label("Your code").fill(receipt)
    page.get_by_role("button", name="Open my report").click()
    page.wait_for_selector("[data-push]", state="visible")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.req("D-II.E", "D-II.F")
@pytest.mark.django_db(transaction=True)
class TestInABrowser:
    def test_a_press_tells_the_phone_a_push_shows_one_harmless_line_and_leaving_ends_it(
        self, phone, site, tell, browser
    ):
        receipt, mine = tell("words").receipt, Phone(ZEBRA)
        page, elsewhere = phone(mine.named), []
        page.on(
            "request", lambda request: None if request.url.startswith(site) else elsewhere.append(request.url)
        )
        to_the_dialogue(page, site, receipt)
        assert NOTICE in page.content() and not violations(page), violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.get_by_role("button", name="Tell me on this phone").click()
        expect(page.get_by_text("This phone will tell you.")).to_be_visible()
        assert not violations(page), violations(page)
        asked = page.evaluate("[window.asked.userVisibleOnly, ...window.asked.applicationServerKey]")
        assert asked == [True, *public_point(keyring().secret("vapid"))]
        kept = PushAddress.objects.get()
        page.goto(f"{site}/about/")
        assert self.pushed(page, site) == [[NOTICE, '{"tag":"news","lang":"en"}']]
        to_the_dialogue(page, site, receipt)
        expect(page.get_by_role("button", name="Do not tell me on this phone")).to_be_visible()
        page.goto(f"{site}/app/")
        page.get_by_role("button", name="Remove everything from this phone").click()
        expect(page.get_by_text("Everything was removed.")).to_be_visible()
        assert not PushAddress.objects.filter(pk=kept.pk).exists()
        assert (
            page.evaluate(
                "async () => [...await caches.keys(), ...await navigator.serviceWorker.getRegistrations()].length"
            )
            == 0
        )
        assert elsewhere == []

    @staticmethod
    def pushed(page: Page, site: str) -> list[list[str]]:
        """Hand the worker a push, as the browser does when one comes; what it would have the phone show."""
        (worker,) = page.context.service_workers
        worker.evaluate(
            "() => { self.shown = []; ServiceWorkerRegistration.prototype.showNotification = async (title, more) => {"
            " self.shown.push([title, JSON.stringify(more)]); }; }"
        )
        line, found = page.context.new_cdp_session(page), []
        line.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda said: found.extend(r["registrationId"] for r in said["registrations"]),
        )
        line.send("ServiceWorker.enable")
        page.wait_for_function("async () => (await navigator.serviceWorker.ready).active.state === 'activated'")
        line.send("ServiceWorker.deliverPushMessage", {"origin": site, "registrationId": found[0], "data": "news"})
        return eventually(lambda: worker.evaluate("() => self.shown"))

    def test_the_same_press_ends_it(self, phone, site, tell):
        page = phone(Phone(ZEBRA).named)
        to_the_dialogue(page, site, tell("words").receipt)
        page.get_by_role("button", name="Tell me on this phone").click()
        expect(page.get_by_text("This phone will tell you.")).to_be_visible()
        page.get_by_role("button", name="Do not tell me on this phone").click()
        expect(page.get_by_text("This phone will not tell you any more.")).to_be_visible()
        assert not PushAddress.objects.exists() and page.evaluate("window.ended") is True

    def test_a_phone_that_does_not_allow_it_and_a_service_that_we_do_not_know_say_so(self, phone, site, tell):
        receipt = tell("words").receipt
        for named, allows, words in (
            (Phone(ZEBRA).named, False, "Your phone did not allow it."),
            (Phone("https://evil.example/x").named, True, "a service that we do not know"),
        ):
            page = phone(named, allows=allows)
            to_the_dialogue(page, site, receipt)
            page.get_by_role("button", name="Tell me on this phone").click()
            expect(page.get_by_text(words)).to_be_visible()
            expect(page.get_by_role("button", name="Tell me on this phone")).to_be_visible()
        assert not PushAddress.objects.exists()
        assert open_dialogue(receipt).said[0].text == "words"

    def test_the_worker_renews_it_and_what_the_browser_lost_is_mended_when_the_report_is_opened(self, phone, site, tell):
        receipt, new = tell("words").receipt, Phone(ZEBRA + "-new")
        page = phone(Phone(ZEBRA).named)
        to_the_dialogue(page, site, receipt)
        page.get_by_role("button", name="Tell me on this phone").click()
        expect(page.get_by_text("This phone will tell you.")).to_be_visible()
        first = PushAddress.objects.get().id
        (worker,) = page.context.service_workers
        worker.evaluate(
            "(named) => { const { endpoint, p256dh, auth } = named;"
            " const held = { toJSON: () => ({ endpoint, keys: { p256dh, auth } }) };"
            " self.dispatchEvent(Object.assign(new ExtendableEvent('pushsubscriptionchange'), { newSubscription: held })); }",
            {"endpoint": new.named.endpoint, "p256dh": new.named.p256dh, "auth": new.named.auth},
        )
        eventually(lambda: PushAddress.objects.get().id != first)
        second = eventually(lambda: kept_marks(page) == [PushAddress.objects.get().id.hex] and PushAddress.objects.get().id)
        to_the_dialogue(page, site, receipt)  # its browser hands out the first one again
        eventually(lambda: PushAddress.objects.get().id != second)
        expect(page.get_by_role("button", name="Do not tell me on this phone")).to_be_visible()
        assert eventually(lambda: kept_marks(page) == [PushAddress.objects.get().id.hex])


def kept_marks(page: Page) -> list[str]:
    """By which ids the phone ends what it is told of."""
    return page.evaluate(
        "async () => (await (await caches.open('told')).keys()).map((one) => new URL(one.url).pathname.split('/').pop())"
    )
