"""A mail that was refused is sent again by a person at the desk, to the address that the directory has now."""

from uuid import UUID

import pytest

from tests.actions.conftest import mails_leave, refuse, rendered
from tests.actions.test_judging import critical
from tests.actions.test_never_silent import reds, settle_all
from tests.actions.test_refused import mail_to, row_of
from tests.support.town import contact
from upstander.actions import queries, services
from upstander.actions.models import ActionEvent, Notice
from upstander.actions.recording import CannotRecord
from upstander.audit.models import Entry
from upstander.delivery.models import Delivery
from upstander.directory import services as directory
from upstander.directory.models import Contact, ContactPoint
from upstander.directory.services.contacts import Details

pytestmark = pytest.mark.django_db
OLD, NEW = "okafor@prairie.example", "p.okafor@prairie.example"


@pytest.fixture
def principal(town) -> Contact:
    return town.contacts["principal"]


@pytest.fixture
def refused(town, call_taker, new_tip, principal) -> UUID:
    """A Critical whose first mail to the principal was refused for good; all others have theirs."""
    tip = new_tip(town.school.pk)
    critical(tip, call_taker)
    refuse(mail_to(principal, "notice"))
    mails_leave()
    return tip


def corrected(principal: Contact, *emails: str) -> None:
    """Somebody writes the contact's addresses anew in the directory."""
    directory.change_contact(
        principal.pk, Details(principal.name, "school", phones=["217-555-0199"], emails=emails), "account:9"
    )


def address_shown(tip: UUID, person: Contact) -> tuple[str, bool] | None:
    """The address that the desk's row has at hand."""
    [line] = [x for x in queries.ledger(tip) if x.action.id == row_of(tip, person).id]
    return (line.address.value, line.address.refused) if line.address else None


def test_it_goes_to_the_corrected_address_under_the_same_message_id(refused, call_taker, principal):
    before = mail_to(principal, "notice")
    corrected(principal, NEW)
    event = services.send_again(row_of(refused, principal).id, call_taker.pk)
    assert (event.result, event.actor) == ("sent_again", call_taker.actor)
    again = mail_to(principal, "notice")
    assert (again.id, again.message_id, again.state) == (before.id, before.message_id, "pending")
    assert rendered("notice", again.subject_id).to_address == NEW
    assert Entry.objects.filter(act="action.email_contacts.sent_again", actor=call_taker.actor).count() == 1
    mails_leave()
    assert row_of(refused, principal).result == "sent"
    assert "mail_refused" not in reds(refused)


def test_the_ledger_shows_the_address_as_the_directory_has_it_now(refused, principal):
    assert address_shown(refused, principal) == (OLD, True)
    corrected(principal, OLD, NEW)
    assert address_shown(refused, principal) == (NEW, False)
    ContactPoint.objects.filter(contact=principal, kind="email").delete()
    assert address_shown(refused, principal) is None


def test_while_it_is_on_its_way_it_is_not_red_and_the_next_refusal_is(refused, call_taker, principal):
    assert "mail_refused" in reds(refused)
    corrected(principal, NEW)
    services.send_again(row_of(refused, principal).id, call_taker.pk)
    assert "mail_refused" not in reds(refused)
    refuse(mail_to(principal, "notice"))
    assert "mail_refused" in reds(refused)


def test_who_presses_says_that_the_old_address_works_again(refused, call_taker, principal):
    services.send_again(row_of(refused, principal).id, call_taker.pk, shown=OLD)
    assert rendered("notice", mail_to(principal, "notice").subject_id).to_address == OLD
    assert Entry.objects.filter(act="contact.addresses_trusted", object_id=str(principal.pk)).count() == 1


def test_an_address_that_changed_since_it_was_shown_is_shown_first(refused, call_taker, principal):
    corrected(principal, NEW)
    with pytest.raises(CannotRecord, match=f"it is {NEW} now"):
        services.send_again(row_of(refused, principal).id, call_taker.pk, shown=OLD)
    assert mail_to(principal, "notice").state == "failed"
    services.send_again(row_of(refused, principal).id, call_taker.pk, shown=NEW)


def test_pressed_twice_it_is_sent_once(refused, call_taker, principal):
    row = row_of(refused, principal)
    services.send_again(row.id, call_taker.pk)
    with pytest.raises(CannotRecord, match="on its way again already"):
        services.send_again(row.id, call_taker.pk)
    assert ActionEvent.objects.filter(action=row, result="sent_again").count() == 1


