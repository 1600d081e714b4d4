"""Everything that a person can write somewhere, written: each field with a canary of its own."""

import json
import re
import secrets
from dataclasses import dataclass, field

from tests.stack.acts import CRITICAL, judge, signed_in
from tests.stack.harness import Stack, until
from tests.support.brood import Brood
from tests.support.visitor import Page, Visitor, multipart
from upstander.people import demo

SOURCE, FORWARDED = "127.0.0.77", "203.0.113.189"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Story:
    """Everything that was written, and what is needed to look for it."""

    stack: Stack
    brood: Brood = field(default_factory=Brood)
    control: Brood = field(default_factory=Brood)
    numbers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.agent = f"Mozilla/5.0 ({self.brood.word('user agent')})"
        for address in (SOURCE, FORWARDED):
            self.brood.also(address, "network address")
            octets = bytes(int(n) for n in address.split("."))
            self.brood.raw(b"\x02\x20" + octets, "network address (as PostgreSQL stores one)")
            self.brood.raw(b"\x00\x00\xff\xff" + octets, "network address (in IPv6)")

    def visitor(self, origin: str) -> Visitor:
        """A browser whose every trace is a canary."""
        return Visitor(origin, **self.traces())

    def traces(self) -> dict[str, str]:
        """Where a visitor comes from, and what the browser says of itself."""
        w = self.brood.word
        return {
            "source": SOURCE, "agent": self.agent, "X_Forwarded_For": f"{FORWARDED}, {SOURCE}",
            "X_Real_IP": FORWARDED, "Forwarded": f"for={FORWARDED}", "Accept_Language": f"en, {w('language')}",
            "Cookie": f"old={w('cookie')}",
        }  # fmt: skip


def wizard(story: Story) -> tuple[str, str]:
    """The form, page by page, with what is wrong at first; the receipt and the tip's number."""
    w = story.brood.word
    page = story.visitor(story.stack.public).open(f"/tell/?from={w('address of the form')}")
    page = page.press("No, but I am worried").fill(text="").press("next")  # nothing written: shown again
    page = page.fill(text=f"He brings {w('form: text')} to school.").press("next")
    page = page.fill(place_text=f"Lincoln {w('form: place')}").press("search")
    page = page.fill(place_text=f"near the {w('form: place changed')}").press("next")
    page = page.fill(who=w("form: who"), when=w("form: when")).press("next")
    page = page.fill(email=f"{w('form: bad e-mail')}@@", phone="1", name=w("form: name refused")).press(
        "next"
    )
    phone = story.brood.phone("form: phone")
    page = page.fill(
        email=f"{w('form: e-mail')}@{w('form: domain')}.example", phone=phone, name=w("form: name")
    )
    page = page.press("next").press("send")
    assert page.status == 200 and "Received" in page, (page.status, page.html[-2000:])
    opened = page.press("news").fill(text=f"I forgot {w('form: reply after sending')}").press("reply")
    assert "We have what you wrote" in opened
    number = _shown(page, r'class="nowrap">([0-9A-Z-]{12})<')
    story.numbers.append(number)
    return _shown(page, r'data-copy-text="([0-9A-Z-]{19})"'), number


def _shown(page: Page, pattern: str) -> str:
    found = re.search(pattern, page.html)
    assert found, page.html
    return found[1]


def by_app(story: Story, school: int) -> dict[str, str]:
    """A tip by the app's door with every field; its number and receipt."""
    w = story.brood.word
    phone = story.brood.phone("API: phone")
    contact = {"email": f"{w('API: e-mail')}@example.org", "phone": phone, "name": w("API: name")}
    tip = {
        "text": f"A plan: {w('API: text')}", "school_id": school, "school_text": w("API: school_text"),
        "who": w("API: who"), "when": w("API: when"), "weapon": "yes", "danger_now": True, "contact": contact,
        w("API: field"): w("API: extra"),
    }  # fmt: skip
    page = _post(
        story, "/api/v1/tips", json.dumps(tip), Idempotency_Key=f"{w('API: key')}-{secrets.token_hex(8)}"
    )
    assert page.status == 201, page.html
    sent = dict(json.loads(page.body))
    story.numbers.append(sent["tip_number"])
    said = json.dumps({"text": f"And {w('API: reply')}", w("API: reply, field"): w("API: reply, extra")})
    assert _post(story, "/api/v1/dialogue", said, Authorization=f"Receipt {sent['receipt']}").status == 201
    return sent


def _post(story: Story, path: str, body: str, kind: str = "application/json", **headers: str) -> Page:
    return story.visitor(story.stack.public).send("POST", path, body.encode(), kind, **headers)


