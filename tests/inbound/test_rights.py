"""The process that stands open to carriers may add what came, and nothing else; nobody but the router reads it."""

import pytest
from django.db import connection

from tests.people.conftest import refused
from upstander import clock
from upstander.config import config
from upstander.inbound import queries, routing, services
from upstander.inbound.models import Arrival
from upstander.ops.grants import LOGINS
from upstander.vault.keys import read

pytestmark = pytest.mark.django_db


def cannot(statement: str) -> bool:
    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return refused(act)


@pytest.mark.req("D-II.F")
def test_whoever_takes_over_the_end_point_can_add_and_read_nothing(as_login):
    as_login("inbound")
    assert services.store("sms", "kannel", "1", b"words")
    assert not services.store("sms", "kannel", "1", b"words"), "it is told twice, without reading"
    for table in ("inbound_arrival", "inbound_thread", "intake_tip", "intake_message", "directory_contact", "audit_entry"):
        assert cannot(f"SELECT FROM {table}"), table
        assert cannot(f"DELETE FROM {table}"), table
    assert services.backlog() > 0, "how much waits, and not what"
    assert cannot("UPDATE inbound_arrival SET state = 'routed'")
    assert cannot("INSERT INTO inbound_arrival (tip_id) VALUES (NULL)")
    ring = read(config().data / "keys" / "inbound.json")
    assert not ring.private and set(ring.secrets) == {"arrival", "mac", "django"}


def test_the_router_routes_and_removes_nothing(as_login, handled):
    services.store("test", "kannel", "1", b"words")
    as_login("router")
    assert routing.route_next() and handled
    assert cannot("DELETE FROM inbound_arrival") and cannot("UPDATE inbound_arrival SET mark = ''")
    assert cannot("SELECT body FROM intake_message") and cannot("SELECT sender, field FROM intake_message")
    assert cannot("UPDATE intake_tip SET status = 'read'") and cannot("DELETE FROM intake_message")
    assert cannot("SELECT FROM actions_judgement") and cannot("SELECT FROM people_account")


def test_the_desk_sees_how_much_waits_and_not_what(as_login):
    services.store("test", "kannel", "1", b"words")
    as_login("desk")
    assert queries.waiting(clock.now()).new == 1
    assert queries.refusals() == []
    assert cannot("SELECT sealed_payload FROM inbound_arrival") and cannot("SELECT mark FROM inbound_arrival")
    assert cannot("SELECT sealed_receipt FROM inbound_thread") and cannot("SELECT peer_mac FROM inbound_thread")


@pytest.mark.parametrize("login", sorted(set(LOGINS) - {"inbound", "router", "desk", "relay", "worker"}))
def test_nobody_else_has_any_right_on_it(login, as_login):
    as_login(login)
    assert cannot("SELECT FROM inbound_arrival") and cannot("SELECT FROM inbound_thread")


def test_only_the_relay_and_the_router_hold_the_key_to_it():
    holders = []
    for process in ("public", "desk", "school", "events", "relay", "worker", "sealer", "custody", "inbound", "router"):
        ring = read(config().data / "keys" / f"{process}.json")
        holders += [process] if any(audience == "relay" for audience, _ in ring.private) else []
    assert holders == ["relay", "router"]
    assert Arrival.objects.count() == 0
