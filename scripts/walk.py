"""One tip from phone to outcome, in a real browser through the real pages; pictures and a page of what was seen.

`python scripts/walk.py --public http://localhost:8000 --desk http://localhost:8001 --school http://localhost:8002` drives a
product that is running with its demo state. `scripts/screenshots.py` starts one and does the same.
"""

import base64
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("UPSTANDER_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
PASSWORD = "practice makes it safe"  # public by intention, see upstander.people.demo
SCHOOL = "Harrow Creek High School"
PHONE, SMALL, DESK, LAPTOP = (390, 780), (320, 640), (1366, 768), (1100, 800)
PATIENCE = 20_000  # milliseconds for one step

TIP = (
    "Jayden in my math class said he will bring his uncle's gun tomorrow and make everybody pay. "
    "He showed two of us a photo of it. My brother saw it too."
)
RELEASED = (
    "A student of the junior class said that he will bring a relative's gun tomorrow and make everybody pay. "
    "He showed a photo of a gun to others."
)
QUESTION = "Thank you for telling us. You did the right thing. Do you know when he said this, and where he is now?"
WORK = "Officer Delgado and I met the student at home with his parents. Police hold the uncle's gun."
ANSWER = "He said it at lunch today, about noon. I saw him get on the bus to Marlow."


@dataclass(frozen=True)
class Places:
    """The addresses of the three origins."""

    public: str
    desk: str
    school: str


@dataclass
class Book:
    """The pictures with their sentences, in chapters."""

    folder: Path
    encoder: Page
    lines: list[str] = field(default_factory=list)
    count: int = 0

    def chapter(self, title: str, words: str = "") -> None:
        """Begin a chapter."""
        self.lines += [f"## {title}", "", *([words, ""] if words else [])]

    def show(self, page: Page, name: str, sentence: str, *, whole: bool = False, to: Locator | None = None) -> None:
        """Take a picture of what is on the screen (`whole`: of the whole page); `to` is brought into sight before."""
        if to is not None:
            to.scroll_into_view_if_needed()
        page.wait_for_timeout(250)  # for what fades in
        self.count += 1
        file = f"{self.count:02d}-{name}.webp"
        self.keep(page, self.folder / file, whole=whole)
        width = (page.viewport_size or {"width": 0})["width"]
        narrow = '{ width="300" }' if width < 500 else ""
        self.lines += [f"**{self.count}.** {sentence}", "", f"![{sentence}](images/{self.folder.name}/{file}){narrow}", ""]

    def keep(self, page: Page, path: Path, *, whole: bool = False) -> None:
        """Write what is on the screen to `path` as WebP, which is smaller than PNG, so that the repository stays small."""
        picture = base64.b64encode(page.screenshot(full_page=whole, animations="disabled")).decode()
        if os.environ.get("WALK_PNG"):
            page.screenshot(path=Path(os.environ["WALK_PNG"]) / f"{path.stem}.png", full_page=whole)
        path.write_bytes(base64.b64decode(self.encoder.evaluate(_TO_WEBP, picture)))


_TO_WEBP = """async (picture) => {
  const bytes = Uint8Array.from(atob(picture), (c) => c.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.7 });
  let text = "";
  for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte);
  return btoa(text);
}"""


def walk(places: Places, docs: Path) -> None:
    """Walk once and write walk.md with its pictures; raises playwright's TimeoutError where a step is missing."""
    folder = docs / "images" / "walk"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            book = Book(folder, browser.new_page())
            _story(browser, places, book, docs)
        finally:
            browser.close()
    (docs / "walk.md").write_text(_INTRODUCTION + "\n".join(book.lines).rstrip() + "\n")


_INTRODUCTION = """# The walk, in pictures

One tip, from a phone to its outcome. Every picture was taken by `make screenshots`, which starts the product with its demo state
and drives it in Chromium. People, schools and numbers are invented.

"""


@contextmanager
def window(browser: Browser, size: tuple[int, int], *, scripts: bool = True) -> Iterator[Page]:
    """A fresh browser profile of this size."""
    width, height = size
    phone = width < 500
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": height}, java_script_enabled=scripts, locale="en-US", color_scheme="light",
        timezone_id="America/Chicago", has_touch=phone, device_scale_factor=1.5 if phone else 1,
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    try:
        yield context.new_page()
    finally:
        context.close()


def sign_in(page: Page, origin: str, email: str, book: Book | None = None) -> None:
    """Sign in with password and second factor; the sandbox shows the practice code on the page."""
    page.goto(f"{origin}/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    code = page.get_by_text("your code now is")
    code.wait_for()
    digits = re.search(r"\b\d{6}\b", code.inner_text())
    assert digits, "the practice system shows no code"
    if book is not None:
        book.show(page, "second-factor", "A password and six digits. The practice system shows them.")
    page.get_by_role("textbox").first.fill(digits[0])
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(lambda address: "/sign-in/" not in address)  # some begin with a page of their own


def _story(browser: Browser, places: Places, book: Book, docs: Path) -> None:
    with window(browser, DESK) as desk, window(browser, PHONE) as phone:
        receipt, number = _tell(phone, desk, places, book)
        with window(browser, SMALL, scripts=False) as small:
            _without_scripts(small, places, book)
        _judge(desk, number, book, docs)
        link = _mail(desk, places, book, number)
        with window(browser, PHONE) as contact:
            _confirm(contact, link, book)
        _release(desk, book)
        with window(browser, LAPTOP) as school:
            _respond(school, places, number, book)
        _come_back(phone, places, receipt, book)
        _look_again(desk, book)


# ---- the reporter ----------------------------------------------------------------------------------------------------------
def _tell(phone: Page, desk: Page, places: Places, book: Book) -> tuple[str, str]:
    """Send the tip; the receipt and the tip's number."""
    book.chapter("On the phone", "No app, no account, no cookie. The only thing demanded is a text.")
    phone.goto(f"{places.public}/")
    book.show(phone, "home", "The first page says who reads this, what happens next, and that no name is needed.")
    phone.get_by_role("link", name="Tell us what is going on").click()
    book.show(phone, "danger", "Danger comes first, and never blocks: 911, 988, or write.")
    phone.get_by_role("button", name="I can't call").click()
    phone.locator("textarea[name=text]").fill(TIP)
    book.show(phone, "words", "What is happening, in one's own words.", to=phone.locator("textarea[name=text]"))
    phone.get_by_role("button", name="Next").click()
    phone.locator("#id_place_text").press_sequentially("harrow creek hi", delay=40)
    option = phone.get_by_role("option", name=re.compile(SCHOOL)).first
    option.wait_for()
    book.show(phone, "school", "The school is found by name, city or district. Not knowing it is an answer too.")
    option.click()
    phone.get_by_role("button", name="Next").click()
    phone.locator("[name=who]").fill("Jayden, a junior. I do not know his last name.")
    phone.locator("[name=when]").fill("tomorrow")
    _choose(phone, "weapon", "yes")
    book.show(phone, "more", "Who, when, a weapon: asked for, never demanded.")
    phone.get_by_role("button", name="Next").click()
    book.show(phone, "reach", "How the reporter may be reached: skipped here. What is written is sealed away from the desk.")
    phone.get_by_role("button", name="Next").click()
    book.show(phone, "review", "Everything once more, with a way to change each.")
    sign_in(desk, places.desk, "casey@demo.example")
    phone.get_by_role("button", name="Send").last.click()
    phone.get_by_role("heading", name="Received").wait_for()
    book.show(phone, "received", "Received: the tip is on disk. This code is the only way back, and nobody can issue it again.")
    text = phone.locator("main").inner_text()
    receipt = re.search(r"\b(?:[0-9A-Z]{4}[-\s–]){3}[0-9A-Z]{4}\b", text)
    number = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}\b", text)
    assert receipt and number, "no receipt or number on the page"
    return receipt[0], number[0]


def _choose(page: Page, name: str, value: str) -> None:
    """Choose `value` of a select or of radio buttons."""
    options = page.locator(f"select[name={name}]")
    if options.count():
        options.select_option(value)
    else:
        page.locator(f"input[name={name}][value={value}]").evaluate("box => box.click()")


def _without_scripts(small: Page, places: Places, book: Book) -> None:
    """The same form without JavaScript, 320 pixels wide."""
    small.goto(f"{places.public}/tell/?lang=es")
    book.show(small, "spanish", "The same page in Spanish, 320 pixels wide, with JavaScript switched off.")
    small.goto(f"{places.public}/tell/")
    small.get_by_role("button", name="No, but I am worried").click()
    small.locator("textarea[name=text]").fill("They wait for him at the bus every day and push him around.")
    small.get_by_role("button", name="Next").click()
    small.locator("#id_place_text").fill("lincoln")
    small.get_by_role("button", name="Find the school").click()
    book.show(
        small, "no-script", "Without JavaScript the school is searched for by a button. Several Lincolns are told apart.",
        to=small.locator("#found"),
    )  # fmt: skip


def _come_back(phone: Page, places: Places, receipt: str, book: Book) -> None:
    book.chapter("The reporter comes back")
    phone.goto(f"{places.public}/return/")
    phone.locator("[name=code]").fill(receipt.lower())
    book.show(phone, "return", "The code opens the report again, on any phone. Small letters will do.")
    phone.get_by_role("button", name="Open my report").click()
    phone.get_by_role("heading", name="Your report").wait_for()
    book.show(phone, "status", "A plain status, and the desk's question. No fact about anybody else.")
    phone.locator("textarea[name=text]").fill(ANSWER)
    phone.locator("button[value=reply]").click()
    phone.get_by_text(ANSWER).first.wait_for()
    book.show(phone, "answered", "The answer is part of the tip.", to=phone.get_by_text(ANSWER).first)


# ---- the desk --------------------------------------------------------------------------------------------------------------
def _judge(desk: Page, number: str, book: Book, docs: Path) -> None:
    book.chapter("At the desk", "The call-taker was signed in while the tip was sent. Nobody reloaded the page.")
    row = desk.locator(f"#q-{number}")
    row.wait_for()
    book.show(desk, "queue", "The tip has appeared by itself, above what is less urgent. Red needs somebody now.")
    row.get_by_role("link").first.click()
    desk.locator("#tip-number").wait_for()
    desk.get_by_role("button", name=re.compile("^Take")).click()
    desk.locator("#claim-mine").wait_for()
    book.show(desk, "tip", "Taken. The words, the 9-1-1 center with its number, the contacts; at the right: what is it?")
    desk.locator("#reply textarea").fill(QUESTION)
    desk.locator("#reply").get_by_role("button", name=re.compile("^Send")).click()
    desk.locator("#dialogue").get_by_text(QUESTION).wait_for()
    tick(desk, "planned_school_attack")
    desk.locator("#preview-title").wait_for()
    book.show(desk, "judge", "A kind is chosen, and the page shows what it would demand, beside the directive's words.")
    desk.locator("#judge-now").click()
    desk.locator("#plan .action").first.wait_for()
    book.keep(desk, docs / "images" / "desk.webp")
    book.show(desk, "plan", "Judged. Each step has its paragraph, its clock and its numbers. The mails have left already.")
    _call(desk, book)


def _look_again(desk: Page, book: Book) -> None:
    book.chapter("Back at the desk")
    answer = desk.locator("#dialogue").get_by_text(ANSWER)
    answer.wait_for()  # nobody reloaded the page
    book.show(desk, "desk-answer", "The reporter's answer has appeared by itself.", to=answer)
    desk.reload()
    reported = desk.locator("section.card[aria-labelledby^=panel-]").first
    reported.wait_for()
    book.show(desk, "desk-outcome", "What the school did and reported stands with the tip.", to=reported)
    book.show(desk, "desk-who", "Who has it, who has closed their part, and what is still owed.", to=desk.locator("#close-box"))


def tick(page: Page, key: str) -> None:
    """Tick a kind of report as a person does: by its label, or by its box where the label is folded away."""
    page.locator(f"input[name=subtypes][value='{key}']").first.evaluate("box => box.click()")


def _call(desk: Page, book: Book) -> None:
    step = desk.locator("#s-call_psap")
    step.get_by_text("Record the call").click()
    step.locator("[name=answered_by]").fill("Operator 14, D. Marsh")
    step.locator("[name=dispatch_number]").fill("26-118204")
    step.locator("[name=seconds]").fill("75")
    book.show(desk, "call", "The call to the 9-1-1 center: script, number, and who answered. A name is the proof.", to=step)
    step.get_by_role("button", name="Answered", exact=True).click()
    desk.locator("#s-call_psap").get_by_text("Operator 14").first.wait_for()
    book.show(desk, "called", "Done, by whom and when. A line that is not done stays owed, and turns red when its time is over.",
              to=desk.locator("#s-call_psap"))  # fmt: skip


def _mail(desk: Page, places: Places, book: Book, number: str) -> str:
    """Look at the mails that would have left; the link in the principal's."""
    book.chapter("What left the desk", "In the sandbox nothing leaves the machine; a page shows what would have.")
    tip = desk.url
    for _ in range(20):
        desk.goto(f"{places.desk}/sandbox/")
        mail = desk.get_by_role("row").filter(has_text="rivera@").filter(has_text=SCHOOL).first
        if mail.count():
            break
        desk.wait_for_timeout(500)
    book.show(desk, "sandbox", "One mail for each contact, a moment after the judgement.")
    mail.get_by_role("link").click()
    body = desk.locator("main").inner_text()
    assert number in body, "the first mail shown is not this tip's"
    book.show(desk, "mail", "The first mail of a Critical: the facts at once, none of the reporter's words yet.", whole=True)
    link = re.search(r"https?://\S+/c/\w+/", body)
    assert link, "the mail has no link"
    desk.goto(tip)
    return link[0]


def _release(desk: Page, book: Book) -> None:
    book.chapter("The words follow", "A person takes out what would tell who reported it: here the class, and the brother.")
    desk.reload()
    book.show(desk, "confirmed", "The desk sees at once that the principal has it.", to=desk.locator("#s-email_contacts"))
    desk.locator("#release summary").click()
    desk.locator("#release textarea").fill(RELEASED)
    book.show(desk, "release", "The narrative, before it is released to everybody who was told.", to=desk.locator("#release"))
    desk.locator("#release").get_by_role("button", name="Release").click()
    desk.get_by_text("words released").first.wait_for()


# ---- the school ------------------------------------------------------------------------------------------------------------
def _confirm(contact: Page, link: str, book: Book) -> None:
    book.chapter("The principal's phone")
    contact.goto(link)
    book.show(contact, "notice", "The link in the mail. Opening it confirms nothing: scanners open links, people press.")
    contact.get_by_role("button", name="I have this", exact=True).click()
    contact.get_by_text("Thank you").first.wait_for()
    book.show(contact, "have-this", "Confirmed by one press, without signing in. Details stay behind the sign-in.")


def _respond(school: Page, places: Places, number: str, book: Book) -> None:
    book.chapter("At the school", "A designated end-user signs in and sees the referrals of their organization, nothing else.")
    sign_in(school, places.school, "ana@demo.example")
    book.show(school, "referrals", "What was passed on to this school.")
    school.locator(".card").filter(has_text=number).get_by_role("link").first.click()
    school.get_by_text("What the tip says").wait_for()
    book.show(school, "referral", "What was released, and who at the school was told and has it.", whole=True)
    note = school.locator("form[action$='/follow-up/']")
    note.get_by_role("textbox").fill(WORK)
    note.get_by_role("button").click()
    school.get_by_text("Officer Delgado and I met").first.wait_for()
    school.get_by_role("link", name="Report what came of it").click()
    for outcome in ("student_spoken_with", "parents_notified", "law_enforcement", "threat_assessment"):
        school.locator(f"input[name=outcomes][value={outcome}]").evaluate("box => box.click()")
    for name, value in (("sufficient", "yes"), ("aware_before", "no"), ("useful", "yes")):
        _choose(school, name, value)
    school.locator("input[name=closes]").evaluate("box => box.click()")
    book.show(school, "outcome", "What came of it: several things can be true. Three questions, and closed.", whole=True)
    school.get_by_role("button", name="Report").click()
    school.get_by_text("closed this tip").first.wait_for()
    book.show(school, "closed", "The school's part is over. The desk reads it at once.", whole=True)


@click.command()
@click.option("--public", required=True, help="Address of the public origin.")
@click.option("--desk", required=True, help="Address of the desk's origin.")
@click.option("--school", required=True, help="Address of the school origin.")
@click.option("--docs", type=click.Path(path_type=Path), default=Path(__file__).resolve().parents[1] / "docs", show_default=False,
              help="Folder that gets walk.md and images/; default docs/.")  # fmt: skip
def main(public: str, desk: str, school: str, docs: Path) -> None:
    """Walk one tip from phone to outcome through a running sandbox, taking pictures."""
    (docs / "images").mkdir(parents=True, exist_ok=True)
    walk(Places(public.rstrip("/"), desk.rstrip("/"), school.rstrip("/")), docs)
    click.echo(f"{docs / 'walk.md'} and its pictures are new.")


if __name__ == "__main__":
    main()
