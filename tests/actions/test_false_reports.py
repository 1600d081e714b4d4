"""Clearly identified as intentionally false, or a prank: a supervisor alone says so, and it cancels nothing (D-IV.A.6)."""

import secrets
from uuid import UUID

import pytest

from tests.actions.conftest import mails_leave
from tests.actions.test_following import offered
from tests.actions.test_judging import critical, standard
from tests.support.people import holding
from upstander import clock
from upstander.actions import falsehood, queries, services
from upstander.actions.models import Judgement, Notice, Referral, RequiredAction
from upstander.actions.recording import CannotRecord
from upstander.actions.services import CannotJudge, Judging
from upstander.delivery.models import Delivery
from upstander.intake.models import Tip
from upstander.intake.services import receive
from upstander.intake.submission import Contact as Given
from upstander.intake.submission import Submission
from upstander.people.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.6.a")]
MARK = "intentionally_false"
WHY = "He told two friends that he made it up."


@pytest.fixture
def boss(supervisor: Account) -> Account:
    return holding(supervisor, "supervisor")


def prank(tip: UUID, account: Account, **more) -> Judgement:
    given = {"subtypes": ("prank",), "in_progress": False, "narrative": "A prank, perhaps."} | more
    return services.judge(Judging(tip_id=tip, account_id=account.pk, **given))


def open_rows(tip: UUID) -> set[tuple[str, str]]:
    rows = RequiredAction.objects.filter(tip_id=tip, ended_by=None, done_at=None)
    return set(rows.values_list("rule", "target_ref"))


def row(tip: UUID, kind: str) -> RequiredAction:
    return RequiredAction.objects.filter(tip_id=tip, kind=kind).order_by("owed_since").last()


class TestWhoDetermines:
    @pytest.mark.parametrize(
        "roles", [(), ("call_taker",), ("stic_staff", "stic_analyst"), ("programme_admin",)]
    )
    def test_a_judgement_with_the_mark_is_refused_from_anybody_but_a_supervisor(
        self, town, call_taker, new_tip, roles
    ):
        tip = new_tip(town.school.pk)
        holding(call_taker, *roles)
        with pytest.raises(CannotJudge, match="Only a supervisor") as refused:
            standard(tip, call_taker, flags=(MARK,), reason=WHY)
        assert refused.value.field == "flags" and not Judgement.objects.exists()

    def test_a_supervisor_who_does_not_say_what_shows_it_is_asked(self, town, boss, new_tip):
        with pytest.raises(CannotJudge) as refused:
            standard(new_tip(town.school.pk), boss, flags=(MARK,))
        assert refused.value.field == "reason"

    @pytest.mark.parametrize("roles", [(), ("call_taker",), ("stic_staff",), ("stic_analyst",)])
    def test_nobody_else_determines_or_takes_back(self, town, call_taker, boss, new_tip, roles):
        tip = new_tip(town.school.pk)
        prank(tip, call_taker)
        holding(call_taker, *roles)
        for result in ("intentionally_false", "not_false"):
            with pytest.raises(CannotRecord, match="supervisor"):
                services.determine(tip, call_taker.pk, result, WHY)
        services.determine(tip, boss.pk, "intentionally_false", WHY)
        with pytest.raises(CannotRecord, match="supervisor"):
            services.withdraw_determination(tip, call_taker.pk, WHY)

    def test_a_supervisor_whose_role_has_ended_is_none(self, town, call_taker, boss, new_tip):
        tip = new_tip(town.school.pk)
        prank(tip, call_taker)
        boss.role_grants.update(ends_at=clock.now())
        with pytest.raises(CannotRecord):
            services.determine(tip, boss.pk, "intentionally_false", WHY)

    def test_a_note_on_the_row_determines_nothing(self, town, call_taker, boss, new_tip):
        tip = new_tip(town.school.pk)
        prank(tip, call_taker)
        for result in ("intentionally_false", "not_false", "not_possible"):
            with pytest.raises(CannotRecord):
                services.mark_done(row(tip, "false_determination").id, boss.pk, WHY, result)

    def test_it_says_what_shows_it_and_only_what_can_be_determined(self, town, call_taker, boss, new_tip):
        tip = new_tip(town.school.pk)
        with pytest.raises(CannotRecord, match="Judge"):
            services.determine(tip, boss.pk, "intentionally_false", WHY)
        prank(tip, call_taker)
        for result, note in (("intentionally_false", " "), ("surely", WHY), ("not_possible", WHY)):
            with pytest.raises(CannotRecord):
                services.determine(tip, boss.pk, result, note)
        assert row(tip, "false_determination").done_at is None

    def test_a_call_taker_who_judges_again_leaves_the_determination_as_it_is(
        self, town, call_taker, boss, new_tip
    ):
        tip = new_tip(town.school.pk)
        prank(tip, call_taker)
        services.determine(tip, boss.pk, "intentionally_false", WHY)
        prank(tip, call_taker, subtypes=("prank", "false_report"), flags=(MARK,))
        with pytest.raises(CannotJudge) as refused:
            prank(tip, call_taker)
        assert refused.value.field == "flags"


