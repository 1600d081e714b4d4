"""What is above a member's level leaves by no way: not by mail, digest, reminder, text or push, not by feed, page or paper;
tried over random drafts, members, markings and changes of level between release and sending.
"""

import json
from contextlib import nullcontext
from itertools import count

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.circulation.conftest import ALL, copies_of, texted, work
from tests.network.support import client_for, entitle, make_member, played
from tests.products.conftest import bulletin, text, title
from upstander import clock as the_clock
from upstander.circulation import own, papers, spreading
from upstander.delivery import registry
from upstander.delivery.mail import Sender, compose
from upstander.delivery.models import Delivery
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.network.models import Entitlement, Member
from upstander.products import drafts, releasing, reviewing

pytestmark = pytest.mark.req("S-levels")
LEVELS = {"open": Level.OPEN} | dict.fromkeys(("tlp_green", "fouo", "cui"), Level.FOUO)
LEVELS |= dict.fromkeys(("les", "cui_lei"), Level.LES)
MARKING = st.sampled_from(sorted(LEVELS))
_numbers = count(1)


@st.composite
def drafts_of(draw):
    """Lines of (what, marking), and how it goes: each line gets a word of its own, by which it is known wherever it turns up."""
    lines = [("title", "open"), *draw(st.lists(st.tuples(st.sampled_from(["title", "text", "text"]), MARKING), max_size=4))]
    lines.append(("text", draw(MARKING)))
    headed = {LEVELS[marking]: n for n, (what, marking) in enumerate(lines) if what == "title"}  # one title a level
    lines = [line for n, line in enumerate(lines) if line[0] != "title" or headed[LEVELS[line[1]]] == n]
    return lines, draw(st.booleans()), draw(st.booleans()), draw(st.sampled_from(["bulletin", "notice", "newsletter_monthly"]))


# Of each of three: their level when it is released and when it is sent (None: nothing may reach them), and how they are told.
MEMBERS = st.tuples(*[st.tuples(*[st.sampled_from([*Level, None])] * 2, st.sampled_from(["at_once", "daily"]))] * 3)


def written(lines: list[tuple[str, str]]) -> tuple[list, dict[str, Level]]:
    """The lines of a draft, and by its word the level of each."""
    made, known = [], {}
    for what, marking in lines:
        word = f"zq{next(_numbers)}x"
        made.append((title if what == "title" else text)(f"About {word}.", marking))
        known[word] = LEVELS[marking]
    return made, known


def release(sio, second, lines, urgent, asks, kind):
    if kind == "newsletter_monthly":
        urgent = False
    given_lines, known = written(lines)
    version = drafts.save(new_id(), sio.pk, 0, bulletin(*given_lines, urgent=urgent, acknowledge=asks, kind=kind))
    reviewing.answer(version.product_id, version.number, second.pk, new_id(), "agreed")
    return releasing.release(version.product_id, version.number, sio.pk, new_id()), known


def wire(message: object) -> str:
    """All that leaves of a message, as it leaves."""
    if hasattr(message, "to_address"):
        who = Sender("Test", "test@upstander.example")
        made = compose(message, who, message_id="<a@b.example>", at=the_clock.now(), critical=False)
        return "".join(part.get_content() for part in made.walk() if not part.is_multipart()) + str(made.items())
    return str(message)


def of_member(member: Member, browser: Client, printed: list[str]) -> str:
    """Everything that reaches a member now: what the relay sends them, their feed, pages and papers."""
    copies = copies_of(member)
    mine = {copy.id for copy in copies} | set(member.digests.values_list("id", flat=True))
    mine |= {ping for copy in copies for ping in copy.pings.values_list("id", flat=True)}
    found, printed[:] = [], []
    for purpose in ALL:
        ids = list(Delivery.objects.filter(purpose=purpose, subject_id__in=mine).values_list("subject_id", flat=True))
        with played("relay"):
            found += [wire(message) for message in registry.render(purpose, ids).values()] if ids else []
    with played("network"):
        with walls.reading(Level.OPEN, member.pk):
            token = own.make_feed(member)
        found.append(Client().get(f"/feed/{token}.atom").content.decode())
        for address in ["/received/", *(f"/received/{c.id}/{end}" for c in copies for end in ("", "copy.pdf"))]:
            found.append(browser.get(address).content.decode(errors="replace"))
        for product_id in {c.issue.product_id for c in copies}:
            found.append(browser.post(f"/kept/product/{product_id}/").content.decode())
    return "\n".join([*found, *printed])


