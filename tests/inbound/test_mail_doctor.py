"""`upstander doctor` says whether mail comes in, by trying it."""

from collections.abc import Iterator

import pytest

from tests.inbound.mailserver import free_port, put, running
from tests.support.mailbox import DOVECOT, PASSWORD, USER, Mailbox
from upstander.config import config
from upstander.inbound import mail_server
from upstander.inbound.mail_doctor import checks


async def _store(_what: object) -> bool:
    raise AssertionError("the doctor sends no mail")


def found(at_work: bool = True) -> dict[str, str]:
    return {words: grade for grade, words in checks(config(), at_work=at_work)}


def test_nothing_is_asked_of_what_is_not_connected() -> None:
    assert set(found().values()) == {"ok"}


@pytest.mark.django_db(transaction=True)  # the receiver looks at how much waits, over a line of its own
@pytest.mark.parametrize("how", ["smtp", "lmtp"])
def test_the_receiver_is_asked_as_a_mail_server_asks(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    put(monkeypatch, mail_in=how, mail_in_port=free_port(), mail_checked_by="mx.upstander.example")
    assert list(found().values()) == ["fail"]
    assert found(at_work=False) == {}
    with running(mail_server.serve, _store):
        [(words, grade)] = found().items()
    assert grade == "ok" and "tips@upstander.example" in words


def test_that_nobody_checks_senders_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, mail_in="smtp")
    assert list(found(at_work=False).values()) == ["warn"]


@pytest.fixture(scope="module")
def box() -> Iterator[Mailbox]:
    """A mailbox with one mail."""
    if DOVECOT is None:
        pytest.skip("there is no dovecot (apt-get install dovecot-imapd)")
    server = Mailbox()
    server.start()
    server.put(b"Subject: x\r\n\r\ny")
    yield server
    server.stop()


def test_the_mailbox_is_opened_and_left_as_it_is(monkeypatch: pytest.MonkeyPatch, box: Mailbox) -> None:
    put(monkeypatch, imap_host="127.0.0.1", imap_port=box.port, mail_checked_by="mx.upstander.example")
    assert list(found().values()) == ["warn"]  # the login is not known here
    put(monkeypatch, imap_user=USER, imap_password=PASSWORD)
    assert list(found().items())[0][1] == "fail"  # nobody vouches for its certificate
    put(monkeypatch, imap_ca=str(box.ca))
    [(words, grade)] = found().items()
    assert grade == "ok" and "1 unseen" in words
    put(monkeypatch, imap_password="wrong")
    assert list(found().values()) == ["fail"]
    assert box.unseen() == 1
