"""The ways in which a Critical could have become silent, a stranger been told, or a second person passed over."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db.models import F

from tests.actions.conftest import mails_leave
from tests.actions.test_judging import critical, owed, standard
from tests.support.settling import settle_owed
from tests.support.town import contact
from upstander.actions import queries, services
from upstander.actions.models import Notice, Referral, RequiredAction
from upstander.actions.recording import CannotRecord
from upstander.actions.services import Judging
from upstander.clock import now
from upstander.delivery.models import Attempt, Delivery
from upstander.directory.models import ContactPoint, Enrolment
from upstander.intake.models import Tip
from upstander.intake.services import receive, reply, taken_up
from upstander.intake.submission import Submission
from upstander.ops.events import tell

pytestmark = pytest.mark.django_db


def reds(tip: UUID) -> set[str]:
    return {r.code for r in queries.red_tips(now()).get(tip, [])}


def answer(tip: UUID, account, kind: str, ref: str = "") -> None:
    rows = RequiredAction.objects.filter(tip_id=tip, kind=kind, ended_by=None, done_at=None)
    row = rows.filter(target_ref=ref).get() if ref else rows.get()
    services.record_call(row.id, account.pk, "answered", 20, {"answered_by": "Badge 12"})


def settle_all(tip: UUID, account, but: str = "") -> None:
    """Everything a Critical owes is done; mails of the purpose `but` stay where they are."""
    mails_leave(but=but)
    settle_owed(tip, account.pk)


class TestAnotherSchool:
    def test_a_school_corrected_before_any_mail_left_hears_nothing_and_reads_nothing(
        self, town, call_taker, new_tip
    ):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        services.change_place(tip, call_taker.pk, town.other_school.pk)
        wrong = Referral.objects.get(tip_id=tip, scope=town.school)
        assert wrong.state == "withdrawn"
        assert set(
            Referral.objects.filter(tip_id=tip).exclude(pk=wrong.pk).values_list("state", flat=True)
        ) == {"open"}
        assert not Delivery.objects.filter(purpose="stand_down").exists()
        services.change_place(tip, call_taker.pk, town.school.pk)
        wrong.refresh_from_db()
        assert (wrong.state, wrong.stood_down_at) == ("open", None)
        principal = f"contact:{town.contacts['principal'].pk}"
        assert Delivery.objects.get(address_key=principal, purpose="notice").state == "pending"

    def test_a_school_that_was_told_keeps_its_referral_and_the_correction(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        answer(tip, call_taker, "call_contacts", str(town.contacts["principal"].pk))
        services.change_place(tip, call_taker.pk, town.other_school.pk)
        told = Referral.objects.get(tip_id=tip, scope=town.school)
        assert told.state == "open" and told.stood_down_at

    def test_who_confirmed_for_the_wrong_school_does_not_keep_the_screen_calm(
        self, town, call_taker, new_tip
    ):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        answer(tip, call_taker, "call_contacts", str(town.contacts["principal"].pk))
        notice = Notice.objects.get(referral__tip_id=tip, contact=town.contacts["principal"])
        services.confirm(notice.id, as_self=True, name="", strength="link")
        assert "unconfirmed" not in reds(tip)
        services.change_place(tip, call_taker.pk, town.other_school.pk)
        assert "unconfirmed" in reds(tip)

    def test_who_was_stood_down_and_is_concerned_again_is_told_again_and_again_stood_down(
        self, town, call_taker, new_tip, clock
    ):
        tip, principal = new_tip(town.school.pk), town.contacts["principal"]
        critical(tip, call_taker)
        mails_leave()
        answer(tip, call_taker, "call_contacts", str(principal.pk))
        clock(60)
        services.change_place(tip, call_taker.pk, town.other_school.pk)
        mails_leave()
        clock(120)
        services.change_place(tip, call_taker.pk, town.school.pk)
        assert "unconfirmed" in reds(tip)
        again = RequiredAction.objects.filter(
            tip_id=tip, target_ref=str(principal.pk), done_at=None, ended_by=None
        )
        assert {r.kind for r in again} == {"call_contacts", "email_contacts"}
        key = f"contact:{principal.pk}"
        assert Delivery.objects.filter(purpose="raised", address_key=key, state="pending").count() == 1
        mails_leave()
        clock(180)
        services.change_place(tip, call_taker.pk, town.other_school.pk)
        assert Delivery.objects.filter(purpose="stand_down", address_key=key).count() == 2

    def test_a_colleague_of_one_who_is_stood_down_is_still_asked(self, town, call_taker, new_tip, clock):
        contact(town.school, town.district, "district", "Deputy Head", "deputy@prairie.example")
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        services.change_place(tip, call_taker.pk, town.other_school.pk)
        assert Referral.objects.get(tip_id=tip, scope=town.district).stood_down_at is None
        clock(16 * 60)
        assert {"contact_silent", "narrative_waiting"} <= reds(tip)

    def test_the_school_that_it_is_not_about_reads_no_word(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        mails_leave()
        services.change_place(tip, call_taker.pk, town.other_school.pk)
        services.release(tip, call_taker.pk, "A student plans an attack.")
        assert Referral.objects.get(tip_id=tip, scope=town.school).sealed_summary is None
        key = f"contact:{town.contacts['principal'].pk}"
        assert not Delivery.objects.filter(purpose="narrative", address_key=key).exists()

    def test_who_had_not_been_told_gets_no_correction(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        services.change_place(tip, call_taker.pk, town.other_school.pk)
        key = f"contact:{town.contacts['principal'].pk}"
        assert {d.state for d in Delivery.objects.filter(address_key=key)} == {"cancelled"}  # the mail, and the call


class TestLowering:
    def test_nothing_of_a_lowering_leaves_before_a_second_person_accepts_it(
        self, town, call_taker, supervisor, new_tip
    ):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        mails_leave()
        lowering = standard(tip, call_taker, reason="It was a film project", narrative="It was a film.")
        assert not Delivery.objects.filter(purpose="narrative").exists()
        assert not Referral.objects.filter(tip_id=tip, released_at__isnull=False).exists()
        services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher confirmed it")
        assert not Referral.objects.filter(tip_id=tip, released_at=None).exists()
        assert Delivery.objects.filter(purpose="narrative").count() == 4

    def test_who_had_no_mail_yet_still_gets_the_one_of_the_lesser_class(
        self, town, call_taker, supervisor, new_tip
    ):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        lowering = standard(tip, call_taker, reason="It was a film project")
        services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher confirmed it")
        assert Delivery.objects.filter(purpose="notice", state="pending").count() == 4
        assert not Delivery.objects.filter(purpose="stand_down").exists()

    def test_a_correction_that_waits_does_not_follow_a_raising(self, town, call_taker, supervisor, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        mails_leave()
        lowering = standard(tip, call_taker, reason="It was a film project")
        services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher confirmed it")
        critical(tip, call_taker)
        assert not Delivery.objects.filter(purpose="stand_down", state="pending").exists()
        assert Delivery.objects.filter(purpose="raised", state="pending").count() == 4


class TestRaising:
    def test_a_school_that_had_closed_its_part_is_asked_again(self, town, call_taker, new_tip, clock):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        Referral.objects.filter(tip_id=tip).update(state="closed", closed_at=now())
        critical(tip, call_taker)
        assert set(Referral.objects.filter(tip_id=tip).values_list("state", flat=True)) == {"open"}
        clock(6 * 60)
        assert "contact_silent" in reds(tip)

    def test_a_mail_that_still_waits_overtakes_as_a_critical(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        Delivery.objects.update(not_before=now() + timedelta(minutes=5))
        critical(tip, call_taker)
        waiting = Delivery.objects.filter(purpose="notice")
        assert {(d.priority, d.not_before <= now()) for d in waiting} == {(0, True)}

    def test_a_confirmation_given_while_it_was_raised_is_of_what_stood_before(
        self, town, call_taker, new_tip
    ):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        for notice in Notice.objects.filter(referral__tip_id=tip):
            services.confirm(notice.id, as_self=True, name="", strength="sign_in")
        Notice.objects.update(confirmed_at=F("confirmed_at") + timedelta(seconds=5))
        critical(tip, call_taker)
        assert "unconfirmed" in reds(tip)

    def test_a_closed_tip_that_is_judged_again_is_open(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        Tip.objects.filter(pk=tip).update(closed_at=now(), status="closed")
        critical(tip, call_taker)
        assert "unconfirmed" in reds(tip)


class TestReporterWrites:
    def said(self, town) -> tuple[UUID, str]:
        given = receive(Submission(channel="web", text="He has a gun", place_id=town.school.pk), "k" * 32)
        return given.tip_id, given.receipt

    def test_a_new_word_about_a_critical_is_red_until_somebody_takes_it_up(self, town, call_taker, clock):
        tip, receipt = self.said(town)
        critical(tip, call_taker)
        settle_all(tip, call_taker)
        services.release(tip, call_taker.pk, "A student has a gun.")
        clock(60)
        reply(receipt, "He is at the gym now")
        assert not reds(tip)
        clock(122)
        assert reds(tip) == {"reporter_waiting"}
        taken_up(tip, 1)
        assert not reds(tip)

    def test_who_writes_again_and_again_waits_since_the_first_word_that_nobody_has_taken_up(
        self, town, call_taker, clock
    ):
        tip, receipt = self.said(town)
        critical(tip, call_taker)
        settle_all(tip, call_taker)
        services.release(tip, call_taker.pk, "A student has a gun.")
        for second in (60, 100, 140):
            clock(second)
            reply(receipt, f"Is anybody there? {second}")
        assert reds(tip) == {"reporter_waiting"}
        taken_up(tip, 2)
        assert not reds(tip)
        clock(203)
        assert reds(tip) == {"reporter_waiting"}
        taken_up(tip, 3)
        assert not reds(tip)

    def test_a_supervisor_who_decides_a_lowering_elsewhere_has_not_read_it(
        self, town, call_taker, supervisor, clock
    ):
        tip, receipt = self.said(town)
        critical(tip, call_taker)
        settle_all(tip, call_taker)
        services.release(tip, call_taker.pk, "A student has a gun.")
        lowering = standard(tip, call_taker, reason="A toy")
        clock(60)
        reply(receipt, "It is no toy")
        clock(122)
        services.decide_lowering(lowering.id, supervisor.pk, False, "Nobody confirmed that")
        assert "reporter_waiting" in reds(tip)

    def test_a_word_after_closing_opens_the_tip_and_turns_it_red(self, town, call_taker, clock):
        tip, receipt = self.said(town)
        critical(tip, call_taker)
        settle_all(tip, call_taker)
        services.release(tip, call_taker.pk, "A student has a gun.")
        mails_leave()
        services.close(tip, call_taker.pk, "over")
        clock(60)
        reply(receipt, "He is back")
        clock(122)
        assert reds(tip) == {"reporter_waiting"}

    def test_a_tip_does_not_close_over_a_word_that_nobody_has_taken_up(self, town, call_taker, clock):
        tip, receipt = self.said(town)
        critical(tip, call_taker)
        settle_all(tip, call_taker)
        clock(5)
        reply(receipt, "There is more")
        with pytest.raises(CannotRecord, match="reporter has written"):
            services.close(tip, call_taker.pk, "done")


def test_a_danger_that_somebody_took_and_left_unjudged_is_red(town, call_taker, new_tip, clock):
    from upstander.desk import claims

    tip = new_tip(town.school.pk, danger_now=True)
    claims.take(tip, call_taker.pk)
    clock(2 * 60)
    assert not reds(tip)
    clock(181)
    assert reds(tip) == {"held_unjudged"}


def test_a_critical_without_psap_agency_or_contact_is_red_and_cannot_be_closed(town, call_taker, new_tip):
    tip = new_tip(None)
    critical(tip, call_taker)
    assert owed(tip, "call_psap") == {"unknown"}
    assert "unconfirmed" in reds(tip)
    with pytest.raises(CannotRecord):
        services.close(tip, call_taker.pk, "nobody known")


def test_a_contact_without_an_email_address_keeps_the_tip_red_until_a_person_sets_it_aside(
    town, call_taker, new_tip, clock
):
    silent = contact(town.school, town.school, "school", "No Mail", "")
    tip = new_tip(town.school.pk)
    critical(tip, call_taker)
    settle = RequiredAction.objects.get(tip_id=tip, kind="email_contacts", target_ref=str(silent.pk))
    mails_leave()
    clock(61)
    assert "overdue" in reds(tip)
    settle.refresh_from_db()
    assert settle.done_at is None


def test_of_images_the_contacts_are_not_asked_as_of_a_critical_and_the_words_still_reach_them(
    town, call_taker, new_tip, clock
):
    tip = new_tip(town.school.pk)
    mixed = ("bullying", "sexual_images_of_children")
    services.judge(Judging(tip_id=tip, account_id=call_taker.pk, subtypes=mixed, in_progress=False))
    mails_leave()
    clock(6 * 60)
    assert "contact_silent" not in reds(tip)
    services.release(tip, call_taker.pk, "A student is bullied.")
    assert Delivery.objects.filter(purpose="narrative").count() == 4


def test_nobody_is_told_of_a_tip_through_coordination_alone(town, call_taker, new_tip):
    Enrolment.objects.update(withdrawn_on=now().date() - timedelta(days=1))
    tip = new_tip(town.school.pk)
    judgement = standard(tip, call_taker, subtypes=("bullying",))
    assert judgement.network == "out"
    assert owed(tip, "coordinate_end_users")
    assert not Referral.objects.filter(tip_id=tip).exists()
    assert Tip.objects.get(pk=tip).status != "passed_on"


class TestRefusedAddresses:
    def refuse(self, delivery: Delivery, *, permanent: bool = True) -> None:
        Delivery.objects.filter(pk=delivery.pk).update(state="failed")
        Attempt.objects.create(
            delivery=delivery, at=now(), carrier="smtp", result="smtp-550", permanent=permanent, millis=200
        )

    def test_two_mails_refused_at_one_address_cost_only_that_address(self, town, call_taker, new_tip):
        principal = town.contacts["principal"]
        ContactPoint.objects.create(
            contact=principal, kind="email", value="second@prairie.example", position=9
        )
        for tip in (new_tip(town.school.pk), new_tip(town.school.pk, text="Again")):
            critical(tip, call_taker)
        both = list(Delivery.objects.filter(address_key=f"contact:{principal.pk}", purpose="notice"))
        for delivery in both:
            self.refuse(delivery)
        for delivery in both:
            tell("delivery.failed", delivery_id=delivery.pk)
        live = ContactPoint.objects.filter(contact=principal, kind="email", bounced_at=None)
        assert [p.value for p in live] == ["second@prairie.example"]
        assert Delivery.objects.filter(pk__in=[d.pk for d in both], state="pending").count() == 2

    def test_a_mail_given_up_for_another_reason_says_nothing_against_the_address(
        self, town, call_taker, new_tip
    ):
        tip, principal = new_tip(town.school.pk), town.contacts["principal"]
        critical(tip, call_taker)
        delivery = Delivery.objects.get(address_key=f"contact:{principal.pk}", purpose="notice")
        self.refuse(delivery, permanent=False)
        tell("delivery.failed", delivery_id=delivery.pk)
        assert ContactPoint.objects.filter(contact=principal, kind="email", bounced_at=None).exists()
        assert "mail_refused" in reds(tip)


def test_what_came_of_a_step_is_one_of_the_words_for_it(town, call_taker, new_tip):
    tip = new_tip(town.school.pk)
    critical(tip, call_taker)
    review = RequiredAction.objects.get(tip_id=tip, kind="command_review")
    with pytest.raises(CannotRecord):
        services.mark_done(review.id, call_taker.pk, "note", "answered")