def refused(story: Story) -> None:
    """What is wrong, malformed, too long, or for nobody."""
    w, key = story.brood.word, {"Idempotency_Key": secrets.token_urlsafe(24)}
    for body in (
        f'{{"text": "{w("API: malformed")}',
        json.dumps({"text": {w("API: wrong type"): 1}}),
        json.dumps({"text": "x", "contact": w("API: wrong contact")}),
        json.dumps({"text": "x", "weapon": w("API: wrong weapon")}),
        json.dumps({"text": "x", "subtype": w("API: wrong kind")[:38]}),
        json.dumps({"text": "x", "school_id": w("API: wrong id")}),
        json.dumps(
            {"text": "x", "contact": {"phone": w("API: wrong phone"), "email": w("API: wrong e-mail")}}
        ),
        json.dumps({"text": w("API: over-long text") + "x" * 30_000}),
        f'{{"text": "\\ud800{w("API: half a letter")}", "weapon": NaN}}',
    ):
        assert _post(story, "/api/v1/tips", body, **key).status in (400, 422), body[:200]
    assert _post(story, "/api/v1/tips", w("too long body") + "x" * 70_000, **key).status == 413
    assert _post(story, "/tell/", "step=what&text=" + w("too long form") + "x" * 70_000, FORM).status == 413
    assert (
        _post(
            story, "/api/v1/tips", json.dumps({"text": w("API: weak key")}), Idempotency_Key=w("key")[:12]
        ).status
        == 400
    )
    assert (
        _post(
            story, "/tell/", f"step=what&draft={w('forged draft')}&text={w('with a forged draft')}", FORM
        ).status
        == 422
    )
    body, kind = multipart([("step", "what"), ("text", w("a file's neighbour"))])
    body = body.replace(b'name="text"', b'name="text"; filename="' + w("file name").encode() + b'"')
    story.visitor(story.stack.public).send("POST", "/tell/", body, kind)
    _post(story, "/tell/", w("no multipart at all"), "multipart/form-data; boundary=none")
    visitor = story.visitor(story.stack.public)
    assert visitor.open("/return/").fill(code=w("wrong receipt")).press("open").status == 404
    assert (
        visitor.send("GET", "/api/v1/dialogue", Authorization=f"Receipt {w('API: wrong receipt')}").status
        == 404
    )
    assert visitor.open(f"/{w('nowhere')}/?q={w('query of nowhere')}").status == 404
    assert visitor.send("PUT", f"/tell/?x={w('wrong method')}", b"x").status == 405
    assert visitor.open(f"/api/v1/schools?q={w('school looked for')}").status == 200
    assert visitor.send("POST", "/api/v1/schools", f"q={w('school picked')}".encode(), FORM).status == 200
    for origin in (story.stack.desk, story.stack.school):
        stranger(story, origin)


def stranger(story: Story, origin: str) -> None:
    """Somebody who cannot sign in."""
    w = story.brood.word
    page = story.visitor(origin).open(f"/account/?from={w('page before sign-in')}")
    page = page.submit(
        login=f"{w('failed sign-in: e-mail')}@example.org", password=w("failed sign-in: password")
    )
    assert page.status in (200, 422) and "password" in page.form("login").names
    visitor = story.visitor(origin)
    page = visitor.open("/sign-in/").submit(login="casey@demo.example", password=demo.PASSWORD)
    assert "code" in page.submit("code", code=w("wrong code")[:20]).form("code").names
    assert visitor.send("POST", "/sign-in/", f"login={w('no CSRF token')}".encode(), FORM).status == 403


def at_the_desk(story: Story, by_form: str, by_api: str, school: int) -> None:
    """A call-taker answers, notes, places, judges, calls, releases, asks for a lowering; a supervisor decides."""
    w = story.brood.word
    desk = signed_in(story.stack.desk, "casey", **story.traces())
    tip = f"/tip/{by_form}/"
    page = desk.open(tip).submit(action="/reply/", text=f"We read {w('desk: reply')}")
    page = page.submit(action="/reply/", text=f"Note {w('desk: note')}", note="on")
    page = page.submit(action="/reply/", text=w("desk: draft beside a phrase"), insert="1")
    assert page.status == 200
    desk.open(f"{tip}place/").submit("place", place=w("desk: place looked for"))
    desk.send("POST", "/desk-schools", f"q={w('desk: picker')}".encode(), FORM)
    desk.open(f"/tip/{w('number of no tip')}/")
    desk.open(f"{tip}place/").submit("place", place=w("desk: typed beside the choice"), place_id=str(school))
    page = desk.open(tip).submit(action="/judge/", narrative=w("desk: narrative without a kind"))
    assert page.status == 422
    judge(desk, by_form, "bullying", narrative=f"A child is hit: {w('desk: narrative')}")
    judge(desk, by_api, CRITICAL)
    _steps(story, desk, by_api)
    page = desk.open(f"/tip/{by_api}/").submit(action="/release/", text=f"A plan: {w('desk: release')}")
    judge(
        desk,
        by_api,
        "bullying",
        reason=w("desk: reason of a lowering"),
        narrative=w("desk: narrative of a lowering"),
    )
    chief = signed_in(story.stack.desk, "morgan", **story.traces())
    page = chief.open("/lowerings/")
    assert "Critical" in page
    page = page.submit(reason=w("supervisor: reason"), decision="refuse")
    assert page.status == 200, page.html[-2000:]
    desk.open(f"/tip/{by_form}/").submit(action="/close/", note=w("desk: note at the end"))


