"""A text at night, through a real gateway, telephone agent and mail server: pictures, and a page of what was seen.

`make screenshots` does it where Kannel, baresip, espeak-ng and sox are there. The telephones are drawn from what came to them.
"""

import os
import re
import shutil
import sys
import tempfile
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")

import django  # noqa: E402

django.setup()

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402
from tests.stack.night import KID, PATIENCE, SCHOOL, Night, Person  # noqa: E402
from tests.support import kannel  # noqa: E402
from tests.support.inbox import Letter  # noqa: E402
from walk import CHROMIUM, DESK, PHONE, SMALL, Book, sign_in, tick, window  # noqa: E402

from upstander.delivery.telephone import agent  # noqa: E402

RINGS = 25.0  # seconds, so that there is time for a picture
TIP = "Jake has his dads gun. He says he brings it to Tallgrass North tomorrow and makes them pay"
ASKED = "Thank you for telling us. You did the right thing. Do you know where Jake is now?"
_INTRODUCTION = """# The walk by night, in pictures

Twenty to three. A child writes a text; nobody at the school is awake. What happens then was taken by `make screenshots` from a
house with a real gateway for text messages, a real telephone agent and a mail server; its clock is moved, the telephones are
drawn from what came to them. People, schools and numbers are invented. Here it rings again only after eighteen minutes, so
that the steps between can be seen; one as it comes does so after a minute.

"""
_STYLE = """body { margin: 0; font: 17px/1.4 sans-serif; background: #10151c; color: #e8ecf0; }
header { padding: 18px 20px 12px; background: #1b232d; } header b { display: block; }
main { padding: 16px; } p { max-width: 84%; margin: 0 0 12px; padding: 11px 14px; border-radius: 14px;
white-space: pre-wrap; overflow-wrap: anywhere; } .in { background: #2b3642; } .out { background: #1d5a94; margin-left: auto; }"""


def missing() -> str:
    """What is needed for it and is not there; empty where all is."""
    calls = agent.program() and shutil.which("espeak-ng") and shutil.which("sox")
    return kannel.MISSING or ("" if calls else "baresip, espeak-ng or sox is not installed")


def walk_by_night(docs: Path) -> None:
    """Write walk-by-night.md and its pictures; raises AssertionError or playwright's TimeoutError where a step is missing."""
    folder = docs / "images" / "walk-by-night"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with (
        tempfile.TemporaryDirectory(prefix="upstander-night-") as outside,
        Night(Path(outside), rings=RINGS) as night,
    ):
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            try:
                book = Book(folder, browser.new_page())
                with window(browser, DESK) as desk:
                    _story(browser, desk, night, book)
            finally:
                browser.close()
        night.outside.forget()  # the test of the same night says that nobody else was told
    (docs / "walk-by-night.md").write_text(_INTRODUCTION + "\n".join(book.lines).rstrip() + "\n")


def _story(browser: Browser, desk: Page, night: Night, book: Book) -> None:
    sign_in(desk, night.house.desk, "casey@demo.example")
    number = _text(browser, desk, night, book)
    letter = _judged(browser, desk, night, book)
    _escalates(browser, desk, night, book, number)
    _confirmed(browser, desk, night, book, letter)
    _stood_down(browser, desk, night, book, number)


