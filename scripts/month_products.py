"""What goes out in the month of `walk_of_a_month.py`: an urgent bulletin in two levels, a recall, the newsletter."""

import re

from month_scene import FOUO, JOAN, JOANS, LES, SECOND, SIO, Scene, agreed_and_out, at_top, tick
from playwright.sync_api import Page
from walk import PHONE

CALLS = "Calls that name a bomb: what they have in common"
KNOWN = "Since Monday, offices of four schools got calls that named a bomb. Nothing was found at any of them."
SCRIPT = "The caller reads from a script. Keep the line open, write down every word, and call 911 on another line."
SWORN = "All calls came from two accounts at one carrier of internet calls. Do not say the names of the accounts over the radio."
COUNTY = "The county's detectives ask that nobody calls the number back before Thursday."
WRONG = "The tabletop exercise of the 24th begins at nine in the library. Call 217-555-0164 to be let in."
TOLD = "The telephone number in it is not ours. Do not call it."


def urgent(scene: Scene) -> None:
    """The bulletin in two levels."""
    book, month = scene.book, scene.month
    book.chapter(
        "Tuesday of the second week: an urgent bulletin",
        "One draft. Each paragraph says who may read it; nothing is filtered later.",
    )
    month.at(9, 10, 5)
    with scene.chair(SIO, path="/desk/products/new/") as officer:
        officer.locator("[name=kind]").select_option("bulletin")
        for n, (marking, text) in enumerate(
            [("open", CALLS), ("open", KNOWN), ("fouo", SCRIPT), ("les", SWORN), ("les", COUNTY)]
        ):
            if not officer.locator(f"[name=p-{n}-text]").count():
                officer.get_by_role("button", name="One more paragraph").click()
                officer.locator(f"[name=p-{n}-text]").wait_for()
            officer.locator(f"[name=p-{n}-marking]").select_option(marking)
            officer.locator(f"[name=p-{n}-text]").fill(text)
        tick(officer, "topics", "threats")
        tick(officer, "urgent")
        tick(officer, "acknowledge")
        book.show(
            officer,
            "write",
            "Open, FOUO, LES: the marking stands before the words.",
            to=at_top(officer.locator("fieldset").filter(has=officer.locator("[name=p-2-text]"))),
        )
        officer.get_by_role("button", name="Save", exact=True).last.click()
        officer.get_by_role("link", name="Sources", exact=True).click()
        product = officer.url.removesuffix("sources/")
        _of_the_county(scene, officer, product)
        officer.goto(f"{product}look/")
        book.show(officer, "tear-lines", "The tear-lines, side by side: what each level would read, and under which banner.",
                  to=at_top(officer.locator("#lines")))  # fmt: skip
        book.keep(officer, book.folder.parent / "network.webp")
        if (looked := officer.locator("[name=looked]")).count():
            looked.evaluate("box => box.click()")
        officer.get_by_role("button", name="Release", exact=True).click()
        officer.get_by_text("It is out.").first.wait_for()
    _reaches(scene)
    _second_look(scene, f"{product}look/")


def _of_the_county(scene: Scene, officer: Page, product: str) -> None:
    """The last paragraph is another agency's: it stays back until that agency's release is on the record."""
    officer.locator("[name=title]").fill("Call of 9:20 with the detectives")
    officer.locator("[name=originator]").fill("Marlow County Sheriff")
    officer.get_by_role("button", name="Add").click()
    officer.goto(product)
    officer.locator("[name=p-4-source]").select_option(index=1)
    officer.get_by_role("button", name="Save and look").click()
    officer.get_by_role("heading", name="Tear-lines").wait_for()
    scene.book.show(officer, "held", "The county's words are not the officer's to give: without their release nothing goes.")
    officer.goto(f"{product}sources/")
    officer.get_by_role("link", name="Record a release").click()
    officer.locator("[name=level]").select_option("les")
    officer.locator("[name=released_by]").fill("Det. Sgt. Amaya")
    officer.locator("[name=released_on]").fill(str(scene.month.now().date()))
    officer.locator("[name=how]").fill("by telephone, 9:55")
    officer.get_by_role("button", name="Record the release").click()
    officer.get_by_text("Released to readers of LES").first.wait_for()


def _reaches(scene: Scene) -> None:
    book, month = scene.book, scene.month
    book.chapter(
        "What reaches whom",
        "Mail carries words up to FOUO. What is for the sworn is read after sign-in: the mail says only that it is there.",
    )
    mails = {who: scene.letter(who, "Urgent: (OPEN)", least=SCRIPT) for who in FOUO}
    mails[JOANS] = scene.letter(JOANS, "Urgent: (OPEN)", "mail-fouo", "The principal's mail: no sign that there is more.",
                                SCRIPT)  # fmt: skip
    mails[LES] = scene.letter(LES, "Urgent: ", "mail-les", "The officer's mail.", "read after sign-in only")
    assert CALLS not in mails[LES] and SCRIPT not in mails[LES]
    with scene.chair(LES, PHONE, scene.path(mails[LES], "/received/")) as phone:
        text = phone.locator("main").inner_text()
        assert SWORN in text and COUNTY in text and "LAW ENFORCEMENT SENSITIVE" in text
        book.show(phone, "les", "The school resource officer signs in, and reads all of it.", whole=True)
        phone.get_by_role("button", name="I have read it").click()
        phone.get_by_text("You said that you have read it").first.wait_for()
    for who in FOUO:
        with scene.chair(who, PHONE, scene.path(mails[who], "/received/")) as phone:
            text = phone.locator("main").inner_text()
            assert SCRIPT in text and "FOR OFFICIAL USE ONLY" in text
            assert SWORN not in phone.content() and COUNTY not in phone.content() and "LES" not in text
            if who == "dana":
                book.show(
                    phone,
                    "fouo",
                    "The superintendent's page of the same bulletin: another banner, and nothing is blacked out.",
                    whole=True,
                )
            phone.get_by_role("button", name="I have read it").click()
            phone.get_by_text("You said that you have read it").first.wait_for()
    month.nobody_else()
    month.later(16 * 60)
    scene.letter(JOANS, "")
    month.nobody_else()
    month.later(15 * 60)
    scene.letter(SIO, "not everybody has confirmed")
    with scene.chair(SIO, path="/desk/circulation/") as officer:
        officer.get_by_text(JOAN).first.wait_for()
        assert "Chris Delgado" not in officer.locator("section[aria-labelledby=late]").inner_text()
        book.show(
            officer, "silent", "Half an hour later: who has not said that they read it stands in red, with the number to call."
        )


