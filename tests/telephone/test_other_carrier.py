"""Of two carriers one may take calls and complete none, and be well whenever it is asked: whom it could not reach is rung by the
other at once. What was written by the version before is understood.
"""

import threading
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from tests.delivery.test_health import no_memory  # noqa: F401 - nothing is known from another test
from tests.telephone.test_lease import LONG, owed
from tests.telephone.test_two_carriers import Quiet
from upstander import clock as the_clock
from upstander.delivery import health
from upstander.delivery.call_models import CallEvent
from upstander.delivery.caller import ledger
from upstander.delivery.caller.ledger import Job
from upstander.delivery.caller.standby import Way, Ways
from upstander.delivery.models import Delivery
from upstander.delivery.telephone.sounds import Sounds
from upstander.delivery.twilio import events
from upstander.ids import new_id

pytestmark = pytest.mark.req("D-IV.A.2")
FIRST, SECOND = "twilio_calls", "sip"
PAUSE = timedelta(seconds=60)


def leased() -> Job:
    [job] = ledger.lease("one", most=1, again=1, length=LONG)
    return job


def comes_to(code: str, carrier: str) -> timedelta:
    """One try at what is due: for how long it then rests."""
    job = leased()
    ledger.ended(
        Job(job.id, job.purpose, job.subject_id, job.tries, carrier), code, 0, numbers=1, first=PAUSE
    )
    return Delivery.objects.get(pk=job.id).not_before - the_clock.now()


@pytest.mark.django_db
class TestTheNextTry:
    @pytest.fixture
    def two(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ledger, "CARRIER", f"{FIRST}+{SECOND}")

    @pytest.mark.parametrize(("one", "other"), [(FIRST, SECOND), (SECOND, FIRST)])
    def test_whom_one_could_not_reach_is_rung_at_once_and_it_is_known_by_which_not(
        self, two, clock, one, other
    ):
        owed(0, 0)
        assert comes_to("unreachable", one) <= timedelta(seconds=2)
        clock(2)
        job = leased()
        assert (job.failed, job.tries) == (one, 0), "and on the same number"

    def test_whom_neither_could_reach_rests_and_is_then_rung_by_both_again(self, two, clock):
        owed(0, 0)
        for minute in range(3):
            clock(100 * minute)
            assert comes_to("unreachable", FIRST) <= timedelta(seconds=2)
            clock(100 * minute + 2)
            assert comes_to("unreachable", SECOND) > timedelta(seconds=50)

    def test_a_refusal_by_one_and_nobody_reached_by_the_other_is_a_pause(self, two, clock):
        owed(0, 0)
        assert comes_to("trunk", FIRST) <= timedelta(seconds=2)
        clock(2)
        assert comes_to("unreachable", SECOND) > timedelta(seconds=50)

    def test_who_does_not_pick_up_says_nothing_against_a_carrier(self, two, clock):
        owed(0, 0)
        assert comes_to("no_answer", FIRST) > timedelta(seconds=50)
        clock(61)
        assert leased().failed == ""

    def test_where_there_is_one_carrier_its_pause_is_kept(self, monkeypatch: pytest.MonkeyPatch, clock):
        monkeypatch.setattr(ledger, "CARRIER", FIRST)
        owed(0, 0)
        assert comes_to("unreachable", FIRST) > timedelta(seconds=50)
        clock(61)
        assert leased().failed == ""


class Up(Quiet):
    """A telephone that can be commanded, or not."""

    def __init__(self, up: bool = True) -> None:
        super().__init__()
        self.up = threading.Event()
        if up:
            self.up.set()


def test_the_other_rings_unless_it_alone_is_dead(no_memory, tmp_path: Path):  # noqa: F811
    first, second = (Way(name, Up(), Sounds(tmp_path)) for name in (FIRST, SECOND))
    ways = Ways([first, second])
    assert ways.instead_of(first) is second and ways.instead_of(second) is first
    health.of(SECOND).failed("line-timeout", probe=True)
    assert ways.instead_of(first) is first
    health.of(FIRST).failed("unreachable")
    assert ways.instead_of(first) is second, "both have failed: not the same again"
    gone = Way(SECOND, Up(False), Sounds(tmp_path))
    assert Ways([first, gone]).instead_of(first) is first and Ways([first]).instead_of(first) is first


@pytest.mark.django_db
def test_a_call_that_the_version_before_had_placed_goes_on():
    """It wrote down that Twilio has taken the call, not which account it was about to ask."""
    row = owed(1, 0)
    Delivery.objects.filter(pk=row.pk).update(leased_by="one", lease_until=the_clock.now() + LONG)
    sid, stranger = "CA" + "1" * 32, owed(1, 0)
    Delivery.objects.filter(pk=stranger.pk).update(leased_by="one", lease_until=the_clock.now() + LONG)
    said = ((row, "status"), (row, "placed"), (row, "status"), (stranger, "status"))
    for delivery, kind in (*((whose.pk, kind) for whose, kind in said), (uuid4(), "placed")):
        CallEvent.objects.create(
            id=new_id(), at=the_clock.now(), delivery_id=delivery, sid=sid, kind=kind, value=""
        )
    [found] = events.under_way("one")
    assert (found.job.id, found.carrier, found.sid) == (row.pk, FIRST, sid)
