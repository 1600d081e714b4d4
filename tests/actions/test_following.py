"""What follows from what was recorded, what is offered, and what a person decides with the judgement."""

from functools import partial
from uuid import UUID

import pytest

from tests.actions.test_clocks import be
from tests.actions.test_judging import critical, standard
from tests.actions.test_never_silent import reds, settle_all
from tests.support.people import holding, with_own_telephones
from upstander import clock
from upstander.actions import queries, services, words
from upstander.actions.models import RequiredAction
from upstander.actions.recording import CannotRecord
from upstander.actions.services import CannotJudge, Circumstances, Decision
from upstander.audit.models import Entry
from upstander.directory.models import County, Organisation
from upstander.intake.models import Tip
from upstander.packs.current import current

pytestmark = pytest.mark.django_db


def row(tip: UUID, kind: str) -> RequiredAction:
    return RequiredAction.objects.get(tip_id=tip, kind=kind)


def offered(tip: UUID) -> set[str]:
    judgement = queries.in_force(tip)
    assert judgement
    return {action.rule for action in queries.offers(judgement)}


class TestResultsThatOpenDuties:
    @pytest.mark.req("D-IV.A.2.a.3")
    @pytest.mark.parametrize(
        ("result", "rules"),
        [
            ("notify_troop", {"notify_troop"}),
            ("notify", {"notify_troop", "notify_zone"}),
            ("no_notify", set()),
        ],
    )
    def test_intelligence_commands_yes_owes_the_call_from_that_moment_on(
        self, town, call_taker, new_tip, result, rules
    ):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        services.mark_done(row(tip, "command_review").id, call_taker.pk, "Second threat this week", result)
        owed = RequiredAction.objects.filter(tip_id=tip, kind="notify_isp_troop_or_zone")
        assert {r.rule for r in owed} == rules
        for one in owed:
            assert one.owed_by == "intelligence_command" and one.because and one.script and one.cites
            assert one.due_at and abs((one.due_at - clock.now()).total_seconds() - 900) < 30

    def test_what_followed_stands_when_the_tip_is_judged_again(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        services.mark_done(row(tip, "command_review").id, call_taker.pk, "Yes", "notify_troop")
        critical(tip, call_taker, subtypes=("planned_school_attack", "bullying"))
        assert row(tip, "notify_isp_troop_or_zone").ended_by_id is None

    @pytest.mark.req("D-IV.B.2")
    def test_a_report_that_dcfs_took_owes_the_confirmation_and_a_number_proves_it(
        self, town, call_taker, new_tip
    ):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker, subtypes=("child_abuse",))
        report = row(tip, "dcfs_report").id
        with pytest.raises(CannotRecord, match="Intake number"):
            services.mark_done(report, call_taker.pk, "", "reported", {"answered_by": "Worker 7"})
        services.mark_done(report, call_taker.pk, "", "no_answer")
        assert not RequiredAction.objects.filter(tip_id=tip, kind="dcfs_confirmation").exists()
        said = {"answered_by": "Worker 7", "intake_number": "A-12"}
        services.mark_done(report, call_taker.pk, "", "reported", said)
        assert row(tip, "dcfs_report").result == "reported"
        assert row(tip, "dcfs_confirmation").due_at

    def test_a_result_that_the_proof_does_not_know_is_refused(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        with pytest.raises(CannotRecord, match="Choose"):
            services.mark_done(row(tip, "command_review").id, call_taker.pk, "note", "done")


class TestLawEnforcement:
    @pytest.mark.req("D-III.B.2")
    def test_a_standard_tip_owes_the_decision_until_somebody_says_yes_or_no(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        decide = row(tip, "decide_law_enforcement")
        with pytest.raises(CannotRecord, match="proof"):
            services.mark_done(decide.id, call_taker.pk, "", "yes")
        services.mark_done(decide.id, call_taker.pk, "He was beaten twice", "yes")
        assert row(tip, "notify_law_enforcement").target_ref == str(town.police.pk)

    @pytest.mark.req("D-III.B.2")
    @pytest.mark.parametrize(("said", "told"), [("yes", 1), ("no", 0)])
    def test_it_is_asked_once_however_often_the_tip_is_judged(self, town, call_taker, new_tip, said, told):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        services.mark_done(row(tip, "decide_law_enforcement").id, call_taker.pk, "Two were hurt", said)
        standard(tip, call_taker, subtypes=("bullying", "harassment"))
        assert row(tip, "decide_law_enforcement").result == said
        rows = RequiredAction.objects.filter(tip_id=tip, kind="notify_law_enforcement", ended_by=None)
        assert rows.count() == told

    @pytest.mark.req("D-III.B.2")
    @pytest.mark.parametrize("mark", ["criminal", "law_enforcement_needed"])
    def test_a_mark_that_says_yes_is_taken_with_a_reason_only(self, town, call_taker, new_tip, mark):
        tip = new_tip(town.school.pk)
        with pytest.raises(CannotJudge, match="law enforcement") as caught:
            standard(tip, call_taker, flags=(mark,), reason=" ")
        assert caught.value.field == "reason" and queries.in_force(tip) is None
        judgement = standard(tip, call_taker, flags=(mark,), reason="He was beaten twice.")
        assert words.reason(judgement) == "He was beaten twice."
        assert row(tip, "notify_law_enforcement").target_ref == str(town.police.pk)

    @pytest.mark.req("D-III.B.2")
    def test_the_reason_is_asked_when_the_mark_is_new_and_not_again(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        with pytest.raises(CannotJudge):
            standard(tip, call_taker, flags=("criminal",))
        standard(tip, call_taker, flags=("criminal",), reason="A theft.")
        assert standard(tip, call_taker, flags=("criminal",), subtypes=("harassment",)).n == 3

    def test_after_a_recorded_yes_the_mark_says_nothing_new(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        services.mark_done(row(tip, "decide_law_enforcement").id, call_taker.pk, "A knife was shown", "yes")
        assert standard(tip, call_taker, flags=("law_enforcement_needed",)).n == 2

    @pytest.mark.parametrize("judged", [critical, partial(standard, subtypes=("truancy",))])
    def test_where_the_directive_does_not_ask_no_reason_is_asked(self, town, call_taker, new_tip, judged):
        assert judged(new_tip(town.school.pk), call_taker, flags=("criminal",)).n == 1


class TestOffers:
    @pytest.mark.req("D-I.B")
    def test_what_is_offered_has_no_row_is_never_red_and_hinders_no_closing(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        assert "crisis_referral" in offered(tip)
        assert not RequiredAction.objects.filter(tip_id=tip, standing="offered").exists()
        (taken,) = services.take_up(tip, "crisis_referral", call_taker.pk)
        assert taken.due_at is None and "crisis_referral" not in offered(tip)
        before = queries.why_not_close(tip)
        services.mark_done(taken.id, call_taker.pk, "", "accepted", {"service": "988"})
        assert queries.why_not_close(tip) == before
        assert Entry.objects.filter(act="action.crisis_referral.taken_up").exists()

    def test_taking_it_up_twice_is_once(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        assert services.take_up(tip, "analytical_support", call_taker.pk) == services.take_up(
            tip, "analytical_support", call_taker.pk
        )

    @pytest.mark.req("D-IV.A.1.b")
    def test_a_request_makes_the_support_owed(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        (taken,) = services.take_up(tip, "analytical_support", call_taker.pk)
        services.mark_done(taken.id, call_taker.pk, "A timeline", "requested", {"answered_by": "Badge 12", "agency": "Millbrook"})
        support = row(tip, "analytical_support")
        assert support.id == taken.id and support.standing == "owed" and support.due_at

    def test_what_was_taken_up_stays_while_it_is_offered_and_ends_with_the_offer(
        self, town, call_taker, supervisor, new_tip
    ):
        tip, boss = new_tip(town.school.pk), holding(supervisor, "supervisor")
        standard(tip, boss, flags=("intentionally_false",), reason="He said so.")
        services.take_up(tip, "zone_investigation", call_taker.pk)
        standard(tip, call_taker, flags=("intentionally_false",), subtypes=("harassment",))
        assert row(tip, "zone_investigation").ended_by_id is None
        standard(tip, boss, reason="It was true.")
        assert row(tip, "zone_investigation").ended_by_id

    def test_what_is_not_offered_cannot_be_taken_up(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        with pytest.raises(CannotRecord):
            services.take_up(tip, "crisis_referral", call_taker.pk)
        standard(tip, call_taker)
        for rule in ("zone_investigation", "call_psap", "no_such_rule"):
            with pytest.raises(CannotRecord):
                services.take_up(tip, rule, call_taker.pk)


class TestCircumstances:
    @pytest.mark.req("D-II.A")
    def test_whom_the_tip_is_about_is_owed_no_word_and_stays_left_out(self, town, call_taker, new_tip):
        tip, principal = new_tip(town.school.pk), with_own_telephones(town).contacts["principal"]
        mark, decision = ("subject_is_poc",), Decision(frozenset({principal.pk}), reason="It is about him.")
        standard(tip, call_taker, flags=mark, conflict=decision)
        standard(tip, call_taker, flags=mark, subtypes=("bullying", "harassment"))
        mailed = RequiredAction.objects.filter(tip_id=tip, kind="email_contacts", ended_by=None)
        refs = set(mailed.values_list("target_ref", flat=True))
        assert str(principal.pk) not in refs and len(refs) == 3

    @pytest.mark.req("D-II.J")
    @pytest.mark.parametrize(("day", "known"), [("2026-11-26", "out"), ("2026-12-01", "unknown")])
    def test_a_judgement_keeps_whether_school_was_in_session_as_far_as_the_calendar_knows(
        self, town, call_taker, new_tip, clock, day, known
    ):
        be(clock, f"{day}T18:00:00+00:00")
        assert standard(new_tip(town.school.pk), call_taker).facts["session"] == known

    def test_nobody_is_left_out_but_by_a_decision(self, town, call_taker, new_tip):
        tip, principal = new_tip(town.school.pk), town.contacts["principal"]
        standard(tip, call_taker, circumstances=Circumstances(excluded=frozenset({principal.pk})))
        assert RequiredAction.objects.filter(tip_id=tip, target_ref=str(principal.pk)).exists()

    @pytest.mark.req("D-IV.A.2.c.4")
    @pytest.mark.parametrize(("age", "amber"), [(None, 1), (15, 1), (16, 0)])
    def test_the_age_decides_about_the_alert(self, town, call_taker, new_tip, age, amber):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker, subtypes=("child_abduction",), circumstances=Circumstances(age=age))
        assert RequiredAction.objects.filter(tip_id=tip, kind="amber_alert").count() == amber
        assert RequiredAction.objects.filter(tip_id=tip, kind="endangered_missing_advisory").count() == 1

    def test_a_judgement_of_an_earlier_version_is_carried_on(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        judgement = critical(tip, call_taker)
        for name in ("age", "disabled", "excluded", "results", "law_enforcement", "alternates"):
            del judgement.facts[name]
        judgement.save(update_fields=["facts"])
        services.mark_done(row(tip, "command_review").id, call_taker.pk, "Yes", "notify_zone")
        assert row(tip, "notify_isp_troop_or_zone").rule == "notify_zone"


class TestClosed:
    """A page that was opened before a tip was closed can still be sent: nothing is owed in silence."""

    @pytest.fixture
    def closed(self, town, call_taker, new_tip) -> UUID:
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        settle_all(tip, call_taker)
        services.close(tip, call_taker.pk, "over")
        return tip

    def test_a_result_that_owes_more_opens_a_closed_tip_and_what_it_owes_turns_red(
        self, closed, call_taker, clock
    ):
        services.mark_done(row(closed, "command_review").id, call_taker.pk, "Second threat", "notify_troop")
        assert Tip.objects.get(pk=closed).closed_at is None
        assert Entry.objects.filter(act="tip.reopened", object_id=str(closed)).exists()
        clock(3600)
        assert "overdue" in reds(closed)

    def test_one_that_owes_nothing_leaves_it_closed(self, closed, call_taker):
        services.mark_done(row(closed, "command_review").id, call_taker.pk, "Seen again", "no_notify")
        assert Tip.objects.get(pk=closed).closed_at

    def test_nothing_is_taken_up_for_a_closed_tip(self, closed, call_taker):
        rule = next(iter(offered(closed)))
        with pytest.raises(CannotRecord, match="closed"):
            services.take_up(closed, rule, call_taker.pk)


class TestPlaces:
    """A place that is not as it should be still has a plan, which says what a person must decide."""

    @pytest.mark.req("D-II.D")
    def test_an_unknown_school_a_closed_one_and_one_without_a_psap(self, town, call_taker, new_tip):
        Organisation.objects.filter(pk=town.other_school.pk).update(retired_on=clock.today())
        region = Organisation.objects.get(kind="region")
        County.objects.create(name="Far", key="far", region=region)
        for place, wanted in (
            (None, {"place_unknown", "no_psap"}),
            (town.other_school.pk, {"place_retired"}),
            (region.pk, {"county_unsettled", "no_psap"}),
        ):
            judgement = critical(new_tip(place), call_taker)
            gaps = {gap["code"]: gap for gap in judgement.plan["gaps"]}
            assert wanted <= set(gaps), place
            assert all(gap["remedy"] for gap in gaps.values())
            assert RequiredAction.objects.filter(tip_id=judgement.tip_id, kind="call_psap").count() == 1


class TestAnotherVersion:
    def test_what_another_version_wrote_down_is_shown_and_recorded_all_the_same(
        self, town, call_taker, new_tip
    ):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        gone = {"rule": "no_such_rule", "kind": "no_such_kind", "proof": "no_such_proof", "cites": ["X-1"]}
        RequiredAction.objects.filter(tip_id=tip, kind="document").update(**gone)
        assert current().word("kind", "no_such_kind") == "no_such_kind"
        assert [p.id for p in current().cited(["X-1"])] == ["X-1"]
        services.mark_done(row(tip, "no_such_kind").id, call_taker.pk, "noted")
        assert row(tip, "no_such_kind").result == "done"
