"""The tip is about somebody who would be told of it: a person decides who is left out, and nothing reaches them (D-II.A)."""

from collections.abc import Callable
from itertools import combinations
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.actions.conftest import mails_leave, rendered
from tests.actions.test_judging import critical, standard
from tests.support.people import holding, regional, with_own_telephones
from tests.support.town import Town
from upstander import clock
from upstander.actions import queries, services
from upstander.actions.devices import address_key
from upstander.actions.escalation_models import EscalationStep
from upstander.actions.links import notice_for, token_for
from upstander.actions.models import (
    ConflictDecision,
    ContactPush,
    Exclusion,
    Judgement,
    Notice,
    Referral,
    Release,
    RequiredAction,
)
from upstander.actions.outlook import outlook, standing
from upstander.actions.recording import CannotRecord
from upstander.actions.services import CannotJudge, Decision
from upstander.audit.models import Entry
from upstander.delivery import services as delivery
from upstander.delivery.models import Delivery
from upstander.directory.models import Contact, ContactPoint
from upstander.ids import new_id
from upstander.intake.models import Tip
from upstander.people.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-II.A")]
MARK = ("subject_is_poc",)
WHY = "The student names him."


@pytest.fixture
def town(town: Town) -> Town:
    return with_own_telephones(town)


@pytest.fixture
def stic(db: None) -> Account:
    return holding(Account.objects.create_user("stic@upstander.example", name="Stic Staff"), "stic_staff")


def out(*contacts: Contact, apart: tuple[Contact, ...] = (), why: str = WHY) -> Decision:
    return Decision(frozenset(c.pk for c in contacts), frozenset(c.pk for c in apart), why)


def left_out(tip: UUID) -> set[int]:
    return set(Exclusion.objects.filter(tip_id=tip, ended_at=None).values_list("contact_id", flat=True))


def told(tip: UUID) -> set[int]:
    """Every contact toward whom anything is owed, or whom a mail that may leave is for."""
    rows = RequiredAction.objects.filter(tip_id=tip, target_kind="contact", ended_by=None)
    refs = {int(r) for r in rows.exclude(target_ref="unknown").values_list("target_ref", flat=True)}
    mails = Delivery.objects.filter(state="pending", address_key__startswith="contact:")
    return refs | {int(key.partition(":")[2]) for key in mails.values_list("address_key", flat=True)}


def row(tip: UUID, kind: str = "conflict_decision") -> RequiredAction:
    return RequiredAction.objects.filter(tip_id=tip, kind=kind, ended_by=None).order_by("owed_since").last()


