"""A refused mail at the desk: red at its row, with the number to call, a note, and the button that sends it again."""

import re
from html import unescape

import pytest

from tests.actions.conftest import mails_leave, refuse
from tests.desk.conftest import action_of
from tests.support.settling import settle_owed
from upstander.actions import services as actions
from upstander.actions.models import ActionEvent, RequiredAction
from upstander.audit.models import Entry
from upstander.clock import now
from upstander.delivery.models import Delivery
from upstander.directory.models import Contact, ContactPoint

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
OLD, NEW = "okafor@prairie.example", "paula@prairie.example"


@pytest.fixture
def principal(town) -> Contact:
    return town.contacts["principal"]


@pytest.fixture
def critical(casey, town, new_tip, judged):
    """A planned attack; everybody has been mailed and called, and its words are on their way."""
    tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
    mails_leave()
    settle_owed(tip.id, casey.account.pk)
    actions.release(tip.id, casey.account.pk, "A student plans an attack.")
    return tip


def mail_to(contact: Contact, purpose: str) -> Delivery:
    return Delivery.objects.filter(address_key=f"contact:{contact.pk}", purpose=purpose).latest("created_at")


@pytest.fixture
def refused(critical, principal):
    """The same tip; the principal's mail server does not want the words. Gives tip and row."""
    refuse(mail_to(principal, "narrative"))
    mails_leave()
    return critical, RequiredAction.objects.get(
        tip_id=critical.id, kind="email_contacts", target_ref=str(principal.pk)
    )


def row_on(page: str, action: RequiredAction) -> str:
    """What the page says of one row of the ledger, tags and all."""
    [found] = re.findall(rf'<li id="a-{action.id.hex[-8:]}".*?</li>', page, re.DOTALL)
    return unescape(found)


def text_of(part: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part))


def send_again(client, tip, action, headers=None, **given):
    return client.post(f"/tip/{tip.number}/actions/{action.id}/again/", given, headers=headers or {})


def record(client, tip, action, headers=None, **given):
    return client.post(f"/tip/{tip.number}/actions/{action.id}/", given, headers=headers or {})


class TestRed:
    def test_the_row_says_what_was_refused_why_whom_to_call_and_what_to_do(self, casey, refused):
        tip, action = refused
        row = row_on(casey.get(f"/tip/{tip.number}/").content.decode(), action)
        said = text_of(row)
        assert "target--refused" in row
        assert "refused by the mail server : the words (rcpt-550)" in said
        assert "217-555-0199" in said and f"Send again to {OLD}" in said and "Told in another way" in said
        assert re.search(r"sent\s+\S", said), "the first mail was accepted, and the row still says so"

    def test_the_queue_the_bar_and_the_step_count_it(self, casey, refused):
        tip, action = refused
        assert "a mail was refused" in casey.get("/red/").content.decode()
        page = casey.get(f"/tip/{tip.number}/").content.decode()
        assert "1 step left" in page
        step = re.search(r'<li class="([^"]*)" id="s-email_contacts"', page)
        assert step and "action--next" in step[1] and "4 of 4 sent" in page

    def test_several_people_are_counted(self, casey, refused, town):
        refuse(mail_to(town.contacts["officer"], "narrative"))
        assert "mails to 2 people were refused" in casey.get("/red/").content.decode()

    def test_a_stand_down_to_a_school_that_is_not_concerned_any_more_keeps_its_row_and_name(
        self, casey, critical, town, principal
    ):
        mails_leave()
        actions.change_place(critical.id, casey.account.pk, town.other_school.pk)
        refuse(mail_to(principal, "stand_down"))
        old = RequiredAction.objects.get(
            tip_id=critical.id, kind="email_contacts", target_ref=str(principal.pk)
        )
        said = text_of(row_on(casey.get(f"/tip/{critical.number}/").content.decode(), old))
        assert "P. Okafor" in said and "217-555-0199" in said and "the stand-down (rcpt-550)" in said
        for headers in (HX, {}):
            answer = send_again(casey, critical, old, headers, address=OLD)
            assert answer.status_code == (200 if headers else 422), (
                "the second time nothing is refused any more"
            )
        assert mail_to(principal, "stand_down").state == "pending"


class TestANote:
    def test_how_they_were_told_stands_on_the_row_and_the_tip_is_calm(self, casey, refused):
        tip, action = refused
        for headers in (HX, {}):
            assert record(casey, tip, action, headers, result="told_otherwise", note=" ").status_code == 422
        part = record(casey, tip, action, HX, result="told_otherwise", note="Read to her by telephone")
        assert "Read to her by telephone" in part.content.decode()
        row = row_on(casey.get(f"/tip/{tip.number}/").content.decode(), action)
        assert "told in another way" in row and "target--done" in row
        assert "Told in another way" not in row, "there is nothing more to write"
        assert "a mail was refused" not in casey.get("/red/").content.decode()
        assert (
            Entry.objects.filter(
                act="action.email_contacts.told_otherwise", actor=casey.account.actor
            ).count()
            == 1
        )

    def test_the_address_that_is_corrected_afterwards_still_brings_it_back(self, casey, refused, principal):
        tip, action = refused
        record(casey, tip, action, result="told_otherwise", note="Read to her by telephone")
        ContactPoint.objects.filter(contact=principal, kind="email").update(value=NEW, bounced_at=None)
        assert f"Send again to {NEW}" in text_of(
            row_on(casey.get(f"/tip/{tip.number}/").content.decode(), action)
        )
        assert send_again(casey, tip, action, address=NEW).status_code == 302
        assert mail_to(principal, "narrative").state == "pending"