@pytest.fixture
def trio(network) -> list[tuple[Member, Client]]:
    """Two educators and an officer, who are told by every way, and their browsers."""
    made = [make_member(level=None), make_member(level=None), make_member(level=None, sworn=True)]
    for member in made:
        texted(member)
        entitle(member, Level.OPEN)
    return [(member, client_for(member)) for member in made]


@settings(max_examples=12, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck))
@given(drafts_of(), drafts_of(), MEMBERS, st.booleans(), st.booleans())
def test_nothing_above_a_members_level_reaches_them_by_any_way(
    trio, sio, second, monkeypatch, clock, draft, later, people, corrected, recalled
):
    printed: list[str] = []

    def set_in_type(document, at):  # the typesetter is a process; what it is given is what is printed
        printed.append(json.dumps(document, default=str))
        return b"%PDF"

    monkeypatch.setattr(papers, "pdf", set_in_type)
    with transaction.atomic():
        known = distribute((sio, second), draft, later if corrected else None, recalled, lambda: level(trio, people, 0), clock)
        now = level(trio, people, 1)
        for (member, browser), highest in zip(trio, now, strict=True):
            said = of_member(member, browser, printed)
            above = [word for word, own_level in known.items() if word in said and (highest is None or own_level > highest)]
            assert not above, (above, highest)
            assert highest is None or browser.get("/received/").status_code == 200
        transaction.set_rollback(True)


def level(trio, people, which: int) -> list[Level | None]:
    """Give the three the levels that were drawn (LES to the officer only), as of this moment."""
    given_levels = []
    for (member, _browser), drawn in zip(trio, people, strict=True):
        found = drawn[which]
        found = Level.FOUO if found is Level.LES and not member.sworn else found
        Member.objects.filter(pk=member.pk).update(told=drawn[2])
        Entitlement.objects.filter(member=member, ends_at=None).update(ends_at=the_clock.now())
        if found is not None:
            entitle(member, found)
        given_levels.append(found)
    return given_levels


def distribute(staff, draft, later, recalled, before, clock) -> dict[str, Level]:
    """Released to members as they are before, perhaps corrected, perhaps called back; a day later the digests are due."""
    before()
    sio, second = staff
    first, known = release(sio, second, *draft)
    work()
    if later:
        lines, words = written(later[0])
        version = drafts.save(first.version.product_id, sio.pk, 1, bulletin(*lines, kind=draft[3]))
        reviewing.answer(version.product_id, 2, second.pk, new_id(), "agreed")
        word = f"zq{next(_numbers)}x"
        releasing.release(version.product_id, 2, sio.pk, new_id(), note=f"Now {word}.", note_marking="les")
        known |= words | {word: Level.LES}
    if recalled:
        releasing.recall(first.version.product_id, sio.pk, new_id(), "Why", "Destroy it.")
    work()
    clock(26 * 3600)
    work()
    clock(0)
    return known


def test_a_relay_that_forgets_the_level_is_refused_by_the_database(out, monkeypatch):
    make_member(level=Level.LES)
    out()
    monkeypatch.setattr(walls, "reading", lambda *_: nullcontext())
    ids = list(Delivery.objects.values_list("subject_id", flat=True))
    with played("relay"), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        registry.render(spreading.MAIL, ids)


def test_the_worker_knows_for_whom_and_no_word(out):
    out()
    with played("worker"):
        for column in ("title", "body", "note", "search", "ended_words"):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(f"SELECT {column} FROM products_rendition LIMIT 1")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute("SELECT 1 FROM products_paragraph LIMIT 1")
