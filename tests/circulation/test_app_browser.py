"""The members' site as an app, in Chromium on a phone of 320 px: kept by a press, read without a line, replaced and removed at
the next contact, gone at sign-out. The browser's own company hands out subscriptions to pushes; that one call is played.
"""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.circulation.conftest import copies_of, work
from tests.gatherings.conftest import behind, published
from tests.network.phones import browser, fits, opened  # noqa: F401 - fixtures
from tests.network.support import make_member
from tests.products.conftest import BULLETIN, FOUO, HEAD, LES, bulletin, product_of, text, title
from tests.response.test_phones_browser import _SUBSCRIBES, spelled
from tests.support.browser import PATIENCE, violations
from tests.support.eventually import eventually
from tests.support.pushservice import Phone as Pushed
from upstander import clock as the_clock
from upstander.circulation import keeping
from upstander.circulation.models import Device, Phone
from upstander.gatherings import seats
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network.models import Member
from upstander.products import releasing

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("network"),
    pytest.mark.req("S-levels"),
]  # fmt: skip
_SEALED = """async () => {
  const opening = indexedDB.open("kept");
  const base = await new Promise((done) => { opening.onsuccess = () => done(opening.result); });
  const rows = await new Promise((done) => {
    const asked = base.transaction("items").objectStore("items").getAll();
    asked.onsuccess = () => done(asked.result);
  });
  const key = await new Promise((done) => {
    const asked = base.transaction("key").objectStore("key").get("key");
    asked.onsuccess = () => done(asked.result);
  });
  base.close();
  return [rows.map((row) => new TextDecoder().decode(row.sealed)).join(""), key.extractable, rows.length];
}"""
_AS_MANY = """async (many) => {
  const opening = indexedDB.open("kept");
  const base = await new Promise((done) => { opening.onsuccess = () => done(opening.result); });
  const asked = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  const rows = () => base.transaction("items", "readwrite").objectStore("items");
  const key = await asked(base.transaction("key").objectStore("key").get("key"));
  const seal = async (said) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const words = new TextEncoder().encode(JSON.stringify(said));
    return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, words) };
  };
  for (let i = await asked(rows().count()); i <= many; i += 1) { // (one row is the phone's own)
    const item = { title: `No ${i}`, banner: "", mark: "", blocks: [], digest: "0".repeat(32) };
    const row = await seal({ state: "here", at: i, item });
    await asked(rows().put({ id: `product/${crypto.randomUUID()}`, ...row }));
  }
  base.close();
}"""
_THERE = "async () => (await indexedDB.databases()).map(({ name }) => name)"


