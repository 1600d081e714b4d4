"""The School Intelligence Officer's one page: what waits, what is due, who has nobody, each one press from doing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.circulation.conftest import work
from tests.forum.support import ASK, GIFT, people_of
from tests.gatherings.conftest import behind, published
from tests.network.applying import apply, sign
from tests.network.support import client_for, make_member, make_second, make_sio
from tests.products.conftest import bulletin, released, saved, second, sio  # noqa: F401 - fixtures
from tests.support import town as towns
from upstander import clock as the_clock
from upstander.circulation.models import Copy
from upstander.forum import board, contributions, requests
from upstander.gatherings import seats
from upstander.gatherings.models import Registration
from upstander.ids import new_id
from upstander.insight import due, unread, waiting
from upstander.network import walls
from upstander.network.models import Member
from upstander.products import releasing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]


def page(who) -> str:
    answer = client_for(who).get("/desk/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.req("S-sio")
def test_the_staff_begin_with_the_day_and_a_member_does_not():
    for who in (make_sio(), make_second()):
        assert client_for(who).get("/", follow=True).redirect_chain == [("/desk/", 302)]
    assert client_for(make_member()).get("/").status_code == 200


@pytest.mark.req("S-sio")
def test_an_empty_day_says_so_in_words():
    said = page(make_sio())
    for words in ("Nothing waits", "Nothing within 30 days", "No region is on file", "Nothing went out in these months yet"):
        assert words in said


@pytest.mark.req("S-sio")
def test_what_waits_is_counted_where_it_stands_and_leads_to_where_it_is_done(client):
    them = people_of()
    sign(client, apply(client), "Dana Whitlock")
    with them.ana.acting() as ana:
        contributions.contribute(ana, contributions.Given(**GIFT), new_id())
        requests.ask(ana, requests.Asked(**ASK), new_id())
        board.open_thread(ana, 1, "", "Side doors", "What do you do?", new_id())
    with them.sio.acting() as who:
        board.open_concern(who, 1, "A concern of ours", "", "members", new_id())
    with walls.reading(walls.STAFF):
        found = {one.code: one for one in waiting.waiting()}
    assert {code: one.number for code, one in found.items()} == {
        "applications": 1, "unanswered": 1, "contributions": 1, "requests": 1, "posts": 1, "concerns": 1,
    }  # fmt: skip
    said = page(them.sio.account)
    for one in found.values():
        assert f'href="{one.address}"' in said and one.words in said
        assert them.sio.client.get(one.address).status_code == 200
    with them.sio.acting() as who:
        concern = board.Concern.objects.get()
        board.concern_step(who, concern.pk, "doing", "The SIO", "Being written.", None, new_id())
        requests_open = {one.code for one in waiting.waiting()}
    assert "concerns" not in requests_open


@pytest.mark.req("S-sio")
def test_a_request_whose_time_is_over_is_late_and_stands_first(clock):
    them = people_of()
    with them.ana.acting() as ana:
        contributions.contribute(ana, contributions.Given(**GIFT), new_id())
    clock(60)
    with them.ana.acting() as ana:
        requests.ask(ana, requests.Asked(**ASK | {"urgency": "immediate"}), new_id())
    clock(timedelta(hours=13).total_seconds())
    with walls.reading(walls.STAFF):
        first = waiting.waiting()[0]
    assert (first.code, first.late) == ("requests", 1)


@pytest.mark.req("S-sio")
def test_an_urgent_notice_alone_is_due_for_its_second_look_and_red_after_it(saved, sio, clock):  # noqa: F811
    version = saved(bulletin(urgent=True))
    assert releasing.release(version.product_id, 1, sio.pk, new_id(), looked=True).alone
    with walls.reading(walls.STAFF):
        one = next(one for one in due.due() if one.kind == "second")
        assert not one.late
        clock(timedelta(hours=5).total_seconds())
        assert next(one for one in due.due() if one.kind == "second").late


@pytest.mark.req("S-sio")
def test_events_come_with_who_is_registered_and_ask_afterwards_who_came(clock):
    ana = make_member()
    event = published()
    with behind(ana) as who:
        seats.register(event.id, who)
    with walls.reading(walls.STAFF):
        one = next(one for one in due.due() if one.kind == "event")
        assert (one.what, one.note) == (event.title, "1 registered")
    clock(timedelta(days=12).total_seconds())
    with walls.reading(walls.STAFF):
        assert [one.kind for one in due.due()] == ["attendance"]
        Registration.objects.update(attended_at=the_clock.now(), attended_by=1)
        assert due.due() == []


@pytest.mark.req("S-membership")
def test_who_must_attest_and_whose_word_lapsed_is_counted_and_one_press_from_their_names(clock):
    sio_ = make_sio()
    make_member("Ana Rivera")
    assert "must attest" not in page(sio_)
    clock(timedelta(days=340).total_seconds())
    make_member("Ben Osei")
    assert "1 member must attest within 30 days" in page(sio_)
    clock(timedelta(days=370).total_seconds())
    said = page(sio_)
    assert "The word of 1 member has lapsed" in said
    names = client_for(sio_).post("/desk/members/all/", {"state": "lapsed"}).content.decode()
    assert "Ana Rivera" in names and "Ben Osei" not in names


@pytest.mark.req("S-geo")
def test_the_map_says_which_schools_have_nobody_and_the_table_says_the_same():
    town = towns.build()
    said = page(sio_ := make_sio())
    everybody = said.split("schools and colleges")[0].rsplit(">", 1)[-1]
    make_member(organisation=town.district, regions=[town.region.pk])
    fewer = page(sio_).split("schools and colleges")[0].rsplit(">", 1)[-1]
    assert everybody != fewer
    assert "<svg" in said and town.region.name in said and f"/desk/visits/regions/{town.region.pk}/" in said
    assert "http" not in said[said.index("<svg") : said.index("</svg>")]


@pytest.mark.req("S-measure")
def test_who_has_not_read_a_bulletin_is_counted_by_office_and_level_and_named(released, sio):  # noqa: F811
    town = towns.build()
    ana, ben = (make_member(name, regions=[town.region.pk]) for name in ("Ana Rivera", "Ben Osei"))
    released()
    work()
    with walls.reading(walls.STAFF):
        one = unread.unread()[0]
    copy = Copy.objects.get(member=ana)
    Copy.objects.filter(pk=copy.pk).update(read_at=the_clock.now())
    with walls.reading(walls.STAFF):
        one = unread.unread()[0]
        assert (one.copies, one.read, one.unread) == (2, 1, 1)
        assert [(row.what, row.unread) for row in unread.by_region(one.issue_id)] == [(town.region.name, 1)]
    assert "1 of 2 said that they read it" in page(sio)
    names = client_for(sio).get(f"/desk/unread/{one.issue_id}/?region={town.region.pk}").content.decode()
    assert "Ben Osei" in names and "Ana Rivera" not in names
    Copy.objects.filter(member=ben).update(read_at=the_clock.now())
    assert "was read by everybody" in page(sio)


@pytest.mark.req("S-products")
def test_the_next_newsletter_is_assembled_by_one_press(released, sio):  # noqa: F811
    released()
    client, said = client_for(sio), page(sio)
    assert "1 item went out so far" in said
    form = said[said.index('action="/desk/products/newsletter/"') :]
    press = form.split('name="press" value="')[1].split('"')[0]
    answer = client.post("/desk/products/newsletter/", {"press": press, "kind": "newsletter_monthly", "back": "0"})
    assert answer.status_code == 302 and answer["Location"] == f"/desk/products/{press}/"
    assert "Go on with the draft" in page(sio)


@pytest.mark.req("S-sio")
def test_the_queries_do_not_grow_with_members_schools_or_what_waits(released, sio):  # noqa: F811
    town = towns.build()
    browser = client_for(sio)

    def asked() -> int:
        browser.get("/desk/")
        with CaptureQueriesContext(connection) as caught:
            assert browser.get("/desk/").status_code == 200
        return len(caught)

    make_member(regions=[town.region.pk], organisation=town.district)
    released()
    work()
    few = asked()
    for _n in range(8):
        make_member(regions=[town.region.pk], organisation=town.school)
    for _n in range(3):
        released()
    work()
    assert Member.objects.count() >= 9
    assert asked() == few
