"""Who looks at which page on which day of `walk_of_a_month.py`: the browser, the house, the mailboxes and the book."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")

import django  # noqa: E402

django.setup()

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value  # noqa: E402
from playwright.sync_api import Browser, Locator, Page  # noqa: E402
from tests.stack.month import PATIENCE, Month  # noqa: E402
from walk import LAPTOP, PHONE, Book, sign_in, window  # noqa: E402

FOUO, LES, SIO, SECOND = ("dana", "jamie"), "chris", "sam", "riley"  # the demo's people
JOAN, JOANS = "Joan Villareal", "joan.villareal@switchgrass.example"
PASSWORD = "seven quiet green boats"
_STYLE = """body { margin: 0; font: 16px/1.45 sans-serif; background: #f4f5f7; color: #16191d; }
header { padding: 16px 20px; background: #fff; border-bottom: 1px solid #cfd4da; } header b { display: block; }
header span { color: #555b63; } main { padding: 8px 20px 20px; white-space: pre-wrap; overflow-wrap: anywhere; }"""


class Scene:
    """The browser, the house and the book: who looks at which page on which day."""

    def __init__(self, browser: Browser, month: Month, book: Book) -> None:
        self.browser, self.month, self.book = browser, month, book
        self.net = month.network

    @contextmanager
    def chair(self, who: str, size: tuple[int, int] = LAPTOP, path: str = "/") -> Iterator[Page]:
        """The window of one of the demo's people, signed in at the network's pages, at `path`."""
        with window(self.browser, size) as page:
            sign_in(page, self.net, f"{who}@demo.example")
            page.goto(f"{self.net}{path}")
            yield page

    @contextmanager
    def as_joan(self, secret: str, path: str = "/") -> Iterator[Page]:
        """The window of the new member, who is nobody of the demo: her code is made by her own authenticator."""
        self.month.later(31)  # each code opens once
        with window(self.browser, PHONE) as page:
            page.goto(f"{self.net}/")
            page.get_by_label("E-mail").fill(JOANS)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.get_by_role("button", name="Go on").wait_for()
            page.get_by_role("textbox").first.fill(self.code(secret))
            page.get_by_role("button", name="Go on").click()
            page.wait_for_url(lambda address: "/sign-in/" not in address)
            page.goto(f"{self.net}{path}")
            yield page

    @contextmanager
    def open_window(self, address: str, size: tuple[int, int] = PHONE) -> Iterator[Page]:
        """The window of somebody who opens a link."""
        with window(self.browser, size) as page:
            page.goto(address)
            yield page

    def letter(self, who: str, part: str, name: str = "", sentence: str = "", least: str = "") -> str:
        """A mail that somebody expects, with `part` in it (and `least`); drawn, if it has a name. Its words."""
        found = self.month.inbox(who).expects_mail(part, PATIENCE)
        assert least in found.words, f"{least!r} is not in {found.words}"
        if name:
            with window(self.browser, PHONE) as page:
                page.set_content(f"<style>{_STYLE}</style><header><b></b><span></span></header><main></main>")
                for where, text in (
                    ("b", found.subject),
                    ("span", f"to {who if '@' in who else who + '@demo.example'}"),
                    ("main", found.words),
                ):
                    page.evaluate(
                        "([where, text]) => { document.querySelector(where).textContent = text }", [where, text.strip()]
                    )
                height = page.evaluate("document.querySelector('main').getBoundingClientRect().bottom")
                page.set_viewport_size({"width": PHONE[0], "height": int(height)})
                self.book.show(page, name, sentence)
        return f"{found.subject}\n{found.words}"

    def link(self, words: str, path: str) -> str:
        """The address in a mail whose path begins so."""
        found = re.search(rf"https?://[^/\s]+{re.escape(path)}\S*", words)
        assert found, f"no link to {path} in: {words}"
        return found[0]

    def path(self, words: str, path: str) -> str:
        """The path of that address."""
        return self.link(words, path).removeprefix(self.net)

    def code(self, secret: str) -> str:
        """Six digits of an authenticator, by the house's clock."""
        return str(format_hotp_value(hotp_value(secret, int(self.month.now().timestamp()) // 30)))


def at_top(place: Locator) -> Locator:
    """Roll the page until `place` stands at its top."""
    place.evaluate("place => place.scrollIntoView()")
    return place


def tick(page: Page, name: str, value: str = "") -> None:
    """Press a box or a radio button as its label does."""
    page.locator(f"input[name={name}]" + (f"[value='{value}']" if value else "")).evaluate("box => box.click()")


def agreed_and_out(scene: Scene, look: str) -> None:
    """A second person agrees; the officer releases."""
    with scene.chair(SECOND) as second:
        second.goto(look)
        second.get_by_role("button", name="I agree").click()
        second.wait_for_load_state()
    with scene.chair(SIO) as officer:
        officer.goto(look)
        officer.get_by_role("button", name="Release", exact=True).click()
        officer.get_by_text("It is out.").first.wait_for()
