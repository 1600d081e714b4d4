"""A webinar and a visit, in the month of `walk_of_a_month.py`."""

import re

from month_scene import FOUO, JOANS, LES, SIO, Scene, tick
from walk import DESK, PHONE

WEBINAR = "Reading a threat together: school and police"


def webinar(scene: Scene) -> None:
    """Invited, registered, moved by an hour, held, certified."""
    book, month = scene.book, scene.month
    book.chapter("Thursday: a webinar is planned", "Invitations are entries for any calendar; what changes, changes there.")
    month.at(11, 9)
    with scene.chair(SIO, path="/desk/gatherings/new/") as officer:
        tick(officer, "kind", "webinar")
        tick(officer, "level", "1")
        day = str(month.day(16))
        for name, text in {
            "title": WEBINAR, "text": "Three cases, invented. Bring the plan of your building.", "day": day, "begins": "10:00",
            "ends": "11:00", "join_address": "https://meet.example/threats",
        }.items():  # fmt: skip
            officer.locator(f"[name={name}]").fill(text)
        officer.get_by_role("button", name="Save the draft").click()
        officer.get_by_role("button", name="Publish and invite by mail").click()
        officer.wait_for_load_state()
        event = officer.url
    for who in (*FOUO, JOANS):
        scene.letter(who, f"Invitation: {WEBINAR}")
    mail = scene.letter(LES, f"Invitation: {WEBINAR}")
    with scene.chair(LES, PHONE, scene.path(mail, "/gatherings/")) as phone:
        phone.get_by_role("button", name="Register").click()
        phone.get_by_text("You have a seat.").wait_for()
        book.show(phone, "seat", "One press, and he has a seat. The entry for his calendar is in the mail.")
    scene.letter(LES, "You have a seat")
    with scene.chair(SIO) as officer:
        officer.goto(f"{event}edit/")
        officer.locator("[name=begins]").fill("13:00")
        officer.locator("[name=ends]").fill("14:00")
        officer.get_by_role("button", name="Save").click()
        officer.wait_for_load_state()
    scene.letter(
        LES, "Changed: ", "moved", "It was moved to one o'clock: the mail carries the entry anew, and his calendar moves it."
    )
    month.nobody_else()
    month.at(15, 13, 30)
    scene.letter(LES, "Reminder: ")
    month.nobody_else()
    month.at(16, 14, 10)
    with scene.chair(SIO) as officer:
        officer.goto(f"{event}attendance/")
        officer.get_by_label(re.compile("Chris Delgado")).evaluate("box => box.click()")
        book.show(officer, "came", "Who came: one box each, by the space bar.")
        officer.get_by_role("button", name="Save").click()
        officer.wait_for_load_state()
    with scene.chair(LES, PHONE, scene.path(mail, "/gatherings/")) as phone:
        phone.get_by_role("heading", name="Your certificate").wait_for()
        for answer in ("Yes", "In time"):
            if (button := phone.get_by_role("button", name=answer, exact=True)).count():
                button.first.click()
        book.show(phone, "certificate", "Afterwards: a certificate, and three presses that say how it was.",
                  to=phone.get_by_role("heading", name="Your certificate"))  # fmt: skip
    month.nobody_else()


def visit(scene: Scene) -> None:
    """A school without a member is visited."""
    book, month = scene.book, scene.month
    book.chapter(
        "Thursday of the third week: a visit", "The list begins where nobody is a member, and where nobody has been for longest."
    )
    month.at(18, 8, 30)
    with scene.chair(SIO, DESK, "/desk/visits/") as officer:
        officer.get_by_role("link", name=re.compile("^ROE|Bluestem|Regional")).first.click()
        officer.get_by_role("heading", level=1).wait_for()
        book.show(officer, "coverage", "A region's schools: first those where nobody is a member.")
        officer.get_by_role("link", name=re.compile("^Plan a visit to")).first.click()
        officer.locator("[name=day]").fill(str(month.day(18)))
        officer.get_by_role("button", name="Plan it").click()
        officer.locator("[name=findings]").fill("Two doors do not lock from inside. The plan names a principal who has left.")
        officer.get_by_role("button", name="Save: the visit was made").click()
        officer.locator("[name=what]").fill("Locks of the two east doors")
        officer.locator("[name=owner]").fill("The district's facilities office")
        officer.get_by_role("button", name="Add", exact=True).click()
        officer.get_by_text("Locks of the two east doors").first.wait_for()
        book.show(officer, "visit", "Logged on one page: what was found, what was agreed, who does it until when.", whole=True)
    month.nobody_else()
