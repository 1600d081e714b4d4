"""A notice that a mail server had taken comes back days later: the contact's address is marked, and the next one is tried."""

from uuid import UUID

import pytest
from django.db import connection

from tests.actions.conftest import call_taker, mails_leave, new_tip, town  # noqa: F401 - fixtures
from tests.actions.test_judging import critical
from tests.actions.test_refused import mail_to, row_of
from tests.inbound.test_mail_nature import OURS, bounce
from tests.inbound.test_mail_receiver import TIPS, letter
from tests.people.conftest import refused
from upstander.audit.models import Entry
from upstander.config import config
from upstander.delivery import envelopes
from upstander.delivery.models import Attempt, Delivery
from upstander.directory.models import ContactPoint
from upstander.evidence.models import File
from upstander.ids import new_id
from upstander.inbound import answers, mail_answers, routing, services
from upstander.inbound.mail_address import is_ours
from upstander.inbound.mail_server import arriving
from upstander.inbound.models import Arrival
from upstander.intake.models import Message
from upstander.intake.services import say
from upstander.ops import grants
from upstander.vault.keys import keyring

pytestmark = pytest.mark.django_db


def comes_back(delivery: Delivery, *, status: str = "5.1.1") -> None:
    """The server at the other end gives the mail back."""
    raw = bounce(status=status).replace(OURS.encode(), str(delivery.id).encode())
    keep(raw, "", went_out_as(delivery.id))


def went_out_as(id: UUID) -> str:
    """The sender on the envelope of a mail of ours."""
    return envelopes.sender_of(id, config().model_copy(update={"mail_in": "lmtp"}), keyring())


def keep(raw: bytes, sender: str | None, to: str = TIPS) -> None:
    what = arriving("smtp", raw, [to], sender)
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


@pytest.mark.parametrize("to", ["the published address", "an address that another mail went out as", "one made up"])
def test_a_bounce_that_anybody_can_write_marks_no_address_and_takes_no_mail_back(told, town, as_login, to):  # noqa: F811
    principal, other = town.contacts["principal"], new_id()
    mail = mail_to(principal, "notice")
    to = {"t": TIPS, "a": went_out_as(other), "o": went_out_as(mail.id).replace("+b", "+b1")[:-1]}[to[0]]
    keep(bounce().replace(OURS.encode(), str(mail.id).encode()), "", to)
    as_login("router")
    assert routing.route_next()
    assert Arrival.objects.get().code == "bounce_unproven"
    assert Delivery.objects.get(id=mail.id).state == "sent"
    assert not ContactPoint.objects.filter(bounced_at__isnull=False).exists()


def test_from_a_mailbox_without_an_envelope_the_header_tells_to_which_address_it_came(told, town):  # noqa: F811
    mail = mail_to(town.contacts["principal"], "notice")
    raw = bounce().replace(OURS.encode(), str(mail.id).encode())
    keep(f"Return-Path: <>\r\nTo: <{went_out_as(mail.id)}>\r\n".encode() + raw, None)
    assert routing.route_next()
    assert Arrival.objects.get().code == "bounce_of_ours"


def test_each_mail_has_a_sender_of_its_own_only_where_mail_comes_in_to_the_same_domain():
    id, plain = new_id(), config().mail_from
    house = config().model_copy(update={"mail_in": "lmtp"})
    made = envelopes.sender_of(id, house, keyring())
    assert made.startswith("tips+b") and envelopes.delivery_of(made.upper(), keyring()) == id and is_ours(made, house)
    assert envelopes.sender_of(id, config(), keyring()) == plain
    for other in ({"mail_bounces": False}, {"mail_to": "tips@elsewhere.example"}, {"mail_to": f"{'t' * 40}@upstander.example"}):
        assert envelopes.sender_of(id, house.model_copy(update=other), keyring()) == plain
    for wrong in ("", "tips@upstander.example", made[:5] + "a" + made[6:], made[:8] + "0" + made[8:], "+b@x"):
        assert envelopes.delivery_of(wrong, keyring()) is None


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
    assert refused(lambda: run("SELECT FROM intake_message"))
    mine = Message.objects.filter(tip_id=row.tip_id).exclude(id=asked)
    play()
    others = [str(id) for id in mine.values_list("id", flat=True)]
    play("relay")
    assert len(others) == 2 and not any(run(f"SELECT FROM inbound_answer('{id}')") for id in others)
    answer = answers.render(asked)
    assert (
        answer is not None
        and answer.text.startswith("Which day?")
        and answer.to_address == "kim@family.example"
    )


def run(statement: str) -> int:
    """How many rows it gives, to whom we play."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return len(cursor.fetchall())


def play(login: str = "") -> None:
    """The database sees this login from now on; without one, us."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        if login:
            cursor.execute(f"GRANT {grants.role(login)} TO CURRENT_USER")
            cursor.execute(f"SET LOCAL ROLE {grants.role(login)}")
