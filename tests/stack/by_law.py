"""What is written because of a law, a conflict of interest, a false report, a school that has not joined: each field a canary."""

import re

from tests.stack.acts import judge, place, signed_in, tell
from tests.stack.writing import Story
from tests.support.visitor import Page, Visitor


def written(story: Story, number_at_school: str) -> None:
    """Duties of the desk's and of the school's; who is left out; who sent a prank; how a school is won."""
    _duties(story)
    _duties_at_school(story, number_at_school)
    _left_out(story)
    _false_report(story)
    _outreach(story)


def _told(story: Story, what: str, school: str) -> str:
    """The number of a new tip with a canary in its words."""
    text = f"Somebody says {story.brood.word(f'API: text about {what}')}"
    number = tell(story.stack, text, school_id=place(story.stack, school))["tip_number"]
    story.numbers.append(number)
    return number


def _done(page: Page) -> Page:
    assert page.status == 200, (page.url, page.status, page.html[-2000:])
    return page


def _duties(story: Story) -> None:
    """One clock of the desk's is met, another one a supervisor waives."""
    w, desk = story.brood.word, signed_in(story.stack.desk, "casey", **story.traces())
    number = _told(story, "a child", "harrow creek high")
    judge(desk, number, "child_neglect")
    tip = f"/tip/{number}/"
    page = desk.open(tip).submit("code", action="/clocks/open/", reason="", day=w("duty: day refused"))
    assert page.status == 422
    page = _done(desk.open(tip).submit("code", action="/clocks/open/", reason=f"Dr. {w('duty: reason')}"))
    page = _done(page.submit("evidence", action="/meet/", evidence=f"Coroner {w('duty: evidence')}"))
    page = _done(
        page.submit("other", "code", action="/clocks/open/", code="cybertipline", reason=w("duty: other reason"))
    )
    chief = signed_in(story.stack.desk, "morgan", **story.traces())
    _done(chief.open(tip).submit("reason", action="/waive/", reason=f"Not so: {w('duty: waiver')}"))


def _duties_at_school(story: Story, number: str) -> None:
    """The principal starts two clocks, ends one with evidence and stops the other with a reason."""
    w = story.brood.word
    ana = signed_in(story.stack.school, "ana", **story.traces())
    page = _referral(ana, number)
    page = _done(page.submit("code", action="/duties/", reason=f"We found {w('school duty: reason')}"))
    page = _done(page.submit("evidence", action="/done/", evidence=f"Number {w('school duty: evidence')}"))
    page = _done(page.submit("code", action="/duties/", reason=w("school duty: second reason")))
    _done(page.submit("reason", action="/waive/", reason=f"It was {w('school duty: waiver')}"))


def _referral(visitor: Visitor, number: str) -> Page:
    addresses = re.findall(r"/tips/[0-9a-f-]{36}/", visitor.open("/").html)
    return next(page for page in map(visitor.open, addresses) if number in page)


def _left_out(story: Story) -> None:
    """A tip about a contact: the call-taker decides who is left out, the fusion center changes it."""
    w, desk = story.brood.word, signed_in(story.stack.desk, "casey", **story.traces())
    number = _told(story, "a contact", "harrow creek high")
    page = desk.open(f"/tip/{number}/").submit(action="/judge/", subtypes=["bullying"], flags=["subject_is_poc"])
    assert page.status == 422 and "Until then nobody is told" in page
    reason = f"He is {w('conflict: reason')}"
    _done(page.submit("conflict_shown", action="/judge/", excluded=["nobody"], conflict_reason=reason))
    stic = signed_in(story.stack.desk, "taylor", **story.traces())
    page = stic.open(f"/tip/{number}/")
    asked = page.html.partition('id="id_conflict_excluded"')[2]
    somebody = re.search(r'name="excluded" value="(\d+)"', asked)
    assert somebody, page.html[-3000:]
    reason = f"She is {w('conflict: changed')}"
    _done(page.submit("seen", action="/conflict/", excluded=[somebody[1]], conflict_reason=reason, act="decide"))


def _false_report(story: Story) -> None:
    """A supervisor determines that it was a prank; an analyst looks for who sent it, asks for help; it is taken back."""
    w, desk = story.brood.word, signed_in(story.stack.desk, "casey", **story.traces())
    number = _told(story, "a joke", "harrow creek high")
    judge(desk, number, "prank")
    chief, at = signed_in(story.stack.desk, "morgan", **story.traces()), f"/tip/{number}/false-report/"
    typed = f"He says {w('false report: what shows it')}"
    _done(chief.open(at).submit("note", action="/determine/", note=typed, result="intentionally_false"))
    analyst = signed_in(story.stack.desk, "riley", **story.traces())
    forms = [form for form in analyst.open(at).forms if form.action.endswith("/false-report/record/")]
    assert forms, "it is researched who sent it"
    for n, form in enumerate(forms):
        fields = {"answered_by", "note"} & form.names
        form.fields += [(field, w(f"false report: {field} {n}")) for field in sorted(fields)]
        _done(analyst.open(at).send(form, form.buttons[0]))
    _done(chief.open(at).submit("note", action="/withdraw/", note=f"No: {w('false report: taken back')}"))


def _outreach(story: Story) -> None:
    """A school that has not joined: an analyst tells outreach of it and releases words; outreach writes what it did."""
    w, desk = story.brood.word, signed_in(story.stack.desk, "casey", **story.traces())
    number = _told(story, "a school that has not joined", "sumac hills high")
    judge(desk, number, "bullying")
    analyst = signed_in(story.stack.desk, "riley", **story.traces())
    work = analyst.open("/owed/?of=stic_analyst")
    row = next(part for part in work.html.split("<li id=") if number in part and 'value="told"' in part)
    _done(work.submit(action=row.partition('action="')[2].partition('"')[0], result="told"))
    page = analyst.open(f"/outreach/tips/{number}/release/")
    page = _done(page.submit("text", text=f"A pupil is {w('outreach: released words')}"))
    assert story.brood.stem in page.html
    robin = signed_in(story.stack.desk, "robin", **story.traces())
    place_of_it = re.search(r"/outreach/\d+/", robin.open("/outreach/").html)  # who was told of last stands first
    assert place_of_it
    page = robin.open(place_of_it[0])
    page = _done(page.submit("note", note=f"They want {w('outreach: note')}", kind="meeting"))
    assert story.brood.stem in page.html