def keep(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Keep on this phone").click()
    expect(page.get_by_text("It is kept on this phone.")).to_be_visible()
    page.wait_for_function("async () => (await navigator.serviceWorker.ready).active.state === 'activated'")


@pytest.fixture
def phone(opened):  # noqa: F811
    def of(member: Member, **more: object) -> Page:
        page = opened(member, **more)
        page.set_viewport_size({"width": 320, "height": 700})
        page.set_default_timeout(PATIENCE)
        return page

    return of


def test_it_is_read_without_a_line_marked_dated_and_sealed(out, phone):
    member = make_member("Ana Rivera")
    out(bulletin(*BULLETIN))
    event = published(place="Room 4")
    with behind(member) as who:
        seats.register(event.id, who)
    page = phone(member)
    keep(page, f"/received/{copies_of(member)[0].id}/")
    assert violations(page) == [] and fits(page)
    keep(page, f"/gatherings/{event.id}/")
    words, extractable, rows = page.evaluate(_SEALED)
    assert rows == 3 and not extractable and FOUO not in words and "Room 4" not in words
    page.context.set_offline(True)
    page.goto("/products/")
    expect(page.get_by_text("What stands here may be out of date.")).to_be_visible()
    expect(page.get_by_role("link", name="Reunification")).to_be_visible()
    assert violations(page) == [] and fits(page)
    page.get_by_role("link", name=HEAD).click()
    shown = page.locator("article", has=page.locator("h1"))
    expect(shown).to_contain_text(FOUO)
    assert shown.locator("[data-banner]").all_inner_texts() == ["FOR OFFICIAL USE ONLY"] * 2
    for said in ("Copy for Ana Rivera", "It may be out of date.", "How to handle it"):
        expect(shown).to_contain_text(said)
    assert LES not in page.content() and violations(page) == [] and fits(page)
    page.goto(f"/kept/#event/{event.id}")
    page.reload()
    expect(page.locator("article", has=page.locator("h1"))).to_contain_text("Room 4")


def test_what_is_corrected_is_replaced_what_is_called_back_goes(out, phone, sio, second):
    member = make_member()
    first, other = out(), out(bulletin(title("Another"), text("Soon gone.", "open")))
    page = phone(member)
    for copy in copies_of(member):
        keep(page, f"/received/{copy.id}/")
    agreed = out(bulletin(title(), text("New words.", "open")), of=first.version, note="Corrected.", note_marking="open")
    releasing.recall(product_of(other), sio.pk, new_id(), "Wrong", "Destroy it.")
    work()
    page.goto("/kept/")
    expect(page.get_by_text("was called back, or is not for you any more")).to_be_visible()
    assert "Soon gone." not in page.content() and "Another" not in page.content()
    numbers = [copy.number for copy in copies_of(member) if copy.issue.product_id == product_of(other)]
    assert any(number in page.locator("[data-kept-into]").inner_text() for number in numbers), "by which a recall names it"
    page.goto(f"/kept/#product/{product_of(agreed)}")
    expect(page.locator("article", has=page.locator("h1"))).to_contain_text("New words.")
    page.goto("/kept/")
    page.get_by_role("button", name="I have seen it").click()
    expect(page.get_by_text("called back, or is not")).to_have_count(0)
    newest = releasing.recall(product_of(agreed), sio.pk, new_id(), "Wrong", "Destroy it.")
    assert newest
    page.context.clear_cookies()  # nobody is signed in: it goes all the same
    page.goto("/received/")
    page.goto("/kept/")
    expect(page.get_by_text("was called back, or is not for you any more")).to_be_visible()
    assert "New words." not in page.content()


def test_without_contact_for_the_packs_days_it_opens_nothing(out, phone):
    member = make_member()
    out()
    page = phone(member)
    keep(page, f"/received/{copies_of(member)[0].id}/")
    page.context.set_offline(True)
    days = keeping.until() - the_clock.now() + timedelta(days=1)
    page.clock.install(time=the_clock.now() + days)
    page.goto("/kept/")
    expect(page.get_by_text("did not reach us for too long")).to_be_visible()
    assert HEAD not in page.content()


def test_a_phone_that_keeps_as_many_as_it_may_says_so_and_is_told_what_of_all_of_them_is_still_so(out, phone):
    member = make_member()
    out()
    out(bulletin(title("Another"), text("Soon kept.", "open")))
    first, other = copies_of(member)
    page = phone(member)
    keep(page, f"/received/{first.id}/")
    page.evaluate(_AS_MANY, keeping.HOLDS)
    page.goto(f"/received/{other.id}/")
    page.get_by_role("button", name="Keep on this phone").click()
    expect(page.get_by_text(f"This phone keeps {keeping.HOLDS} items, as many as it may.")).to_be_visible()
    assert violations(page) == [] and fits(page)
    page.goto("/kept/")
    expect(page.get_by_text("was called back, or is not for you any more")).to_have_count(keeping.HOLDS - 1)
    expect(page.locator("[data-kept-into] a")).to_have_count(1)
    expect(page.locator("[data-kept-refused]")).to_be_hidden()
    keep(page, f"/received/{other.id}/")


def test_signing_out_removing_everything_and_a_lapse_leave_nothing(out, phone):
    member, other = make_member(), make_member()
    out()
    page, theirs = phone(member), phone(other)
    keep(page, f"/received/{copies_of(member)[0].id}/")
    keep(theirs, f"/received/{copies_of(other)[0].id}/")
    page.goto("/kept/")
    page.get_by_role("button", name="Remove everything from this phone").click()
    expect(page.get_by_text("Nothing is kept on this phone any more.")).to_be_visible()
    assert page.evaluate(_THERE) == [] and not Phone.objects.filter(member=member).exists()
    keep(page, f"/received/{copies_of(member)[0].id}/")
    page.goto(reverse("account_logout"))
    with page.expect_navigation():
        page.locator("form button[type=submit]").last.click()
    eventually(lambda: page.evaluate(_THERE) == [])
    eventually(lambda: not Phone.objects.filter(member=member).exists())
    Member.objects.filter(pk=other.pk).update(state=Member.State.REMOVED)
    theirs.goto("/kept/")
    expect(theirs.get_by_text("Nothing is kept here.")).to_be_visible()
    assert theirs.evaluate(_THERE) == []


def test_without_a_script_and_for_les_there_is_no_button(out, phone):
    officer, plain = make_member(level=Level.LES), make_member()
    out()
    page = phone(officer)
    page.goto(f"/received/{copies_of(officer)[0].id}/")
    expect(page.get_by_text("it may not be kept on a phone")).to_be_visible()
    assert page.locator("[data-keep]").count() == 0
    without = phone(plain, script=False)
    without.goto(f"/received/{copies_of(plain)[0].id}/")
    assert not without.get_by_role("button", name="Keep on this phone").is_visible()


def test_a_push_tells_without_a_word_and_makes_the_phone_ask_what_is_still_so(out, phone, sio):
    member = make_member()
    release = out()
    page = phone(member)
    page.context.grant_permissions(["notifications"])
    named = Pushed("https://updates.push.services.mozilla.com/wpush/v2/one").named
    page.context.add_init_script(f"({_SUBSCRIBES})({json.dumps([spelled(named)])})")
    page.goto("/me/told/")
    assert violations(page) == [] and fits(page)
    page.get_by_role("button", name="Tell me on this phone").click()
    expect(page.get_by_text("(this one)")).to_be_visible()
    assert Device.objects.get().member_id == member.pk
    keep(page, f"/received/{copies_of(member)[0].id}/")
    releasing.recall(product_of(release), sio.pk, new_id(), "Wrong", "Destroy it.")
    (worker,) = page.context.service_workers
    worker.evaluate(
        "() => { self.shown = [];"
        " ServiceWorkerRegistration.prototype.showNotification = async (title) => { self.shown.push(title); }; }"
    )
    line, found = page.context.new_cdp_session(page), []
    line.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: found.extend(one["registrationId"] for one in said["registrations"]),
    )
    line.send("ServiceWorker.enable")
    origin = page.evaluate("location.origin")
    eventually(lambda: found)
    before = Phone.objects.get().seen_at

    def shown() -> list[str]:
        """A push that comes while the worker starts may be lost, as on any phone: the next one tells."""
        line.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": found[0], "data": "news"})
        return worker.evaluate("() => self.shown")

    assert set(eventually(shown, every=1.0)) == {"There is something new for you. Sign in to read it."}
    eventually(lambda: Phone.objects.get().seen_at > before)
    page.context.set_offline(True)  # what was called back is gone before anybody opens the site
    page.goto("/kept/")
    expect(page.get_by_text("was called back, or is not for you any more")).to_be_visible()
