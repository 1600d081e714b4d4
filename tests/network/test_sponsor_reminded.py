"""Who was asked about an applicant and says nothing is asked once more, and no third time."""

import pytest
from django.test import Client

from tests.network.applying import link_in, mail_of, waiting
from tests.network.support import played
from upstander.audit.models import Entry
from upstander.delivery.models import Delivery
from upstander.network import chores
from upstander.network.models import Inquiry

pytestmark = pytest.mark.req("S-membership")
DAY = 86_400


def worker() -> None:
    with played("worker"):
        while chores.turn():
            pass


def reminders() -> int:
    return Delivery.objects.filter(purpose=chores.AGAIN).count()


def test_once_after_five_days_with_the_same_link(network, clock):
    waiting(Client())
    first = mail_of("network_inquiry")
    clock(4 * DAY)
    worker()
    assert reminders() == 0
    clock(6 * DAY)
    worker()
    again = mail_of(chores.AGAIN)
    assert again.to_address == first.to_address and link_in(again.text) == link_in(first.text)
    clock(9 * DAY)
    worker()
    assert reminders() == 1 and Entry.objects.filter(act="network.asked_again").count() == 1


def test_nobody_is_reminded_who_has_answered(network, clock):
    waiting(Client())
    path = link_in(mail_of("network_inquiry").text)
    with played("network"):
        said = {"knows": "yes", "holds": "yes", "address": "yes", "by": "Ida Berg"}
        assert Client().post(path, said).status_code == 200
    assert Inquiry.objects.get().answered_at is not None
    clock(6 * DAY)
    worker()
    assert reminders() == 0
