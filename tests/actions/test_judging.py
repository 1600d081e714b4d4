"""A call-taker judges; what the directive then demands is owed, once, and nothing of it is ever removed."""

from uuid import UUID

import pytest

from tests.actions.conftest import mails_leave, rendered
from upstander.actions import queries, services
from upstander.actions.confirm import LinkTooWeak
from upstander.actions.facts import CannotJudge
from upstander.actions.models import Judgement, Notice, Referral, RequiredAction
from upstander.actions.recording import CALLS, CannotRecord
from upstander.actions.services import Judging
from upstander.audit.models import Entry
from upstander.delivery.models import Delivery
from upstander.intake import queries as intake
from upstander.intake.models import Tip
from upstander.people.models import Account

pytestmark = pytest.mark.django_db


def critical(tip_id: UUID, account: Account, **more) -> Judgement:
    given = {"subtypes": ("planned_school_attack",), "in_progress": False} | more
    return services.judge(Judging(tip_id=tip_id, account_id=account.pk, **given))


def standard(tip_id: UUID, account: Account, **more) -> Judgement:
    given = {"subtypes": ("bullying",), "in_progress": False, "narrative": "A student is bullied."} | more
    return services.judge(Judging(tip_id=tip_id, account_id=account.pk, **given))


def owed(tip_id: UUID, kind: str) -> set[str]:
    rows = RequiredAction.objects.filter(tip_id=tip_id, kind=kind, ended_by=None)
    return set(rows.values_list("target_ref", flat=True))


def refs(*contacts) -> set[str]:
    return {str(c.pk) for c in contacts}


@pytest.mark.req("D-IV.A.2.a.2")
def test_a_planned_attack_owes_a_call_to_the_psap_and_a_call_and_a_mail_to_every_listed_contact(
    town, call_taker, new_tip
):
    tip = new_tip(town.school.pk)
    critical(tip, call_taker)
    c = town.contacts
    listed = refs(c["superintendent"], c["officer"], c["counsellor"], c["principal"])
    assert owed(tip, "call_psap") == {str(town.psap.pk)}
    assert owed(tip, "call_contacts") == listed
    assert owed(tip, "email_contacts") == listed
    assert len(owed(tip, "command_review")) == 1
    assert Delivery.objects.filter(purpose="notice", priority=0).count() == 4


@pytest.mark.req("D-IV.A.3.a")
def test_bullying_is_mailed_to_every_contact_and_nobody_is_called(town, call_taker, new_tip):
    tip = new_tip(town.school.pk)
    standard(tip, call_taker)
    assert owed(tip, "call_psap") == owed(tip, "call_contacts") == set()
    assert len(owed(tip, "email_contacts")) == 4


@pytest.mark.req("D-IV.A.5.a")
def test_a_critical_tip_about_a_school_out_of_network_calls_the_transfer_number_and_tells_outreach(
    town, call_taker, new_tip
):
    tip = new_tip(town.far_school.pk)
    judgement = critical(tip, call_taker)
    assert judgement.network == "out"
    assert owed(tip, "call_psap") == {str(town.psap.pk)}
    assert len(owed(tip, "notify_outreach")) == 1
    assert not Delivery.objects.exists()


def test_a_recipient_organisation_has_one_referral_and_each_person_a_notice(town, call_taker, new_tip):
    tip = new_tip(town.school.pk)
    critical(tip, call_taker)
    scopes = set(Referral.objects.filter(tip_id=tip).values_list("scope_id", flat=True))
    assert scopes == {town.district.pk, town.police.pk, town.counselling.pk, town.school.pk}
    assert Notice.objects.filter(referral__tip_id=tip).count() == 4


def test_judging_the_same_again_fires_nothing_twice(town, call_taker, new_tip):
    tip = new_tip(town.school.pk)
    critical(tip, call_taker)
    before = RequiredAction.objects.filter(tip_id=tip).count(), Delivery.objects.count()
    critical(tip, call_taker)
    assert (RequiredAction.objects.filter(tip_id=tip).count(), Delivery.objects.count()) == before
    assert Judgement.objects.filter(tip_id=tip, state="in_force").count() == 1


