"""What the network's login may owe, whatever level it plays, and what the worker may remind of (decision 122)."""

import pytest
from django.db import DatabaseError, transaction

from tests.network.conftest import network, walled  # noqa: F401 - fixtures
from tests.network.support import played
from upstander.delivery import services as delivery
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls

OURS = ("network_due", "product_release", "gathering_letter", "forum_answer", "exchange_peer", "invitation")
OTHERS = ("notice", "narrative", "stand_down", "raised", "escalation", "networking", "xnetwork_due")


@pytest.mark.req("S-membership")
@pytest.mark.parametrize("level", [None, Level.OPEN, Level.FOUO, Level.LES, walls.STAFF])
def test_the_network_owes_its_own_mails_and_no_notice(network, level):  # noqa: F811
    def owe(purpose: str) -> None:
        with transaction.atomic():
            if level is None:
                delivery.send_new(purpose, new_id(), "account:1", 5)
                return
            with walls.reading(level):
                delivery.send_new(purpose, new_id(), "account:1", 5)

    with played("network"):
        for purpose in OURS:
            owe(purpose)
        for purpose in OTHERS:
            with pytest.raises(DatabaseError, match="owes what is its own only"):
                owe(purpose)


@pytest.mark.req("S-membership")
def test_the_worker_reminds_members_and_owes_no_notice(network):  # noqa: F811
    with played("worker"):
        for purpose in ("network_due", "gathering_letter", "escalation", "reminder_of_anything"):
            delivery.send_new(purpose, new_id(), "account:1", 5)
        for purpose in ("notice", "invitation", "stand_down", "notice_reminder_"):
            with pytest.raises(DatabaseError, match="owes reminders only"), transaction.atomic():
                delivery.send_new(purpose, new_id(), "account:1", 5)