# ---- what happens ----------------------------------------------------------------------------------------------------------
def _text(browser: Browser, desk: Page, night: Night, book: Book) -> str:
    book.chapter("02:40, a telephone", "The number is sealed away: the desk never sees it.")
    kid = night.outside.phone(KID).texts(TIP).expects_text("988", PATIENCE)
    _phone(browser, book, "text", "The child's phone. What can be expected is said at once, with 911 and 988.",
           "Upstander", [("out", TIP), *(("in", t.words) for t in kid.seen)])  # fmt: skip
    number = night.tip_number()
    row = desk.locator(f"#q-{number}")
    row.wait_for()
    book.show(desk, "queue", "The desk, the same second: a new tip, by text message.")
    row.get_by_role("link").first.click()
    desk.locator("#tip-number").wait_for()
    desk.get_by_role("button", name=re.compile("^Take")).click()
    desk.locator("#claim-mine").wait_for()
    desk.goto(f"{night.house.desk}/tip/{number}/place/")
    desk.locator("[name=place]").press_sequentially("tallgrass north", delay=40)
    desk.get_by_role("option", name=re.compile(SCHOOL)).first.click()
    desk.get_by_role("button", name="Set the place").click()
    desk.locator("#reply textarea").fill(ASKED)
    desk.locator("#reply").get_by_role("button", name=re.compile("^Send")).click()
    kid.expects_text("where Jake is", PATIENCE)
    return number


def _judged(browser: Browser, desk: Page, night: Night, book: Book) -> Letter:
    book.chapter(
        "Judged",
        "One press. All three who are listed for the school are rung, texted and written to at once.",
    )
    for name in ("ruth", "omar", "nell"):
        night.people[name].phone.expects_call().never_answers()
    tick(desk, "planned_school_attack")
    desk.locator("#preview-title").wait_for()
    book.show(desk, "judge", "Planned school attack: what that would demand, before it is decided.")
    night.is_judged()
    desk.locator("#judge-now").click()
    ladder = desk.locator("#s-call_contacts")
    ladder.get_by_text(re.compile("ringing|being rung")).first.wait_for(timeout=PATIENCE * 1000)
    book.show(
        desk,
        "rings",
        "The house rings all contacts. The call-taker calls 9-1-1: no machine ever does that.",
        to=ladder,
    )
    nell = night.people["nell"]
    letter = nell.inbox.expects_mail("CRITICAL", PATIENCE)
    for name in ("ruth", "omar", "nell"):
        night.people[name].phone.rang(1, PATIENCE)
    text = nell.phone.expects_text("reply 1", PATIENCE).seen[-1].words
    _phone(browser, book, "notice", "The text that came with the call: what, how grave, where; no word of the tip.",
           "Upstander", [("in", text)])  # fmt: skip
    return letter


def _escalates(browser: Browser, desk: Page, night: Night, book: Book, number: str) -> None:
    book.chapter(
        "Nobody answers",
        "The clock goes on: who stands in, another mail, the district, the supervisor, the region.",
    )
    omar, ruth, grace = (night.people[name].inbox for name in ("omar", "ruth", "grace"))
    chief = night.outside.inbox("morgan@demo.example")
    again, passed, nobody = "Please confirm", "Not confirmed", "nobody has answered"
    call = None
    night.people["ruth"].phone.expects_call().never_answers()  # as who is on call for the district
    for minute, inbox, said in (
        (5, omar, again),
        (6, omar, passed),
        (6, ruth, passed),
        (8, ruth, passed),
        (10, chief, nobody),
        (15, grace, nobody),
    ):
        night.minute(minute)
        letter = inbox.expects_mail(said, PATIENCE)
        call = letter if inbox is chief else call
        night.quiet()
    assert call
    desk.goto(f"{night.house.desk}/tip/{number}/")
    desk.locator("#bar-well").wait_for(
        timeout=PATIENCE * 1000
    )  # a clock that is moved makes the house breathless for a moment
    book.show(desk, "ladder", "Each contact's ladder at the desk: what was tried, and what comes next.",
              to=desk.locator(".ladder").first)  # fmt: skip
    _phone(browser, book, "supervisor-mail", "The supervisor on call is woken by mail: where, how grave, who is silent.",
           call.subject, [("in", call.words)])  # fmt: skip
    with window(browser, PHONE) as supervisor:
        sign_in(supervisor, night.house.desk, "morgan@demo.example")
        supervisor.goto(f"{night.house.desk}/red/")
        book.show(
            supervisor,
            "red",
            "The supervisor's phone: red, with the reason, until somebody who can act has confirmed.",
        )