class TestSendingAgain:
    def test_the_button_shows_the_address_of_now_and_sends_there(self, casey, refused, principal):
        tip, action = refused
        said = text_of(row_on(casey.get(f"/tip/{tip.number}/").content.decode(), action))
        assert f"Send again to {OLD}" in said and "refused before" in said
        ContactPoint.objects.filter(contact=principal, kind="email").update(value=NEW, bounced_at=None)
        row = row_on(casey.get(f"/tip/{tip.number}/plan/").content.decode(), action)
        assert f"Send again to {NEW}" in text_of(row) and "refused before" not in row
        part = send_again(casey, tip, action, HX, address=NEW)
        assert part.status_code == 200 and "On its way again." in part["HX-Trigger"]
        assert (
            "the words: on the way" in text_of(part.content.decode())
            and "sent again" in part.content.decode()
        )
        assert "a mail was refused" not in casey.get("/red/").content.decode()

    def test_without_scripts_it_goes_back_to_the_row(self, casey, refused):
        tip, action = refused
        answer = send_again(casey, tip, action, address=OLD)
        assert (answer.status_code, answer["Location"]) == (302, f"/tip/{tip.number}/#a-{action.id.hex[-8:]}")

    @pytest.mark.parametrize("headers", [HX, {}], ids=["htmx", "plain"])
    def test_an_address_corrected_since_the_page_was_opened_is_shown_before_anything_leaves(
        self, casey, refused, principal, headers
    ):
        tip, action = refused
        ContactPoint.objects.filter(contact=principal, kind="email").update(value=NEW, bounced_at=None)
        answer = send_again(casey, tip, action, headers, address=OLD)
        said = text_of(row_on(answer.content.decode(), action))
        assert answer.status_code == 422 and f"it is {NEW} now" in said and f"Send again to {NEW}" in said
        assert mail_to(principal, "narrative").state == "failed"

    def test_a_contact_without_any_address_has_no_button(self, casey, refused, principal):
        tip, action = refused
        ContactPoint.objects.filter(contact=principal, kind="email").delete()
        assert "/again/" not in row_on(casey.get(f"/tip/{tip.number}/").content.decode(), action)
        answer = send_again(casey, tip, action, HX, address=OLD)
        assert answer.status_code == 422 and "There is no e-mail address" in answer.content.decode()

    def test_a_first_mail_for_which_there_was_no_address_can_be_sent_when_there_is_one(
        self, casey, town, new_tip, judged, principal
    ):
        ContactPoint.objects.filter(contact=principal, kind="email").delete()
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        action = RequiredAction.objects.get(
            tip_id=tip.id, kind="email_contacts", target_ref=str(principal.pk)
        )
        assert "no address: cannot be mailed" in row_on(
            casey.get(f"/tip/{tip.number}/").content.decode(), action
        )
        ContactPoint.objects.create(contact=principal, kind="email", value=NEW)
        assert f"Send to {NEW}" in text_of(row_on(casey.get(f"/tip/{tip.number}/").content.decode(), action))
        part = send_again(casey, tip, action, HX, address=NEW)
        assert "on its way" in part.content.decode() and mail_to(principal, "notice").state == "pending"


class TestWhoMay:
    @pytest.mark.parametrize(
        "role", ["stic_analyst", "intelligence_command", "outreach", "programme_admin", "auditor"]
    )
    def test_who_does_not_work_tips_sends_nothing_again_and_sees_no_button(
        self, signed_in, refused, principal, role
    ):
        tip, action = refused
        person = signed_in("Other Person", role)
        assert send_again(person, tip, action, address=OLD).status_code == 403
        assert record(person, tip, action, result="told_otherwise", note="x").status_code == 403
        assert "/again/" not in person.get(f"/tip/{tip.number}/").content.decode()
        assert mail_to(principal, "narrative").state == "failed"

    def test_a_stranger_is_led_to_the_sign_in(self, client, desk, refused, principal):
        tip, action = refused
        assert send_again(client, tip, action, address=OLD)["Location"].startswith("/sign-in/")
        assert mail_to(principal, "narrative").state == "failed"

    def test_who_does_not_hold_the_tip_is_told_who_does(self, casey, jordan, refused, principal):
        tip, action = refused
        casey.post(f"/tip/{tip.number}/claim/")
        for headers in (HX, {}):
            answer = send_again(jordan, tip, action, headers, address=OLD)
            assert answer.status_code == 409 and "Casey Lindgren holds this tip" in answer.content.decode()
        assert mail_to(principal, "narrative").state == "failed"

    def test_a_row_of_another_tip_is_not_found_under_this_number(self, casey, refused, new_tip):
        _, action = refused
        assert send_again(casey, new_tip(), action, address=OLD).status_code == 404

    def test_another_kind_of_step_is_no_mail(self, casey, refused):
        tip, _ = refused
        answer = send_again(casey, tip, action_of(tip.id, "call_psap"), address=OLD)
        assert answer.status_code == 422
        assert not ActionEvent.objects.filter(result="sent_again").exists()

    def test_a_link_cannot_press_it(self, casey, refused):
        tip, action = refused
        assert casey.get(f"/tip/{tip.number}/actions/{action.id}/again/").status_code == 405

    def test_a_closed_tip_has_no_button(self, casey, refused):
        tip, action = refused
        type(action.tip).objects.filter(pk=tip.id).update(closed_at=now(), status="closed")
        assert "/again/" not in casey.get(f"/tip/{tip.number}/").content.decode()
        assert send_again(casey, tip, action, address=OLD).status_code == 422
