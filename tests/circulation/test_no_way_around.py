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

from tests.circulation.conftest import ALL, copies_of, work
from tests.network.support import client_for, entitle, make_member, make_second, make_sio, played
from tests.products.conftest import bulletin, text, title
from upstander import clock as the_clock
from upstander.circulation import own, papers, spreading
from upstander.circulation.models import Choice, Copy
from upstander.delivery import registry
from upstander.delivery.mail import Sender, compose
from upstander.delivery.models import Delivery
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import links, walls
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
    return lines, draw(st.booleans()), draw(st.booleans()), draw(st.sampled_from(["bulletin", "notice", "newsletter_monthly"]))


MEMBERS = st.lists(
    st.tuples(st.sampled_from(list(Level)), st.sampled_from([*Level, None]), st.sampled_from(["at_once", "daily"])),
    min_size=1,
    max_size=3,
)


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


def of_member(member: Member, printed: list[str]) -> str:
    """Everything that reaches a member now: what the relay sends them, their feed, pages and papers."""
    copies = copies_of(member)
    mine = {copy.id for copy in copies} | set(member.digests.values_list("id", flat=True))
    mine |= {ping for copy in copies for ping in copy.pings.values_list("id", flat=True)}
    found = []
    for purpose in ALL:
        ids = list(Delivery.objects.filter(purpose=purpose, subject_id__in=mine).values_list("subject_id", flat=True))
        with played("relay"):
            found += [wire(message) for message in registry.render(purpose, ids).values()] if ids else []
    browser, printed[:] = client_for(member), []
    with played("network"):
        with walls.reading(Level.OPEN, member.pk):
            token = own.make_feed(member)
        addresses = ["/received/", "/me/told/", *(f"/received/{c.id}/" for c in copies)]
        found.append(Client().get(f"/feed/{token}.atom").content.decode())
        for address in [*addresses, *(f"/received/{c.id}/copy.pdf" for c in copies)]:
            found.append(browser.get(address).content.decode(errors="replace"))
    return "\n".join([*found, *printed])


@settings(max_examples=12, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck))
@given(drafts_of(), drafts_of(), MEMBERS, st.booleans(), st.booleans())
def test_nothing_above_a_members_level_reaches_them_by_any_way(
    network, monkeypatch, clock, draft, later, people, corrected, recalled
):
    monkeypatch.setattr(spreading.delivered, "offers", lambda channel: True)
    printed: list[str] = []

    def set_in_type(document, at):  # the typesetter is a process; what it is given is what is printed
        printed.append(json.dumps(document, default=str))
        return b"%PDF"

    monkeypatch.setattr(papers, "pdf", set_in_type)
    with transaction.atomic():
        attack(draft, later, people, corrected, recalled, clock, printed)
        transaction.set_rollback(True)
    clock(0)


def attack(draft, later, people, corrected, recalled, clock, printed):
    sio, second = make_sio(f"Sio {next(_numbers)}"), make_second(f"Second {next(_numbers)}")
    members = [(make_member(level=before, told=told), after) for before, after, told in people]
    for member, _after in members:
        id = new_id()
        Choice.objects.create(id=id, member=member, text_to="+12175550142", **links.mint(id))
    first, known = release(sio, second, *draft)
    work()
    if corrected:
        lines, words = written(later[0])
        version = drafts.save(first.version.product_id, sio.pk, 1, bulletin(*lines, kind=draft[3]))
        reviewing.answer(version.product_id, 2, second.pk, new_id(), "agreed")
        word = f"zq{next(_numbers)}x"
        releasing.release(version.product_id, 2, sio.pk, new_id(), note=f"Now {word}.", note_marking="les")
        known |= words | {word: Level.LES}
    if recalled:
        releasing.recall(first.version.product_id, sio.pk, new_id(), "Why", "Destroy it.")
    for member, after in members:  # their level changes between release and sending
        Entitlement.objects.filter(member=member).update(ends_at=the_clock.now())
        if after is not None and (after is not Level.LES or member.sworn):
            entitle(member, after)
    clock(26 * 3600)
    work()
    for member, after in members:
        level = after if after is not Level.LES or member.sworn else None
        said = of_member(member, printed)
        above = [word for word, own_level in known.items() if word in said and (level is None or own_level > level)]
        assert not above, (above, level)
        assert level is None or recalled or corrected or not Copy.objects.filter(member=member).exists() or "Copy for" in said


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
