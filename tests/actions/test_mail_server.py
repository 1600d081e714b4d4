"""The real relay, with its own login and keys, before a real mail server that refuses for good."""

from uuid import UUID

import pytest

from tests.actions.test_judging import critical, standard
from tests.actions.test_never_silent import reds
from tests.actions.test_refused import mail_to, row_of
from tests.actions.test_send_again import corrected
from tests.support.eventually import eventually
from tests.support.settling import settle_owed
from tests.support.smtp_server import SmtpServer
from upstander.actions import services
from upstander.clock import now
from upstander.delivery.models import Delivery
from upstander.directory.models import ContactPoint

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]
FIRST, LATER = "A student plans an attack.", "A student plans an attack on Friday."
OLD, NEW = "okafor@prairie.example", "paula@prairie.example"


def all_left() -> bool:
    return not Delivery.objects.filter(state="pending", channel="email").exists()


def to(server: SmtpServer, address: str) -> list[str]:
    """The subjects of what has arrived at an address, in order."""
    return [str(m.message["Subject"]) for m in server.messages() if m.recipient == address]


@pytest.fixture
def principal(town):
    return town.contacts["principal"]


@pytest.fixture
def mailed(town, call_taker, new_tip, smtp, run_relay) -> UUID:
    """A Critical whose first mails have been taken by the mail server, and whose calls were answered."""
    tip = new_tip(town.school.pk)
    critical(tip, call_taker)
    run_relay()
    eventually(all_left)
    settle_owed(tip, call_taker.pk)
    assert to(smtp, OLD) and not reds(tip)
    return tip


@pytest.mark.req("D-IV.A.2.a.2")
def test_words_that_are_refused_turn_the_tip_red_and_reach_the_corrected_address(
    mailed, call_taker, principal, smtp
):
    smtp.behave(rcpt="550 5.1.1 nobody of that name", match=OLD)
    services.release(mailed, call_taker.pk, FIRST)
    eventually(lambda: reds(mailed) == {"mail_refused"})
    assert mail_to(principal, "narrative").last_error == "rcpt-550"
    corrected(principal, NEW)
    services.send_again(row_of(mailed, principal).id, call_taker.pk, shown=NEW)
    assert not reds(mailed)
    eventually(lambda: to(smtp, NEW))
    [words] = [m for m in smtp.messages() if m.recipient == NEW]
    assert FIRST in words.message.get_content()
    assert words.message_id == mail_to(principal, "narrative").message_id


def test_a_stand_down_that_is_refused_turns_the_tip_red(mailed, call_taker, supervisor, principal, smtp):
    lowering = standard(mailed, call_taker, reason="It was a film project", narrative="")
    smtp.behave(data="554 5.7.1 not wanted here", match=OLD)
    services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher confirmed it")
    eventually(lambda: reds(mailed) == {"mail_refused"})
    assert mail_to(principal, "stand_down").last_error == "data-554"
    smtp.behave()
    services.send_again(row_of(mailed, principal).id, call_taker.pk, shown=OLD)
    eventually(all_left)
    assert len(to(smtp, OLD)) == 2 and not reds(mailed)


def test_words_for_whom_no_address_is_left_turn_the_tip_red(mailed, call_taker, principal):
    ContactPoint.objects.filter(contact=principal, kind="email").update(bounced_at=now())
    services.release(mailed, call_taker.pk, FIRST)
    eventually(lambda: reds(mailed) == {"mail_refused"})
    assert mail_to(principal, "narrative").last_error == "address"


def test_later_words_arrive_in_the_thread_of_the_first_mail(mailed, call_taker, smtp):
    for text in (FIRST, LATER):
        services.release(mailed, call_taker.pk, text)
        eventually(all_left)
    first, words, later = (m.message for m in smtp.messages() if m.recipient == OLD)
    assert words["In-Reply-To"] == later["In-Reply-To"] == first["Message-ID"]
    assert len({str(m["Message-ID"]) for m in (first, words, later)}) == 3
    assert FIRST in words.get_content() and "replaces" not in words.get_content()
    assert LATER in later.get_content() and "replaces" in later.get_content()
    assert smtp.count() == 3 * 4
