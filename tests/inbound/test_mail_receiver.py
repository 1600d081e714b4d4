"""The receiver over real sockets: what it says to a mail server, and that it says 250 only when the mail is on disk."""

import logging
import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from django.db import connection

from tests.inbound.mailserver import free_port, put, running
from upstander.config import config
from upstander.ids import new_id
from upstander.inbound import mail_server, services
from upstander.inbound.endpoint import Endpoint
from upstander.inbound.mail_address import for_thread, is_ours, thread_of
from upstander.inbound.models import Arrival
from upstander.vault.keys import keyring

pytestmark = pytest.mark.django_db(transaction=True)

TIPS = "tips@upstander.example"


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Where the receiver listens, by SMTP."""
    number = free_port()
    put(monkeypatch, mail_in="smtp", mail_in_port=number)
    with running(mail_server.serve, Endpoint().store):
        yield number


def letter(text: str = "Help.", **headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in ({"From": "kim@family.example", "To": TIPS, "Subject": "bus"} | headers).items():
        message[name] = value
    message.set_content(text)
    return message


def send(port: int, message: EmailMessage, *, sender: str = "kim@family.example", to: str = TIPS) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as line:
        line.sendmail(sender, [to], message.as_bytes())


def test_a_mail_is_on_disk_when_the_server_hears_250(port: int) -> None:
    send(port, letter())
    [row] = Arrival.objects.all()
    assert (row.channel, row.carrier, row.state) == ("email", "smtp", "new")


def test_the_same_mail_handed_over_again_is_kept_once(port: int) -> None:
    message = letter()
    for _ in range(3):
        send(port, message)
    send(port, letter("Other words."))
    assert Arrival.objects.count() == 2


@pytest.mark.parametrize(
    "to", ["someone@upstander.example", "tips@elsewhere.example", "root", "tips+@upstander.example", "x%y@z"]
)
def test_it_is_no_relay(port: int, to: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as line:
        line.helo()
        line.mail("kim@family.example")
        assert line.rcpt(to)[0] == 550
    assert not Arrival.objects.exists()


def test_the_address_of_a_conversation_is_taken_in_any_case(port: int) -> None:
    address = for_thread(new_id(), config(), keyring())
    send(port, letter(), to=address.upper())
    assert Arrival.objects.count() == 1


def test_odd_senders_and_none_are_taken(port: int) -> None:
    senders = (
        "",
        "odd..dots@x.example",
        '"quoted stuff"@x.example',
        "josé@x.example",
        "\udcff\udcfe@x.example",  # no words in any charset
        "@a.example,@b.example:c@d.example",
    )
    for n, sender in enumerate(senders):
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as line:
            line.ehlo()
            line.send(f"MAIL FROM:<{sender}>\r\n".encode("utf-8", "surrogateescape"))
            assert line.getreply()[0] == 250
            assert line.rcpt(TIPS)[0] == 250
            assert line.data(letter(str(n)).as_bytes())[0] == 250
    assert Arrival.objects.count() == len(senders)


def test_a_mail_that_is_too_large_is_refused_when_it_is_announced_and_when_it_comes(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as line:
        line.ehlo()
        assert int(line.esmtp_features["size"]) == config().mail_in_megabytes * 2**20
        assert line.docmd("MAIL FROM:<kim@family.example> SIZE=999999999")[0] == 552
    put(monkeypatch, mail_in_megabytes=1, mail_in_port=free_port())
    with (
        running(mail_server.serve, Endpoint().store),
        smtplib.SMTP("127.0.0.1", config().mail_in_port, timeout=20) as line,
    ):
        line.helo()
        line.mail("kim@family.example")
        line.rcpt(TIPS)
        assert line.data(b"Subject: x\r\n\r\n" + b"y" * 70 + b"\r\nz" * 600_000)[0] == 552
    assert not Arrival.objects.exists()


def test_a_line_of_a_million_characters_is_taken(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as line:
        line.helo()
        line.mail("kim@family.example")
        line.rcpt(TIPS)
        assert line.data(b"Subject: x\r\n\r\n" + b"y" * 1_000_000)[0] == 250


def test_a_command_without_end_is_not_kept_in_memory(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 20) as line:
        assert line.recv(500).startswith(b"220 ")
        line.sendall(b"HELO " + b"x" * 500_000 + b"\r\nNOOP\r\n")
        assert line.recv(500).startswith(b"500 ")


def test_while_too_much_waits_for_the_router_the_server_before_us_keeps_it(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_server, "LOOKED_AT", 0.0)
    monkeypatch.setattr(mail_server.Handler, "_looked", 0.0)
    send(port, letter())
    waits = services.backlog()
    assert 2_000 < waits < 6_000
    monkeypatch.setattr(mail_server, "BACKLOG", waits - 1)
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as line:
        line.helo()
        line.mail("kim@family.example")
        assert line.rcpt(TIPS)[0] == 452
    Arrival.objects.update(state="routed")
    send(port, letter("more"))
    assert Arrival.objects.count() == 2


def test_while_the_database_refuses_the_mail_is_asked_for_again_and_nothing_is_said_of_why(port: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE inbound_arrival ADD CONSTRAINT away CHECK (size < 0) NOT VALID")
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as line:
            line.helo()
            line.mail("kim@family.example")
            line.rcpt(TIPS)
            code, said = line.data(letter().as_bytes())
            assert (code, said) == (451, b"4.3.0 Cannot be kept now, please try again")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE inbound_arrival DROP CONSTRAINT away")
    send(port, letter())
    assert Arrival.objects.count() == 1


def test_by_lmtp_each_recipient_has_its_own_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, mail_in="lmtp", mail_in_port=free_port())
    with (
        running(mail_server.serve, Endpoint().store),
        smtplib.LMTP("127.0.0.1", config().mail_in_port, source_address=None) as line,
    ):
        line.ehlo()
        assert line.mail("kim@family.example")[0] == 250
        assert line.rcpt("nobody@upstander.example")[0] == 550
        assert line.rcpt(TIPS)[0] == 250
        assert (
            line.rcpt(for_thread(new_id(), config(), keyring()))[0] == 452
        )  # the server comes again with that
        assert line.data(letter().as_bytes())[0] == 250
    assert Arrival.objects.get().carrier == "lmtp"


def test_one_more_than_it_can_serve_is_asked_to_come_again(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_server, "CONNECTIONS", 2)
    held = [smtplib.SMTP("127.0.0.1", port, timeout=20) for _ in range(2)]
    with socket.create_connection(("127.0.0.1", port), 20) as third:
        assert third.recv(200).startswith(b"421 ")
    for line in held:
        line.quit()
    send(port, letter())


def test_nothing_of_who_wrote_or_what_is_logged(
    port: int, caplog: pytest.LogCaptureFixture, tmp_path
) -> None:
    caplog.set_level(logging.DEBUG)
    send(port, letter("canary-words", Subject="canary-subject"), sender="canary-sender@x.example")
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as line:
        line.docmd("NONSENSE canary-command")
        line.helo()
        line.mail("canary-sender@x.example")
        line.rcpt("canary-recipient@x.example")
    assert "canary" not in caplog.text


def test_an_address_of_a_conversation_cannot_be_made_up() -> None:
    thread = new_id()
    address = for_thread(thread, config(), keyring())
    assert is_ours(address, config()) and len(address.partition("@")[0]) <= 64
    assert thread_of(address, config(), keyring()) == thread
    assert thread_of(address.upper(), config(), keyring()) == thread
    mark = address.partition("+")[2].partition("@")[0]
    for n in range(len(mark)):
        other = mark[:n] + ("0" if mark[n] != "0" else "1") + mark[n + 1 :]
        assert thread_of(f"tips+{other}@upstander.example", config(), keyring()) is None
    assert thread_of(TIPS, config(), keyring()) is None
    assert thread_of(f"tips+{mark}@elsewhere.example", config(), keyring()) is None
