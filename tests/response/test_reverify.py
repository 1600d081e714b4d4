"""A contact is asked by mail whether their entry is right, and answers by one press; nobody is asked at night or too often."""

from datetime import date

import pytest
from django.test import Client

from tests.actions.conftest import mails_leave, rendered
from tests.directory.test_calendars import move_to
from tests.people.test_pages import page, well  # noqa: F401 - a fixture
from tests.response.conftest import SITE
from tests.support.browser import press
from upstander import clock as the_clock
from upstander.delivery.models import Delivery
from upstander.directory import services as listing
from upstander.directory import verification
from upstander.directory.models import Contact, Reverification
from upstander.ids import new_id
from upstander.response import reverify

pytestmark = pytest.mark.django_db
WEDNESDAY = "2026-11-18T10:00"


@pytest.fixture
def head(town, clock) -> Contact:
    """The principal, who alone of the town's contacts is due."""
    move_to(clock, WEDNESDAY)
    Contact.objects.update(verified_on=the_clock.today())
    principal = town.contacts["principal"]
    Contact.objects.filter(pk=principal.pk).update(verified_on=date(2025, 1, 1))
    return principal


@pytest.fixture
def asking(head) -> Reverification:
    reverify.turn()
    return Reverification.objects.get()


class TestAsking:
    def test_who_is_due_gets_a_mail_with_a_link_of_their_own_and_no_word_of_any_tip(self, asking, head):
        mail = rendered("reverify", asking.id)
        assert (mail.to_address, asking.contact) == ("okafor@prairie.example", head)
        assert reverify.url_for(asking.id) in mail.text and not mail.urgent
        assert Delivery.objects.get(purpose="reverify").priority == 8, "after everything that concerns a tip"

    @pytest.mark.parametrize("moment", ["2026-11-18T08:59", "2026-11-18T16:00", "2026-11-21T10:00", "2026-11-18T02:00"])
    def test_nobody_is_asked_at_night_or_at_a_weekend(self, head, clock, moment):
        move_to(clock, moment)
        reverify.turn()
        assert not Reverification.objects.exists()

    def test_asked_again_after_a_week_three_times_in_all(self, asking, clock):
        for hour, day in enumerate(("2026-11-19", "2026-11-24", "2026-11-25", "2026-12-02", "2026-12-09", "2026-12-16"), 10):
            move_to(clock, f"{day}T{hour}:30")
            reverify.turn()
        times = Reverification.objects.order_by("asked_at").values_list("asked_at", flat=True)
        assert [at.date().isoformat() for at in times] == ["2026-11-18", "2026-11-25", "2026-12-02"]

    def test_without_an_address_that_works_there_is_no_mail_and_the_desk_sees_it(self, head):
        head.points.filter(kind="email").update(bounced_at=the_clock.now())
        reverify.turn()
        assert not Reverification.objects.exists()
        assert [d.contact for d in verification.due(the_clock.today())] == [head]

    def test_whoever_was_verified_or_left_meanwhile_reads_nothing(self, asking, head):
        listing.verify_contact(head.pk, "account:1")
        assert rendered("reverify", asking.id) is None
        Contact.objects.update(verified_on=date(2025, 1, 1))
        assert rendered("reverify", asking.id)
        listing.end_contact(head.pk, "account:1")
        assert rendered("reverify", asking.id) is None

    def test_the_worker_asks_and_the_relay_writes_with_their_own_logins(self, head, as_login):
        as_login("worker")
        reverify.turn()
        assert Reverification.objects.count() == 1

    def test_the_relay_writes_it_with_its_own(self, asking, as_login):
        as_login("relay")
        assert rendered("reverify", asking.id)


class TestAnswering:
    @pytest.fixture
    def school(self, origin) -> None:
        origin("school", SITE)

    def test_looking_changes_nothing_and_one_press_verifies(self, school, asking, head):
        path = f"/v/{reverify.token_for(asking.id)}/"
        for look in (Client().get, Client().head):
            assert look(path).status_code == 200
        assert "okafor@prairie.example" in Client().get(path).content.decode()
        assert Contact.objects.get(pk=head.pk).verified_on == date(2025, 1, 1)
        assert "counts as right" in Client().post(path, {"answer": "right"}).content.decode()
        assert Contact.objects.get(pk=head.pk).verified_on == the_clock.today()
        assert verification.due(the_clock.today()) == []
        assert Client().get(path).status_code == 404, "answered, the link opens nothing"

    def test_that_something_is_not_right_is_seen_at_the_desk(self, school, asking, head):
        Client().post(f"/v/{reverify.token_for(asking.id)}/", {"answer": "wrong"})
        (due,) = verification.due(the_clock.today())
        assert due.contact == head and "said_wrong" in due.reasons

    def test_a_forged_an_unknown_and_an_old_link_open_nothing(self, school, asking, clock):
        token = reverify.token_for(asking.id)
        for wrong in ("nothing", token[:5] + ("a" if token[5] != "a" else "b") + token[6:], reverify.token_for(new_id())):
            assert Client().post(f"/v/{wrong}/", {"answer": "right"}).status_code == 404
        move_to(clock, "2026-12-19T10:00")
        assert Client().post(f"/v/{token}/", {"answer": "right"}).status_code == 404
        assert Contact.objects.get(pk=asking.contact_id).verified_on == date(2025, 1, 1)

    def test_a_press_that_says_neither_changes_nothing(self, school, asking):
        assert Client().post(f"/v/{reverify.token_for(asking.id)}/", {"answer": "perhaps"}).status_code == 200
        assert Reverification.objects.get().answer == ""

    def test_the_schools_own_login_is_enough(self, school, asking, head, as_login):
        as_login("school")
        reverify.answer(reverify.asking_for(reverify.token_for(asking.id)), right=True)
        assert Contact.objects.get(pk=head.pk).verified_on == the_clock.today()

    def test_a_notices_link_is_no_link_to_an_entry(self, school, asking):
        from upstander.actions.links import token_for

        assert Client().get(f"/v/{token_for(asking.id)}/").status_code == 404
        assert Client().get(f"/c/{reverify.token_for(asking.id)}/").status_code == 404

    def test_at_the_desk_there_is_no_such_page(self, origin, asking):
        origin("desk", "upstander.urls.desk")
        assert Client().get(f"/v/{reverify.token_for(asking.id)}/").status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_on_a_phone(page, origin, live_server, town, clock):  # noqa: F811
    move_to(clock, WEDNESDAY)
    origin("school", SITE)
    Contact.objects.update(verified_on=None)
    reverify.turn()
    mails_leave(but="reverify")
    first, second = Reverification.objects.order_by("pk")[:2]
    page.goto(f"{live_server.url}/v/{reverify.token_for(first.id)}/")
    well(page)
    press(page, "All of this is right")
    well(page)
    page.goto(f"{live_server.url}/v/{reverify.token_for(second.id)}/")
    press(page, "Something is not right")
    well(page)
    page.goto(f"{live_server.url}/v/{reverify.token_for(second.id)}/")
    well(page)
