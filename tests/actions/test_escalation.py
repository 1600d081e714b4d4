"""While somebody who was asked says nothing, the worker takes the pack's next step; what it does nobody can lose or do twice."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db.models import Q

from tests.actions.conftest import mails_leave, refuse, rendered
from tests.actions.test_judging import critical, standard
from tests.support.people import holding, regional, with_own_telephones
from tests.support.settling import settle_owed
from upstander import clock as the_clock
from upstander.actions import escalation, queries, referrals, services, texted
from upstander.actions.escalation_ladder import ladders
from upstander.actions.links import token_for
from upstander.actions.models import (
    ConflictDecision,
    EscalationStep,
    Exclusion,
    Judgement,
    Notice,
    RequiredAction,
)
from upstander.actions.refused import SET_ASIDE
from upstander.delivery.models import Delivery
from upstander.directory import calendars_services
from upstander.directory.models import Contact
from upstander.ids import new_id
from upstander.intake.models import Tip
from upstander.packs.current import current
from upstander.people.models import Account

pytestmark = pytest.mark.django_db
MOMENTS = (0, 2, 3, 4, 5, 6, 8, 9, 10, 15, 16, 20, 30, 31, 60)  # minutes at which a step could come, and some between
SECRET_WORDS = "He said he will bring a gun"


@pytest.fixture
def people(town) -> dict[str, Contact]:
    """The school's and district's contacts, each with a telephone of their own; somebody in the region, and two supervisors."""
    with_own_telephones(town)
    for name in ("ana", "ben"):
        holding(Account.objects.create_user(f"{name}@desk.example", name=name.title()), "supervisor")
    return {**town.contacts, "region": regional(town)}


@pytest.fixture
def tip(town, people, call_taker, new_tip) -> UUID:
    """A Critical about the high school, of which four people were told, and the mails have left."""
    made = new_tip(town.school.pk, SECRET_WORDS)
    critical(made, call_taker)
    mails_leave()
    return made


def turn() -> None:
    escalation.criticals()
    escalation.others()


@pytest.fixture
def after(clock) -> Callable[[float], None]:
    """`after(8)`: the clock stands eight minutes after now, and the worker has looked at each of MOMENTS before."""
    seen = [0]

    def go(minutes: int) -> None:
        for minute in (m for m in MOMENTS if seen[0] <= m <= minutes):
            clock(minute * 60 + 1)
            turn()
        seen[0] = minutes

    return go


def steps(of: Contact | None = None, **wanted: object) -> Counter[str]:
    """How often the worker took each step (for somebody's notice); the texts that went with the judgement are not its."""
    found = EscalationStep.objects.filter(**wanted).exclude(purpose=texted.AT_ONCE)
    return Counter((found.filter(notice__contact=of) if of else found).values_list("step", flat=True))


def notice(tip_id: UUID, contact: Contact) -> Notice:
    return Notice.objects.get(referral__tip_id=tip_id, contact=contact)


def confirm(tip_id: UUID, contact: Contact, strength: str = "link") -> None:
    services.confirm(notice(tip_id, contact).id, as_self=True, name="", strength=strength)


def asked_by_mail() -> list[tuple[str, str]]:
    """Who is owed a mail of escalation: (address key, state)."""
    return sorted(Delivery.objects.filter(purpose="escalation").values_list("address_key", "state"))


class TestTheLadderOfACritical:
    def test_nothing_before_its_time_then_each_person_again_and_who_is_on_call(self, tip, people, after):
        after(4)
        assert not steps(channel="email")
        after(5)
        assert steps(channel="email") == {"critical_mail": 4}, "each of four is asked again, nobody for another"
        after(8)
        assert steps()["critical_next"] == 4 and steps()["critical_district"] == 4
        after(15)
        assert steps()["critical_region"] == 4
        region = Delivery.objects.filter(address_key=f"contact:{people['region'].pk}").order_by("purpose")
        told = ["escalation", "escalation_call", "escalation_sms"]
        assert [one.purpose for one in region] == told, "four are silent: the region is told once, not four times"

    def test_the_supervisor_on_call_is_told_again_and_again_until_somebody_confirms(self, tip, people, clock, after):
        ana = Account.objects.get(email="ana@desk.example")
        calendars_services.add_shift(None, ana.pk, the_clock.now(), the_clock.now() + timedelta(weeks=1), "account:1")
        after(31)
        told = Delivery.objects.filter(address_key__startswith="account:", purpose="escalation")
        assert [d.address_key for d in told] == [f"account:{ana.pk}"] * 3, "at 10, 20 and 30 minutes; and only who is on call"
        confirm(tip, people["principal"])
        clock(60 * 60)
        turn()
        assert told.count() == 3

    def test_without_a_calendar_every_supervisor_is_told(self, tip, after):
        after(10)
        assert Delivery.objects.filter(address_key__startswith="account:").count() == 2

    def test_one_persons_confirming_stops_nobody_elses_reminder_and_wakes_nobody_above(self, tip, people, after):
        confirm(tip, people["principal"])
        after(60)
        assert steps(of=people["principal"]) == {}
        for name in ("superintendent", "officer", "counsellor"):
            assert steps(of=people[name])["critical_mail"] == 1
        assert not set(steps()) & {"critical_district", "critical_region", "critical_programme"}

    def test_who_has_confirmed_is_not_asked_in_anybodys_place(self, tip, people, after):
        confirm(tip, people["superintendent"])
        after(20)
        assert not EscalationStep.objects.filter(target_kind="contact", target_id=people["superintendent"].pk).exists()

    def test_whoever_stands_in_for_somebody_away_is_asked_at_once(self, town, people, call_taker, new_tip, after):
        today = the_clock.today()
        calendars_services.add_absence(people["principal"].pk, today, today, people["counsellor"].pk, "account:1")
        made = new_tip(town.school.pk)
        critical(made, call_taker)
        after(3)
        (step,) = EscalationStep.objects.filter(step="critical_deputy")
        assert (step.notice.contact, step.target_id) == (people["principal"], people["counsellor"].pk)
        mail = rendered("escalation", step.id)
        assert "P. Okafor" in mail.text and token_for(notice(made, people["counsellor"]).id) in mail.text

    def test_the_districts_on_call_is_whom_its_calendar_names(self, tip, town, people, after):
        now = the_clock.now()
        calendars_services.add_shift(town.district.pk, people["counsellor"].pk, now, now + timedelta(weeks=1), "account:1")
        after(8)
        told = set(EscalationStep.objects.filter(step="critical_district").values_list("target_id", flat=True))
        assert people["counsellor"].pk in told and len(told) == 2, "for whoever is on call somebody else of the list is asked"

    def test_quiet_hours_hold_back_nothing_of_a_critical(self, tip, people, after):
        midnight = {"email": (the_clock.now().time().replace(hour=0, minute=0), the_clock.now().time().replace(hour=0, minute=0))}
        for contact in people.values():
            calendars_services.set_quiet(contact.pk, midnight, "account:1")
        after(15)
        assert steps()["critical_mail"] == 4

    def test_a_tip_that_is_raised_asks_anew_and_the_ladder_begins_again(self, town, people, call_taker, new_tip, clock):
        made = new_tip(town.school.pk)
        standard(made, call_taker)
        clock(25 * 3600)
        turn()
        assert set(steps()) == {"standard_mail"}
        critical(made, call_taker)
        turn()
        assert set(steps()) == {"standard_mail"}, "nobody has had time to answer"
        clock(25 * 3600 + 6 * 60)
        turn()
        assert steps()["critical_mail"] == 4


class TestTheLadderOfAStandard:
    @pytest.fixture
    def bullying(self, town, people, call_taker, new_tip) -> UUID:
        made = new_tip(town.school.pk)
        standard(made, call_taker)
        mails_leave()
        return made

    def test_it_is_slower(self, bullying, clock):
        clock(23 * 3600)
        turn()
        assert not steps()
        clock(24 * 3600 + 60)
        turn()
        assert steps() == {"standard_mail": 4}

    def test_quiet_hours_hold_back_the_reminder_until_they_end(self, bullying, people, clock):
        clock(24 * 3600 + 60)
        now = the_clock.now().astimezone(the_clock.ZoneInfo("America/Chicago"))
        hours = (now - timedelta(hours=1)).time(), (now + timedelta(hours=1)).time()
        calendars_services.set_quiet(people["principal"].pk, {"email": hours}, "account:1")
        turn()
        assert steps(of=people["principal"]) == {} and steps(of=people["officer"]) == {"standard_mail": 1}
        clock(26 * 3600)
        turn()
        assert steps(of=people["principal"]) == {"standard_mail": 1}


class TestNothingTwiceAndNothingTooMuch:
    def test_looking_again_takes_no_step_again(self, tip, after):
        after(16)
        before, owed = EscalationStep.objects.count(), Delivery.objects.count()
        turn()
        turn()
        assert (EscalationStep.objects.count(), Delivery.objects.count()) == (before, owed)

    def test_a_worker_that_was_away_for_hours_tells_once(self, tip, clock):
        clock(5 * 3600)
        turn()
        assert max(steps(of=None).values()) <= 8, "the supervisors for each of four, once"
        assert Delivery.objects.filter(address_key__startswith="account:").count() == 2

    @pytest.mark.parametrize("how", ["closed", "stood down", "set aside", "left out"])
    def test_of_whom_nothing_is_asked_nothing_comes(self, how, tip, town, people, call_taker, after):
        if how == "closed":
            confirm(tip, people["principal"])
            settle_owed(tip, call_taker.pk)
            Tip.objects.filter(pk=tip).update(closed_at=the_clock.now())
        elif how == "stood down":
            referrals.stand_down(tip, "account:1")
            Notice.objects.update(action=None)
        elif how == "set aside":
            RequiredAction.objects.filter(tip_id=tip, target_kind="contact").update(result=SET_ASIDE, done_at=the_clock.now())
        else:
            from upstander.actions.models import ConflictDecision, Exclusion, Judgement
            from upstander.ids import new_id

            judgement = Judgement.objects.get(tip_id=tip)
            made = ConflictDecision.objects.create(
                id=new_id(), tip_id=tip, judgement=judgement, at=the_clock.now(), account_id=call_taker.pk
            )
            for contact in people.values():
                Exclusion.objects.create(id=new_id(), tip_id=tip, contact=contact, decision=made, at=the_clock.now())
        after(30)
        silent = ["closed", "set aside", "left out"]
        assert not steps() if how in silent else steps() == {}

    def test_whom_no_mail_reaches_is_not_mailed(self, tip, people, after):
        people["principal"].points.filter(kind="email").update(bounced_at=the_clock.now())
        after(6)
        assert "critical_mail" not in steps(of=people["principal"])
        assert steps(of=people["principal"])["critical_next"] == 1, "but somebody is asked for them"

    def test_red_is_what_it_is_whatever_the_worker_did(self, tip, clock):
        clock(16 * 60)
        red = {r.code for r in queries.red_tips(the_clock.now())[tip]}
        turn()
        assert {r.code for r in queries.red_tips(the_clock.now())[tip]} == red >= {"unconfirmed", "contact_silent"}


class TestWhatItSays:
    def test_the_region_and_the_supervisor_read_where_and_how_grave_and_no_word(self, tip, after):
        after(15)
        for key in ("account:", "contact:"):
            rows = EscalationStep.objects.filter(step__in=["critical_region", "critical_programme"])
            row = next(r for r in rows if r.subject_id == r.id and r.target_kind == key.rstrip(":"))
            mail = rendered("escalation", row.id)
            assert "Millbrook High School" in mail.text and row.notice.contact.name in mail.text
            assert "gun" not in mail.text and "/c/" not in mail.text and "attack" not in mail.text.lower()
            assert mail.urgent and mail.subject.startswith("On call")

    def test_a_reminder_stands_in_the_thread_and_has_the_persons_own_link(self, tip, people, after):
        after(5)
        mine = notice(tip, people["principal"])
        row = EscalationStep.objects.get(notice=mine, step="critical_mail")
        mail = rendered("escalation", row.id)
        assert mail.to_address == "okafor@prairie.example" and token_for(mine.id) in mail.text
        assert mail.thread == Delivery.objects.get(purpose="notice", subject_id=mine.id).message_id
        assert "gun" not in mail.text

    def test_who_confirms_before_it_leaves_reads_nothing(self, tip, people, after):
        after(10)
        mine = EscalationStep.objects.get(notice__contact=people["principal"], step="critical_mail")
        above = EscalationStep.objects.filter(step="critical_programme", purpose="escalation").first()
        confirm(tip, people["principal"])
        assert rendered("escalation", mine.id) is None
        assert rendered("escalation", above.subject_id) is None, "somebody has it: nobody need be woken"
        others = EscalationStep.objects.get(notice__contact=people["counsellor"], step="critical_mail")
        assert rendered("escalation", others.id) is not None

    def test_a_supervisor_who_has_left_is_mailed_no_more(self, tip, after):
        after(10)
        row = EscalationStep.objects.filter(target_kind="account").first()
        Account.objects.filter(pk=row.target_id).update(is_active=False)
        assert rendered("escalation", row.subject_id) is None


class TestAStandDown:
    def lowered(self, tip: UUID, call_taker: Account, supervisor: Account) -> None:
        lowering = standard(tip, call_taker, reason="It was a film project", narrative="It was a film.")
        services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher says so")

    def test_whoever_was_asked_for_help_is_told_that_it_is_over(self, tip, people, call_taker, supervisor, after):
        after(15)
        mails_leave()
        self.lowered(tip, call_taker, supervisor)
        over = Delivery.objects.filter(purpose="escalation_over")
        accounts = Account.objects.filter(role_grants__role="supervisor").values_list("pk", flat=True)
        assert {d.address_key for d in over} == {f"contact:{people['region'].pk}", *(f"account:{pk}" for pk in accounts)}
        mail = rendered("escalation_over", over.get(address_key__startswith="contact:").subject_id)
        assert mail.to_address == "head@roe.example" and "no longer stands" in mail.text

    def test_who_had_not_been_told_yet_hears_nothing(self, tip, call_taker, supervisor, after):
        after(15)
        self.lowered(tip, call_taker, supervisor)
        assert not Delivery.objects.filter(purpose="escalation_over").exists()
        waiting = Delivery.objects.filter(Q(address_key__startswith="account:"), purpose="escalation", state="pending")
        assert not waiting.exists()


    def test_who_was_left_out_since_gets_no_correction_and_everybody_else_theirs(self, tip, people, call_taker, after):
        after(15)
        mails_leave()
        judgement, at = Judgement.objects.get(tip_id=tip), the_clock.now()
        decision = ConflictDecision.objects.create(id=new_id(), tip_id=tip, judgement=judgement, at=at, account_id=call_taker.pk)
        Exclusion.objects.create(id=new_id(), tip_id=tip, contact=people["region"], decision=decision, at=at)
        referrals.stand_down(tip, f"account:{call_taker.pk}")
        over = set(Delivery.objects.filter(purpose="escalation_over").values_list("address_key", flat=True))
        assert over and all(key.startswith("account:") for key in over)


class TestWhoMay:
    def test_the_worker_takes_every_step_with_its_own_login(self, tip, people, as_login, after):
        today = the_clock.today()
        calendars_services.add_absence(people["principal"].pk, today, today, people["counsellor"].pk, "account:1")
        as_login("worker")
        after(20)
        assert {"critical_deputy", "critical_mail", "critical_next", "critical_district", "critical_programme"} <= set(steps())

    def test_the_relay_writes_the_mails_with_its_own(self, tip, as_login, after):
        after(15)
        as_login("relay")
        for row in EscalationStep.objects.filter(purpose="escalation"):
            assert rendered("escalation", row.subject_id).to_address
        assert rendered("escalation_over", EscalationStep.objects.filter(target_kind="account").first().subject_id)

    def test_the_desk_draws_the_ladder_with_its_own(self, tip, people, as_login, after):
        after(9)
        as_login("desk")
        assert ladders(tip, the_clock.now())[str(people["principal"].pk)].tried

    def test_the_school_reads_none_of_it(self, tip, clock, as_login):
        from tests.people.conftest import refused

        as_login("school")
        assert refused(lambda: list(EscalationStep.objects.all()))


class TestTheDesksLadder:
    def test_it_says_what_was_tried_and_what_comes_next_and_when(self, tip, people, after):
        after(6)
        ladder = ladders(tip, the_clock.now())[str(people["principal"].pk)]
        assert ("another e-mail", "") in [(t.label, t.whom) for t in ladder.tried]
        since = notice(tip, people["principal"]).asked_since
        assert (ladder.next.label, ladder.next.at) == ("the district's on-call", since + timedelta(minutes=8))
        assert "whoever stands in" in ladder.missing
        mine = EscalationStep.objects.get(notice__contact=people["principal"], step="critical_mail")
        refuse(Delivery.objects.get(subject_id=mine.id))
        again = ladders(tip, the_clock.now())[str(people["principal"].pk)]
        assert [t.state for t in again.tried if t.label == "another e-mail"] == ["failed"]

    def test_a_step_that_can_be_taken_toward_nobody_is_not_what_comes_next(self, tip, people, after):
        after(1)
        ladder = ladders(tip, the_clock.now())[str(people["principal"].pk)]
        assert ladder.next.label != "whoever stands in", "the principal is not away, nobody stands in"

    def test_what_rests_because_somebody_has_confirmed_says_so(self, tip, people, after):
        confirm(tip, people["superintendent"])
        after(30)
        assert ladders(tip, the_clock.now())[str(people["principal"].pk)].next.waits == "rests"
        has_confirmed = ladders(tip, the_clock.now())[str(people["superintendent"].pk)]
        assert has_confirmed.next is None and [t.label for t in has_confirmed.tried] == ["a text message"]

    def test_a_pack_without_steps_draws_nothing(self, tip):
        assert current().escalation.steps
        assert ladders(tip, the_clock.now()), "the first step is drawn before it is taken"
