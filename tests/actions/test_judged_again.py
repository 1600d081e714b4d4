"""A tip that is judged again while something about it is still on its way: nobody is left with the wrong word, or with none."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.actions.conftest import mails_leave, refuse, rendered
from tests.actions.test_judging import critical, standard
from tests.actions.test_never_silent import answer, reds, settle_all
from tests.actions.test_refused import mail_to
from tests.support.town import contact
from upstander.actions import services
from upstander.actions.models import Referral, RequiredAction
from upstander.clock import now
from upstander.delivery import ledger
from upstander.delivery.ledger import Result
from upstander.delivery.models import Delivery
from upstander.delivery.throttle import Limits

pytestmark = pytest.mark.django_db
WORDS = "A student is bullied in the gym."


def waiting(purpose: str) -> set[str]:
    """To whom a mail of this purpose is on its way."""
    found = Delivery.objects.filter(purpose=purpose, state="pending")
    return set(found.values_list("address_key", flat=True))


def keys(*people) -> set[str]:
    return {f"contact:{person.pk}" for person in people}


@pytest.fixture
def principal(town):
    return town.contacts["principal"]


@pytest.fixture
def lowered(town, call_taker, supervisor, new_tip) -> UUID:
    """A Critical of which all four had been told, and whose lowering is accepted: four corrections wait."""
    tip = new_tip(town.school.pk)
    critical(tip, call_taker)
    settle_all(tip, call_taker)
    lowering = standard(tip, call_taker, reason="It was a film project", narrative=WORDS)
    services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher confirmed it")
    mails_leave(but="stand_down")
    assert len(waiting("stand_down")) == 4
    return tip


class TestACorrectionThatHasNotLeft:
    """Whoever had been told of a Critical hears that it is none, whatever is found out about the lesser tip meanwhile."""

    def test_it_stands_when_one_more_kind_is_judged(self, lowered, call_taker):
        standard(lowered, call_taker, subtypes=("bullying", "cyber_bullying"))
        assert len(waiting("stand_down")) == 4

    def test_it_stands_when_the_place_is_corrected(self, lowered, call_taker, town):
        services.change_place(lowered, call_taker.pk, town.other_school.pk)
        assert len(waiting("stand_down")) == 4

    def test_one_that_was_refused_stays_red(self, lowered, call_taker, principal):
        refuse(mail_to(principal, "stand_down"))
        standard(lowered, call_taker, subtypes=("bullying", "cyber_bullying"))
        assert mail_to(principal, "stand_down").state == "failed"
        assert "mail_refused" in reds(lowered)

    def test_the_schools_page_goes_on_saying_that_the_tip_was_corrected(self, lowered, call_taker, town):
        standard(lowered, call_taker, subtypes=("bullying", "cyber_bullying"))
        assert not Referral.objects.filter(tip_id=lowered, stood_down_at=None).exists()

    def test_who_is_told_for_the_first_time_is_asked_and_everybody_else_is_corrected(
        self, lowered, call_taker, town
    ):
        deputy = contact(town.school, town.district, "district", "Deputy Head", "deputy@prairie.example")
        standard(lowered, call_taker)
        assert waiting("notice") == keys(deputy)
        assert len(waiting("stand_down")) == 4
        asked = Referral.objects.filter(tip_id=lowered, stood_down_at=None)
        assert list(asked.values_list("scope", flat=True)) == [town.district.pk]

    def test_it_does_not_follow_who_is_told_of_something_graver(self, lowered, call_taker, principal):
        refuse(mail_to(principal, "stand_down"))
        critical(lowered, call_taker)
        assert not waiting("stand_down") and mail_to(principal, "stand_down").state == "cancelled"
        assert not Referral.objects.filter(tip_id=lowered, stood_down_at__isnull=False).exists()


class TestWordsThatWerePromised:
    def test_who_had_the_words_of_a_lesser_tip_gets_them_with_the_critical(self, town, call_taker, new_tip):
        """Their mail says that words follow: what had been released does, and more can be released."""
        tip = new_tip(town.school.pk)
        standard(tip, call_taker, narrative=WORDS)
        mails_leave()
        critical(tip, call_taker)
        assert len(waiting("narrative")) == 4
        assert services.release(tip, call_taker.pk, "He has a knife.") == 4


class TestAMailInTheRelaysHands:
    """The mail of a lesser tip is with a slow server when the tip is raised: it is not the Critical's."""

    @pytest.fixture
    def raised(self, town, call_taker, new_tip, principal) -> tuple[UUID, ledger.Job]:
        tip = new_tip(town.school.pk)
        standard(tip, call_taker, narrative=WORDS)
        Delivery.objects.exclude(address_key=f"contact:{principal.pk}").update(
            not_before=now() + timedelta(hours=1)
        )
        [job] = ledger.lease(
            "a", "smtp", most=9, below=10, limits=Limits(6000, 6000), length=timedelta(minutes=1)
        ).jobs
        critical(tip, call_taker)
        return tip, job

    def test_who_is_just_being_mailed_is_mailed_of_the_critical_too_and_nobody_twice(
        self, raised, town, principal
    ):
        c = town.contacts
        assert waiting("raised") == keys(principal)
        assert waiting("notice") == keys(c["superintendent"], c["officer"], c["counsellor"])

    def test_the_lesser_mail_is_not_the_proof_that_the_critical_was_told(self, raised, principal):
        tip, job = raised
        ledger.settle("a", "smtp", [Result(job, "accepted", now(), 5)])
        owed = RequiredAction.objects.filter(tip_id=tip, kind="email_contacts", target_ref=str(principal.pk))
        lesser, graver = owed.order_by("owed_since")
        assert (lesser.result, graver.result, graver.ended_by_id) == ("sent", "", None)
        mails_leave()
        graver.refresh_from_db()
        assert graver.result == "sent"

    def test_where_it_does_not_leave_the_criticals_does_alone(self, raised, principal):
        tip, job = raised
        ledger.settle("a", "smtp", [Result(job, "timeout", now(), 5)])
        assert mail_to(principal, "notice").state == "cancelled"
        assert waiting("raised") == keys(principal)
        assert rendered("raised", mail_to(principal, "raised").subject_id).urgent


def test_what_is_owed_already_is_due_no_later_than_the_raised_tip_asks(town, call_taker, new_tip, clock):
    tip = new_tip(town.school.pk)
    standard(tip, call_taker)
    mails = RequiredAction.objects.filter(tip_id=tip, kind="email_contacts")
    mails.update(due_at=now() + timedelta(hours=4))  # as a pack may have it
    critical(tip, call_taker)
    assert {row.due_at <= now() + timedelta(minutes=2) for row in mails} == {True}
    clock(130)
    assert "overdue" in reds(tip)


def test_who_was_corrected_before_their_mail_had_left_can_be_corrected_again(
    town, call_taker, new_tip, principal
):
    """Told by telephone and stood down; concerned again, and mailed; and after all not concerned."""
    tip = new_tip(town.school.pk)
    critical(tip, call_taker)
    answer(tip, call_taker, "call_contacts", str(principal.pk))
    services.change_place(tip, call_taker.pk, town.other_school.pk)
    mails_leave()
    assert mail_to(principal, "stand_down").state == "sent"
    services.change_place(tip, call_taker.pk, town.school.pk)
    assert waiting("raised") == keys(principal)
    mails_leave()
    services.change_place(tip, call_taker.pk, town.other_school.pk)
    assert keys(principal) <= waiting("stand_down")