class TestDeciding:
    def test_a_tip_about_a_contact_is_not_judged_before_somebody_decides_and_nobody_is_told(
        self, town, call_taker, new_tip
    ):
        tip = new_tip(town.school.pk)
        with pytest.raises(CannotJudge) as refused:
            standard(tip, call_taker, flags=MARK)
        assert refused.value.field == "excluded"
        assert not Judgement.objects.exists() and not Delivery.objects.exists()

    @pytest.mark.parametrize(("why", "field"), [("", "conflict_reason"), ("  ", "conflict_reason")])
    def test_a_decision_needs_a_reason(self, town, call_taker, new_tip, why, field):
        with pytest.raises(CannotJudge) as refused:
            standard(new_tip(town.school.pk), call_taker, flags=MARK, conflict=out(why=why))
        assert refused.value.field == field

    def test_only_who_is_listed_can_be_chosen_and_only_with_the_mark(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        with pytest.raises(CannotJudge) as elsewhere:
            standard(tip, call_taker, flags=MARK, conflict=out(town.contacts["other_principal"]))
        with pytest.raises(CannotJudge) as unmarked:
            standard(tip, call_taker, conflict=out(town.contacts["principal"]))
        assert (elsewhere.value.field, unmarked.value.field) == ("excluded", "flags")

    def test_a_call_takers_choice_holds_at_once_and_waits_for_the_fusion_centers_word(
        self, town, call_taker, new_tip
    ):
        tip, principal = new_tip(town.school.pk), town.contacts["principal"]
        critical(tip, call_taker, flags=MARK, conflict=out(principal))
        assert left_out(tip) == {principal.pk} and principal.pk not in told(tip)
        assert len(told(tip)) == 3
        waits = row(tip)
        assert waits.owed_by == "stic_staff" and waits.done_at is None
        assert 290 < (waits.due_at - clock.now()).total_seconds() <= 300

    @pytest.mark.parametrize(("chosen", "result"), [(("principal",), "excluded"), ((), "nobody")])
    def test_the_fusion_centers_own_choice_is_on_record_with_the_judgement(
        self, town, stic, new_tip, chosen, result
    ):
        tip = new_tip(town.school.pk)
        critical(tip, stic, flags=MARK, conflict=out(*(town.contacts[c] for c in chosen)))
        done = row(tip)
        assert (done.result, done.done_by) == (result, stic.actor)

    def test_the_reason_is_sealed_and_opens_at_the_desk(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker, flags=MARK, conflict=out(town.contacts["principal"]))
        decision = ConflictDecision.objects.get()
        assert WHY.encode() not in bytes(decision.sealed_reason)
        assert standing(tip).reason == WHY and standing(tip).by == call_taker.name

    def test_a_decision_is_never_changed(self, town, call_taker, new_tip):
        critical(new_tip(town.school.pk), call_taker, flags=MARK, conflict=out())
        with pytest.raises(IntegrityError), transaction.atomic():
            ConflictDecision.objects.update(account_id=0)

    def test_a_note_alone_records_no_decision(self, town, stic, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker, flags=MARK, conflict=out())
        for result in ("excluded", "nobody", "not_possible"):
            with pytest.raises(CannotRecord):
                services.mark_done(row(tip).id, stic.pk, "Done.", result)

    def test_judging_again_asks_nothing_that_was_decided(self, town, call_taker, new_tip):
        tip, principal = new_tip(town.school.pk), town.contacts["principal"]
        standard(tip, call_taker, flags=MARK, conflict=out(principal))
        standard(tip, call_taker, flags=MARK, subtypes=("bullying", "harassment"))
        assert left_out(tip) == {principal.pk} and ConflictDecision.objects.count() == 1
        assert principal.pk not in told(tip)

    def test_who_is_listed_since_must_be_decided_about(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker, flags=MARK, conflict=out(town.contacts["principal"]))
        Contact.objects.filter(pk=town.contacts["other_principal"].pk).update(listed_for=town.school)
        with pytest.raises(CannotJudge, match="R. Haas") as refused:
            standard(tip, call_taker, flags=MARK, subtypes=("harassment",))
        assert refused.value.field == "excluded"

    def test_another_place_has_other_contacts_and_asks_again(self, town, call_taker, new_tip):
        tip, principal = new_tip(town.school.pk), town.contacts["principal"]
        haas = town.contacts["other_principal"]
        standard(tip, call_taker, flags=MARK, conflict=out(principal))
        with pytest.raises(CannotJudge) as refused, transaction.atomic():
            services.change_place(tip, call_taker.pk, town.other_school.pk)
        assert refused.value.field == "excluded"
        services.change_place(tip, call_taker.pk, town.other_school.pk, conflict=out(principal, haas))
        assert left_out(tip) == {principal.pk, haas.pk} and not {principal.pk, haas.pk} & told(tip)

    def test_the_mark_cannot_be_taken_away_while_somebody_is_left_out(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        standard(tip, call_taker, flags=MARK, conflict=out(town.contacts["principal"]))
        with pytest.raises(CannotJudge) as refused:
            standard(tip, call_taker)
        assert refused.value.field == "flags"


class TestConfirming:
    @pytest.fixture
    def tip(self, town, call_taker, new_tip) -> UUID:
        made = new_tip(town.school.pk)
        standard(made, call_taker, flags=MARK, conflict=out(town.contacts["principal"]))
        return made

    def test_the_fusion_center_confirms_by_name_without_judging_again(self, town, stic, tip):
        same = out(town.contacts["principal"], why="")
        services.decide_conflict(tip, stic.pk, same, standing(tip).decision.id)
        assert (row(tip).result, row(tip).done_by) == ("excluded", stic.actor)
        assert Judgement.objects.count() == 1
        with pytest.raises(CannotRecord, match="already"):
            services.decide_conflict(tip, stic.pk, same, standing(tip).decision.id)

    def test_the_fusion_center_changes_it_and_that_holds_at_once(self, town, stic, tip):
        boss, principal = town.contacts["superintendent"], town.contacts["principal"]
        services.decide_conflict(
            tip, stic.pk, out(principal, boss, why="She is his wife."), standing(tip).decision.id
        )
        assert left_out(tip) == {principal.pk, boss.pk} and not {principal.pk, boss.pk} & told(tip)
        assert row(tip).result == "excluded"

    def test_nobody_after_all_tells_them_like_any_other(self, town, stic, tip):
        principal = town.contacts["principal"]
        services.decide_conflict(
            tip, stic.pk, out(why="Another man of that name."), standing(tip).decision.id
        )
        assert left_out(tip) == set() and principal.pk in told(tip)
        assert row(tip).result == "nobody"
        notice = Notice.objects.get(contact=principal)
        assert rendered("notice", notice.id) is not None and notice_for(token_for(notice.id)) is not None

    @pytest.mark.parametrize("role", ["call_taker", "stic_analyst", "intelligence_command", "outreach"])
    def test_nobody_else_confirms_or_changes_it(self, town, tip, role):
        other = holding(Account.objects.create_user("o@upstander.example", name="Other"), role)
        for decision in (out(town.contacts["principal"]), out()):
            with pytest.raises(CannotRecord):
                services.decide_conflict(tip, other.pk, decision, standing(tip).decision.id)
        assert row(tip).done_at is None

    def test_a_call_taker_leaves_out_one_more_and_tells_nobody_again(self, town, call_taker, tip):
        principal, boss = town.contacts["principal"], town.contacts["superintendent"]
        with pytest.raises(CannotJudge, match="P. Okafor") as refused:
            standard(tip, call_taker, flags=MARK, conflict=out(boss))
        assert refused.value.field == "excluded"
        standard(tip, call_taker, flags=MARK, conflict=out(boss, principal))
        assert left_out(tip) == {boss.pk, principal.pk}

    def test_a_later_choice_of_a_call_taker_waits_for_the_fusion_centers_word_again(
        self, town, call_taker, stic, tip
    ):
        services.decide_conflict(tip, stic.pk, out(town.contacts["principal"]), standing(tip).decision.id)
        everybody = out(town.contacts["principal"], town.contacts["superintendent"])
        standard(tip, call_taker, flags=MARK, conflict=everybody)
        assert row(tip).done_at is None and row(tip).rule != "conflict_decision"

    def test_what_was_decided_otherwise_meanwhile_is_not_confirmed_unseen(self, town, stic, call_taker, tip):
        seen = standing(tip).decision.id
        standard(
            tip, call_taker, flags=MARK, conflict=out(town.contacts["principal"], town.contacts["officer"])
        )
        with pytest.raises(CannotRecord, match="since you looked"):
            services.decide_conflict(tip, stic.pk, out(town.contacts["principal"]), seen)


class TestWhoEverIsLeftOut:
    """What "left out" means: nothing, by no way, not even a correction."""

    def everything_happens(self, tip: UUID, call_taker: Account, supervisor: Account) -> None:
        """Judged, released, raised, released again, lowered."""
        critical(tip, call_taker, flags=MARK, subtypes=("assault",))
        services.release(tip, call_taker.pk, "He hit a child.")
        mails_leave()
        critical(tip, call_taker, flags=MARK, subtypes=("planned_school_attack",), in_progress=True)
        services.release(tip, call_taker.pk, "He is in the building.")
        mails_leave()
        lowering = standard(tip, call_taker, flags=MARK, reason="A film.")
        services.decide_lowering(lowering.id, supervisor.pk, True, "Yes.")
        mails_leave()

    def test_nothing_of_a_whole_life_of_a_tip_reaches_them(self, town, call_taker, supervisor, new_tip):
        tip, principal = new_tip(town.school.pk), town.contacts["principal"]
        critical(tip, call_taker, flags=MARK, subtypes=("assault",), conflict=out(principal))
        self.everything_happens(tip, call_taker, supervisor)
        assert not Delivery.objects.filter(address_key=f"contact:{principal.pk}").exists()
        assert not Notice.objects.filter(contact=principal).exists()
        assert not RequiredAction.objects.filter(tip_id=tip, target_ref=str(principal.pk)).exists()
        assert Delivery.objects.filter(purpose="stand_down").exists()

    def test_whoever_had_been_told_hears_nothing_more_and_the_record_says_since_when_they_know(
        self, town, call_taker, supervisor, new_tip
    ):
        tip, principal = new_tip(town.school.pk), town.contacts["principal"]
        critical(tip, call_taker, subtypes=("assault",))
        mails_leave()
        since = Delivery.objects.get(address_key=f"contact:{principal.pk}", channel="email").sent_at
        critical(tip, call_taker, flags=MARK, subtypes=("assault",), conflict=out(principal))
        notice = Notice.objects.get(contact=principal)
        assert notice_for(token_for(notice.id)) is None
        with pytest.raises(services.NotAsked):
            services.confirm(notice.id, as_self=True, name="", strength="link")
        self.everything_happens(tip, call_taker, supervisor)
        assert Delivery.objects.filter(address_key=f"contact:{principal.pk}", channel="email").count() == 1
        ((exclusion, told_at),) = standing(tip).left_out
        assert told_at == since and exclusion.at > since
        entry = Entry.objects.get(act="contact.left_out")
        assert entry.detail["told_before"] == since.isoformat()

    def test_a_mail_that_waits_does_not_leave(self, town, call_taker, new_tip):
        tip, principal = new_tip(town.school.pk), town.contacts["principal"]
        critical(tip, call_taker, subtypes=("assault",))
        services.release(tip, call_taker.pk, "He hit a child.")
        critical(tip, call_taker, flags=MARK, subtypes=("assault",), conflict=out(principal))
        states = Delivery.objects.filter(address_key=f"contact:{principal.pk}").values_list(
            "state", flat=True
        )
        assert set(states) == {"cancelled"}
        assert rendered("notice", Notice.objects.get(contact=principal).id) is None
        assert rendered("narrative", Release.objects.get(notice__contact=principal).id) is None

    def test_what_an_organisation_had_only_through_them_is_taken_back(self, town, call_taker, new_tip):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker, subtypes=("assault",))
        critical(tip, call_taker, flags=MARK, subtypes=("assault",), conflict=out(town.contacts["principal"]))
        states = dict(Referral.objects.values_list("scope__name", "state"))
        assert states["Millbrook High School"] == "withdrawn" and states["Millbrook Police"] == "open"

    def test_an_answered_call_to_them_is_on_record_and_confirms_nothing(self, town, call_taker, new_tip):
        tip, principal = new_tip(town.school.pk), town.contacts["principal"]
        critical(tip, call_taker)
        call = RequiredAction.objects.get(tip_id=tip, kind="call_contacts", target_ref=str(principal.pk))
        critical(tip, call_taker, flags=MARK, conflict=out(principal))
        services.record_call(call.id, call_taker.pk, "answered", 20, {"answered_by": "P. Okafor"})
        assert Notice.objects.get(contact=principal).confirmed_at is None
        assert "unconfirmed" in {r.code for r in queries.red_tips(clock.now())[tip]}

    def test_a_lowering_waits_and_whom_it_leaves_out_is_so_at_once(
        self, town, call_taker, supervisor, new_tip
    ):
        tip, principal = new_tip(town.school.pk), town.contacts["principal"]
        critical(tip, call_taker)
        lowering = standard(tip, call_taker, flags=MARK, reason="No attack.", conflict=out(principal))
        assert lowering.state == "pending" and left_out(tip) == {principal.pk}
        assert Tip.objects.get(pk=tip).klass == "imminent_harm" and principal.pk not in told(tip)
        services.decide_lowering(lowering.id, supervisor.pk, True, "Yes.")
        assert principal.pk not in told(tip)

    def test_a_lowering_from_before_does_not_take_the_mark_away(self, town, call_taker, supervisor, new_tip):
        tip, principal = new_tip(town.school.pk), town.contacts["principal"]
        critical(tip, call_taker)
        lowering = standard(tip, call_taker, reason="No attack.")
        in_force = queries.in_force(tip)
        services.change_place(tip, call_taker.pk, town.school.pk)
        critical(tip, call_taker, flags=MARK, conflict=out(principal), repeats=True)
        lowering.refresh_from_db()
        assert lowering.state == "pending" and in_force.id != queries.in_force(tip).id
        services.decide_lowering(lowering.id, supervisor.pk, True, "Yes.")
        assert "subject_is_poc" in queries.in_force(tip).flags and principal.pk not in told(tip)


class TestTheSamePerson:
    def second_entry(self, town: Town, **points: str) -> Contact:
        made = Contact.objects.create(
            listed_for=town.district, organisation=town.district, end_user_type="district", name="Pat Okafor"
        )
        for kind, value in points.items():
            ContactPoint.objects.create(contact=made, kind=kind, value=value)
        return made

    @pytest.mark.parametrize("points", [{"email": "Okafor@prairie.example"}, {"phone": "217-555-0203"}])
    def test_who_is_listed_twice_under_one_address_is_left_out_twice_and_that_is_shown(
        self, town, call_taker, new_tip, points
    ):
        tip, principal = new_tip(town.school.pk), town.contacts["principal"]
        again = self.second_entry(town, **points)
        seen = outlook(tip, town.school.pk, out(principal))
        assert {p.name: p.with_ for p in seen.people if p.with_} == {"Pat Okafor": "P. Okafor"}
        critical(tip, call_taker, flags=MARK, conflict=out(principal))
        assert left_out(tip) == {principal.pk, again.pk} and not {principal.pk, again.pk} & told(tip)

    def test_another_person_at_a_shared_telephone_is_told_if_the_decider_says_so(
        self, town, call_taker, new_tip
    ):
        tip, principal = new_tip(town.school.pk), town.contacts["principal"]
        clerk = self.second_entry(town, phone="217-555-0203", email="clerk@prairie.example")
        critical(tip, call_taker, flags=MARK, conflict=out(principal, apart=(clerk,)))
        assert left_out(tip) == {principal.pk} and clerk.pk in told(tip)

    def test_one_mailbox_is_one_person_whatever_the_decider_says(self, town, call_taker, new_tip):
        tip, principal = new_tip(town.school.pk), town.contacts["principal"]
        clerk = self.second_entry(town, email="okafor@prairie.example")
        critical(tip, call_taker, flags=MARK, conflict=out(principal, apart=(clerk,)))
        assert clerk.pk in left_out(tip)

    def test_an_address_that_they_had_when_they_were_left_out_stays_theirs(self, town, call_taker, new_tip):
        tip, principal = new_tip(town.school.pk), town.contacts["principal"]
        critical(tip, call_taker, flags=MARK, conflict=out(principal))
        ContactPoint.objects.filter(contact=principal, kind="email").update(value="new@elsewhere.example")
        other = town.contacts["superintendent"]
        ContactPoint.objects.filter(contact=other, kind="email").update(value="okafor@prairie.example")
        assert rendered("notice", Notice.objects.get(contact=other).id).to_address == ""


class TestSomebodyIsAlwaysTold:
    def reached(self, tip: UUID) -> set[str]:
        """By whom the warning is heard: contacts who can be reached, else law enforcement."""
        rows = RequiredAction.objects.filter(tip_id=tip, ended_by=None, standing="owed")
        kinds = ("call_psap", "notify_law_enforcement", "email_contacts", "call_contacts")
        rows = rows.filter(kind__in=kinds).exclude(target_ref="unknown")
        return set(rows.values_list("target_kind", flat=True))

    @pytest.mark.req("D-I.A")
    @pytest.mark.parametrize("judged", [standard, critical])
    @pytest.mark.parametrize("region", [False, True])
    def test_whichever_contacts_are_named_somebody_is_told_and_never_one_of_them(
        self, town, call_taker, new_tip, judged, region
    ):
        listed = [town.contacts[n] for n in ("superintendent", "officer", "counsellor", "principal")]
        people = [*listed, *([regional(town)] if region else [])]
        for size in range(len(people) + 1):
            for chosen in combinations(people, size):
                tip = new_tip(town.school.pk)
                judged(tip, call_taker, flags=MARK, conflict=out(*chosen))
                ids = {c.pk for c in chosen}
                assert left_out(tip) == ids and not ids & self.contacts(tip)
                left = {c.pk for c in listed} - ids or {c.pk for c in people} - ids
                assert self.contacts(tip) == left
                assert self.reached(tip) >= ({"contact"} if left else {"agency"})

    def contacts(self, tip: UUID) -> set[int]:
        rows = RequiredAction.objects.filter(tip_id=tip, target_kind="contact", ended_by=None)
        return {int(r) for r in rows.exclude(target_ref="unknown").values_list("target_ref", flat=True)}

    def test_who_is_left_but_cannot_be_reached_is_nobody(self, town, call_taker, new_tip):
        tip, head = new_tip(town.school.pk), regional(town)
        rest = [c for n, c in town.contacts.items() if n not in ("principal", "other_principal")]
        ContactPoint.objects.filter(contact=town.contacts["principal"]).delete()
        critical(tip, call_taker, flags=MARK, conflict=out(*rest))
        assert head.pk in self.contacts(tip)
        ContactPoint.objects.filter(contact=head).delete()
        other = new_tip(town.school.pk)
        critical(other, call_taker, flags=MARK, conflict=out(*rest))
        assert "agency" in self.reached(other)

    def test_the_words_are_kept_for_whoever_is_told_first(self, town, call_taker, stic, new_tip):
        tip = new_tip(town.school.pk)
        everybody = [c for n, c in town.contacts.items() if n != "other_principal"]
        standard(tip, call_taker, flags=MARK, conflict=out(*everybody), narrative="He takes money.")
        assert not Referral.objects.exists()
        some = out(*everybody[:1], why="Only she.")
        services.decide_conflict(tip, stic.pk, some, standing(tip).decision.id)
        mail = rendered("notice", Notice.objects.filter(contact=everybody[1]).get().id)
        assert mail is not None and "He takes money." in mail.text


class TestTheDatabase:
    """Whatever the code does, the database refuses."""

    @pytest.fixture
    def tip(self, town, call_taker, new_tip) -> UUID:
        made = new_tip(town.school.pk)
        critical(made, call_taker)
        critical(made, call_taker, flags=MARK, conflict=out(town.contacts["principal"]))
        return made

    def refused(self, act: Callable[[], object]) -> None:
        with pytest.raises(IntegrityError, match="is told nothing of it"), transaction.atomic():
            act()

    def test_it_refuses_a_notice_to_them_and_any_change_of_one(self, town, tip):
        principal = town.contacts["principal"]
        notice = Notice.objects.get(contact=principal)
        self.refused(lambda: Notice.objects.filter(pk=notice.pk).update(asked_since=clock.now()))
        self.refused(lambda: Notice.objects.filter(pk=notice.pk).update(confirmed_at=clock.now()))
        at = clock.now()
        other = Referral.objects.get(scope=town.police)
        self.refused(
            lambda: Notice.objects.create(
                id=new_id(), referral=other, contact=principal, created_at=at, asked_since=at, link_until=at
            )
        )

    def test_it_refuses_a_call_or_mail_in_the_ledger(self, town, tip):
        principal = str(town.contacts["principal"].pk)
        ended = RequiredAction.objects.filter(tip_id=tip, target_ref=principal)
        self.refused(lambda: ended.update(ended_by=None))
        fresh = RequiredAction.objects.filter(tip_id=tip, kind="call_contacts").first()
        fresh.id, fresh.rule, fresh.target_ref, fresh.ended_by = new_id(), "another", principal, None
        self.refused(lambda: fresh.save(force_insert=True))

    @pytest.mark.parametrize("purpose", ["notice", "raised", "stand_down", "narrative", "a_purpose_to_come"])
    def test_it_refuses_every_mail_to_them(self, town, tip, purpose):
        principal = town.contacts["principal"]
        notice = Notice.objects.get(contact=principal)
        release = Release.objects.create(id=new_id(), notice=notice, at=clock.now())
        action = RequiredAction.objects.filter(tip_id=tip, target_ref=str(principal.pk)).first()
        for subject in (notice.id, release.id, action.id):
            self.refused(lambda s=subject: delivery.send(purpose, s, f"contact:{principal.pk}", 0))
        gone = Delivery.objects.filter(address_key=f"contact:{principal.pk}", state="cancelled")
        self.refused(lambda: gone.update(state="pending"))

    @pytest.mark.parametrize("purpose", ["asked_sms", "escalation", "escalation_over", "a_purpose_to_come"])
    def test_it_refuses_what_a_step_would_tell_them(self, town, tip, purpose):
        principal, colleague = town.contacts["principal"], town.contacts["counsellor"]
        step = EscalationStep(
            id=new_id(), notice=Notice.objects.get(contact=colleague), asked_since=clock.now(), step="s", at=clock.now(),
            act="next", channel="sms", target_kind="contact", target_id=principal.pk, purpose=purpose, subject_id=new_id(),
        )  # fmt: skip
        step.save(force_insert=True)
        self.refused(lambda: delivery.send(purpose, step.pk, f"contact:{principal.pk}", 0, channel="sms"))
        assert delivery.send(purpose, step.pk, f"contact:{colleague.pk}", 0, channel="sms")

    @pytest.mark.parametrize("purpose", ["contact_push", "a_purpose_to_come"])
    def test_it_refuses_a_push_to_their_phone(self, town, tip, purpose):
        for contact, refused in ((town.contacts["principal"], True), (town.contacts["counsellor"], False)):
            notice, device = Notice.objects.get(contact=contact), uuid4()
            push = ContactPush.objects.create(id=new_id(), notice=notice, device_id=device, says="notice", at=clock.now())

            def send(push=push.pk, device=device) -> object:
                return delivery.send(purpose, push, address_key(device), 0, channel="push")

            if refused:
                self.refused(send)
                continue
            send()
        test = ContactPush.objects.create(id=new_id(), device_id=uuid4(), says="test", at=clock.now())
        assert delivery.send("device_push", test.pk, address_key(test.device_id), 0, channel="push"), "of no tip"

    def test_it_knows_them_by_their_address_too(self, town, tip):
        boss = town.contacts["superintendent"]
        notice = Notice.objects.get(contact=boss)
        Notice.objects.filter(pk=notice.pk).update(link_until=clock.now())
        ContactPoint.objects.filter(contact=boss, kind="email").update(value="Okafor@Prairie.example")
        assert Notice.objects.filter(pk=notice.pk).update(link_until=clock.now())  # told by a telephone of their own
        ContactPoint.objects.filter(contact=boss, kind="phone").delete()
        self.refused(lambda: Notice.objects.filter(pk=notice.pk).update(link_until=clock.now()))

    def test_other_tips_and_other_people_are_no_business_of_it(self, town, call_taker, new_tip, tip):
        principal, other = town.contacts["principal"], new_tip(town.school.pk)
        critical(other, call_taker)
        assert principal.pk in {n.contact_id for n in Notice.objects.filter(referral__tip_id=other)}
        delivery.send("invitation", new_id(), f"contact:{principal.pk}", 3)

    def test_it_ends_with_the_exclusion(self, town, stic, tip):
        services.decide_conflict(tip, stic.pk, out(why="Not he."), standing(tip).decision.id)
        assert Notice.objects.filter(contact=town.contacts["principal"]).update(link_until=clock.now()) == 1


class TestLogins:
    """What the processes' own rights suffice for."""

    def test_the_desk_decides_confirms_and_determines(
        self, town, call_taker, stic, supervisor, new_tip, as_login
    ):
        tip, principal = new_tip(town.school.pk), town.contacts["principal"]
        holding(supervisor, "supervisor")
        as_login("desk")
        critical(tip, call_taker)
        critical(tip, call_taker, flags=MARK, conflict=out(principal))
        services.decide_conflict(tip, stic.pk, out(why="Not he."), standing(tip).decision.id)
        services.decide_conflict(tip, stic.pk, out(principal, why="He."), standing(tip).decision.id)
        lowering = standard(tip, call_taker, flags=MARK, reason="No attack.")
        services.determine(tip, supervisor.pk, "intentionally_false", "He said so.")
        services.decide_lowering(lowering.id, supervisor.pk, True, "Yes.")
        assert left_out(tip) == {principal.pk}

    def test_the_relay_leaves_them_out(self, town, call_taker, new_tip, as_login):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        notices = {n.contact_id: n.id for n in Notice.objects.all()}
        critical(tip, call_taker, flags=MARK, conflict=out(town.contacts["principal"]))
        as_login("relay")
        assert rendered("notice", notices[town.contacts["principal"].pk]) is None
        assert rendered("notice", notices[town.contacts["officer"].pk]) is not None
