"""A night: a text at twenty to three becomes a Critical, three contacts ring, one confirms by key, one by link, one never.

One house with a real gateway, a real telephone agent and a mail server; what comes to anybody who expects nothing fails the test.
"""

import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.stack.acts import judge, place, signed_in
from tests.stack.harness import until
from tests.stack.night import DUTY, KID, PATIENCE, SCHOOL, Night
from tests.support import kannel
from tests.support.inbox import Inbox
from tests.support.outside import OURS
from tests.support.phone import Phone
from tests.support.visitor import Visitor
from upstander.delivery.telephone import agent

_CALLS = agent.program() and shutil.which("espeak-ng") and shutil.which("sox")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(kannel.MISSING), reason=kannel.MISSING),
    pytest.mark.skipif(not _CALLS, reason="baresip, espeak-ng or sox is not installed"),
]


@pytest.mark.req("D-IV.A.2.a.2")
def test_a_text_at_night_is_told_to_everybody_until_somebody_has_it_and_a_correction_to_all_who_were_told(
    tmp_path: Path,
):
    with Night(tmp_path) as night:
        desk, number = _told_by_text(night)
        link = _three_ring(night, desk, number)
        _nobody_has_it(night)
        _one_by_key_and_one_by_link(night, desk, number, link)
        _one_never(night, desk, number)
        _it_was_not_so(night, desk, number)


def _told_by_text(night: Night) -> tuple[Visitor, str]:
    """A child writes, is answered at once, and the desk has it."""
    kid = night.outside.phone(KID)
    kid.texts("Jake has his dads gun. He says he brings it to Tallgrass North tomorrow").expects_text(
        "988", PATIENCE
    )
    desk, number = signed_in(night.house.desk, "casey"), night.tip_number()
    page = desk.open(f"/tip/{number}/place/").submit("place_id", place_id=str(place(night.house, SCHOOL)))
    assert SCHOOL in page, page.html[-3000:]
    return desk, number


def _three_ring(night: Night, desk: Visitor, number: str) -> str:
    """Judged: all are rung at once and written to; nobody presses a key. Returns the link in the principal's mail."""
    ruth, omar, nell = (night.people[name] for name in ("ruth", "omar", "nell"))
    ruth.phone.expects_call(shows=OURS).is_busy()
    omar.phone.expects_call(shows=OURS).never_answers()
    nell.phone.expects_call(shows=OURS).answers().then_hangs_up()
    night.is_judged()
    judge(desk, number)
    for one in (ruth, omar, nell):
        one.phone.rang(1, PATIENCE)
        letter = one.inbox.expects_mail("CRITICAL", PATIENCE)
        text = one.phone.expects_text("reply 1", PATIENCE).seen[-1]
        assert not _told_of_the_tip(letter.words + text.words)
    night.quiet()
    return letter.link("/c/")  # the last of them is hers


def _nobody_has_it(night: Night) -> None:
    """The clock takes step after step: who stands in, another mail, the next, the district, the supervisor, the region."""
    ruth, omar, nell = (night.people[name] for name in ("ruth", "omar", "nell"))
    night.minute(2)
    nell.inbox.expects_mail("Omar Haddad", PATIENCE)  # who stands in for him
    night.minute(5)
    for one in (ruth, omar, nell):
        one.inbox.expects_mail("Please confirm", PATIENCE)
    night.minute(6)
    for one in (ruth, omar, nell):
        one.inbox.expects_mail("Not confirmed", PATIENCE)  # who comes behind somebody in the list
    ruth.phone.expects_call(shows=OURS).never_answers()
    night.minute(8)
    ruth.inbox.expects_mail(
        "Not confirmed", PATIENCE
    )  # who is on call for the district, and was told of it herself
    ruth.phone.expects_text("on call", PATIENCE)
    ruth.phone.rang(2, PATIENCE)
    night.quiet()
    _on_call(night, 10, night.outside.phone(DUTY), night.outside.inbox("morgan@demo.example"))
    _on_call(night, 15, night.people["grace"].phone, night.people["grace"].inbox)


