"""A seat by one press; whoever comes later waits, and moves up by themselves (S-products)."""

from datetime import timedelta

import pytest

from tests.gatherings.conftest import MEET, behind, kinds, plan, published, state_of
from tests.network.support import client_for, make_member, played
from upstander.audit.models import Entry
from upstander.gatherings import chores, seats, services
from upstander.gatherings.errors import CannotDo
from upstander.gatherings.models import Gathering, Registration
from upstander.network import walls
from upstander.network.models import Entitlement, Member

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-products"), pytest.mark.usefixtures("network")]
State = Registration.State


def press(member: Member, gathering: Gathering, what: str = "register"):
    return client_for(member).post(f"/gatherings/{gathering.id}/{what}/")


def test_one_press_gives_a_seat_and_a_second_one_the_same():
    gathering, ana = published(), make_member("Ana Rivera")
    for _ in range(2):
        assert press(ana, gathering).status_code == 302
    assert state_of(gathering, ana) == State.SEAT and kinds(gathering, ana) == ["seated"]
    assert Registration.objects.count() == 1
    assert Entry.objects.filter(act="gatherings.seat", actor=ana.account.actor).count() == 1


def test_who_has_a_seat_reads_where_to_join_and_nobody_else_does():
    gathering, ana, ben = published(), make_member("Ana Rivera"), make_member("Ben Osei")
    press(ana, gathering)
    page = f"/gatherings/{gathering.id}/"
    assert MEET in client_for(ana).get(page).content.decode()
    assert MEET not in client_for(ben).get(page).content.decode()
    assert MEET not in client_for(ben).get("/gatherings/").content.decode()
    press(ana, gathering, "give-up")
    assert MEET not in client_for(ana).get(page).content.decode()


def test_when_all_seats_are_taken_one_waits_and_moves_up_when_a_seat_is_given_back():
    gathering = published(capacity=1)
    ana, ben, cleo = make_member(), make_member(), make_member()
    for one in (ana, ben, cleo):
        press(one, gathering)
    assert [state_of(gathering, one) for one in (ana, ben, cleo)] == ["seat", "waiting", "waiting"]
    assert MEET not in client_for(ben).get(f"/gatherings/{gathering.id}/").content.decode()
    for _ in range(2):
        assert press(ana, gathering, "give-up").status_code == 302
    assert [state_of(gathering, one) for one in (ana, ben, cleo)] == ["given_up", "seat", "waiting"]
    assert kinds(gathering, ana) == ["seated", "gone"] and kinds(gathering, ben) == ["waits", "moved_up"]
    press(ana, gathering)  # whoever comes back stands behind who waits
    assert state_of(gathering, ana) == "waiting"


def test_more_seats_let_whoever_waits_move_up_in_their_turn():
    gathering = published(capacity=1)
    first, second, third = (make_member() for _ in range(3))
    for one in (first, second, third):
        press(one, gathering)
    with walls.reading(walls.STAFF):
        services.change(gathering.id, plan(starts_at=gathering.starts_at, capacity=2), 1)
    assert [state_of(gathering, one) for one in (first, second, third)] == ["seat", "seat", "waiting"]
    assert kinds(gathering, second) == ["waits", "moved_up"]  # (capacity stands in nobody's calendar)


def test_who_may_not_come_any_more_frees_the_seat_without_a_word(at):
    gathering = published(capacity=1)
    ana, ben, cleo = make_member(), make_member(), make_member()
    for one in (ana, ben, cleo):
        press(one, gathering)
    Entitlement.objects.filter(member__in=[ana.pk, ben.pk]).update(ends_at=gathering.made_at)
    with played("worker"):
        chores.settle()
    assert [state_of(gathering, one) for one in (ana, ben, cleo)] == ["released", "released", "seat"]
    assert kinds(gathering, ana) == ["seated"] and kinds(gathering, cleo) == ["waits", "moved_up"]


def test_what_is_over_or_cancelled_takes_nobody(at):
    gathering, ana = published(), make_member()
    with behind(ana) as who:
        at(gathering.ends_at)
        with pytest.raises(CannotDo, match="over"):
            seats.register(gathering.id, who)
    assert press(ana, gathering).status_code == 409
    at(gathering.starts_at - timedelta(days=1))
    with walls.reading(walls.STAFF):
        services.cancel(gathering.id, "The speaker is ill.", 1)
    answer = press(ana, gathering)
    assert answer.status_code == 409 and "The speaker is ill." in answer.content.decode()
    assert not Registration.objects.exists()


def test_staff_who_are_no_members_take_no_seat():
    from tests.network.support import make_sio

    gathering = published()
    assert client_for(make_sio()).post(f"/gatherings/{gathering.id}/register/").status_code == 403
