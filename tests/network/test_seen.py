"""Who reads what is marked leaves a line, in every room of the network alike; what is open leaves none (S-levels)."""

import pytest
from django.test import Client

from tests.circulation.conftest import out  # noqa: F401 - fixture
from tests.circulation.test_pages import feed_of
from tests.forum.support import people_of
from tests.gatherings.conftest import behind, published
from tests.network.support import client_for, make_member, make_sio, played
from tests.products.conftest import (  # noqa: F401
    FOUO,
    OPEN,
    bulletin,
    product_of,
    released,
    saved,
    second,
    sio,
    text,
    title,
)
from upstander import clock as the_clock
from upstander.audit.models import Entry
from upstander.forum import board
from upstander.gatherings import feeds as calendars
from upstander.gatherings.models import Material
from upstander.ids import new_id
from upstander.markings import Level

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network"), pytest.mark.req("S-levels")]


def lines(act: str) -> list[tuple[str, str]]:
    """Who, and what, the latest last."""
    return list(Entry.objects.filter(act=act).order_by("pk").values_list("actor", "object_id"))


def reads(who: Client, address: str, status: int = 200) -> None:
    with played("network"):
        assert who.get(address).status_code == status, address


def material(gathering, level: Level) -> Material:
    return Material.objects.create(
        id=new_id(), gathering=gathering, title="Slides", level=level, file_name="slides.pdf", file=b"%PDF-", added_by=1,
        added_at=the_clock.now(),
    )  # fmt: skip


def test_an_event_and_its_files_that_are_marked(network):
    ana, sio = make_member(), make_sio()  # noqa: F811
    marked, free = published(level=Level.FOUO), published(level=Level.OPEN)
    slides, flyer = material(marked, Level.FOUO), material(free, Level.OPEN)
    for gathering, file in ((marked, slides), (free, flyer)):
        reads(client_for(ana), f"/gatherings/{gathering.pk}/")
        reads(client_for(ana), f"/gatherings/{gathering.pk}/material/{file.pk}/")
        reads(client_for(sio), f"/desk/gatherings/{gathering.pk}/")
    reads(client_for(make_member(level=Level.OPEN)), f"/gatherings/{marked.pk}/", 404)
    assert lines("gatherings.read") == [(ana.account.actor, str(marked.pk)), (sio.actor, str(marked.pk))]
    assert lines("gatherings.file_read") == [(ana.account.actor, str(marked.pk))]
    assert Entry.objects.get(act="gatherings.file_read").detail == {"file": str(slides.pk), "level": Level.FOUO}


def test_a_discussion_that_is_marked(network):
    them = people_of()
    with them.sio.acting() as who:
        marked, free = (board.open_thread(who, level, "", "Doors", "Which ones?", new_id()) for level in (Level.FOUO, Level.OPEN))
    for post in (marked, free):
        reads(them.ana.client, f"/forum/threads/{post.thread_id}/")
        reads(them.sio.client, f"/desk/forum/posts/{post.pk}/")
    assert lines("forum.thread_read") == [(them.ana.account.actor, str(marked.thread_id))]
    assert lines("forum.post_viewed") == [(them.sio.account.actor, str(marked.pk))]


def test_a_draft_and_its_history_that_are_marked(saved, second):  # noqa: F811
    marked, free = saved(bulletin(title(), text(FOUO, "fouo"))), saved(bulletin(title(), text(OPEN, "open")))
    for version in (marked, free):
        for page in ("", "look/", "as/fouo/", "history/"):
            reads(client_for(second), f"/desk/products/{version.product_id}/{page}")
    assert lines("product.draft_read") == [(second.actor, str(marked.product_id))] * 4
    pages = Entry.objects.filter(act="product.draft_read").order_by("pk").values_list("detail__page", flat=True)
    assert list(pages) == ["edit", "look", "fouo", "history"]


def test_a_feed_leaves_a_line_for_what_it_hands_out_for_the_first_time(out, clock):  # noqa: F811
    member, officer = make_member(), make_member(level=Level.LES)
    address, theirs = feed_of(member), feed_of(officer)
    first = product_of(out(bulletin(title(), text(FOUO, "fouo"))))
    out(bulletin(title(), text(OPEN, "open")))
    out(bulletin(title("For officers", "les"), text("Only for them.", "les")))
    for feed in (address, theirs, address):
        reads(Client(), feed)
    assert lines("product.read") == [(member.account.actor, str(first)), (officer.account.actor, str(first))], "LES is in no feed"
    clock(60)
    later = product_of(out(bulletin(title(), text(FOUO, "fouo"))))
    for _asked in range(3):
        reads(Client(), address)
    assert lines("product.read")[2:] == [(member.account.actor, str(later))]


def test_a_calendar_leaves_a_line_for_what_it_hands_out_for_the_first_time(network, clock):
    ana = make_member()
    with behind(ana) as who:
        token = calendars.make(who)
    first, _free = published(level=Level.FOUO), published(level=Level.OPEN)
    for _asked in range(3):
        reads(Client(), f"/gatherings/calendar/{token}.ics")
    clock(60)
    later = published(level=Level.FOUO)
    reads(Client(), f"/gatherings/calendar/{token}.ics")
    assert lines("gatherings.read") == [(ana.account.actor, str(one.pk)) for one in (first, later)]
