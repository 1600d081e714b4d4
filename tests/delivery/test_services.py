"""Owing a message, and owing it no more."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from tests.delivery.conftest import owe, row
from upstander import clock as the_clock
from upstander.delivery import queries, services
from upstander.delivery.models import Carrier, Delivery
from upstander.delivery.services import Owed

pytestmark = pytest.mark.django_db


def test_what_is_owed_twice_is_one_delivery_with_one_message_id():
    subject = uuid4()
    first = services.send("test", subject, "contact:1", 3)
    assert services.send("test", subject, "contact:1", 0) == first
    assert Delivery.objects.count() == 1
    assert queries.message_ids_of("test", [subject]) == {subject: f"<{first}@upstander.example>"}
    assert services.send("test-other", subject, "contact:1", 3) != first


def test_what_was_sent_is_not_owed_again_by_asking_again():
    (subject,) = owe()
    Delivery.objects.update(state="sent")
    services.send("test", subject, "contact:1", 0)
    assert row(subject).state == "sent"


def test_what_was_cancelled_is_owed_again_by_asking_again():
    (subject,) = owe()
    assert services.cancel("test", subject)
    assert queries.message_ids_of("test", [subject]) == {}
    services.send("test", subject, "contact:1", 0)
    assert (row(subject).state, row(subject).priority) == ("pending", 0)


def test_many_are_owed_as_each_would_be_by_itself():
    new, cancelled, left, waits = uuid4(), *owe(3)
    Delivery.objects.filter(subject_id=cancelled).update(state="cancelled", attempts=4, last_error="smtp-451")
    Delivery.objects.filter(subject_id=left).update(state="sent")
    before = row(waits).id
    services.send_all(Owed("test", subject, "contact:1", 0) for subject in (new, cancelled, left, waits, new))
    found = {
        subject: (row(subject).state, row(subject).priority) for subject in (new, cancelled, left, waits)
    }
    assert found == {new: ("pending", 0), cancelled: ("pending", 0), left: ("sent", 3), waits: ("pending", 0)}
    assert (row(waits).id, row(cancelled).attempts, row(cancelled).last_error) == (before, 0, "")
    assert row(new).message_id == f"<{row(new).id}@upstander.example>"
    assert services.cancel_all("test", [new, cancelled, left, waits]) == 3


def test_of_many_none_is_owed_where_one_cannot_be():
    with pytest.raises(ValueError, match="never an address"):
        services.send_all([Owed("test", uuid4(), "contact:1", 0), Owed("test", uuid4(), "a@b.example", 0)])
    services.send_all([])
    assert not Delivery.objects.exists()


def test_what_was_sent_cannot_be_cancelled():
    (subject,) = owe()
    Delivery.objects.update(state="sent")
    assert not services.cancel("test", subject)


def test_what_was_refused_for_good_can_be_owed_again_under_another_address():
    (subject,) = owe()
    Delivery.objects.update(state="failed", attempts=3)
    assert services.try_again(row(subject).id)
    assert (row(subject).state, row(subject).attempts) == ("pending", 0)
    assert not services.try_again(row(subject).id)


def test_gone_is_what_left_or_what_a_relay_holds(clock):
    _waits, held, let_go, forgotten, left, refused, owed_no_more = subjects = owe(7)
    in_hand = {"lease_until": the_clock.now() + timedelta(minutes=1), "leased_by": "a"}
    for subject, values in {
        held: in_hand,
        let_go: {"state": "cancelled", **in_hand},  # too late, perhaps
        forgotten: {"lease_until": the_clock.now() - timedelta(minutes=1), "leased_by": "a"},
        left: {"state": "sent"},
        refused: {"state": "failed"},
        owed_no_more: {"state": "cancelled"},
    }.items():
        Delivery.objects.filter(subject_id=subject).update(**values)
    assert services.gone(["test"], subjects) == {held, let_go, left}
    assert services.gone(["another"], subjects) == set()
    clock(61)
    assert services.gone(["test"], subjects) == {left}


@pytest.mark.parametrize("key", ["ana@school.example", "", "x" * 33])
def test_an_address_never_stands_in_the_ledger(key: str):
    with pytest.raises(ValueError, match="never an address"):
        services.send("test", uuid4(), key, 3)


@pytest.mark.parametrize("priority", [-1, 10])
def test_a_priority_beyond_the_scale_is_refused(priority: int):
    with pytest.raises(ValueError, match="priority"):
        services.send("test", uuid4(), "contact:1", priority)


@pytest.mark.django_db(transaction=True)
def test_one_transaction_wakes_the_relay_once_and_one_that_fails_not_at_all():
    with connection.cursor() as cursor:
        line = cursor.connection
        cursor.execute(f"LISTEN {services.CHANNEL}")
    with transaction.atomic():
        owe(5)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        owe()
        raise ZeroDivisionError
    assert len(list(line.notifies(timeout=0.2))) == 1
    assert Delivery.objects.count() == 5
    line.execute(f"UNLISTEN {services.CHANNEL}")


def test_two_rooms_cannot_render_one_purpose():
    services.register("once", first := lambda subject_id: None)
    services.register("once", first)
    with pytest.raises(ValueError, match="somebody else"):
        services.register("once", lambda subject_id: None)


def test_the_state_of_each_is_asked_by_subject():
    waits, absent = owe()[0], uuid4()
    state = queries.state_of("test", [waits, absent])
    assert list(state) == [waits]
    assert (state[waits].state, state[waits].attempts, state[waits].error) == ("pending", 0, "")
    assert queries.delivery(state[waits].id) == state[waits]


def test_a_carrier_is_red_after_three_failures_in_a_row_and_calm_after_a_success():
    Carrier.objects.create(name="smtp", failures_in_a_row=2, last_error="refused")
    assert [(c.name, c.red, c.error) for c in queries.carriers()] == [("smtp", False, "refused")]
    Carrier.objects.update(failures_in_a_row=3)
    assert [(c.red, c.reason) for c in queries.carriers()] == [(True, "failing")]
    Carrier.objects.update(failures_in_a_row=0)
    assert [(c.red, c.error) for c in queries.carriers()] == [(False, "")]


def test_a_critical_that_nobody_takes_turns_the_carrier_red_also_where_no_relay_ever_ran(clock):
    owe(priority=0)
    assert queries.carriers() == []
    clock(7)
    assert queries.carriers() == []
    clock(9)
    assert [(c.name, c.red, c.reason) for c in queries.carriers()] == [("none", True, "critical_waiting")]
    Carrier.objects.create(name="smtp")
    assert [(c.name, c.red) for c in queries.carriers()] == [("smtp", True)]


def test_a_critical_that_is_tried_in_vain_stays_red_during_its_back_off(clock):
    owe(priority=0)
    clock(20)
    Delivery.objects.update(attempts=4, not_before=the_clock.now() + timedelta(seconds=30))
    assert queries.carriers()[0].red


def test_a_newsletter_or_a_critical_for_tomorrow_turns_nothing_red(clock):
    owe(priority=9)
    owe(priority=0, not_before=the_clock.now() + timedelta(days=1))
    clock(3600)
    assert queries.carriers() == []
    waiting = queries.backlog()
    assert (waiting.pending, waiting.due, waiting.criticals) == (2, 1, 1)
    assert 3599 < waiting.oldest_seconds < 3660
    assert waiting.oldest_critical_seconds == 0
