"""The SMTP carrier against a real mail server: whatever goes wrong is one error that says whether to try
again.
"""

import time
from email import policy
from email.message import EmailMessage
from uuid import uuid4

import pytest

from tests.support.smtp_server import SmtpServer
from upstander.config import Config, ConfigError
from upstander.delivery.carriers import chosen
from upstander.delivery.carriers.base import CarrierError, Outgoing
from upstander.delivery.carriers.smtp import SmtpCarrier, refusal
from upstander.ops.watchdog import Watchdog


def carrier(server: SmtpServer, **settings: object) -> SmtpCarrier:
    given = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_timeout": 0.5}
    return SmtpCarrier(Config(**(given | settings)))  # type: ignore[arg-type]


def mail(recipient: str = "ana@school.example") -> Outgoing:
    message = EmailMessage(policy=policy.SMTP)
    message["Message-ID"] = f"<{uuid4()}@upstander.example>"
    message.set_content(".a line that begins with a dot\n.\nand goes on\n")
    return Outgoing(uuid4(), "email", "tips@upstander.example", recipient, message)


def failure(one: SmtpCarrier, to: str = "ana@school.example") -> tuple[str, bool]:
    with pytest.raises(CarrierError) as raised:
        one.send(mail(to))
    return raised.value.code, raised.value.permanent


def test_mails_share_one_line_and_arrive_whole(smtp):
    one = carrier(smtp)
    for _ in range(3):
        one.send(mail())
    one.close()
    lines = [".a line that begins with a dot", ".", "and goes on"]
    assert [m.message.get_content().splitlines() for m in smtp.messages()] == [lines] * 3


@pytest.mark.parametrize(
    ("phase", "what", "code", "permanent"),
    [
        ("connect", "554 5.3.2 not now", "greeting-554", False),
        ("connect", "421 4.3.2 not now", "greeting-421", False),
        ("connect", "die", "lost", False),
        ("connect", "hang", "timeout", False),
        ("mail", "451 4.3.0 later", "sender-451", False),
        ("mail", "550 5.7.1 you may not send", "sender-550", False),
        ("mail", "530 5.7.0 sign in first", "sender-530", False),
        ("mail", "hang", "timeout", False),
        ("rcpt", "450 4.2.1 greylisted", "rcpt-450", False),
        ("rcpt", "550 5.1.1 nobody of that name", "rcpt-550", True),
        ("rcpt", "554 5.7.1 relay access denied", "rcpt-554", False),
        ("rcpt", "421 4.3.2 closing", "rcpt-421", False),
        ("rcpt", "die", "lost", False),
        ("data", "451 4.3.0 later", "data-451", False),
        ("data", "554 5.6.0 not this content", "data-554", True),
        ("data", "die", "lost", False),
        ("data", "hang", "timeout", False),
    ],
)
def test_what_the_server_does_is_told_apart_and_the_next_mail_goes_through(
    smtp, phase, what, code, permanent
):
    one = carrier(smtp)
    one.send(mail())
    if phase == "connect":
        one.close()
    smtp.behave(**{phase: what})
    assert failure(one) == (code, permanent)
    smtp.behave()
    one.send(mail())
    assert len(smtp.messages(answered_only=True)) == 2


def test_a_server_that_is_not_there_is_refused(smtp):
    smtp.stop()
    assert failure(carrier(smtp)) == ("refused", False)


def test_a_name_that_does_not_resolve_is_dns(smtp):
    assert failure(carrier(smtp, smtp_host="mail.invalid")) == ("dns", False)


def test_a_line_that_died_while_it_was_idle_costs_the_next_mail_nothing(smtp):
    one = carrier(smtp)
    one.send(mail())
    smtp.stop()
    smtp.start()
    one.send(mail())
    assert smtp.count() == 2


def test_a_protected_line_is_never_given_up_for_a_plain_one(smtp):
    assert failure(carrier(smtp, smtp_tls="starttls")) == ("protocol", False)  # the server offers no STARTTLS
    assert failure(carrier(smtp, smtp_tls="tls"))[1] is False
    assert smtp.count() == 0


def test_a_login_that_the_server_does_not_offer_sends_nothing(smtp):
    assert failure(carrier(smtp, smtp_user="us", smtp_password="secret")) == ("protocol", False)
    assert smtp.count() == 0


def test_a_server_that_drips_is_cut_off_by_the_watchdog(smtp):
    smtp.behave(rcpt=5.0)
    watchdog = Watchdog()
    watchdog.start()
    one, started = carrier(smtp, smtp_timeout=60), time.monotonic()
    with watchdog.within(0.3, one.cut):
        assert failure(one) == ("timeout", False)
    assert time.monotonic() - started < 3
    watchdog.end()


@pytest.mark.parametrize("phase", ["greeting", "helo", "tls", "auth", "sender"])
@pytest.mark.parametrize("code", [421, 454, 535, 550, 554])
def test_whatever_is_held_against_us_is_never_the_mails_fault(phase, code):
    assert not refusal(phase, code, b"5.7.1 no").permanent


def test_a_production_system_without_a_mail_server_does_not_start_and_says_what_to_set():
    with pytest.raises(ConfigError, match="UPSTANDER_SMTP_HOST"):
        chosen(Config(mode="production"))
    assert chosen(Config(mode="production", smtp_host="mail.example")) == "smtp"
    assert chosen(Config(mode="sandbox")) == "sandbox"
