"""A notice that a mail server had taken comes back days later: the contact's address is marked, and the next one is tried."""

import pytest
from django.db import connection

from tests.actions.conftest import call_taker, mails_leave, new_tip, town  # noqa: F401 - fixtures
from tests.actions.test_judging import critical
from tests.actions.test_refused import mail_to, row_of
from tests.inbound.test_mail_nature import OURS, bounce
from tests.inbound.test_mail_receiver import TIPS, letter
from upstander.audit.models import Entry
from upstander.delivery.models import Attempt, Delivery
from upstander.directory.models import ContactPoint
from upstander.evidence.models import File
from upstander.inbound import answers, mail_answers, routing, services
from upstander.inbound.mail_server import arriving
from upstander.inbound.models import Arrival
from upstander.intake.models import Message
from upstander.intake.services import say
from upstander.ops import grants

pytestmark = pytest.mark.django_db


def comes_back(delivery: Delivery, *, status: str = "5.1.1") -> None:
    """The server at the other end gives the mail back."""
    keep(bounce(status=status).replace(OURS.encode(), str(delivery.id).encode()), "")


def keep(raw: bytes, sender: str) -> None:
    what = arriving("smtp", raw, [TIPS], sender)
    assert services.store(what.channel, what.carrier, what.external_id, what.payload)


@pytest.fixture
def told(town, call_taker, new_tip):  # noqa: F811
    """A Critical whose mails have all been taken."""
    tip = new_tip(town.school.pk)
    critical(tip, call_taker)
    mails_leave()
    return tip


def test_the_address_is_marked_and_the_mail_goes_to_the_next_one(told, town, as_login):  # noqa: F811
    principal = town.contacts["principal"]
    ContactPoint.objects.create(contact=principal, kind="email", value="second@prairie.example", position=9)
    mail = mail_to(principal, "notice")
    comes_back(mail)
    as_login("router")
    assert routing.route_next()
    assert Arrival.objects.get().code == "bounce_of_ours"
    again = Delivery.objects.get(id=mail.id)
    assert (again.state, again.message_id) == ("pending", mail.message_id)
    marked = ContactPoint.objects.filter(contact=principal, bounced_at__isnull=False)
    assert [p.value for p in marked] == ["okafor@prairie.example"]


def test_without_another_address_it_is_red_at_its_row(told, town, as_login):  # noqa: F811
    principal = town.contacts["principal"]
    mail = mail_to(principal, "notice")
    comes_back(mail)
    as_login("router")
    assert routing.route_next()
    assert Delivery.objects.get(id=mail.id).state == "failed"
    assert Attempt.objects.filter(delivery=mail, result="returned-5.1.1", permanent=True).exists()
    assert row_of(told, principal).events.latest("at").result == "refused"


def test_a_server_that_gave_up_for_now_marks_no_address_and_a_person_acts(told, town):  # noqa: F811
    principal = town.contacts["principal"]
    comes_back(mail_to(principal, "notice"), status="4.4.7")
    assert routing.route_next()
    assert not ContactPoint.objects.filter(contact=principal, bounced_at__isnull=False).exists()
    assert row_of(told, principal).events.latest("at").result == "refused"
    assert Entry.objects.filter(act="mail.returned").count() == 1


def test_the_router_s_own_login_suffices_for_a_tip_with_files_and_the_relay_s_for_the_answer(db, as_login):
    message = letter("See.")
    message.add_attachment(
        b"\xff\xd8\xff" + b"x" * 300_000, maintype="image", subtype="jpeg", filename="wall.jpg"
    )
    keep(message.as_bytes(), "kim@family.example")
    as_login("router")
    assert routing.route_next()
    row = Arrival.objects.get()
    assert (row.state, row.code) == ("routed", "tip")
    assert File.objects.values_list("size", flat=True).get() == 300_003
    thread, ours = Delivery.objects.values_list("subject_id", "message_id").get(purpose=mail_answers.GREETING)
    play()
    keep(letter("More.", **{"In-Reply-To": ours}).as_bytes(), "kim@family.example")
    asked = say(row.tip_id, Message.From.DESK, "Which day?")
    play("router")
    assert routing.route_next()
    assert Arrival.objects.filter(code="reply", tip_id=row.tip_id).exists()
    play("relay")
    assert mail_answers.greeting(thread) is not None
    answer = answers.render(asked)
    assert (
        answer is not None
        and answer.text.startswith("Which day?")
        and answer.to_address == "kim@family.example"
    )


def play(login: str = "") -> None:
    """The database sees this login from now on; without one, us."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        if login:
            cursor.execute(f"GRANT {grants.role(login)} TO CURRENT_USER")
            cursor.execute(f"SET LOCAL ROLE {grants.role(login)}")
