"""Another state's pack, with other classes, words and rules, goes all the way: judged, told, answered, closed."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.actions.conftest import mails_leave
from tests.packs.test_broken import change
from tests.support.settling import settle_owed
from upstander import clock
from upstander.actions import queries, render, services
from upstander.actions.models import Judgement, Notice, RequiredAction
from upstander.actions.services import Judging
from upstander.config import config
from upstander.delivery.models import Delivery
from upstander.packs import Pack, current, load
from upstander.packs.model import Subtype

pytestmark = pytest.mark.django_db
LAKELAND = Path(__file__).resolve().parents[2] / "packs" / "lakeland"


@pytest.fixture(autouse=True)
def lakeland() -> Iterator[Pack]:
    """The pack of Lakeland in force in this process."""
    current.use(LAKELAND, clock.now)
    yield current.current()
    current.use(config().pack, clock.now)


def judged(tip, account, *subtypes: str, **more) -> Judgement:
    given = {"in_progress": False, "narrative": "Somebody worries."} | more
    return services.judge(Judging(tip_id=tip, account_id=account.pk, subtypes=subtypes, **given))


def every_subtype() -> list[Subtype]:
    return list(load(LAKELAND).subtypes)  # while tests are collected: nothing may be in force because of it


@pytest.mark.parametrize("subtype", every_subtype(), ids=lambda s: s.key)
def test_every_kind_of_report_is_judged_told_and_closed(town, call_taker, new_tip, lakeland, subtype):
    tip = new_tip(town.school.pk)
    judgement = judged(tip, call_taker, subtype.key)
    assert (judgement.pack, judgement.klass) == ("lakeland", subtype.klass)
    notices = list(Notice.objects.filter(referral__tip_id=tip).values_list("id", flat=True))
    assert len(notices) == (0 if subtype.only else 4)
    for mail in render.notices(notices).values():
        assert town.school.name in mail.subject
        assert ("Somebody worries." in mail.text) == (not lakeland.critical(subtype.klass))
    mails_leave()
    if lakeland.critical(subtype.klass) and notices:
        services.release(tip, call_taker.pk, "Somebody worries.")
        mails_leave()
    settle_owed(tip, call_taker.pk)
    assert queries.why_not_close(tip) == ""
    services.close(tip, call_taker.pk, "")


def test_the_least_grave_class_is_mailed_last_whatever_its_name(town, call_taker, new_tip):
    for subtype in ("complaint", "bullying", "weapon"):
        judged(new_tip(town.school.pk), call_taker, subtype)
    urgent = Delivery.objects.filter(purpose="notice").values_list("priority", flat=True).distinct()
    assert sorted(urgent) == [0, 3, 4]


def test_the_duty_majors_yes_owes_the_patrol(town, call_taker, new_tip):
    tip = new_tip(town.school.pk)
    judged(tip, call_taker, "weapon")
    review = RequiredAction.objects.get(tip_id=tip, kind="command_review")
    services.mark_done(review.id, call_taker.pk, "Go", "send")
    assert RequiredAction.objects.get(tip_id=tip, kind="notify_isp_troop_or_zone").rule == "send_patrol"


def test_a_lowering_from_its_gravest_class_needs_a_second_person(town, call_taker, supervisor, new_tip):
    tip = new_tip(town.school.pk)
    judged(tip, call_taker, "weapon")
    lowered = judged(tip, call_taker, "bullying", reason="A toy")
    assert lowered.state == Judgement.State.PENDING
    services.decide_lowering(lowered.id, supervisor.pk, True, "Seen")
    in_force = queries.in_force(tip)
    assert in_force and in_force.klass == "concern"


def test_a_rule_that_waits_may_be_toward_the_contacts_who_are_then_told(town, call_taker, new_tip, tmp_path):
    patient = Path(shutil.copytree(LAKELAND, tmp_path / "lakeland"))
    asks = '  classes = ["life_at_risk", "harm_done"]\n  network = "in"\n'
    change(patient, "directive.toml", asks, f'{asks}  after = ["write_down:done"]\n')
    current.use(patient, clock.now)
    tip = new_tip(town.school.pk)
    judged(tip, call_taker, "hurt_by_student")
    assert not Notice.objects.filter(referral__tip_id=tip).exists()
    services.mark_done(RequiredAction.objects.get(tip_id=tip, kind="document").id, call_taker.pk, "All of it")
    assert Notice.objects.filter(referral__tip_id=tip).count() == 4
    assert Delivery.objects.filter(purpose="notice").count() == 4
