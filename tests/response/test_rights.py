"""The school login's rights suffice for its pages; it reads no tip, no judgement, no action (decisions 1 and 6)."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from tests.people.conftest import refused
from tests.response.conftest import ADMINISTRATOR, END_USER, enter
from upstander.actions.links import token_for
from upstander.actions.models import Notice, Referral
from upstander.delivery import services as delivery
from upstander.delivery.models import Delivery
from upstander.people import services as people
from upstander.people.models import Account, Invitation
from upstander.response import invitation, queries, services

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school")]


def test_everything_that_end_users_and_administrators_do_is_allowed(person, town, told, as_login):
    head = person("okafor@prairie.example", (town.school, END_USER), (town.school, ADMINISTRATOR))
    mine = told.referrals["Millbrook High School"]
    token = token_for(Notice.objects.get(referral=mine).pk)
    as_login("school")
    client = enter(head)
    assert client.get("/").status_code == client.get(f"/tips/{mine.pk}/").status_code == 200
    client.post(f"/tips/{mine.pk}/follow-up/", {"note-text": "done"})
    client.post(f"/tips/{mine.pk}/ask/", {"ask-text": "when?"})
    assert Client().post(f"/c/{token}/", {"name": "Somebody Else"}).status_code == 200
    assert client.post(f"/tips/{mine.pk}/confirm/").status_code == 302
    closing = {
        "outcomes": ["hospital"],
        "sufficient": "yes",
        "aware_before": "no",
        "useful": "yes",
        "closes": "on",
    }
    for _ in range(2):  # the second time it is closed
        client.post(f"/tips/{mine.pk}/outcome/", closing)
    assert queries.reported(mine.pk, "school").closes
    here = f"/organizations/{town.school.pk}"
    new = {
        "name": "Bo",
        "end_user_type": "school",
        "language": "en",
        "phones": "217-555-0177",
        "emails": "b@x.example",
    }
    assert client.post(f"{here}/contacts/new/", new).status_code == 302
    assert client.get(f"{here}/").status_code == 200
    bo = town.school.contacts.get(name="Bo").pk
    assert client.post(f"{here}/contacts/{bo}/verify/").status_code == 302
    assert client.post(f"{here}/contacts/{bo}/designate/", {"email": "b@x.example"}).status_code == 200
    assert client.get(f"{here}/contacts/{bo}/end/").status_code == 200
    for press in ("end", "back", "end"):
        assert client.post(f"{here}/contacts/{bo}/{press}/").status_code == 302
    assert town.school.contacts.get(name="Bo").ended_on
    asked = {"requested_by": "A", "authority": "Head", "contact_email": "a@x.example"}
    assert client.post(f"/enrol/{town.private_school.pk}/", asked).status_code == 200


def test_the_school_login_owes_invitations_and_can_get_in_the_way_of_no_notice(told, as_login):
    mine = Notice.objects.first().pk
    as_login("school")
    delivery.send_new("invitation", uuid4(), "account:1", priority=2)
    assert refused(lambda: delivery.send_new("stand_down", mine, "contact:1", priority=2))
    assert refused(lambda: delivery.send("invitation", uuid4(), "account:1", priority=2))
    assert refused(lambda: delivery.cancel("notice", mine))
    assert refused(lambda: list(Delivery.objects.all()))


def test_the_relay_reads_of_people_what_a_mailed_link_needs(person, town, as_login):
    account, _token = people.create_account("account:1", "b@x.example", "Bo")
    mail = people.invite_by_mail("account:1", account.pk, "en")
    as_login("relay")
    assert invitation.render(mail).to_address == "b@x.example"
    assert refused(lambda: list(Account.objects.values_list("password")))
    assert refused(lambda: list(Invitation.objects.values_list("digest")))
    assert refused(lambda: Invitation.objects.update(used_at=None))


def test_the_school_login_reads_no_tip_and_removes_nothing(town, told, as_login):
    as_login("school")
    for table in (
        "intake_tip", "intake_message", "actions_judgement", "actions_requiredaction", "actions_actionevent",
        "vault_reporter_address", "vault_search_tokens", "audit_entry",
    ):  # fmt: skip
        with connection.cursor() as cursor:
            assert refused(lambda t=table, c=cursor: c.execute(f"SELECT * FROM {t} LIMIT 1")), table
    assert refused(lambda: Referral.objects.all().delete())
    assert refused(lambda: Referral.objects.update(scope_id=town.school.pk))
    assert refused(lambda: Notice.objects.update(contact_id=1))


def test_the_desk_reads_and_answers(person, town, told, call_taker, as_login):
    head = person("okafor@prairie.example", (town.school, END_USER))
    mine = told.referrals["Millbrook High School"]
    services.ask(head, mine.pk, "Which day?")
    services.report(head, mine.pk, services.Report(["hospital"], text="In words."))
    as_login("desk")
    assert [r.pk for r in queries.open_questions()] == [mine.pk]
    services.answer(Account.objects.get(pk=call_taker.pk), mine.pk, "Friday.")
    work = {w.referral.pk: w for w in queries.of_tip(told.tip_id)}[mine.pk]
    assert [line.text for line in work.lines] == [
        "Which day?",
        "Friday.",
    ] and work.outcome.text == "In words."
    list(queries.unclosed()), list(queries.unconfirmed())