def _on_call(night: Night, minute: float, phone: Phone, inbox: Inbox) -> None:
    """Who is on call and was told of nothing is woken by mail, text and call, hears no word of the tip, and gets no link."""
    phone.expects_call(shows=OURS).presses("1")
    night.minute(minute)
    letter = inbox.expects_mail("nobody has answered", PATIENCE)
    text = phone.expects_text("on call", PATIENCE).seen[-1]
    assert not _told_of_the_tip(letter.words + text.words) and "/c/" not in letter.words + text.words
    assert phone.rang(1, PATIENCE).pressed == ["1"]
    night.quiet()


def _one_by_key_and_one_by_link(night: Night, desk: Visitor, number: str, link: str) -> None:
    """The telephones ring again: Ruth Hallberg presses 1. Nell Sato opens her mail's link and presses the button."""
    ruth, omar, nell = (night.people[name] for name in ("ruth", "omar", "nell"))
    ruth.phone.expects_call(shows=OURS).presses("1")
    omar.phone.expects_call(shows=OURS).never_answers()
    nell.phone.expects_call(shows=OURS).never_answers()
    night.minute(19)  # before the supervisor is told again
    assert ruth.phone.rang(3, PATIENCE).pressed == ["1"], (
        night.outside.trunk.unexpected,
        night.house.log("caller")[-2000:],
    )
    for one in (omar, nell):
        one.phone.rang(2, PATIENCE)
    page = Visitor(night.house.school).open(urlsplit(link).path).press("I have this")
    assert "Thank you" in page, page.html[-3000:]
    until(
        lambda: "Ruth Hallberg" in (shown := _words(desk, number)) and shown.count("confirmed") >= 2,
        PATIENCE,
        "both have it",
    )


def _one_never(night: Night, desk: Visitor, number: str) -> None:
    """Omar Haddad says nothing: he is rung again and again, and stands red at the desk. Nobody else is told of it any more."""
    omar = night.people["omar"]
    omar.phone.expects_call(shows=OURS).never_answers()
    night.minute(40)
    omar.phone.rang(3, PATIENCE)
    night.quiet()
    assert number in desk.open("/red/"), "the contact who never confirmed is red at the desk"


def _it_was_not_so(night: Night, desk: Visitor, number: str) -> None:
    """A call-taker asks to lower it, the supervisor accepts: everybody who was told is told so."""
    judge(
        desk,
        number,
        "prank",
        reason="The police found no gun.",
        narrative="The police found a prop of the theater class.",
    )
    reached = [night.people[name].phone for name in ("ruth", "nell", "grace")] + [night.outside.phone(DUTY)]
    for phone in reached:
        phone.expects_call(shows=OURS).answers().then_hangs_up(hears=5.0)  # less than that is not told
    chief = signed_in(night.house.desk, "morgan")
    page = chief.open("/lowerings/").submit(
        "decision", "reason", decision="accept", reason="Agreed with the police."
    )
    assert page.status == 200, page.html[-3000:]
    told = [night.people[name].phone for name in ("ruth", "omar", "nell", "grace")] + [
        night.outside.phone(DUTY)
    ]
    for phone in told:
        phone.expects_text("correct", PATIENCE)
    for name in ("ruth", "omar", "nell", "grace"):
        night.people[name].inbox.expects_mail("Correction", PATIENCE)
    for phone, times in zip(reached, (4, 3, 2, 2), strict=True):
        phone.rang(times, PATIENCE)
    night.outside.inbox("morgan@demo.example").expects_mail("Correction", PATIENCE)
    for name in ("ruth", "omar", "nell"):  # what the school may read of it now
        night.people[name].inbox.expects_mail("theater class", PATIENCE)
    night.minute(120)  # and then nothing rings, and nobody is written to any more
    night.quiet()


def _told_of_the_tip(words: str) -> list[str]:
    """What only the tip can have told."""
    return re.findall(r"\b(?:gun|jake|dads?)\b", words.lower())


def _words(desk: Visitor, number: str) -> str:
    """What the desk shows of a tip."""
    return re.sub(r"<[^>]+>", " ", desk.open(f"/tip/{number}/").html)
