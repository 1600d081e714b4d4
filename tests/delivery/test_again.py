"""What was refused for good and is owed again: with all the time of a new mail, by a login that may ask for it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.delivery.conftest import owe, row
from tests.people.conftest import as_login, refused  # noqa: F401 - a fixture
from upstander.clock import now
from upstander.delivery import backoff, services
from upstander.delivery.models import Delivery

pytestmark = pytest.mark.django_db


def failed_long_ago() -> Delivery:
    """A mail that was refused for good before the time in which one is tried was over."""
    (subject,) = owe(priority=0)
    Delivery.objects.update(
        state="failed",
        attempts=40,
        last_error="rcpt-550",
        created_at=now() - backoff.GIVE_UP_AFTER - timedelta(hours=1),
    )
    return row(subject)


@pytest.mark.parametrize("login", ["desk", "relay"])
def test_it_is_owed_as_if_for_the_first_time(as_login, login):  # noqa: F811
    refused = failed_long_ago()
    as_login(login)
    assert services.try_again(refused.id)
    again = row(refused.subject_id)
    assert (again.state, again.attempts, again.last_error) == ("pending", 0, "")
    assert now() - again.created_at < timedelta(minutes=1), "a server that is busy is tried for days again"
    assert again.message_id == refused.message_id, "whoever gets it twice knows it as one"


def test_the_caller_changes_calls_and_no_mail(as_login):  # noqa: F811
    services.send("test", uuid4(), "contact:1", 0)
    services.send("test", uuid4(), "contact:1", 0, channel="call")
    as_login("caller")
    assert Delivery.objects.filter(channel="call").update(state="cancelled") == 1
    assert refused(lambda: Delivery.objects.filter(channel="email").update(state="cancelled"))
    assert set(Delivery.objects.values_list("channel", "state")) == {("email", "pending"), ("call", "cancelled")}


def test_what_was_cancelled_long_ago_and_is_owed_again_has_all_its_time_too(as_login):  # noqa: F811
    refused = failed_long_ago()
    as_login("desk")
    assert services.cancel("test", refused.subject_id)
    services.send("test", refused.subject_id, "contact:1", 0)
    again = row(refused.subject_id)
    assert (again.state, again.attempts, again.last_error) == ("pending", 0, "")
    assert now() - again.created_at < timedelta(minutes=1)


def test_what_waits_keeps_its_age_when_it_becomes_graver():
    (subject,) = owe(priority=3)
    Delivery.objects.update(created_at=now() - timedelta(hours=1), attempts=2)
    services.send("test", subject, "contact:1", 0)
    graver = row(subject)
    assert (graver.priority, graver.attempts) == (0, 2)
    assert now() - graver.created_at > timedelta(minutes=59)


def test_what_was_refused_for_good_and_is_not_owed_any_more_can_be_owed_anew():
    refused = failed_long_ago()
    services.send("test", refused.subject_id, "contact:1", 0)
    assert row(refused.subject_id).state == "failed", "asking again does not find another address"
    assert services.cancel("test", refused.subject_id)
    assert not services.try_again(refused.id)
    services.send("test", refused.subject_id, "contact:1", 0)
    assert row(refused.subject_id).state == "pending"
