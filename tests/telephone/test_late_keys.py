"""A key that comes late counts for what was asked when it was pressed, by whatever calls go meanwhile."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from tests.actions.conftest import call_taker, new_tip, town  # noqa: F401 - fixtures
from tests.actions.test_judging import critical
from tests.support.eventually import eventually
from tests.support.ladder import CallerProcess
from tests.telephone.test_other_carrier import Up
from upstander import clock as the_clock
from upstander.actions import called
from upstander.actions.models import ActionEvent, Notice, RequiredAction
from upstander.delivery.call_models import CallEvent
from upstander.delivery.caller import speaking
from upstander.delivery.caller.loop import Active
from upstander.delivery.caller.standby import Way
from upstander.delivery.models import Delivery
from upstander.delivery.telephone.lines import Key, Report
from upstander.delivery.telephone.sounds import Sounds
from upstander.delivery.twilio import events
from upstander.delivery.twilio.caller import FromTwilio

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("D-IV.A.2")]
SID = "CA" + "1" * 32


class Asked:
    """A contact who is asked of a Critical, and whose telephone was rung."""

    def __init__(self, tip: UUID, name: str, town) -> None:  # noqa: F811
        contact = town.contacts[name]
        self.action = RequiredAction.objects.get(tip=tip, kind="call_contacts", target_ref=str(contact.pk))
        self._notice = Notice.objects.get(referral__tip_id=tip, contact=contact).pk

    @property
    def notice(self) -> Notice:
        return Notice.objects.get(pk=self._notice)

    @property
    def delivery(self) -> Delivery:
        return Delivery.objects.get(purpose=called.PURPOSE, subject_id=self.action.pk)

    @property
    def results(self) -> list[str]:
        return list(
            ActionEvent.objects.filter(action=self.action).order_by("at").values_list("result", flat=True)
        )

    def pressed(self, key: str, at: datetime) -> None:
        """A key of theirs is handed on only now."""
        events.keep(self.delivery.pk, SID, CallEvent.Kind.KEY, key, at=at)
        FromTwilio(lambda: None).hear({}, lambda report: None)


@pytest.fixture
def tip(town, call_taker, new_tip) -> UUID:  # noqa: F811
    tip = new_tip(town.school.pk)
    critical(tip, call_taker)
    return tip


@pytest.mark.parametrize("name", ["principal", "officer"])
@pytest.mark.parametrize("key", ["1", "2"])
def test_a_key_for_what_was_asked_before_it_became_graver_answers_nothing(tip, town, call_taker, clock, name, key):  # noqa: F811
    asked = Asked(tip, name, town)
    before = the_clock.now()
    clock(60)
    critical(tip, call_taker, in_progress=True)
    assert asked.notice.asked_since > before, "they are asked anew"
    asked.pressed(key, before)
    assert not asked.notice.confirmed and asked.results == ["too_early"]
    assert asked.delivery.state == "pending" and speaking.render(called.PURPOSE, asked.action.pk), (
        "they are rung again"
    )
    assert not CallEvent.objects.exists()


def test_a_key_after_they_were_asked_counts_however_late_it_comes(tip, town, clock):  # noqa: F811
    asked = Asked(tip, "principal", town)
    pressed = the_clock.now()
    clock(3600)
    asked.pressed("1", pressed)
    assert asked.notice.strength == "key" and asked.delivery.state == "sent"


def test_who_is_on_the_line_meanwhile_is_asked_once_more(tip, town, tmp_path: Path):  # noqa: F811
    """What the caller is told of a key says when it was pressed; the reply to one that is too early is the greeting again."""
    asked, long_ago = Asked(tip, "principal", town), the_clock.now() - timedelta(hours=1)
    events.keep(asked.delivery.pk, SID, CallEvent.Kind.KEY, "1", at=long_ago)
    heard: list[Report] = []
    job, call = events.job(asked.delivery.pk), speaking.render(called.PURPOSE, asked.action.pk)
    assert job and call
    under_way = Active(job, call, "+12175550100", tmp_path, Way("sip", Up(), Sounds(tmp_path)))
    FromTwilio(lambda: None).hear({asked.delivery.pk: under_way}, heard.append)
    assert heard == [Key(asked.delivery.pk, "1", long_ago)]
    assert (
        speaking.pressed(called.PURPOSE, asked.action.pk, "1", long_ago) is None
        and not asked.notice.confirmed
    )


@pytest.mark.stack
class TestAHouse:
    @pytest.fixture
    def caller(self, transactional_db: None, tmp_path: Path) -> Iterator[CallerProcess]:
        caller = CallerProcess(tmp_path / "log", calls="off").started()
        yield caller
        assert caller.stop() == 0
        connection.close()

    def test_keys_that_wait_are_taken_also_where_twilio_makes_no_calls_any_more(self, caller, tip, town):  # noqa: F811
        asked = Asked(tip, "principal", town)
        events.keep(asked.delivery.pk, SID, CallEvent.Kind.KEY, "1", at=the_clock.now())
        eventually(lambda: asked.notice.confirmed, 20)
        eventually(lambda: not CallEvent.objects.exists())
