"""A month of the network, from an application to the newsletter, through the running house and a mail server: pictures, and a
page of what was seen. `make screenshots` does it. Whoever is told unexpectedly fails it, as does an officer's word elsewhere.
"""

import re
import shutil
import sys
import tempfile
from pathlib import Path

from month_events import visit, webinar
from month_products import COUNTY, SWORN, newsletter, recall, urgent
from month_review import reviewed, today
from month_scene import (
    FOUO,
    JOAN,
    JOANS,
    LES,
    PASSWORD,
    ROOT,
    SECOND,
    SIO,
    Scene,
    agreed_and_out,
    at_top,
    tick,
)
from playwright.sync_api import sync_playwright
from tests.stack.month import Month
from walk import CHROMIUM, Book

NAMED = "Marcus Webb from the wrestling team told me that they post the answers and the dares in one group."
SHARED = (
    "A group on a video app sends dares to eighth-graders: each one asks for a picture from a place where no adult looks. "
    "We found it when three students stayed behind after the fire drill."
)
_INTRODUCTION = """# A month of the network, in pictures

A principal becomes a member and shares something; an urgent bulletin goes out in two levels; a webinar, a visit, a recall, the
newsletter. Every picture was taken by `make screenshots` from a running house with a mail server; its clock is moved from day to
day. What is drawn as a mail came by SMTP. People, schools and events are invented. The walk fails where anybody is written to who
should not be, and where a word for sworn officers stands in any mail, or on anybody else's page.

"""


def walk_of_a_month(docs: Path) -> None:
    """Write walk-of-a-month.md and its pictures; raises AssertionError or playwright's TimeoutError where a step is missing."""
    folder = docs / "images" / "walk-of-a-month"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="upstander-month-") as outside, Month(Path(outside)) as month:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            try:
                scene = Scene(browser, month, Book(folder, browser.new_page()))
                secret = joins(scene)
                shares(scene, secret)
                for chapter in (urgent, webinar, visit, recall, newsletter, today, reviewed):
                    chapter(scene)
                for words in (SWORN, COUNTY):
                    month.never_mailed(words)
            finally:
                browser.close()
        month.nobody_else()
    (docs / "walk-of-a-month.md").write_text(_INTRODUCTION + "\n".join(scene.book.lines).rstrip() + "\n")


# ---- week one --------------------------------------------------------------------------------------------------------------
def joins(scene: Scene) -> str:
    """From the application to the first page; the secret of her authenticator."""
    book, month = scene.book, scene.month
    book.chapter(
        "Monday: a principal applies", "On her phone, without an account. Nothing follows before her address has answered."
    )
    month.at(1, 8, 10)
    with scene.open_window(f"{scene.net}/apply/") as phone:
        book.show(phone, "apply", "What happens next is said first; the agreement can be read before anything is typed.")
        for name, text in {
            "name": JOAN, "email": JOANS, "telephone": "217-555-0161", "position": "Principal",
            "organisation": "Harrow Creek Middle", "sponsor_name": "Dana Whitlock", "sponsor_email": "dana@demo.example",
            "purpose": "I answer for safety at our school.",
        }.items():  # fmt: skip
            phone.locator(f"[name={name}]").fill(text)
        for name, value in {"sector": "k12", "discipline": "administrator", "wishes": "consumer"}.items():
            tick(phone, name, value)
        tick(phone, "wishes", "contributor")
        phone.get_by_role("button", name="Send the application").click()
        if phone.locator("[name=organisation_pick]").count():
            phone.get_by_label(re.compile("^Harrow Creek Middle School")).first.evaluate("box => box.click()")
            phone.get_by_role("button", name="Send the application").click()
        phone.get_by_role("heading", name="Look into your mailbox").wait_for()
    mail = scene.letter(
        JOANS, "confirm your address", "confirm", "The link comes to the work address. Without her press nothing follows."
    )
    with scene.open_window(scene.link(mail, "/apply/confirm/")) as phone:
        phone.locator("[name=typed_name]").fill(JOAN)
        book.show(
            phone, "sign", "She reads the agreement and signs it by typing her name.", to=phone.locator("[name=typed_name]")
        )
        phone.get_by_role("button", name="Sign and send").click()
        phone.get_by_role("heading", name="Your application").wait_for()
    mail = scene.letter("dana", "names you as sponsor")
    with scene.open_window(scene.link(mail, "/apply/vouch/")) as phone:
        for name in ("knows", "holds", "address"):
            tick(phone, name, "yes")
        phone.locator("[name=by]").fill("Dana Whitlock")
        book.show(phone, "sponsor", "Her sponsor answers by a link of her own: three presses.")
        phone.get_by_role("button", name="Send my answer").click()
        phone.get_by_role("heading", name="Thank you").wait_for()
    _approved(scene)
    return _sets_up(scene)


