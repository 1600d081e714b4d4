"""A mail that a mail server refuses for good, after its person had been told: red until a person at the desk acts."""

from collections.abc import Callable
from importlib import import_module
from uuid import UUID

import pytest
from django.db import connection

from tests.actions.conftest import mails_leave, refuse, rendered
from tests.actions.test_judging import critical, standard
from tests.actions.test_never_silent import reds, settle_all
from tests.support.settling import settle_owed
from upstander.actions import queries, services
from upstander.actions.models import ActionEvent, RequiredAction
from upstander.actions.recording import CannotRecord
from upstander.clock import now
from upstander.delivery.models import Delivery
from upstander.directory.models import ContactPoint
from upstander.intake.models import Tip

pytestmark = pytest.mark.django_db
WORDS = "A student plans an attack on Friday."


def mail_to(contact, purpose: str) -> Delivery:
    return Delivery.objects.filter(address_key=f"contact:{contact.pk}", purpose=purpose).latest("created_at")


def row_of(tip: UUID, contact, kind: str = "email_contacts") -> RequiredAction:
    return RequiredAction.objects.filter(tip_id=tip, kind=kind, target_ref=str(contact.pk)).latest(
        "owed_since"
    )


@pytest.fixture
def principal(town):
    return town.contacts["principal"]


@pytest.fixture
def told(town, call_taker, new_tip) -> UUID:
    """A Critical of which everybody has been told and whose words are released and on their way."""
    tip = new_tip(town.school.pk)
    critical(tip, call_taker)
    settle_all(tip, call_taker)
    services.release(tip, call_taker.pk, WORDS)
    return tip


@pytest.fixture
def stood_down(told, call_taker, supervisor) -> UUID:
    """The same tip after its lowering: the correction is on its way."""
    mails_leave()
    lowering = standard(told, call_taker, reason="It was a film project")
    services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher confirmed it")
    return told


class TestRed:
    def test_the_words_that_are_refused_are_red(self, told, principal):
        assert not reds(told)
        refuse(mail_to(principal, "narrative"))
        assert reds(told) == {"mail_refused"}

    def test_a_stand_down_that_is_refused_is_red(self, stood_down, principal):
        assert not reds(stood_down)
        refuse(mail_to(principal, "stand_down"))
        assert reds(stood_down) == {"mail_refused"}

    def test_so_is_the_stand_down_of_who_is_not_concerned_any_more(self, told, call_taker, town, principal):
        mails_leave()
        services.change_place(told, call_taker.pk, town.other_school.pk)
        refuse(mail_to(principal, "stand_down"))
        assert row_of(told, principal).ended_by_id
        assert "mail_refused" in reds(told)
        services.told_otherwise(
            row_of(told, principal).id, call_taker.pk, "Rang the school: it is not theirs"
        )
        assert "mail_refused" not in reds(told)

    def test_what_was_refused_before_the_correction_is_the_corrections_matter(
        self, told, call_taker, town, principal
    ):
        refuse(mail_to(principal, "narrative"))
        services.change_place(told, call_taker.pk, town.other_school.pk)
        assert "mail_refused" not in reds(told)

    def test_several_are_counted_once_a_person(self, told, principal, town):
        for contact in (principal, town.contacts["officer"]):
            refuse(mail_to(contact, "narrative"))
        [red] = queries.red_tips(now())[told]
        assert (red.code, red.count) == ("mail_refused", 2)

    def test_the_words_for_whom_a_person_has_set_aside_are_not_asked_about_again(
        self, town, call_taker, new_tip, principal
    ):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        refuse(mail_to(principal, "notice"))
        services.mark_done(
            row_of(tip, principal).id, call_taker.pk, "On leave; the district has it", "not_possible"
        )
        settle_all(tip, call_taker)
        services.release(tip, call_taker.pk, WORDS)
        refuse(mail_to(principal, "narrative"))
        assert not reds(tip)

    def test_their_stand_down_is(self, town, call_taker, supervisor, new_tip, principal):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        refuse(mail_to(principal, "notice"))
        services.mark_done(row_of(tip, principal).id, call_taker.pk, "By telephone only", "not_possible")
        settle_all(tip, call_taker)
        lowering = standard(tip, call_taker, reason="It was a film project")
        services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher confirmed it")
        mails_leave(but=principal)
        refuse(mail_to(principal, "stand_down"))
        assert reds(tip) == {"mail_refused"}

    def test_words_for_an_address_that_bounced_meanwhile_are_refused_not_forgotten(self, told, principal):
        """Another tip's mail has found that the address is dead: there is nobody to whom this one could go."""
        from upstander.delivery.carriers.base import CarrierError
        from upstander.delivery.mail import Sender, compose

        ContactPoint.objects.filter(contact=principal, kind="email").update(bounced_at=now())
        mail = rendered("narrative", mail_to(principal, "narrative").subject_id)
        with pytest.raises(CarrierError) as refusal:
            compose(mail, Sender("Us", "us@upstander.example"), message_id="<1@x>", at=now(), critical=True)
        assert refusal.value.permanent


