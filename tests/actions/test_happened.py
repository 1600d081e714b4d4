"""What was done from paper and is entered afterwards: both times are kept, and it counts as done when it was (issue 4)."""

from datetime import timedelta

import pytest

from upstander.actions import queries, red
from upstander.actions import services as actions
from upstander.actions.level_models import Measure
from upstander.actions.measuring import QUICK, SOURCES, read, settle
from upstander.actions.models import ActionEvent, Notice, RequiredAction
from upstander.actions.services import CannotHaveHappened, Judging
from upstander.audit.models import Entry
from upstander.clock import now
from upstander.intake.models import Tip
from upstander.packs.current import current

pytestmark = pytest.mark.django_db
ANSWERED = {"answered_by": "Operator 12"}


@pytest.fixture
def critical(town, new_tip, call_taker, clock):
    """A tip that came in an hour ago, and was judged half an hour ago; now the screens work again."""
    tip_id = new_tip(town.school.pk)
    clock(30 * 60)
    judged(tip_id, call_taker)
    clock(60 * 60)
    return tip_id


def judged(tip_id, who, **more):
    given = {"in_progress": False, "narrative": "What may be read."} | more
    actions.judge(Judging(tip_id=tip_id, account_id=who.pk, subtypes=("planned_school_attack",), **given))


def action(tip_id, kind) -> RequiredAction:
    return RequiredAction.objects.filter(tip_id=tip_id, kind=kind, done_at=None, ended_by=None).order_by("id").first()


def psap(tip_id, who, minutes_ago: float, **more):
    at = now() - timedelta(minutes=minutes_ago)
    return at, actions.record_call(
        action(tip_id, "call_psap").id, who.pk, "answered", None, ANSWERED, happened_at=at, **more
    )


def test_the_event_keeps_when_it_happened_and_when_it_was_entered_and_who_entered_it(critical, call_taker):
    at, event = psap(critical, call_taker, 28)
    kept = ActionEvent.objects.get(pk=event.pk)
    assert kept.happened_at == kept.when == at and kept.at - at >= timedelta(minutes=28) and kept.actor == call_taker.actor
    assert RequiredAction.objects.get(kind="call_psap").done_at == at
    [entry] = Entry.objects.filter(act="action.call_psap.answered")
    assert entry.detail["happened_at"] == at.isoformat()


def test_what_is_recorded_at_once_has_one_time(critical, call_taker):
    event = actions.record_call(action(critical, "call_psap").id, call_taker.pk, "answered", 3, ANSWERED)
    assert event.happened_at is None and event.when == event.at
    assert "happened_at" not in Entry.objects.get(act="action.call_psap.answered").detail


@pytest.mark.req("D-IV.A.2.a.1")
def test_done_on_paper_in_time_is_done_in_time(critical, call_taker):
    """The call was owed within a minute of the judgement; it was made, and is entered half an hour later."""
    row = action(critical, "call_psap")
    assert row.due_at < now() and "overdue" in {r.code for r in queries.red_tips(now())[critical]}
    actions.record_call(row.id, call_taker.pk, "answered", None, ANSWERED, happened_at=row.owed_since + timedelta(seconds=30))
    row.refresh_from_db()
    assert row.done_at <= row.due_at
    read(SOURCES, now())
    settle(QUICK, now())
    measure = Measure.objects.get(level="psap_call")
    assert measure.state == "done" and measure.ended_at == row.done_at


def test_a_call_from_before_the_judgement_counts_as_somebody_who_knows(critical, call_taker):
    """The 9-1-1 center was called from paper while nobody could judge."""
    assert red.unconfirmed(current(), (critical,))
    at, _event = psap(critical, call_taker, 50)
    assert RequiredAction.objects.get(kind="call_psap").done_at == at
    assert not red.unconfirmed(current(), (critical,))


def test_a_contacts_confirmation_counts_from_when_they_gave_it(critical, call_taker):
    row = action(critical, "call_contacts")
    at = now() - timedelta(minutes=20)
    actions.record_call(row.id, call_taker.pk, "answered", None, {"answered_by": "P. Okafor"}, happened_at=at)
    notice = Notice.objects.get(contact_id=int(row.target_ref))
    assert notice.confirmed and notice.confirmed_at == at


def test_and_from_when_they_were_asked_where_they_gave_it_before(critical, call_taker):
    row = action(critical, "call_contacts")
    at = now() - timedelta(minutes=50)
    event = actions.record_call(row.id, call_taker.pk, "answered", None, {"answered_by": "P. Okafor"}, happened_at=at)
    notice = Notice.objects.get(contact_id=int(row.target_ref))
    assert notice.confirmed and notice.confirmed_at == notice.asked_since and event.when == at


class TestWhatCannotBe:
    def test_the_future(self, critical, call_taker):
        with pytest.raises(CannotHaveHappened, match="still to come"):
            psap(critical, call_taker, -1)

    def test_before_the_tip_came_in(self, critical, call_taker):
        with pytest.raises(CannotHaveHappened, match="came in after that"):
            psap(critical, call_taker, 62)
        assert not ActionEvent.objects.filter(action__kind="call_psap").exists()

    def test_the_minute_in_which_it_came_in_is_that_moment(self, critical, call_taker):
        received = Tip.objects.get(pk=critical).received_at
        event = actions.record_call(
            action(critical, "call_psap").id, call_taker.pk, "answered", None, ANSWERED,
            happened_at=received.replace(second=0, microsecond=0),
        )  # fmt: skip
        assert event.when == received

    def test_before_the_tip_was_raised_who_was_told_did_not_hear_what_it_is_now(self, critical, call_taker):
        judged(critical, call_taker, in_progress=True)
        with pytest.raises(CannotHaveHappened, match="judged graver after that"):
            psap(critical, call_taker, 10)
        assert red.unconfirmed(current(), (critical,))

    def test_what_was_entered_before_a_raising_is_no_answer_to_it(self, critical, call_taker, clock):
        psap(critical, call_taker, 10)
        clock(61 * 60)
        judged(critical, call_taker, in_progress=True)
        assert red.unconfirmed(current(), (critical,))


def test_a_proof_has_its_real_time_too(critical, call_taker):
    row, at = action(critical, "document"), now() - timedelta(minutes=5)
    event = actions.mark_done(row.id, call_taker.pk, "Wrote it down", happened_at=at)
    assert event.when == at and RequiredAction.objects.get(pk=row.pk).done_at == at


def test_the_same_press_with_another_time_is_another_act(critical, call_taker):
    from upstander.ids import new_id

    row, press = action(critical, "call_psap"), new_id()
    for minutes in (9, 9, 8):
        at = (now() - timedelta(minutes=minutes)).replace(second=0, microsecond=0)
        actions.record_call(row.id, call_taker.pk, "voicemail", None, {}, press=press, happened_at=at)
    assert ActionEvent.objects.filter(action=row).count() == 2