class TestWhatYesDoes:
    @pytest.mark.parametrize("judged", [standard, critical])
    @pytest.mark.parametrize("network", ["in", "out"])
    def test_it_cancels_nothing_stands_nobody_down_and_closes_nothing_at_any_class(
        self, town, call_taker, boss, new_tip, judged, network
    ):
        tip = new_tip((town.school if network == "in" else town.far_school).pk)
        judged(tip, call_taker)
        owed, mails = open_rows(tip), list(Delivery.objects.order_by("id").values())
        notices = list(Notice.objects.order_by("id").values())
        services.determine(tip, boss.pk, "intentionally_false", WHY)
        assert owed <= open_rows(tip)
        assert {rule for rule, _ in open_rows(tip) - owed} == {"identify_reporter"}
        assert list(Delivery.objects.order_by("id").values()) == mails
        assert list(Notice.objects.order_by("id").values()) == notices
        assert not Referral.objects.exclude(state="open").exists()
        assert Tip.objects.get(pk=tip).closed_at is None and Tip.objects.get(pk=tip).klass == judged_class(
            tip
        )

    def test_it_is_a_judgement_of_its_own_with_the_mark(self, town, call_taker, boss, new_tip):
        tip = new_tip(town.school.pk)
        first = critical(tip, call_taker)
        services.determine(tip, boss.pk, "intentionally_false", WHY)
        now = queries.in_force(tip)
        assert (now.n, now.account_id, now.flags) == (2, boss.pk, [MARK])
        assert (now.raised_at, now.klass, now.subtypes) == (first.raised_at, first.klass, first.subtypes)

    def test_contacts_listed_since_are_told_no_lie_and_those_gone_no_correction(
        self, town, call_taker, boss, new_tip
    ):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        mails_leave()
        town.contacts["principal"].__class__.objects.filter(pk=town.contacts["principal"].pk).update(
            ended_on=clock.today()
        )
        services.determine(tip, boss.pk, "intentionally_false", WHY)
        assert not Delivery.objects.filter(state="pending").exists()

    @pytest.mark.req("D-IV.A.6.b")
    def test_the_zone_and_prosecution_are_offered_never_owed(self, town, call_taker, boss, new_tip):
        tip = new_tip(town.school.pk)
        prank(tip, call_taker)
        assert not {"zone_investigation", "prosecution_referral"} & offered(tip)
        services.determine(tip, boss.pk, "intentionally_false", WHY)
        assert {"zone_investigation", "prosecution_referral"} <= offered(tip)
        asked = falsehood.to_record(tip, "zone_investigation", boss.pk)
        services.mark_done(
            asked.id, boss.pk, "They look into it.", "accepted", {"answered_by": "Zone 4 desk"}
        )
        assert row(tip, "zone_investigation").result == "accepted" and asked.due_at is None

    def test_a_closed_tip_is_open_again_for_it_is_researched(self, town, call_taker, boss, new_tip):
        tip = new_tip(town.far_school.pk)
        prank(tip, call_taker)
        Tip.objects.filter(pk=tip).update(closed_at=clock.now())
        services.determine(tip, boss.pk, "intentionally_false", WHY)
        assert Tip.objects.get(pk=tip).closed_at is None

    def test_a_lowering_that_waits_goes_on_waiting_and_does_not_take_the_mark_away(
        self, town, call_taker, boss, new_tip
    ):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        lowering = standard(tip, call_taker, reason="A film.")
        services.determine(tip, boss.pk, "intentionally_false", WHY)
        lowering.refresh_from_db()
        assert lowering.state == "pending"
        services.decide_lowering(lowering.id, boss.pk, True, "Yes.")
        assert queries.in_force(tip).flags == [MARK]

    def test_twice_is_once(self, town, call_taker, boss, new_tip):
        tip = new_tip(town.school.pk)
        prank(tip, call_taker)
        services.determine(tip, boss.pk, "intentionally_false", WHY)
        with pytest.raises(CannotRecord, match="already"):
            services.determine(tip, boss.pk, "intentionally_false", WHY)


