"""What comes in is kept once, sealed, and routed once; what cannot be routed is never lost and stops nobody."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, connection
from psycopg.errors import QueryCanceled

from upstander import clock as the_clock
from upstander.audit.models import Entry
from upstander.ids import new_id
from upstander.inbound import queries, routing, services
from upstander.inbound.models import Arrival
from upstander.inbound.routing import MOST_TRIES, Arrived, Outcome, Refuse, register, route_next
from upstander.vault.envelope import CannotOpen

pytestmark = pytest.mark.django_db
WORDS = b"he has a knife +1 555 010 0199"


def arrive(id: str = "1", payload: bytes = WORDS, channel: str = "test") -> bool:
    return services.store(channel, "kannel", id, payload)


def test_what_came_is_opened_by_the_router_as_it_came_and_kept_no_longer(handled):
    assert arrive()
    assert route_next() and not route_next()
    (arrived,) = handled
    assert (arrived.payload, arrived.channel, arrived.carrier) == (WORDS, "test", "kannel")
    row = Arrival.objects.get()
    assert (row.state, row.code, row.wrapped, row.sealed_payload) == ("routed", "seen", None, None)
    assert Entry.objects.get(act="inbound.routed").detail["code"] == "seen"


def test_fields_come_back_as_fields_and_what_are_none_is_refused(handled):
    services.store("test", "kannel", "1", {"from": "+1", "body": b"\xff", "n": 3})
    route_next()
    assert handled[0].fields == {"from": "+1", "body": b"\xff", "n": 3}
    with pytest.raises(Refuse, match="not_fields"):
        assert Arrived(new_id(), "test", "kannel", the_clock.now(), b"\xc1").fields


def test_what_a_carrier_sends_again_is_kept_once_also_after_it_was_routed(handled):
    assert arrive("7") and not arrive("7", b"other words under the same id")
    while route_next():
        pass
    assert not arrive("7")
    assert arrive("8") and services.store("test", "twilio", "7", WORDS), "another id, or another carrier, is another thing"
    while route_next():
        pass
    assert len(handled) == 3


def test_where_a_carrier_gives_no_id_the_same_payload_is_the_same_thing():
    assert arrive("") and not arrive("") and arrive("", b"others")


def test_what_is_larger_than_an_arrival_may_be_is_told_so(monkeypatch):
    monkeypatch.setattr(services, "LARGEST", 10)
    with pytest.raises(services.TooLarge):
        arrive()


def test_nothing_of_it_stands_in_the_row_and_it_opens_in_its_own_row_only():
    arrive("a"), arrive("b")
    one, other = Arrival.objects.order_by("id")
    assert not [v for v in vars(one).values() if b"knife" in (bytes(v) if isinstance(v, memoryview | bytes) else str(v).encode())]
    one.sealed_payload, one.wrapped = other.sealed_payload, other.wrapped
    with pytest.raises(CannotOpen):
        routing.opened(one)


def test_the_key_of_what_becomes_of_it_is_the_same_at_each_try_and_no_others(handled):
    arrive("a"), arrive("b")
    while route_next():
        pass
    again = Arrived(handled[0].id, "test", "kannel", the_clock.now(), b"")
    assert handled[0].key == again.key != handled[1].key and len(handled[0].key) == 43


def test_a_handlers_work_and_the_arrivals_state_are_one(handle):
    def half(arrived: Arrived) -> Outcome:
        Arrival.objects.filter(id=arrived.id).update(code="half")
        raise RuntimeError(arrived.payload)

    arrive()
    handle(half)
    assert route_next()
    assert Arrival.objects.get().code == ""


def test_what_fails_is_tried_again_later_and_later_behind_all_others_and_is_refused_in_the_end(
    handle, clock: Callable[[float], None], caplog
):
    seen: list[str] = []

    def poisoned(arrived: Arrived) -> Outcome:
        seen.append(arrived.payload.decode())
        if arrived.payload == b"poison":
            raise ZeroDivisionError(arrived.payload)
        return Outcome("well")

    handle(poisoned)
    arrive("1", b"poison"), arrive("2", b"fine")
    assert route_next() and route_next() and not route_next(), "it waits, and stops nobody"
    assert seen == ["poison", "fine"]
    moved = 0.0
    for tries in range(2, MOST_TRIES + 1):
        moved += 2**tries
        clock(moved)
        assert route_next(), tries
    assert not route_next()
    assert Arrival.objects.get(code="failed:ZeroDivisionError").state == "refused"
    assert "poison" not in caplog.text


def test_what_ends_the_process_itself_is_refused_when_it_has_done_so_often_enough(handle):
    arrive()
    handle(lambda _: pytest.fail("not tried once more"))
    for _ in range(MOST_TRIES):
        routing._take()  # and then the process was gone
    assert route_next()
    assert Arrival.objects.get().code == "gave_up"


@pytest.mark.parametrize(("reason", "channel"), [("no_handler", "smoke"), ("nonsense", "test")])
def test_what_can_never_be_routed_is_refused_at_once_stays_whole_and_is_counted(handle, reason, channel):
    def never(_: Arrived) -> Outcome:
        raise Refuse("nonsense")

    handle(never)
    arrive(channel=channel)
    assert route_next() and not route_next()
    row = Arrival.objects.get()
    assert (row.state, row.code) == ("refused", reason) and row.sealed_payload is not None
    assert routing.opened(row).payload == WORDS
    assert queries.waiting(the_clock.now()).refused == 1
    assert [(r.channel, r.code) for r in queries.refusals()] == [(channel, reason)]
    assert Entry.objects.get(act="inbound.refused").detail == {"code": reason}


def test_how_long_the_oldest_waits_is_known(clock):
    assert queries.waiting(the_clock.now()) == queries.Waiting(0, timedelta(), 0)
    arrive()
    clock(60)
    waits = queries.waiting(the_clock.now())
    assert waits.new == 1 and timedelta(seconds=60) <= waits.late < timedelta(seconds=70)


def test_a_channel_has_one_handler(handled):
    with pytest.raises(ValueError, match="routes 'test' already"):
        register("test", lambda _: Outcome("mine"))


def test_an_arrival_that_fails_in_the_database_fails_alone(handle, handled):
    def broken(arrived: Arrived) -> Outcome:
        if arrived.payload == b"broken":
            raise IntegrityError
        return Outcome("well")

    handle(broken)
    arrive("1", b"broken"), arrive("2", b"fine")
    route_next(), route_next()
    assert sorted(Arrival.objects.values_list("state", flat=True)) == ["new", "routed"]
    assert not connection.needs_rollback


def test_a_night_in_which_the_database_comes_and_goes_refuses_nothing(handle, clock):
    gone = [True]

    def route(_: Arrived) -> Outcome:
        if gone:
            raise OperationalError("server closed the connection unexpectedly")
        return Outcome("well")

    handle(route)
    arrive()
    for turn in range(2 * MOST_TRIES):
        clock(10.0 * turn)
        assert route_next() and not route_next(), "it waits a little, and stands in nobody's way"
    assert Arrival.objects.get().tries == 0
    gone.clear()
    clock(500)
    assert route_next() and Arrival.objects.get().code == "well"


def test_a_try_whose_end_the_database_could_not_be_told_is_taken_back_when_it_is_there_again(handle, clock, monkeypatch):
    def broken(_: Arrived) -> Outcome:
        raise InterfaceError("connection already closed")

    def away() -> None:
        raise OperationalError("no route to host")

    handle(broken)
    arrive()
    take_back = routing._take_back
    routes = iter([take_back, away])
    monkeypatch.setattr(routing, "_take_back", lambda: next(routes, take_back)())
    with pytest.raises(OperationalError):
        route_next()
    assert Arrival.objects.get().tries == 1
    assert not route_next() and Arrival.objects.get().tries == 0


def test_what_takes_the_database_longer_than_anything_may_is_counted(handle):
    def slow(_: Arrived) -> Outcome:
        raise OperationalError("canceling statement due to statement timeout") from QueryCanceled()

    handle(slow)
    arrive()
    assert route_next() and Arrival.objects.get().tries == 1
