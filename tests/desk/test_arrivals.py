"""What could not be routed stands on a page of its own, without a word of it; a supervisor has it tried again by one press."""

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.people.conftest import as_login  # noqa: F401 - a fixture
from tests.support.canary import canary
from upstander.audit.models import Entry
from upstander.inbound import queries, routing, services
from upstander.inbound.models import Arrival
from upstander.inbound.routing import Outcome, Refuse
from upstander.intake.models import Tip

pytestmark = pytest.mark.django_db


@pytest.fixture
def repaired(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What comes by e-mail cannot be routed until something is put into this list."""
    found: list[str] = []
    real = routing._handlers["email"]

    def handler(arrived: routing.Arrived) -> Outcome:
        if not found:
            raise Refuse("not_a_mail")
        return real(arrived)

    monkeypatch.setitem(routing._handlers, "email", handler)
    yield found


def refused_mail(words: str = "He has a list") -> Arrival:
    """A mail that came and was refused."""
    raw = f"From: kim@family.example\r\nMessage-ID: <{words[:3]}@x>\r\n\r\n{words}\r\n".encode()
    fields = {"raw": raw, "to": ["tips@upstander.example"], "from": "given", "whole": True}
    services.store("email", "smtp", words, fields)
    route()
    return Arrival.objects.get(state="refused")


def route() -> None:
    while routing.route_next():
        pass


@pytest.mark.req("D-II.E")
def test_one_press_makes_a_tip_of_what_was_refused(morgan, repaired):
    words = canary()
    row = refused_mail(words)
    page = morgan.get("/arrivals/").content.decode()
    assert "E-mail" in page and "not_a_mail" in page and "It is no e-mail." in page
    assert words not in page and "family.example" not in page
    repaired.append("now")
    answer = morgan.post(f"/arrivals/{row.id}/again/", follow=True)
    assert "It is tried again now" in answer.content.decode() and words not in answer.content.decode()
    assert not Tip.objects.exists(), "the router does it, not the desk"
    route()
    assert Tip.objects.get().channel == "email"
    assert "Everything that came in is routed" in morgan.get("/arrivals/").content.decode()
    entry = Entry.objects.get(act="inbound.tried_again")
    assert (entry.actor, entry.object_id, entry.detail["code"]) == (
        morgan.account.actor,
        str(row.id),
        "not_a_mail",
    )


def test_what_can_still_not_be_routed_stands_there_again_whole(morgan, repaired):
    row = refused_mail()
    morgan.post(f"/arrivals/{row.id}/again/")
    assert queries.refusals() == []
    route()
    assert [found.id for found in queries.refusals()] == [row.id]
    row.refresh_from_db()
    assert row.sealed_payload is not None
    repaired.append("now")
    morgan.post(f"/arrivals/{row.id}/again/")
    route()
    assert Tip.objects.count() == 1


def test_it_gets_all_its_tries_again(morgan, monkeypatch, clock):
    def broken(_: routing.Arrived) -> Outcome:
        raise ZeroDivisionError

    monkeypatch.setitem(routing._handlers, "email", broken)
    refused_later(clock)
    row = Arrival.objects.get(state="refused")
    assert (row.code, row.tries) == ("failed:ZeroDivisionError", routing.MOST_TRIES)
    page = morgan.get("/arrivals/").content.decode()
    assert "The program failed at each try" in page and "failed:ZeroDivisionError" in page
    morgan.post(f"/arrivals/{row.id}/again/")
    assert routing.route_next()
    row.refresh_from_db()
    assert (row.state, row.tries) == ("new", 1)


def refused_later(clock) -> None:
    """A mail at whose routing the program fails until it is refused."""
    services.store("email", "smtp", "1", {"raw": b"words", "to": [], "from": "given"})
    for second in range(0, 1200, 40):
        clock(second)
        route()


def test_a_second_press_finds_it_gone_and_does_nothing(morgan, repaired):
    row = refused_mail()
    for said in ("It is tried again now", "It stands here no longer"):
        assert said in morgan.post(f"/arrivals/{row.id}/again/", follow=True).content.decode()
    repaired.append("now")
    route()
    assert (
        "It stands here no longer" in morgan.post(f"/arrivals/{row.id}/again/", follow=True).content.decode()
    )
    route()
    assert Tip.objects.count() == 1 and Entry.objects.filter(act="inbound.tried_again").count() == 1


def test_nobody_but_a_supervisor_sees_it_or_presses(signed_in, casey, desk, client: Client, repaired):
    row = refused_mail()
    address = f"/arrivals/{row.id}/again/"
    assert (
        client.get("/arrivals/")["Location"].startswith("/sign-in/")
        and client.post(address).status_code == 302
    )
    for person in (
        casey,
        *(
            signed_in(f"A {role}", role)
            for role in ("stic_staff", "stic_analyst", "programme_admin", "auditor")
        ),
    ):
        assert person.get("/arrivals/").status_code == person.post(address).status_code == 403
        assert "/arrivals/" not in person.get("/").content.decode()
    assert queries.refusals() and not Entry.objects.filter(act="inbound.tried_again").exists()


def test_reading_never_tries_and_an_address_that_names_nothing_harms_nothing(morgan, repaired):
    row = refused_mail()
    assert morgan.get(f"/arrivals/{row.id}/again/").status_code == 405
    answer = morgan.post("/arrivals/00000000-0000-7000-8000-000000000000/again/", follow=True)
    assert "It stands here no longer" in answer.content.decode()
    assert morgan.get("/arrivals/?tried=<b>").status_code == 200 and len(queries.refusals()) == 1


def test_the_desk_can_do_this_to_an_arrival_and_nothing_else(morgan, repaired, as_login):  # noqa: F811
    row = refused_mail()
    as_login("desk")
    from upstander.inbound.refused import try_again

    assert try_again(row.id, "account:1") and not try_again(row.id, "account:1")


def test_one_press_says_that_a_mail_which_was_left_in_the_mailbox_has_been_read(morgan):
    assert services.left("mailbox", "imap", "7:12", "left_in_mailbox") and not services.left("mailbox", "imap", "7:12", "x")
    row = Arrival.objects.get(state="refused")
    page = morgan.get("/arrivals/").content.decode()
    assert "A mail in the mailbox" in page and "Read it there" in page
    morgan.post(f"/arrivals/{row.id}/again/")
    route()
    row.refresh_from_db()
    assert (row.state, row.code) == ("routed", "seen_in_mailbox") and queries.refusals() == []
    assert not services.left("mailbox", "imap", "7:12", "left_in_mailbox"), "and it does not come back"
