"""What is written for papers that leave (a packet, a letter) and about help that was offered, a canary in every field."""

import io

from pypdf import PdfReader

from tests.stack.acts import judge, signed_in, tell
from tests.stack.writing import Story
from tests.support.visitor import Page

_NOT_TYPED = {"csrfmiddlewaretoken", "seen", "copy", "name_source", ""}


def written(story: Story) -> None:
    """A child was taken and is abused: packet and letter are written, made, handed over and sent; help is offered."""
    w = story.brood.word
    desk = signed_in(story.stack.desk, "casey", **story.traces())
    number = tell(story.stack, f"He took her, {w('API: text about a child')}")["tip_number"]
    judge(desk, number, "child_abduction", "child_abuse")
    packet = _paper(story, desk.open(f"/tip/{number}/packet/"), "last_where", "packet")
    packet.submit(
        "packet",
        answered_by=w("packet: officer"),
        agency=w("packet: agency"),
        note=w("packet: how"),
        result="handed_over",
    )
    call = desk.open(f"/tip/{number}/dcfs/").submit(
        answered_by=w("DCFS: taken by"),
        intake_number=w("DCFS: number"),
        note=w("DCFS: note"),
        result="reported",
    )
    assert call.status == 200, call.html[-2000:]
    letter = _paper(story, desk.open(f"/tip/{number}/letter/"), "parents", "letter", name_source="on")
    sent = letter.submit(
        "packet", field_office=w("letter: office"), note=w("letter: how sent"), result="sent"
    )
    assert sent.status == 200, sent.html[-2000:]
    offer = desk.open(f"/tip/{number}/help/").press("Record an offer of help")
    assert (
        offer.submit("service", service=w("help: service"), note=w("help: note"), result="accepted").status
        == 200
    )


def _paper(story: Story, page: Page, field: str, name: str, **more: str) -> Page:
    """Every field of a paper is written and saved, and its PDF made; the page after that."""
    fields = {n for n in page.form(field).names if "__" not in n} - _NOT_TYPED
    typed = {n: story.brood.word(f"{name}: {n}") for n in sorted(fields)}
    page = page.submit(**typed, **more)
    assert page.status == 200, page.html[-2000:]
    made = page.press("Make the PDF")
    assert made.body.startswith(b"%PDF-"), made.html[-2000:]
    text = "".join("".join(p.extract_text() for p in PdfReader(io.BytesIO(made.body)).pages).split())
    assert not [n for n, word in typed.items() if word not in text], "the canaries were printed"
    return page.visitor.open(page.url)