class TestUntilAPersonActs:
    @pytest.mark.parametrize("result", ["answered", "voicemail"])
    def test_a_call_that_reached_the_person_is_an_act(self, told, call_taker, principal, result):
        refuse(mail_to(principal, "narrative"))
        call = row_of(told, principal, "call_contacts")
        services.record_call(call.id, call_taker.pk, result, 30, {"answered_by": "P. Okafor"})
        assert not reds(told)

    @pytest.mark.parametrize("result", ["no_answer", "busy", "wrong_number"])
    def test_a_call_that_reached_nobody_is_none(self, told, call_taker, principal, result):
        refuse(mail_to(principal, "narrative"))
        services.record_call(row_of(told, principal, "call_contacts").id, call_taker.pk, result, 30, {})
        assert reds(told) == {"mail_refused"}

    def test_a_call_to_somebody_else_is_none(self, told, call_taker, principal, town):
        refuse(mail_to(principal, "narrative"))
        other = row_of(told, town.contacts["officer"], "call_contacts")
        services.record_call(other.id, call_taker.pk, "answered", 30, {"answered_by": "Officer Osei"})
        assert reds(told) == {"mail_refused"}

    def test_what_was_done_before_it_was_refused_is_none(self, told, call_taker, principal):
        call = row_of(told, principal, "call_contacts")
        services.record_call(call.id, call_taker.pk, "answered", 30, {"answered_by": "P. Okafor"})
        refuse(mail_to(principal, "narrative"))
        assert reds(told) == {"mail_refused"}

    def test_a_note_of_how_they_were_told_is_an_act_and_is_kept(self, told, call_taker, principal):
        refuse(mail_to(principal, "narrative"))
        row = row_of(told, principal)
        with pytest.raises(CannotRecord, match="Write how"):
            services.told_otherwise(row.id, call_taker.pk, " ")
        services.told_otherwise(row.id, call_taker.pk, "Read to her by telephone")
        assert not reds(told)
        event = ActionEvent.objects.filter(action=row).latest("at")
        assert (event.result, event.actor) == ("told_otherwise", call_taker.actor)
        row.refresh_from_db()
        assert row.result == "sent", "the first mail was accepted, and stays so"

    def test_a_mail_that_is_owed_still_is_not_done_by_a_note(self, town, call_taker, new_tip, principal):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        refuse(mail_to(principal, "notice"))
        with pytest.raises(CannotRecord, match="owed still"):
            services.told_otherwise(row_of(tip, principal).id, call_taker.pk, "Told her")
        call = RequiredAction.objects.get(tip_id=tip, kind="call_psap")
        with pytest.raises(CannotRecord, match="no mail"):
            services.told_otherwise(call.id, call_taker.pk, "Told them")

    def test_the_next_refusal_is_red_again(self, told, call_taker, principal):
        refuse(mail_to(principal, "narrative"))
        services.told_otherwise(row_of(told, principal).id, call_taker.pk, "Read to her by telephone")
        services.release(told, call_taker.pk, WORDS + " He has a list.")
        assert not reds(told)
        refuse(mail_to(principal, "narrative"))
        assert reds(told) == {"mail_refused"}


