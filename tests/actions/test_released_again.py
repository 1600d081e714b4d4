"""Words of a Critical that are released later: each time one mail to everybody, in the thread of their first (decisions 8)."""

from uuid import UUID

import pytest

from tests.actions.conftest import mails_leave, refuse, rendered
from tests.actions.test_judging import critical, standard
from tests.actions.test_never_silent import reds
from tests.support.town import contact
from upstander.actions import services
from upstander.actions.models import ActionEvent, Notice, Referral, RequiredAction
from upstander.actions.recording import CannotRecord
from upstander.audit.models import Entry
from upstander.delivery.models import Delivery
from upstander.directory.models import ContactPoint
from upstander.intake.models import Tip

pytestmark = pytest.mark.django_db
FIRST, LATER = "A student plans an attack.", "A student plans an attack on Friday. He has a list."


def words_to(person) -> list[Delivery]:
    """The mails with words that were ever owed to a contact, in the order in which they were."""
    found = Delivery.objects.filter(purpose="narrative", address_key=f"contact:{person.pk}")
    return list(found.order_by("id"))


@pytest.fixture
def principal(town):
    return town.contacts["principal"]


@pytest.fixture
def tip(town, call_taker, new_tip) -> UUID:
    """A Critical of which everybody has been mailed."""
    made = new_tip(town.school.pk)
    critical(made, call_taker)
    mails_leave()
    return made


@pytest.fixture
def released(tip, call_taker) -> UUID:
    """The same tip; its words have reached everybody."""
    services.release(tip, call_taker.pk, FIRST)
    mails_leave()
    return tip


def test_every_release_mails_everybody_once_in_the_thread_of_their_first_mail(
    released, call_taker, principal
):
    assert services.release(released, call_taker.pk, LATER) == 4
    mails_leave()
    assert Delivery.objects.filter(purpose="narrative", state="sent").count() == 8
    first, later = words_to(principal)
    assert first.message_id != later.message_id
    notice = Notice.objects.get(referral__tip_id=released, contact=principal)
    mail = rendered("narrative", later.subject_id)
    assert mail.thread == Delivery.objects.get(purpose="notice", subject_id=notice.id).message_id
    assert (
        LATER in mail.text
        and "replaces" in mail.text
        and "replaces" not in rendered("narrative", first.subject_id).text
    )
    assert set(Referral.objects.values_list("released_by", flat=True)) == {call_taker.pk}


def test_the_desks_login_may_release_and_release_again(tip, call_taker, as_login):
    as_login("desk")
    assert services.release(tip, call_taker.pk, FIRST) == services.release(tip, call_taker.pk, LATER) == 4


def test_the_relays_login_may_write_the_mail_and_what_came_of_it(released, call_taker, principal, as_login):
    services.release(released, call_taker.pk, LATER)
    as_login("relay")
    assert "replaces" in rendered("narrative", words_to(principal)[-1].subject_id).text
    refuse(words_to(principal)[-1])
    assert ActionEvent.objects.filter(result="refused").count() == 1


def test_each_release_is_on_the_record_with_how_many_mails_it_owed(released, call_taker):
    services.release(released, call_taker.pk, LATER)
    entry = Entry.objects.filter(act="narrative.released").latest("id")
    assert (entry.actor, entry.object_id) == (call_taker.actor, str(released))
    assert entry.detail == {"referrals": 4, "characters": len(LATER), "mails": 4}


def test_words_that_have_not_left_go_with_the_later_ones_in_one_mail(tip, call_taker, principal):
    services.release(tip, call_taker.pk, FIRST)
    services.release(tip, call_taker.pk, LATER)
    waiting = [d for d in words_to(principal) if d.state == "pending"]
    assert len(waiting) == 1
    mail = rendered("narrative", waiting[0].subject_id)
    assert LATER in mail.text and "replaces" not in mail.text, "there is nothing that they had before"


def test_the_button_pressed_twice_mails_nobody_twice(released, call_taker):
    with pytest.raises(CannotRecord, match="Everybody has these words already"):
        services.release(released, call_taker.pk, f" {FIRST}\n")
    assert Delivery.objects.filter(purpose="narrative").count() == 4
    assert Entry.objects.filter(act="narrative.released").count() == 1


