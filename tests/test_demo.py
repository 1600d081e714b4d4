"""The practice state is fictional, complete, and loads once."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from upstander.actions import queries
from upstander.clock import now
from upstander.demo import load, sign_ins
from upstander.directory.models import Contact, ContactPoint, Organisation
from upstander.intake.models import Tip

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup, django_db_blocker) -> Iterator[bool]:
    """The practice state, once for this module, in a transaction that is given up afterwards; whether it was loaded."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load()
        transaction.set_rollback(True)


def test_it_loads_once_and_shows_every_kind_of_thing(loaded):
    assert loaded
    assert not load()
    assert Tip.objects.count() == 8
    assert {"school", "district", "system", "psap", "college", "law_enforcement"} <= set(
        Organisation.objects.values_list("kind", flat=True)
    )
    assert queries.red_tips(now()), "a newcomer sees what red means"


def test_every_number_and_address_is_one_that_cannot_exist():
    phones = [*ContactPoint.objects.filter(kind="phone").values_list("value", flat=True)]
    phones += [p for p in Organisation.objects.values_list("phone", flat=True) if p]
    assert phones and all("-555-01" in p for p in phones)
    assert all(
        e.endswith(".example")
        for e in ContactPoint.objects.filter(kind="email").values_list("value", flat=True)
    )
    assert Contact.objects.count() > 10


def test_there_is_a_sign_in_for_every_role():
    roles = {row["role"] for row in sign_ins()}
    assert {"Call-taker", "Supervisor", "Principal", "Auditor"} <= roles


@pytest.mark.req("S-membership")
def test_the_network_has_a_member_of_each_kind_and_somebody_who_waits():
    from upstander.markings import Level
    from upstander.network.models import Application, Member
    from upstander.network.standing import levels
    from upstander.register.models import Incident

    found = levels(list(Member.objects.values_list("pk", flat=True)))
    assert set(found.values()) == {Level.FOUO, Level.LES}
    assert Application.objects.get().state == "waiting"
    assert {row["origin"] for row in sign_ins()} == {"desk", "school", "network"}
    assert Incident.objects.count() == 5  # the event register is not empty


@pytest.mark.req("S-sio")
def test_the_officers_day_has_something_in_everything(settings):
    from upstander.insight import contacts, due, governing, waiting

    settings.ROOT_URLCONF = "upstander.urls.network"
    assert {"applications", "contributions", "requests"} <= {one.code for one in waiting.waiting()}
    assert {"contact", "plan", "visit", "record"} <= {one.kind for one in due.due()}
    assert len(contacts.latest()) == 3 and all(row.who for row in contacts.latest())
    assert all(governing.records().values())


@pytest.mark.req("S-measure")
def test_the_networks_measures_have_something_to_show_and_nothing_is_owed_for_it():
    from upstander.circulation.models import Copy, Feedback, Issue
    from upstander.delivery.models import Delivery
    from upstander.insight.measures import products_sheet, said, span

    assert Issue.objects.filter(done_at=None).count() == 0 and Copy.objects.filter(read_at__isnull=False).count() > 20
    assert not Delivery.objects.filter(purpose__startswith="product_").exists()
    year = span.last_year()
    assert not any(section.empty for section in products_sheet.sections(year))
    assert said.heard(year).all.answers == Feedback.objects.count() >= 10


@pytest.mark.req("S-sio", "S-products")
def test_there_are_events_to_come_and_one_that_was_with_who_came_what_was_handed_out_and_what_they_say():
    from upstander.gatherings.models import Feedback, Gathering, Material, Registration

    to_come = Gathering.objects.filter(published_at__isnull=False, starts_at__gt=now())
    assert {one.kind for one in to_come} == {"webinar", "visit"} and not to_come.filter(place="", join_address="").exists()
    hers = Registration.objects.filter(gathering__in=to_come, member__account__email="dana@demo.example")
    assert not hers.exists(), "she finds a seat to take"
    was = Gathering.objects.get(ends_at__lt=now())
    assert Registration.objects.filter(gathering=was, attended_at__isnull=False).count() >= 3
    assert Material.objects.filter(gathering=was).count() == 2 and Feedback.objects.filter(gathering=was).count() == 3


@pytest.mark.req("S-peer", "S-measure")
def test_members_talk_the_board_is_open_and_somebody_was_answered():
    from upstander.forum import queries as forum
    from upstander.forum.models import Answer, Concern, Post, Thread
    from upstander.network import pack

    assert {one.code for one in Concern.objects.all()} == {one.code for one in pack.network().concerns}
    assert {one.state for one in forum.concerns()} >= {"resolved", "doing", "proposed"}
    assert any(one.owner for one in forum.concerns()) and Post.objects.filter(kind="proposal", shown=True).count() >= 3
    assert Thread.objects.filter(concern=None, shown=True).count() == 2
    assert Post.objects.filter(shown=False).count() == 1, "a post waits for somebody to look"
    assert Answer.objects.filter(released=True).count() == 1


@pytest.mark.req("S-states")
def test_a_state_is_a_guest_and_another_is_a_program():
    from upstander.exchange.models import Commitment, Peer, Question, Session

    assert {one.kind: one.level for one in Peer.objects.all()} == {"guest": 0, "programme": 1}
    assert Question.objects.filter(answered_at=None).count() == 1 and Commitment.objects.filter(done_at=None).count() == 1
    assert Session.objects.get().peers.count() == 2


def test_no_number_in_what_the_network_says_can_exist():
    import re

    from upstander.exchange.models import Question
    from upstander.forum.models import Answer, Card, Post
    from upstander.gatherings.models import Gathering, Material

    said = [*Gathering.objects.values_list("text", flat=True), *Post.objects.values_list("text", flat=True)]
    said += [*Answer.objects.values_list("source", flat=True), *Card.objects.values_list("reach", flat=True)]
    said += [*Question.objects.values_list("answer", flat=True)]
    said += [bytes(one).decode() for one in Material.objects.exclude(file=None).values_list("file", flat=True)]
    numbers = re.findall(r"\d{3}-\d{3}-\d{4}", " ".join(said))
    assert numbers and all("-555-01" in number for number in numbers)