def _steps(story: Story, desk: Visitor, number: str) -> None:
    """Record a call to the answering point, one in vain, and something that was done."""
    w, tip = story.brood.word, f"/tip/{number}/"
    call = desk.open(tip).form("dispatch_number").action
    page = desk.open(tip).submit(
        action=call, answered_by=w("call: answered by"), dispatch_number=w("call: dispatch number"), seconds="40",
        note=w("call: note"), result="answered",
    )  # fmt: skip
    assert page.status == 200
    vain = next(f.action for f in page.forms if {"answered_by", "note"} <= f.names and f.action != call)
    page = page.submit(
        action=vain, answered_by=w("call in vain: name"), note=w("call in vain: note"), result="no_answer"
    )
    page = page.submit(action=vain, answered_by="", note=w("call refused: note"), result="answered")
    assert page.status == 422
    page = desk.open(tip)
    done = next(f.action for f in page.forms if "done" in {b.value for b in f.buttons})
    assert page.submit(action=done, note=w("step done: note"), result="done").status == 200


def searched(story: Story) -> None:
    """Somebody looks for tips; the words of a tip find it as soon as the worker has made its tokens."""
    w, desk = story.brood.word, signed_in(story.stack.desk, "jordan", **story.traces())
    known = next(word for word, name in story.brood.names.items() if name == "API: text")

    def finds() -> bool:
        page = desk.open("/search/").submit("words", "place", words=known)
        return "1 tip" in page

    until(finds, 30, "the tip is found by its word")
    desk.open("/search/").submit("words", words=w("searched in vain"), place=w("place searched in vain"))


def looked_at(story: Story, number: str) -> list[str]:
    """The sandbox's pages of this tip's mails, opened; the addresses of the personal links in them."""
    desk = signed_in(story.stack.desk, "jordan", **story.traces())
    until(lambda: number in desk.open("/sandbox/"), 30, "the mails of the tip")
    pages = [
        desk.open(f"/sandbox/{i}/")
        for i in re.findall(r"/sandbox/([0-9a-f-]{36})/", desk.open("/sandbox/").html)
    ]
    ours = [page for page in pages if number in page]
    return sorted({m for page in ours for m in re.findall(r"https?://[^\s\"<]+/c/\w+/", page.html)})


def at_the_school(story: Story, number: str, links: list[str]) -> None:
    """Somebody has it instead; the principal follows up, asks, reports."""
    w = story.brood.word
    stranger = story.visitor(story.stack.school)
    asked = next(page for page in map(stranger.open, links) if "Are you" in page)  # the police's confirms nothing
    page = asked.submit("name", name=f"Vera {w('confirmed by somebody else')}")
    assert "The desk knows that you have this" in page
    assert stranger.open(f"/c/{w('forged link')}/").status == 404
    ana = signed_in(story.stack.school, "ana", **story.traces())
    found = next(
        page
        for at in re.findall(r"/tips/[0-9a-f-]{36}/", ana.open("/").html)
        if number in (page := ana.open(at))
    )
    page = found.submit("note-text", **{"note-text": f"We met {w('school: follow-up')}"})
    page = page.submit("ask-text", **{"ask-text": f"Who is {w('school: question')}?"})
    outcome = ana.open(f"{found.url}outcome/")
    page = outcome.submit("outcomes", text=w("school: outcome refused"))
    assert page.status == 422
    page = outcome.submit("outcomes", outcomes=["student_spoken_with"], text=f"He {w('school: outcome')}")
    assert page.status == 200 and "/outcome/" not in page.url


def comes_back(story: Story, receipt: str) -> None:
    """The reporter returns by the pages, reads what the desk wrote, and answers; a reply that is too long is refused."""
    w = story.brood.word
    page = story.visitor(story.stack.public).open("/return/").fill(code=receipt).press("open")
    assert page.status == 200 and "We read" in page
    page = page.fill(text=w("reply too long") + "x" * 21_000).press("reply")
    page = page.fill(text=f"He is {w('reporter: reply by page')}").press("reply")
    assert "We have what you wrote" in page


def allowed(story: Story) -> None:
    """What may lie in clear: the name of a contact that a district's administrator lists (the directory is no secret)."""
    dana = signed_in(story.stack.school, "dana")
    found = dana.open("/organizations/").html
    organisation = re.findall(r"/organizations/\d+/", found)[0]
    page = dana.open(f"{organisation}contacts/new/").submit(
        "phones", name=story.control.word("control"), end_user_type="district", phones="217-555-0177"
    )
    assert page.status == 200 and "/new/" not in page.url, page.html[-2000:]


def answered(story: Story, number: str) -> None:
    """The desk answers what the school asked; the school reads it."""
    desk = signed_in(story.stack.desk, "casey", **story.traces())
    tip = f"/tip/{number}/"
    question = next(form.action for form in desk.open(tip).forms if "/answer/" in form.action)
    page = desk.open(tip).submit(
        action=question, text=f"They are {story.brood.word('desk: answer to the school')}"
    )
    assert page.status == 200 and story.brood.stem in page.html