def test_raising_a_tip_adds_what_is_now_owed_at_once(town, call_taker, new_tip):
    tip = new_tip(town.school.pk)
    standard(tip, call_taker)
    critical(tip, call_taker)
    assert owed(tip, "call_psap") == {str(town.psap.pk)}
    assert Tip.objects.get(pk=tip).klass == "imminent_harm"


def test_the_gravest_of_several_kinds_rules(town, call_taker, new_tip):
    tip = new_tip(town.school.pk)
    judgement = critical(tip, call_taker, subtypes=("bullying", "self_harm"))
    assert judgement.klass == "imminent_harm"


class TestLowering:
    def test_a_lowering_without_a_reason_is_refused(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        with pytest.raises(CannotJudge) as refused:
            standard(tip, call_taker)
        assert refused.value.field == "reason"

    def test_a_lowered_critical_stays_critical_until_a_second_person_decides(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        lowering = standard(tip, call_taker, reason="It was a film project")
        assert lowering.state == "pending"
        assert Tip.objects.get(pk=tip).klass == "imminent_harm"
        assert owed(tip, "call_psap")

    def test_nobody_decides_their_own_lowering(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        lowering = standard(tip, call_taker, reason="It was a film project")
        with pytest.raises(CannotJudge):
            services.decide_lowering(lowering.id, call_taker.pk, True, "I agree with myself")

    def test_an_accepted_lowering_stands_everyone_down_and_keeps_the_ledger(
        self, town, call_taker, supervisor, new_tip
    ):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        mails_leave()
        lowering = standard(tip, call_taker, reason="It was a film project")
        services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher confirmed it")
        assert Tip.objects.get(pk=tip).klass == "standard"
        assert owed(tip, "call_psap") == set()
        assert RequiredAction.objects.filter(tip_id=tip, kind="call_psap", ended_by=lowering).count() == 1
        assert Delivery.objects.filter(purpose="stand_down").count() == 4

    def test_a_refused_lowering_changes_nothing(self, town, call_taker, supervisor, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        lowering = standard(tip, call_taker, reason="It was a film project")
        services.decide_lowering(lowering.id, supervisor.pk, False, "Nobody confirmed that")
        assert Tip.objects.get(pk=tip).klass == "imminent_harm"
        assert owed(tip, "call_psap")
        assert not Delivery.objects.filter(purpose="stand_down").exists()
        assert intake.dialogue(tip)[-1].text == "Lowering refused: Nobody confirmed that"

    def test_a_corrected_place_leaves_the_lowering_waiting_and_it_is_decided_for_the_new_place(
        self, town, call_taker, supervisor, new_tip
    ):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        mails_leave()
        lowering = standard(tip, call_taker, reason="It was a film project")
        services.change_place(tip, call_taker.pk, town.other_school.pk)
        assert [j.pk for j in queries.pending_lowerings()] == [lowering.pk]
        assert Tip.objects.get(pk=tip).klass == "imminent_harm"
        services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher confirmed it")
        lowering.refresh_from_db()
        assert (lowering.state, Tip.objects.get(pk=tip).klass) == ("in_force", "standard")
        people = {t["ref"] for a in lowering.plan["actions"] for t in a["targets"] if t["kind"] == "contact"}
        assert people == owed(tip, "email_contacts")
        assert str(town.contacts["principal"].pk) not in people

    def test_a_lowering_that_a_newer_judgement_overtakes_is_on_record(
        self, town, call_taker, supervisor, new_tip
    ):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        lowering = standard(tip, call_taker, reason="It was a film project")
        critical(tip, supervisor, in_progress=True)
        assert queries.pending_lowerings() == []
        assert Entry.objects.filter(act="lowering.overtaken", object_id=str(tip)).count() == 1
        with pytest.raises(CannotJudge, match="waits no more"):
            services.decide_lowering(lowering.id, supervisor.pk, True, "Agreed")

    def test_standard_to_other_needs_a_reason_but_no_second_person(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        services.judge(
            Judging(tip_id=tip, account_id=call_taker.pk, subtypes=("general_complaint",), in_progress=False,
                    reason="A complaint about lunch", narrative="A complaint about lunch.")
        )  # fmt: skip
        assert Tip.objects.get(pk=tip).klass == "other"


class TestDanger:
    """The reporter said that somebody is in danger now."""

    def test_to_judge_otherwise_needs_a_reason(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk, danger_now=True)
        with pytest.raises(CannotJudge, match="in danger now") as refused:
            standard(tip, call_taker, reason=" ")
        assert refused.value.field == "reason"
        assert not Judgement.objects.exists() and not Delivery.objects.exists()
        assert standard(tip, call_taker, reason="They wrote again: all are at home").state == "in_force"

    def test_to_judge_it_critical_needs_none(self, town, call_taker, new_tip):
        assert critical(new_tip(town.school.pk, danger_now=True), call_taker).state == "in_force"


class TestRed:
    def test_a_critical_is_red_until_a_named_human_has_confirmed_it(self, town, call_taker, new_tip):
        from upstander.clock import now

        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        assert "unconfirmed" in {r.code for r in queries.red_tips(now())[tip]}
        psap = RequiredAction.objects.get(tip_id=tip, kind="call_psap")
        services.record_call(psap.id, call_taker.pk, "answered", 40, {"answered_by": "Dispatcher 12"})
        assert "unconfirmed" not in {r.code for r in queries.red_tips(now()).get(tip, [])}

    def test_a_call_not_made_in_time_is_red(self, town, call_taker, new_tip, clock):
        from upstander.clock import now

        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        clock(61)
        assert "overdue" in {r.code for r in queries.red_tips(now())[tip]}

    def test_a_contact_of_a_critical_who_says_nothing_is_red(self, town, call_taker, new_tip, clock):
        from upstander.clock import now

        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        clock(6 * 60)
        assert {r.code: r.count for r in queries.red_tips(now())[tip]}["contact_silent"] == 4

    def test_a_danger_nobody_takes_is_red_after_a_minute(self, town, new_tip, clock):
        from upstander.clock import now

        tip = new_tip(town.school.pk, danger_now=True)
        assert tip not in queries.red_tips(now())
        clock(61)
        assert [r.code for r in queries.red_tips(now())[tip]] == ["danger_unclaimed"]

    def test_a_narrative_that_nobody_releases_is_red(self, town, call_taker, new_tip, clock):
        from upstander.clock import now

        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        clock(16 * 60)
        assert "narrative_waiting" in {r.code for r in queries.red_tips(now())[tip]}
        services.release(tip, call_taker.pk, "A student plans an attack.")
        assert "narrative_waiting" not in {r.code for r in queries.red_tips(now())[tip]}
        assert Delivery.objects.filter(purpose="narrative").count() == 4


class TestCalls:
    def test_an_answer_without_a_name_is_no_proof(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        psap = RequiredAction.objects.get(tip_id=tip, kind="call_psap")
        with pytest.raises(CannotRecord):
            services.record_call(psap.id, call_taker.pk, "answered", 10, {"answered_by": " "})

    @pytest.mark.parametrize("result", ["voicemail", "no_answer", "busy", "wrong_number"])
    def test_a_call_nobody_answered_is_an_attempt_and_stays_owed(self, town, call_taker, new_tip, result):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        action = RequiredAction.objects.filter(tip_id=tip, kind="call_contacts").first()
        services.record_call(action.id, call_taker.pk, result, 25, {})
        action.refresh_from_db()
        assert action.done_at is None
        assert action.events.get().result == result

    def test_an_answered_call_is_that_persons_confirmation_and_nobody_elses(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        action = RequiredAction.objects.get(
            tip_id=tip, kind="call_contacts", target_ref=str(town.contacts["principal"].pk)
        )
        services.record_call(action.id, call_taker.pk, "answered", 25, {"answered_by": "P. Okafor"})
        confirmed = Notice.objects.filter(referral__tip_id=tip, confirmed_at__isnull=False)
        assert [n.contact_id for n in confirmed] == [town.contacts["principal"].pk]

    def test_the_call_to_the_psap_cannot_be_set_aside(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        psap = RequiredAction.objects.get(tip_id=tip, kind="call_psap")
        with pytest.raises(CannotRecord):
            services.mark_done(psap.id, call_taker.pk, "They were busy", "not_possible")

    @pytest.mark.req("D-IV.A.2")
    @pytest.mark.parametrize("kind", CALLS)
    @pytest.mark.parametrize("result", ["answered", "busy", "done"])
    def test_a_call_is_recorded_as_a_call_with_who_answered(self, town, call_taker, new_tip, kind, result):
        tip = new_tip((town.far_school if kind == "notify_law_enforcement" else town.school).pk)
        (standard if kind == "notify_law_enforcement" else critical)(tip, call_taker)
        if kind == "notify_isp_troop_or_zone":
            review = RequiredAction.objects.get(tip_id=tip, kind="command_review")
            services.mark_done(review.id, call_taker.pk, "Yes", "notify_troop")
        row = RequiredAction.objects.filter(tip_id=tip, kind=kind).first()
        given = {"answered_by": "Sgt. Ito", "agency": "Millbrook Police"}
        with pytest.raises(CannotRecord):
            services.mark_done(row.id, call_taker.pk, "He has it", result, given)
        assert not row.events.exists()


class TestConfirming:
    def test_the_link_confirms_one_notice_for_one_person(self, town, call_taker, new_tip):
        from upstander.actions import links

        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        notice = Notice.objects.get(referral__tip_id=tip, contact=town.contacts["principal"])
        found = links.notice_for(links.token_for(notice.id))
        services.confirm(found.id, as_self=True, name="", strength="link")
        assert Notice.objects.filter(confirmed_at__isnull=False).count() == 1

    def test_a_forged_an_expired_and_an_unknown_link_find_nothing(self, town, call_taker, new_tip, clock):
        from upstander.actions import links
        from upstander.ids import new_id

        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        notice = Notice.objects.get(referral__tip_id=tip, contact=town.contacts["principal"])
        token = links.token_for(notice.id)
        for bad in (
            "",
            "x",
            token[:-1] + ("a" if token[-1] != "a" else "b"),
            links.token_for(new_id()),
            "é" * 48,
        ):
            assert links.notice_for(bad) is None
        clock(8 * 24 * 3600)
        assert links.notice_for(token) is None

    def test_somebody_else_confirms_by_name_and_the_name_is_sealed(self, town, call_taker, new_tip):
        from upstander.actions import words

        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        notice = Notice.objects.get(referral__tip_id=tip, contact=town.contacts["principal"])
        with pytest.raises(services.CannotConfirm):
            services.confirm(notice.id, as_self=False, name=" ", strength="link")
        done = services.confirm(notice.id, as_self=False, name="Deputy Quill", strength="link")
        assert b"Quill" not in bytes(done.sealed_confirmer)
        assert words.confirmer(done, "desk") == "Deputy Quill"

    def test_the_first_confirmation_stands(self, town, call_taker, new_tip, clock):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        notice = Notice.objects.get(referral__tip_id=tip, contact=town.contacts["principal"])
        first = services.confirm(notice.id, as_self=True, name="", strength="link").confirmed_at
        clock(60)
        again = services.confirm(notice.id, as_self=False, name="Someone", strength="sign_in")
        assert (again.confirmed_at, again.confirmed_as) == (first, "self")

    @pytest.mark.parametrize("as_self", [True, False])
    def test_a_link_is_no_receipt_by_the_police_and_keeps_nothing_calm(
        self, town, call_taker, new_tip, as_self
    ):
        from upstander.clock import now

        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        officer = Notice.objects.get(referral__tip_id=tip, contact=town.contacts["officer"])
        with pytest.raises(LinkTooWeak):
            services.confirm(officer.id, as_self=as_self, name="Sgt. Quill", strength="link")
        officer.refresh_from_db()
        assert officer.confirmed_at is None
        assert "unconfirmed" in {r.code for r in queries.red_tips(now())[tip]}
        assert services.confirm(officer.id, as_self=True, name="", strength="sign_in").confirmed


class TestPlace:
    def test_correcting_the_school_tells_the_new_contacts_and_stands_the_old_ones_down(
        self, town, call_taker, new_tip
    ):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        mails_leave()
        services.change_place(tip, call_taker.pk, town.other_school.pk)
        c = town.contacts
        assert str(c["other_principal"].pk) in owed(tip, "call_contacts")
        assert str(c["principal"].pk) not in owed(tip, "call_contacts")
        stood_down = Delivery.objects.filter(purpose="stand_down").values_list("address_key", flat=True)
        assert list(stood_down) == [f"contact:{c['principal'].pk}"]


class TestClosing:
    def test_a_tip_with_something_owed_does_not_close(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        with pytest.raises(CannotRecord):
            services.close(tip, call_taker.pk, "")
        critical(tip, call_taker)
        with pytest.raises(CannotRecord):
            services.close(tip, call_taker.pk, "done")


def test_what_a_call_taker_writes_is_sealed(town, call_taker, new_tip):
    from django.db import connection

    tip = new_tip(town.school.pk)
    critical(tip, call_taker, reason="CANARYREASON")
    psap = RequiredAction.objects.get(tip_id=tip, kind="call_psap")
    services.record_call(psap.id, call_taker.pk, "answered", 40, {"answered_by": "CANARYNAME"})
    services.release(tip, call_taker.pk, "CANARYNARRATIVE")
    with connection.cursor() as cursor:
        for table in ("judgement", "requiredaction", "actionevent", "referral", "notice"):
            cursor.execute(f"SELECT t::text FROM actions_{table} t")
            assert "CANARY" not in str(cursor.fetchall())
        cursor.execute("SELECT detail::text FROM audit_entry")
        assert "CANARY" not in str(cursor.fetchall())


class TestRaising:
    """Who was told of something less grave has not been told."""

    def test_a_tip_raised_to_critical_mails_again_those_who_had_their_mail(self, town, call_taker, new_tip):
        from upstander.ops.events import tell

        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        for delivery in Delivery.objects.filter(purpose="notice"):
            tell("delivery.sent", delivery_ids=[delivery.pk])
        assert not RequiredAction.objects.filter(tip_id=tip, kind="email_contacts", done_at=None).exists()
        critical(tip, call_taker)
        assert Delivery.objects.filter(purpose="raised", priority=0).count() == 4
        assert RequiredAction.objects.filter(tip_id=tip, kind="email_contacts", done_at=None).count() == 4

    def test_a_confirmation_of_something_less_grave_does_not_count_for_the_graver(
        self, town, call_taker, new_tip, clock
    ):
        from upstander.clock import now

        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        for notice in Notice.objects.filter(referral__tip_id=tip):
            services.confirm(notice.id, as_self=True, name="", strength="sign_in")
        clock(30)
        critical(tip, call_taker)
        assert "unconfirmed" in {r.code for r in queries.red_tips(now())[tip]}

    @pytest.mark.req("D-IV.A.2.a.1")
    def test_harm_that_is_now_in_progress_owes_the_psap_another_call(self, town, call_taker, new_tip, clock):
        from upstander.clock import now

        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        psap = RequiredAction.objects.get(tip_id=tip, kind="call_psap")
        services.record_call(psap.id, call_taker.pk, "answered", 40, {"answered_by": "Dispatcher 12"})
        clock(30)
        critical(tip, call_taker, in_progress=True)
        assert (
            RequiredAction.objects.filter(tip_id=tip, kind="call_psap", done_at=None, ended_by=None).count()
            == 1
        )
        assert "unconfirmed" in {r.code for r in queries.red_tips(now())[tip]}


@pytest.mark.req("D-IV.A.2.c.5")
def test_a_mail_to_the_school_says_nothing_of_images(town, call_taker, new_tip):
    tip = new_tip(town.school.pk)
    services.judge(
        Judging(tip_id=tip, account_id=call_taker.pk, subtypes=("bullying", "sexual_images_of_children"),
                in_progress=False, narrative="A student is bullied.")
    )  # fmt: skip
    for notice in Notice.objects.filter(referral__tip_id=tip):
        mail = rendered("notice", notice.id)
        assert "image" not in (mail.subject + mail.text).lower()


def test_the_first_mail_of_a_critical_carries_facts_and_no_words_of_the_tip(town, call_taker, new_tip):
    tip = new_tip(town.school.pk, text="CANARYWORDS he said")
    critical(tip, call_taker, narrative="CANARYNARRATIVE")
    notice = Notice.objects.filter(referral__tip_id=tip, contact=town.contacts["principal"]).get()
    mail = rendered("notice", notice.id)
    assert mail.to_address == "okafor@prairie.example"
    assert "CANARY" not in mail.subject + mail.text
    assert "Millbrook High School" in mail.text and "Prairie County 9-1-1" in mail.text
    assert "/c/" in mail.text and "not known" not in mail.text
    services.release(tip, call_taker.pk, "A student plans an attack.")
    assert "A student plans an attack." in rendered("narrative", notice.releases.get().id).text
