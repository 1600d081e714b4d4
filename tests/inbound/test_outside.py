"""The world beyond the house in tests: what comes to somebody who expected nothing fails the test, as does waiting in vain."""

import smtplib
import socket
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import kannel
from tests.support.eventually import eventually
from tests.support.outside import OURS, Outside

pytestmark = pytest.mark.skipif(bool(kannel.MISSING), reason=kannel.MISSING)

PRINCIPAL, STRANGER = "+12175550101", "+12175550102"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    world = Outside(tmp_path_factory.mktemp("world"), "http://127.0.0.1:9")
    with world:
        yield world
        world.forget()


@pytest.fixture
def outside(world: Outside) -> Outside:
    """Nobody expects anything, and nothing has come."""
    world.forget()
    return world


def test_what_was_expected_passes(outside: Outside):
    outside.phone(PRINCIPAL).expects_call(shows=OURS).is_busy()
    _rings(outside, PRINCIPAL)
    outside.phone(PRINCIPAL).rang()
    _texts(outside, PRINCIPAL, "Please reply 1 AB")
    outside.phone(PRINCIPAL).expects_text("reply 1")
    _writes(outside, "sato@schools.example", "CRITICAL")
    assert outside.inbox("sato@schools.example").expects_mail("CRITICAL").subject == "CRITICAL: a report"

    outside.check()


def test_a_text_that_nobody_expected_fails(outside: Outside):
    _texts(outside, STRANGER, "A word of the tip")
    eventually(lambda: outside.phone(STRANGER).unexpected)

    with pytest.raises(AssertionError, match=r"texted, and nobody expected it.*A word of the tip"):
        outside.check()
    with pytest.raises(AssertionError):
        outside.phone(STRANGER).expects_nothing_else()


def test_a_second_text_where_one_was_expected_fails(outside: Outside):
    for words in ("Please reply 1 AB", "Please reply 1 AB, again"):
        _texts(outside, PRINCIPAL, words)
        eventually(lambda words=words: words in [t.words for t in outside.phone(PRINCIPAL).unexpected])
    outside.phone(PRINCIPAL).expects_text("reply 1")

    with pytest.raises(AssertionError, match="again"):
        outside.check()


def test_a_text_with_other_words_than_expected_fails(outside: Outside):
    _texts(outside, PRINCIPAL, "Something else")

    with pytest.raises(AssertionError, match="Something else"):
        outside.phone(PRINCIPAL).expects_text("reply 1")


def test_a_call_that_nobody_expected_fails(outside: Outside):
    _rings(outside, STRANGER)

    with pytest.raises(AssertionError, match=r"rung, and nobody expected it: \['\+12175550102'\]"):
        outside.check()


def test_a_call_that_shows_another_number_fails(outside: Outside):
    outside.phone(PRINCIPAL).expects_call(shows=OURS).is_busy()
    _rings(outside, PRINCIPAL, shown=STRANGER)

    with pytest.raises(AssertionError, match=r"by \+12175550102 instead of \+12175550100"):
        outside.check()


def test_a_telephone_that_waits_in_vain_fails(outside: Outside):
    outside.phone(PRINCIPAL).expects_call().presses("1")

    with pytest.raises(AssertionError, match=r"never rung: \['\+12175550101'\]"):
        outside.check()


def test_a_mail_that_nobody_expected_fails(outside: Outside):
    _writes(outside, "nobody@schools.example", "CRITICAL")

    with pytest.raises(AssertionError, match=r"written to.*nobody@schools.example.*CRITICAL: a report"):
        outside.check()


def test_a_mail_with_other_words_than_expected_is_named(outside: Outside):
    _writes(outside, "sato@schools.example", "Standard")

    with pytest.raises(AssertionError, match=r"no mail with 'CRITICAL'.*Standard: a report"):
        outside.inbox("sato@schools.example").expects_mail("CRITICAL", 0.2)


def test_leaving_a_world_in_which_somebody_was_rung_unexpectedly_fails(tmp_path: Path):
    with (
        pytest.raises(AssertionError, match="nobody expected it"),
        Outside(tmp_path, "http://127.0.0.1:9") as outside,
    ):
        _rings(outside, STRANGER)


# ---- the house ------------------------------------------------------------------------------------------------------------
def _texts(outside: Outside, number: str, words: str) -> None:
    """Hand a text to the gateway."""
    asked = {"username": kannel.USER, "password": kannel.PASSWORD, "from": OURS, "to": number, "text": words}
    with urllib.request.urlopen(
        f"{outside.texts.send_url}?{urllib.parse.urlencode(asked)}", timeout=20
    ) as answer:
        assert answer.status == 202


def _writes(outside: Outside, to: str, word: str) -> None:
    """Hand a mail to the mail server."""
    mail = f"Subject: {word}: a report\r\nMessage-ID: <{word}.{to}>\r\n\r\nPlease look.\r\n"
    with smtplib.SMTP("127.0.0.1", outside.mail.port, timeout=20) as line:
        line.sendmail("desk@upstander.example", [to], mail)


def _rings(outside: Outside, number: str, shown: str = OURS) -> None:
    """Call a number through the trunk; return when it answered that it is busy, or that it rings."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(20)
        line.connect(("127.0.0.1", outside.trunk.port))
        port = line.getsockname()[1]
        here, name = f"127.0.0.1:{port}", f"{number}-{port}"
        line.send(
            f"INVITE sip:{number}@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK{name}\r\nMax-Forwards: 70\r\n"
            f"From: <sip:{shown}@trunk.example>;tag=1\r\nTo: <sip:{number}@127.0.0.1>\r\nCall-ID: {name}\r\nCSeq: 1 INVITE\r\n"
            f"Contact: <sip:{here}>\r\nContent-Length: 0\r\n\r\n".encode()
        )
        while line.recv(2048).startswith(b"SIP/2.0 100"):
            pass
