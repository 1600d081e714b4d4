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