def _second_look(scene: Scene, look: str) -> None:
    with scene.chair(SECOND, path="/desk/products/") as second:
        second.goto(look)
        second.get_by_role("button", name="I agree").click()
        second.wait_for_load_state()
        scene.book.show(second, "second-look", "It went out on one name. The second person looks within four hours.",
                        to=at_top(second.locator("#second")))  # fmt: skip
    scene.month.nobody_else()


def recall(scene: Scene) -> None:
    """What was wrong is called back from everybody who has it."""
    book, month = scene.book, scene.month
    book.chapter("Friday: a notice is wrong, and called back")
    month.at(19, 9, 15)
    with scene.chair(SIO, path="/desk/products/new/") as officer:
        officer.locator("[name=kind]").select_option("training_notice")
        tick(officer, "topics", "threats")
        for n, text in enumerate(("Tabletop exercise on the 24th", WRONG)):
            officer.locator(f"[name=p-{n}-marking]").select_option("fouo")
            officer.locator(f"[name=p-{n}-text]").fill(text)
        officer.get_by_role("button", name="Save and look").click()
        officer.get_by_role("button", name="Ask for a second person").click()
        look = officer.url
    agreed_and_out(scene, look)
    everybody = (*FOUO, LES, JOANS)
    for who in everybody:
        scene.letter(who, "Tabletop exercise", least="217-555-0164")
    month.at(19, 9, 50)
    with scene.chair(SIO) as officer:
        officer.goto(look)
        officer.get_by_text("Call it back from everybody").click()
        officer.locator("[name=reason]").fill("The number is a private one.")
        officer.locator("[name=told]").fill(TOLD)
        officer.locator("[name=told_marking]").select_option("open")
        book.show(
            officer, "recall", "Why, for the record; and what everybody who has it is told.", to=officer.locator("[name=told]")
        )
        officer.get_by_role("button", name="Recall", exact=True).click()
        officer.wait_for_load_state()
    drawn = ("recall-mail", "It goes to each who has a copy, with the copy's number.")
    mails = [scene.letter(who, TOLD, *(drawn if who == "dana" else ()))
             for who in everybody]  # fmt: skip
    with scene.chair("dana", PHONE, scene.path(mails[0], "/received/")) as phone:
        phone.get_by_role("heading", name="Called back").wait_for()
        assert WRONG not in phone.content()
        number = re.search(r"your copy with the number: (\S+)", mails[0])
        assert number and number[1] in phone.locator("main").inner_text(), "mail and page name the same copy"
        book.show(phone, "called-back", "Her page of it. The words are gone from the site, the search and the feeds, too.")
    month.nobody_else()


def newsletter(scene: Scene) -> None:
    """The month's items, assembled."""
    book, month = scene.book, scene.month
    book.chapter(
        "The last Monday: the newsletter", "Assembled from what went out this month, each paragraph with the marking that it had."
    )
    month.at(22, 9)
    with scene.chair(SIO, path="/desk/products/") as officer:
        officer.get_by_role("button", name="Assemble a newsletter").click()
        officer.locator("[name=p-1-text]").wait_for()
        assert COUNTY not in officer.content(), "another agency's words were released for the bulletin, not for this"
        book.show(
            officer, "assembled", "A whole draft to begin with. What was called back is not in it, nor another agency's words."
        )
        officer.get_by_role("button", name="Save and look").click()
        officer.get_by_role("button", name="Ask for a second person").click()
        look = officer.url
    agreed_and_out(scene, look)
    for who in (*FOUO, JOANS):
        words = scene.letter(who, "Monthly newsletter", least=KNOWN)
        assert SWORN not in words and WRONG not in words
    scene.letter(LES, "there is something new for you")
    sent = [mail for mail in month.mail.messages() if mail.recipient == JOANS][-1].message
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", "a newsletter can be ended by one click"
    with scene.chair("jamie", PHONE, "/products/") as phone:
        phone.get_by_role("link", name=re.compile("Monthly newsletter")).first.click()
        text = phone.locator("main").inner_text()
        assert SCRIPT in text or KNOWN in text
        assert SWORN not in phone.content() and COUNTY not in phone.content()
        book.show(phone, "newsletter", "The newsletter as a clinician reads it.")
    month.nobody_else()