def _confirmed(browser: Browser, desk: Page, night: Night, book: Book, letter: Letter) -> None:
    book.chapter("One by key, one by link, one never")
    ruth = night.people["ruth"]
    ruth.phone.expects_call().presses("1").and_listens()
    for name in ("omar", "nell"):
        night.people[name].phone.expects_call().never_answers()
    night.minute(19)
    assert ruth.phone.rang(3, PATIENCE).pressed == ["1"]
    _phone(browser, book, "key", "The second ring wakes the district's assistant superintendent. She presses 1.",
           "Call from +1 217 555 0100", [("in", _greeting()), ("out", "1")])  # fmt: skip
    with window(browser, SMALL) as phone:
        phone.goto(letter.link("/c/"))
        book.show(phone, "link", "The principal opens the link in her mail. Opening confirms nothing.")
        phone.get_by_role("button", name="I have this", exact=True).click()
        phone.get_by_text("Thank you").first.wait_for()
        book.show(phone, "confirmed", "One press, without signing in.")
    desk.reload()
    desk.get_by_text("by a key on the telephone").first.wait_for()
    width, height = DESK
    desk.set_viewport_size({"width": width, "height": height + 300})  # so that all three are in sight
    book.show(desk, "two-of-three", "By key, by link, and one who has not answered: he is rung again, and stays red.",
              to=desk.locator("#s-call_contacts").get_by_text("Omar Haddad", exact=True).last)  # fmt: skip
    desk.set_viewport_size({"width": width, "height": height})


def _stood_down(browser: Browser, desk: Page, night: Night, book: Book, number: str) -> None:
    book.chapter(
        "It was not so",
        "The police found a prop of the theater class. Lowering a Critical takes a second person.",
    )
    desk.locator("#judge").evaluate("box => { box.open = true }")
    tick(desk, "planned_school_attack")
    tick(desk, "prank")
    desk.locator("#judge [name=reason]").first.fill(
        "The police found a prop of the theater class, and no gun."
    )
    with desk.expect_response(re.compile("/judge/")):
        desk.locator("#judge-now").click()
    night.people["ruth"].phone.expects_call().answers()  # the one whom a call has reached
    with window(browser, DESK) as chief:
        sign_in(chief, night.house.desk, "morgan@demo.example")
        chief.goto(f"{night.house.desk}/lowerings/")
        chief.locator("[name=reason]").first.fill("Agreed with the police.")
        book.show(chief, "lowering", "Until the supervisor decides, everything goes on as it was.")
        chief.get_by_role("button", name=re.compile("Lower it")).click()
        chief.wait_for_load_state()
    omar: Person = night.people["omar"]
    omar.phone.expects_text("reply 1", PATIENCE)
    words = omar.phone.expects_text("correction", PATIENCE).seen[-1].words
    _phone(browser, book, "stand-down", "Everybody who was told is told so, by every channel by which they were told. Omar, too.",
           "Upstander", [("in", words)])  # fmt: skip
    desk.goto(f"{night.house.desk}/tip/{number}/")
    book.show(desk, "after", "What happened stands at the desk, and in the record.")


# ---- drawing ---------------------------------------------------------------------------------------------------------------
def _greeting() -> str:
    from upstander.packs.current import current

    return current().text("ladder.greeting", "en")


def _phone(
    browser: Browser, book: Book, name: str, sentence: str, who: str, said: list[tuple[str, str]]
) -> None:
    """Draw what a phone shows: `said` are (in or out, words)."""
    words = "".join(f'<p class="{way}">{escape(text.strip())}</p>' for way, text in said)
    with window(browser, PHONE) as page:
        page.set_content(f"<style>{_STYLE}</style><header><b>{escape(who)}</b></header><main>{words}</main>")
        height = page.evaluate("document.querySelector('main').getBoundingClientRect().bottom")
        page.set_viewport_size({"width": PHONE[0], "height": int(height) + 8})
        book.show(page, name, sentence)


if __name__ == "__main__":
    sys.exit(missing() or walk_by_night(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"))