def _approved(scene: Scene) -> None:
    book = scene.book
    book.chapter("The same day: looked at by two", "The officer has 5,000 members to be: the queue is cleared by keys.")
    with scene.chair(SIO, path="/desk/members/") as officer:
        book.show(officer, "queue", "Who waits, since when, and who has answered already.")
        officer.get_by_role("link", name=JOAN).click()
        address = officer.url
        while (line := officer.locator("button[name=act][value=tick]").first).count():
            line.click()
            officer.wait_for_load_state()
        book.show(officer, "checked", "Each line is ticked by whoever has looked; what the officer may not tick alone says so.",
                  to=at_top(officer.locator("#checklist")))  # fmt: skip
        with scene.chair(SECOND) as second:
            second.goto(address)
            second.get_by_role("button", name="In order: A second person agrees").click()
            second.wait_for_load_state()
        officer.reload()
        officer.get_by_role("button", name="Make them a member").click()
        officer.get_by_text("Make them a member").first.wait_for(state="detached")


def _sets_up(scene: Scene) -> str:
    mail = scene.letter(JOANS, "You are a member")
    with scene.open_window(scene.link(mail, "/set-up/")) as phone:
        for name in ("password1", "password2"):
            phone.locator(f"[name={name}]").fill(PASSWORD)
        phone.get_by_role("button", name="Keep this password").click()
        phone.get_by_role("link", name="Sign in").click()
        phone.get_by_label("E-mail").fill(JOANS)
        phone.get_by_label("Password").fill(PASSWORD)
        phone.get_by_role("button", name="Sign in").click()
        phone.get_by_role("textbox").first.wait_for()
        found = re.search(r"\b[A-Z2-7]{32}\b", phone.locator("main").inner_html().replace(" ", ""))
        assert found, "the page shows no secret to set the authenticator up with"
        phone.get_by_role("textbox").first.fill(scene.code(found[0]))
        phone.get_by_role("button").last.click()
        phone.goto(f"{scene.net}/me/")
        scene.book.show(phone, "member", "A password, a second factor, and she is in. What she may read: FOUO.")
        assert "FOUO" in phone.locator("main").inner_text()
    scene.month.nobody_else()
    return found[0]


def shares(scene: Scene, secret: str) -> None:
    """Her first contribution becomes a bulletin."""
    book, month = scene.book, scene.month
    book.chapter(
        "Wednesday: she shares something", "What could tell who somebody is, is shown to her before anybody else sees it."
    )
    month.at(3, 15, 40)
    with scene.as_joan(secret, "/forum/contribute/") as phone:
        tick(phone, "kind", "observation")
        phone.locator("[name=title]").fill("Dares in a group on a video app")
        phone.locator("[name=text]").fill(f"{SHARED} {NAMED}")
        phone.get_by_role("button", name="Send", exact=True).click()
        phone.get_by_text("This may tell who somebody is").first.wait_for()
        book.show(phone, "named", "She named a student. The page has found it, and asks.")
        phone.locator("[name=text]").fill(SHARED)
        phone.get_by_role("button", name="Send", exact=True).click()
        phone.get_by_role("heading", name="Dares in a group").wait_for()
        gift = phone.url
    with scene.chair(SIO, path="/desk/forum/") as officer:
        officer.get_by_role("link", name="Dares in a group").click()
        officer.locator("[name=text]").fill("Thank you. This helps other schools: I make a bulletin of it.")
        book.show(officer, "gift", "The officer thanks, asks back, or begins a draft with it. Who gave it stays here.",
                  to=officer.locator("[name=text]"))  # fmt: skip
        officer.get_by_role("button", name="Begin a draft with it").click()
        officer.wait_for_load_state()
        scene.letter(JOANS, "there is something for you")
        officer.get_by_role("link", name="The draft").first.click()
        officer.locator("[name=kind]").select_option("bulletin")
        tick(officer, "topics", "behaviors")
        officer.get_by_role("button", name="Save and look").click()
        officer.get_by_role("heading", name="Tear-lines").wait_for()
        officer.get_by_role("button", name="Ask for a second person").click()
        look = officer.url
    agreed_and_out(scene, look)
    for who in (*FOUO, LES, JOANS):
        scene.letter(who, "Dares in a group", least="sends dares to eighth-graders")
    with scene.as_joan(secret) as phone:
        phone.goto(gift)
        book.show(
            phone,
            "thanked",
            "What became of it. The bulletin itself was in her mail, and in that of every member for whom it is.",
        )
    month.nobody_else()


if __name__ == "__main__":
    walk_of_a_month(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