def test_without_any_address_there_is_nothing_to_send_to(refused, call_taker, principal):
    ContactPoint.objects.filter(contact=principal, kind="email").delete()
    with pytest.raises(CannotRecord, match="no e-mail address"):
        services.send_again(row_of(refused, principal).id, call_taker.pk)


def test_only_what_was_refused_is_sent_again(refused, call_taker, town):
    officer = row_of(refused, town.contacts["officer"])
    with pytest.raises(CannotRecord, match="Nothing of this was refused"):
        services.send_again(officer.id, call_taker.pk)
    with pytest.raises(CannotRecord, match="no mail"):
        services.send_again(row_of(refused, town.contacts["officer"], "call_contacts").id, call_taker.pk)


def test_the_words_that_were_refused_meanwhile_come_with_it_and_only_the_newest(
    refused, call_taker, principal
):
    services.release(refused, call_taker.pk, "A student plans an attack.")
    refuse(mail_to(principal, "narrative"))
    services.release(refused, call_taker.pk, "A student plans an attack on Friday.")
    refuse(mail_to(principal, "narrative"))
    corrected(principal, NEW)
    services.send_again(row_of(refused, principal).id, call_taker.pk)
    mine = Delivery.objects.filter(address_key=f"contact:{principal.pk}", state="pending", channel="email")
    assert sorted(d.purpose for d in mine) == ["narrative", "notice"]


def test_a_contact_who_had_no_address_is_mailed_when_there_is_one(town, call_taker, new_tip, clock):
    """Nothing was refused, since nothing could leave: the first mail and the words are owed all the same."""
    silent = contact(town.school, town.school, "school", "No Mail", "")
    tip = new_tip(town.school.pk)
    critical(tip, call_taker)
    services.release(tip, call_taker.pk, "A student plans an attack.")
    refuse(mail_to(silent, "narrative"))
    ContactPoint.objects.create(contact=silent, kind="email", value=NEW)
    services.send_again(row_of(tip, silent).id, call_taker.pk, shown=NEW)
    waiting = Delivery.objects.filter(address_key=f"contact:{silent.pk}", state="pending", channel="email")
    assert sorted((d.purpose, d.priority) for d in waiting) == [("narrative", 0), ("notice", 0)]
    mails_leave()
    assert row_of(tip, silent).result == "sent"


def test_a_stand_down_is_brought_back_until_its_person_is_concerned_again(
    town, call_taker, new_tip, principal
):
    tip = new_tip(town.school.pk)
    critical(tip, call_taker)
    settle_all(tip, call_taker)
    services.change_place(tip, call_taker.pk, town.other_school.pk)
    refuse(mail_to(principal, "stand_down"))
    old = row_of(tip, principal)
    services.send_again(old.id, call_taker.pk)
    assert mail_to(principal, "stand_down").state == "pending"
    refuse(mail_to(principal, "stand_down"))
    services.change_place(tip, call_taker.pk, town.school.pk)
    with pytest.raises(CannotRecord, match="Nothing of this was refused"):
        services.send_again(old.id, call_taker.pk)


def test_who_was_set_aside_can_be_mailed_after_all(refused, call_taker, principal):
    row = row_of(refused, principal)
    services.mark_done(row.id, call_taker.pk, "On leave; the district has it", "not_possible")
    corrected(principal, NEW)
    services.send_again(row.id, call_taker.pk)
    assert mail_to(principal, "notice").state == "pending"


def test_nothing_is_sent_again_of_a_closed_tip(refused, call_taker, principal):
    row = row_of(refused, principal)
    type(row.tip).objects.filter(pk=refused).update(closed_at=row.owed_since, status="closed")
    with pytest.raises(CannotRecord, match="closed"):
        services.send_again(row.id, call_taker.pk)


def test_the_desks_login_may(refused, call_taker, principal, as_login):
    as_login("desk")
    services.send_again(row_of(refused, principal).id, call_taker.pk, shown=OLD)
    assert mail_to(principal, "notice").state == "pending"


def test_the_schools_login_may_not(refused, call_taker, principal, as_login):
    from tests.people.conftest import refused as forbidden

    row, notice = row_of(refused, principal).id, Notice.objects.first()
    as_login("school")
    assert forbidden(lambda: services.send_again(row, call_taker.pk))
    assert forbidden(lambda: list(notice.releases.all()))