def test_who_joins_later_gets_the_words_that_their_organisation_was_given(
    released, call_taker, town, principal
):
    deputy = contact(town.school, town.school, "school", "Deputy Head", "deputy@prairie.example")
    critical(released, call_taker)
    assert [d.state for d in words_to(deputy)] == ["pending"]
    assert FIRST in rendered("narrative", words_to(deputy)[0].subject_id).text
    assert len(words_to(principal)) == 1, "who has the words is not mailed them again"


def test_another_school_gets_the_same_words_and_nobody_has_them_twice(released, call_taker, town):
    services.change_place(released, call_taker.pk, town.district.pk)
    assert services.release(released, call_taker.pk, FIRST) == 1, "the other school's principal is new"
    assert (
        len(words_to(town.contacts["other_principal"])) == len(words_to(town.contacts["superintendent"])) == 1
    )


def test_who_is_asked_anew_of_something_graver_is_given_the_same_words_again(
    town, call_taker, new_tip, principal
):
    tip = new_tip(town.school.pk)
    standard(tip, call_taker, narrative=FIRST)
    mails_leave()
    critical(tip, call_taker)
    assert [d.state for d in words_to(principal)] == ["pending"]
    with pytest.raises(CannotRecord):
        services.release(tip, call_taker.pk, FIRST)
    assert services.release(tip, call_taker.pk, LATER) == 4


class TestStandDown:
    def test_words_that_wait_do_not_follow_a_stand_down(self, tip, call_taker, town, principal):
        services.release(tip, call_taker.pk, FIRST)
        services.change_place(tip, call_taker.pk, town.other_school.pk)
        assert [d.state for d in words_to(principal)] == ["cancelled"]
        assert [d.state for d in words_to(town.contacts["superintendent"])] == ["pending"]

    def test_neither_do_words_that_had_been_refused(self, tip, call_taker, town, principal):
        services.release(tip, call_taker.pk, FIRST)
        refuse(words_to(principal)[0])
        services.change_place(tip, call_taker.pk, town.other_school.pk)
        assert [d.state for d in words_to(principal)] == ["cancelled"]

    def test_later_words_go_to_nobody_who_was_stood_down(self, released, call_taker, town, principal):
        services.change_place(released, call_taker.pk, town.other_school.pk)
        services.release(released, call_taker.pk, LATER)
        assert len(words_to(principal)) == 1
        assert len(words_to(town.contacts["superintendent"])) == 2

    def test_who_is_concerned_again_gets_the_words_again(self, tip, call_taker, town, principal):
        services.release(tip, call_taker.pk, FIRST)
        services.change_place(tip, call_taker.pk, town.other_school.pk)
        services.change_place(tip, call_taker.pk, town.school.pk)
        assert [d.state for d in words_to(principal)] == ["cancelled", "pending"]


class TestRefused:
    def test_later_words_take_the_place_of_those_that_were_refused(self, tip, call_taker, principal):
        services.release(tip, call_taker.pk, FIRST)
        refuse(words_to(principal)[0])
        assert "mail_refused" in reds(tip)
        ContactPoint.objects.filter(contact=principal, kind="email").update(
            value="new@prairie.example", bounced_at=None
        )
        services.release(tip, call_taker.pk, LATER)
        assert [d.state for d in words_to(principal)] == ["cancelled", "pending"]
        assert "mail_refused" not in reds(tip)
        row = RequiredAction.objects.get(tip_id=tip, kind="email_contacts", target_ref=str(principal.pk))
        again = ActionEvent.objects.filter(action=row).latest("at")
        assert (again.result, again.actor) == ("sent_again", call_taker.actor)

    def test_a_first_mail_that_was_refused_stays_red_whatever_is_released(
        self, town, call_taker, new_tip, principal
    ):
        tip = new_tip(town.school.pk)
        critical(tip, call_taker)
        refuse(Delivery.objects.get(purpose="notice", address_key=f"contact:{principal.pk}"))
        services.release(tip, call_taker.pk, FIRST)
        assert "mail_refused" in reds(tip)


def test_nothing_is_released_of_a_closed_tip(released, call_taker):
    Tip.objects.filter(pk=released).update(closed_at=Tip.objects.get(pk=released).judged_at, status="closed")
    with pytest.raises(CannotRecord, match="closed"):
        services.release(released, call_taker.pk, LATER)
    assert Delivery.objects.filter(purpose="narrative").count() == 4
