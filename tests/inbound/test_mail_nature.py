"""Who sent a mail: a person, a machine, an automatic answer, a server that gives a mail back, or we ourselves."""

from uuid import UUID

import pytest

from upstander.inbound.mail_nature import Nature, nature, returned
from upstander.inbound.mime import cut

OURS = "019aa000-0000-7000-8000-000000000001"
DOMAIN = "upstander.example"


def judged(headers: str, body: str = "x", sender: str | None = "a@b.example") -> Nature:
    return nature(cut((headers.strip() + "\n\n" + body).replace("\n", "\r\n").encode()), sender, DOMAIN)


@pytest.mark.parametrize(
    ("headers", "what"),
    [
        ("From: m@x.example\nSubject: help", Nature.PERSON),
        ("From: m@x.example\nAuto-Submitted: no", Nature.PERSON),
        (f"From: m@x.example\nIn-Reply-To: <{OURS}@{DOMAIN}>", Nature.PERSON),
        ("From: m@x.example\nAuto-Submitted: auto-replied", Nature.AUTO_REPLY),
        ("From: m@x.example\nAuto-Submitted: auto-replied (vacation)", Nature.AUTO_REPLY),
        ("From: m@x.example\nX-Autoreply: yes", Nature.AUTO_REPLY),
        ("From: m@x.example\nPrecedence: auto_reply", Nature.AUTO_REPLY),
        (f"From: m@x.example\nAuto-Submitted: auto-generated\nIn-Reply-To: <{OURS}@{DOMAIN}>", Nature.AUTO_REPLY),
        ("From: alarm@x.example\nAuto-Submitted: auto-generated", Nature.MACHINE),
        ("From: list@x.example\nPrecedence: list\nList-Id: <a.x.example>", Nature.MACHINE),
        ("From: m@x.example\nX-Auto-Response-Suppress: All", Nature.MACHINE),
        ("From: m@x.test\nContent-Type: multipart/report; boundary=b; report-type=disposition-notification", Nature.AUTO_REPLY),
        ("From: MAILER-DAEMON@x.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b", Nature.BOUNCE),
        (f"From: m@x.example\nMessage-ID: <{OURS}@{DOMAIN}>", Nature.LOOP),
        ("From: m@x.example\n" + "Received: from a by b\n" * 60, Nature.LOOP),
    ],
)  # fmt: skip
def test_by_its_headers(headers: str, what: Nature) -> None:
    assert judged(headers) is what


def test_without_a_sender_on_the_envelope_it_is_a_machine_s_and_a_mail_server_s_is_a_bounce() -> None:
    assert judged("From: m@x.example", sender="") is Nature.MACHINE
    assert judged("From: MAILER-DAEMON", sender="") is Nature.BOUNCE
    assert judged("From: Postmaster <postmaster@x.example>\nReturn-Path: <>", sender=None) is Nature.BOUNCE
    assert judged("From: MAILER-DAEMON", sender="a@b.example") is Nature.MACHINE


def test_what_only_looks_like_our_message_id_is_no_loop() -> None:
    for other in (f"<{OURS}@elsewhere.example>", "<x@upstander.example>", f"<{OURS[:-1]}@{DOMAIN}>"):
        assert judged(f"From: m@x.example\nMessage-ID: {other}") is Nature.PERSON


def bounce(action: str = "failed", status: str = "5.1.1", headers_only: bool = False) -> bytes:
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    return f"""From: MAILER-DAEMON@mx.example
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b

Sorry. Your mail <other@elsewhere.example> did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; nobody@school.example
Action: {action}
Status: {status}

--b
Content-Type: {kind}

From: tips@{DOMAIN}
References: <019aa000-0000-7000-8000-0000000000ff@{DOMAIN}>
Message-ID:
 <{OURS}@{DOMAIN}>

--b--
""".replace("\n", "\r\n").encode()


@pytest.mark.parametrize("headers_only", [True, False])
def test_a_bounce_says_which_mail_came_back_and_why(headers_only: bool) -> None:
    found = returned(cut(bounce(headers_only=headers_only)), DOMAIN)
    assert found is not None
    assert (found.delivery_id, found.permanent, found.status) == (UUID(OURS), True, "5.1.1")


def test_a_server_that_gives_up_after_a_temporary_refusal_says_so() -> None:
    found = returned(cut(bounce(status="4.4.7")), DOMAIN)
    assert found is not None and not found.permanent


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_news_of_a_mail_that_did_not_fail_is_no_bounce(action: str) -> None:
    assert returned(cut(bounce(action)), DOMAIN) is None


def test_a_bounce_without_the_usual_form_is_known_by_the_mail_that_it_quotes() -> None:
    raw = f"From: MAILER-DAEMON@x.example\r\n\r\nNo such user.\r\n> Message-ID: <{OURS}@{DOMAIN}>\r\n> Subject: x".encode()
    found = returned(cut(raw), DOMAIN)
    assert found is not None and found.delivery_id == UUID(OURS)


def test_a_bounce_of_somebody_else_s_mail_says_nothing_to_us() -> None:
    assert returned(cut(bounce().replace(DOMAIN.encode(), b"elsewhere.example")), DOMAIN) is None