class TestWhatNoDoes:
    def test_mistaken_or_unproven_is_neither_and_opens_nothing(self, town, call_taker, boss, new_tip):
        tip = new_tip(town.school.pk)
        prank(tip, call_taker)
        before = open_rows(tip)
        services.determine(tip, boss.pk, "not_false", "She was mistaken.")
        assert before - open_rows(tip) == {("false_determination", "record")}
        assert not open_rows(tip) - before and queries.in_force(tip).flags == []

    def test_it_may_turn_out_otherwise_later(self, town, call_taker, boss, new_tip):
        tip = new_tip(town.school.pk)
        prank(tip, call_taker)
        services.determine(tip, boss.pk, "not_false", "She was mistaken.")
        services.determine(tip, boss.pk, "intentionally_false", WHY)
        assert row(tip, "false_determination").result == "intentionally_false"
        assert queries.in_force(tip).flags == [MARK]

    def test_a_determination_is_taken_back_and_what_had_followed_ends(self, town, call_taker, boss, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        before = open_rows(tip)
        services.determine(tip, boss.pk, "intentionally_false", WHY)
        falsehood.to_record(tip, "zone_investigation", boss.pk)
        services.withdraw_determination(tip, boss.pk, "The gun was found.")
        assert open_rows(tip) == before
        assert not {"zone_investigation", "prosecution_referral"} & offered(tip)
        assert queries.in_force(tip).flags == [] and row(tip, "false_determination").result == "not_false"
        with pytest.raises(CannotRecord):
            services.withdraw_determination(tip, boss.pk, "Again.")


class TestResearch:
    @pytest.fixture
    def researched(self, town, call_taker, boss):
        def make(**given) -> UUID:
            submission = Submission(
                channel="web", text="A bomb", place_id=town.school.pk, at=clock.now(), **given
            )
            tip = receive(submission, secrets.token_urlsafe(24)).tip_id
            prank(tip, call_taker)
            services.determine(tip, boss.pk, "intentionally_false", WHY)
            return tip

        return make

    def test_the_log_keeps_each_thing_that_was_looked_into(self, boss, researched):
        tip = researched()
        research = row(tip, "identify_reporter")
        for looked in ("The dialogue: nothing.", "Earlier tips of that day: one like it."):
            services.mark_done(research.id, boss.pk, looked, "looked")
        assert row(tip, "identify_reporter").done_at is None
        services.mark_done(research.id, boss.pk, "The school knows who.", "identified")
        assert [e.result for e in research.events.order_by("at")] == ["looked", "looked", "identified"]

    def test_that_nothing_was_ever_given_is_said_by_what_the_tip_holds_not_by_a_person(
        self, boss, researched
    ):
        empty, given = researched(), researched(contact=Given(email="me@x.example"))
        assert falsehood.held(Tip.objects.get(pk=empty)).nothing
        held = falsehood.held(Tip.objects.get(pk=given))
        assert not held.nothing and held.kinds == ("email",)
        services.mark_done(row(empty, "identify_reporter").id, boss.pk, "Nothing is there.", "no_datum")
        with pytest.raises(CannotRecord, match="sealed"):
            services.mark_done(row(given, "identify_reporter").id, boss.pk, "Nothing is there.", "no_datum")

    def test_what_is_held_tells_kinds_and_no_value(self, researched):
        held = falsehood.held(
            Tip.objects.get(pk=researched(contact=Given(name="Tom B.", phone="217-555-0144")))
        )
        assert set(held.kinds) == {"phone", "name"} and "Tom" not in repr(held) and "0144" not in repr(held)


def judged_class(tip: UUID) -> str:
    return Judgement.objects.filter(tip_id=tip).order_by("n").first().klass