class TestEachMailByItself:
    """What became of one mail says nothing of another, also where both are of one row of the ledger."""

    @pytest.fixture
    def tip(self, town, call_taker, new_tip) -> UUID:
        """A Critical whose calls are done, whose first mails are all on their way still, and whose words are released."""
        made = new_tip(town.school.pk)
        critical(made, call_taker)
        settle_owed(made, call_taker.pk)
        services.release(made, call_taker.pk, WORDS)
        return made

    @pytest.mark.req("D-IV.A.2")
    def test_words_refused_before_the_first_mail_left_stay_red_when_it_has(self, tip, call_taker, principal):
        refuse(mail_to(principal, "narrative"))
        assert reds(tip) == {"mail_refused"}
        mails_leave()
        assert row_of(tip, principal).result == "sent"
        assert reds(tip) == {"mail_refused"}
        with pytest.raises(CannotRecord, match="refused"):
            services.close(tip, call_taker.pk, "over")
        services.told_otherwise(row_of(tip, principal).id, call_taker.pk, "Read to her by telephone")
        assert not reds(tip)

    def test_so_does_a_stand_down(self, town, call_taker, supervisor, new_tip, principal):
        """Who was told by telephone can be stood down before their first mail leaves."""
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        call = row_of(tip, principal, "call_contacts")
        services.record_call(call.id, call_taker.pk, "answered", 30, {"answered_by": "P. Okafor"})
        lowering = standard(tip, call_taker, reason="It was a film project")
        services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher confirmed it")
        refuse(mail_to(principal, "stand_down"))
        mails_leave()
        assert row_of(tip, principal).result == "sent"
        assert "mail_refused" in reds(tip)
        services.send_again(row_of(tip, principal).id, call_taker.pk)
        assert "mail_refused" not in reds(tip)

    def test_later_words_answer_the_refused_words_and_not_the_refused_first_mail(
        self, tip, call_taker, principal
    ):
        refuse(mail_to(principal, "narrative"))
        refuse(mail_to(principal, "notice"))
        services.release(tip, call_taker.pk, WORDS + " He has a list.")
        assert "mail_refused" in reds(tip)
        services.send_again(row_of(tip, principal).id, call_taker.pk)
        assert "mail_refused" not in reds(tip)

    def test_a_call_answers_the_words_and_not_the_first_mail_which_is_owed_still(
        self, tip, call_taker, principal
    ):
        refuse(mail_to(principal, "notice"))
        refuse(mail_to(principal, "narrative"))
        call = row_of(tip, principal, "call_contacts")
        services.record_call(call.id, call_taker.pk, "answered", 30, {"answered_by": "P. Okafor"})
        assert "mail_refused" in reds(tip)
        Delivery.objects.filter(purpose="notice").update(state="sent")
        assert "mail_refused" not in reds(tip)

    def test_setting_a_mail_aside_answers_all_that_was_refused_of_it(self, tip, call_taker, principal):
        refuse(mail_to(principal, "notice"))
        refuse(mail_to(principal, "narrative"))
        services.mark_done(row_of(tip, principal).id, call_taker.pk, "On leave", "not_possible")
        assert "mail_refused" not in reds(tip)

    def test_setting_a_call_aside_answers_nothing(self, town, call_taker, new_tip, principal):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        mails_leave()
        services.release(tip, call_taker.pk, WORDS)
        refuse(mail_to(principal, "narrative"))
        call = row_of(tip, principal, "call_contacts")
        services.mark_done(call.id, call_taker.pk, "Nobody answers", "not_possible")
        assert "mail_refused" in reds(tip)

    def test_what_is_sent_again_after_it_was_set_aside_is_red_when_it_is_refused_again(
        self, tip, call_taker, principal
    ):
        refuse(mail_to(principal, "notice"))
        row = row_of(tip, principal)
        services.mark_done(row.id, call_taker.pk, "On leave", "not_possible")
        services.send_again(row.id, call_taker.pk)
        refuse(mail_to(principal, "notice"))
        assert "mail_refused" in reds(tip)
        services.told_otherwise(row.id, call_taker.pk, "Rang her at home")
        assert "mail_refused" not in reds(tip)

    def test_a_refusal_is_shown_where_its_mail_is_and_can_be_sent_again(
        self, town, call_taker, new_tip, principal
    ):
        """A raised tip has a row of its own for the mail that is owed once more; words belong to the newest."""
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        mails_leave()
        services.release(tip, call_taker.pk, WORDS)
        refuse(mail_to(principal, "narrative"))
        critical(tip, call_taker, in_progress=True)
        mails_leave(but="narrative")
        refuse(mail_to(principal, "narrative"))
        assert "mail_refused" in reds(tip)
        mine = [line for line in queries.ledger(tip) if line.notice and line.notice.contact == principal]
        [red] = [line for line in mine if line.unanswered]
        assert red.action == row_of(tip, principal) and "#" in red.action.rule
        services.send_again(red.action.id, call_taker.pk)
        assert "mail_refused" not in reds(tip)

    def test_a_refusal_of_before_this_was_kept_finds_its_mail(self, tip, principal):
        for purpose in ("notice", "narrative"):
            refuse(mail_to(principal, purpose))
        refusals = ActionEvent.objects.filter(result="refused").order_by("at")
        named = list(refusals.values_list("delivery__purpose", flat=True))
        refusals.update(delivery=None)
        assert "mail_refused" in reds(tip)
        with connection.cursor() as cursor:
            cursor.execute(import_module("upstander.actions.migrations.0007_which_mail_was_refused").WHICH)
        assert list(refusals.values_list("delivery__purpose", flat=True)) == named == ["notice", "narrative"]


class TestClosing:
    @pytest.fixture
    def close(self, told, call_taker) -> Callable[[], None]:
        return lambda: services.close(told, call_taker.pk, "over")

    def test_a_tip_does_not_close_over_words_that_are_on_their_way(self, told, close):
        with pytest.raises(CannotRecord, match="4 mails are still on their way"):
            close()
        mails_leave()
        close()
        assert Tip.objects.get(pk=told).closed_at

    def test_nor_over_a_stand_down(self, stood_down, call_taker):
        settle_all(stood_down, call_taker, but="stand_down")
        with pytest.raises(CannotRecord, match="on their way"):
            services.close(stood_down, call_taker.pk, "over")

    def test_nor_over_a_mail_that_was_refused(self, told, call_taker, principal, close):
        mails_leave(but=principal)
        refuse(mail_to(principal, "narrative"))
        with pytest.raises(CannotRecord, match="refused"):
            close()
        services.told_otherwise(row_of(told, principal).id, call_taker.pk, "Read to her by telephone")
        close()


def test_a_refusal_is_found_by_its_tip_and_that_of_a_closed_one_is_not_asked_for(told, principal):
    """The queue asks for those of open tips at every look, however many there ever were of closed ones."""
    refuse(mail_to(principal, "narrative"))
    assert ActionEvent.objects.get(result="refused").tip_id == told
    Tip.objects.filter(pk=told).update(closed_at=now())
    assert told not in queries.red_tips(now())
