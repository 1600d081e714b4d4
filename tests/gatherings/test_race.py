"""Two members press at the same moment for the last seat: one of them has it (S-products)."""

import threading

import pytest
from django.db import connection, connections

from tests.gatherings.conftest import published, state_of
from tests.network.support import make_member
from upstander.gatherings import seats
from upstander.gatherings.models import Registration
from upstander.network import standing, walls

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.req("S-products"),
    pytest.mark.usefixtures("network"),
]


def at_once(*acts) -> list[BaseException]:
    """Each in a thread of its own, with a line of its own to the database."""
    start, failed = threading.Barrier(len(acts)), []

    def run(act) -> None:
        try:
            start.wait(10)
            act()
        except BaseException as error:  # noqa: BLE001 - told to the test
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return failed


def test_the_last_seat_is_given_once_and_a_seat_that_is_given_back_goes_to_one():
    gathering = published(capacity=2)
    members = [make_member() for _ in range(6)]
    who = {one.pk: standing.standing(one.account) for one in members}

    def presses(one, verb):
        def act() -> None:
            with walls.reading(who[one.pk].level, one.pk):
                verb(gathering.id, who[one.pk])

        return act

    assert (
        at_once(*(presses(one, seats.register) for one in members), presses(members[0], seats.register)) == []
    )
    seated = [one for one in members if state_of(gathering, one) == "seat"]
    waiting = [one for one in members if state_of(gathering, one) == "waiting"]
    assert (len(seated), len(waiting)) == (2, 4)
    assert at_once(*(presses(one, seats.give_up) for one in [*seated, seated[0]])) == []
    assert Registration.objects.filter(state="seat").count() == 2
    assert Registration.objects.filter(state="waiting").count() == 2
    assert connection.in_atomic_block is False
