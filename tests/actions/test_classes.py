"""The fusion center's word on a class: who may say it, what raises, what asks for it anew, and what it never counts as."""

from uuid import UUID

import pytest

from tests.actions.test_judging import critical, standard
from tests.actions.test_never_silent import reds, settle_all
from tests.support.settling import assigned
from upstander import clock as the_clock
from upstander.actions import queries, services
from upstander.actions.models import RequiredAction
from upstander.actions.recording import CannotRecord
from upstander.audit.models import Entry
from upstander.intake.services import Submission, receive, reply
from upstander.people.models import Account, RoleGrant

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-III.A")]


def words(tip: UUID) -> list[RequiredAction]:
    return list(RequiredAction.objects.filter(tip_id=tip, kind="confirm_class", ended_by=None).order_by("owed_since"))


def somebody(name: str, *roles: str) -> Account:
    account = Account.objects.create_user(f"{name}@upstander.example", name=name)
    for role in roles:
        RoleGrant.objects.create(account=account, role=role, granted_by="test", starts_at=the_clock.now())
    return account


class TestConfirming:
    def test_every_judged_tip_owes_it_a_critical_sooner(self, town, call_taker, new_tip):
        for judge, minutes in ((critical, 15), (standard, 60)):
            tip = new_tip(town.school.pk)
            judge(tip, call_taker)
            [row] = words(tip)
            assert row.owed_by == "stic_staff" and row.standing == "owed" and row.due_at
            assert round((row.due_at - row.owed_since).total_seconds()) == minutes * 60

    def test_it_is_confirmed_by_name_once(self, town, call_taker, new_tip):
        tip, stic = new_tip(town.school.pk), assigned()
        standard(tip, call_taker)
        for _ in range(2):  # a second press of the same person
            services.confirm_class(tip, stic.pk, 1)
        [row] = words(tip)
        assert (row.result, row.done_by) == ("confirmed", stic.actor)
        assert Entry.objects.filter(act="action.confirm_class.confirmed", actor=stic.actor).count() == 1
        with pytest.raises(CannotRecord, match="already"):
            services.confirm_class(tip, somebody("second", "stic_staff").pk, 1)

    @pytest.mark.parametrize("role", ["call_taker", "stic_analyst", "intelligence_command", "outreach", ""])
    def test_nobody_else_confirms_it(self, town, call_taker, new_tip, role):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        with pytest.raises(CannotRecord, match="fusion-center staff"):
            services.confirm_class(tip, somebody("else", *filter(None, [role])).pk, 1)

    def test_a_supervisor_does_not_confirm_their_own_judgement_fusion_center_staff_may(self, town, new_tip):
        for role, may in (("supervisor", False), ("stic_staff", True)):
            tip, account = new_tip(town.school.pk), somebody(role, role)
            standard(tip, account)
            if may:
                assert services.confirm_class(tip, account.pk, 1)
            else:
                with pytest.raises(CannotRecord, match="yourself"):
                    services.confirm_class(tip, account.pk, 1)

    def test_nobody_confirms_what_they_have_not_seen(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        with pytest.raises(CannotRecord, match="Nobody has judged"):
            services.confirm_class(tip, assigned().pk, 0)
        standard(tip, call_taker)
        critical(tip, call_taker)
        with pytest.raises(CannotRecord, match="judged again"):
            services.confirm_class(tip, assigned().pk, 1)
        assert services.confirm_class(tip, assigned().pk, 2)

    def test_no_note_and_no_setting_aside_stands_for_it(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        for result in ("confirmed", "raised", "not_possible"):
            with pytest.raises(CannotRecord, match="one press"):
                services.mark_done(words(tip)[0].id, assigned().pk, "I looked", result)


class TestRaising:
    def test_staff_who_raise_have_said_it(self, town, call_taker, new_tip):
        tip, stic = new_tip(town.school.pk), assigned()
        standard(tip, call_taker)
        critical(tip, stic)
        [row] = words(tip)
        assert (row.result, row.done_by) == ("raised", stic.actor)

    def test_a_call_taker_who_raises_has_not(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        critical(tip, call_taker)
        [row] = words(tip)
        assert row.done_at is None

    def test_staff_who_lower_have_not(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        standard(tip, assigned(), subtypes=("truancy",), reason="He is at home")
        [row] = words(tip)
        assert row.done_at is None

    def test_a_class_that_changed_after_it_was_confirmed_is_confirmed_anew(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        services.confirm_class(tip, assigned().pk, 1)
        standard(tip, call_taker, subtypes=("bullying", "harassment"))
        assert [row.done_at is None for row in words(tip)] == [False]  # the same class
        critical(tip, call_taker)
        assert [row.done_at is None for row in words(tip)] == [False, True]
        services.confirm_class(tip, assigned().pk, 3)
        assert all(row.result == "confirmed" for row in words(tip))

    def test_an_accepted_lowering_is_confirmed_anew(self, town, call_taker, supervisor, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        services.confirm_class(tip, assigned().pk, 1)
        lowering = standard(tip, call_taker, reason="A film project")
        services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher said so")
        assert [row.done_at is None for row in words(tip)] == [False, True]


class TestRed:
    def test_late_is_red_for_a_critical_and_late_on_the_board_only_for_others(self, town, call_taker, new_tip, clock):
        grave, calm = new_tip(town.school.pk), new_tip(town.school.pk)
        critical(grave, call_taker)
        standard(calm, call_taker)
        for tip in (grave, calm):
            RequiredAction.objects.filter(tip_id=tip).exclude(kind="confirm_class").update(
                done_at=the_clock.now(), result="done"
            )
        clock(2 * 3600)
        assert "overdue" in reds(grave) and "overdue" not in reds(calm)

    def test_who_confirmed_the_class_is_nobody_who_can_act(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        services.confirm_class(tip, assigned().pk, 1)
        assert "unconfirmed" in reds(tip)
        assert "nobody who can act" in queries.why_not_close(tip)

    def test_a_tip_stays_open_until_it_was_said(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker)
        waiting = words(tip)[0]
        settle_all(tip, call_taker)
        RequiredAction.objects.filter(pk=waiting.pk).update(done_at=None, result="", done_by="")
        assert queries.why_not_close(tip) == "The fusion center has not confirmed the class yet."
        services.confirm_class(tip, assigned().pk, 1)
        assert queries.why_not_close(tip) == ""

    def test_a_press_on_the_board_does_not_take_up_what_the_reporter_wrote(self, town, call_taker, new_tip, clock):
        given = receive(Submission(channel="web", text="He has a gun", place_id=town.school.pk), "k" * 32)
        critical(given.tip_id, call_taker)
        clock(60)
        reply(given.receipt, "He is at the gym now")
        clock(122)
        assert "reporter_waiting" in reds(given.tip_id)
        services.confirm_class(given.tip_id, assigned().pk, 1)
        assert "reporter_waiting" in reds(given.tip_id)
