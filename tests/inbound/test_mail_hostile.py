"""No bytes break the reading of mail: it never raises, takes bounded time and memory, and keeps the words that a person typed."""

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.inbound.mail_nature import nature, returned
from upstander.inbound.mime import PARTS, cut
from upstander.inbound.mime_html import text_of
from upstander.inbound.mime_letter import Letter, read
from upstander.inbound.mime_quote import parted
from upstander.inbound.mime_tnef import opened

HEADERS = st.sampled_from(
    "From To Subject Message-ID Content-Type Content-Transfer-Encoding Content-Disposition References Auto-Submitted Reply-To "
    "Return-Path Received Precedence".split()
)
PIECES = st.sampled_from(
    [
        b"multipart/mixed; boundary=b", b"multipart/alternative; boundary=b", b"message/rfc822", b"text/html", b"text/plain",
        b"; charset=utf-7", b"; charset=\"", b"; name*0*=utf-8''%F", b"; name*99999999999=x", b"application/ms-tnef", b"base64",
        b"quoted-printable", b"x-uuencode", b"attachment; filename=\"a\rb\"", b"=?utf-8?b?=?=", b"=?hex?q?=zz?=", b"(" * 300,
        b"<", b"<a@", b"<[", b"a@", b"\r", b"\x00", b"\xff\xfe", b"multipart/report; report-type=delivery-status; boundary=b",
        b"--b", b"--b--", b"\r\n", b"\n", b"> ", b"<a href=", b"<!--", b"&#99999999999999;", b"\xd8\x00",
    ]
)  # fmt: skip
LINE = st.tuples(HEADERS, st.lists(PIECES | st.binary(max_size=30), max_size=6)).map(
    lambda pair: pair[0].encode() + b": " + b"".join(pair[1]) + b"\r\n"
)
BODY = st.lists(PIECES | st.binary(max_size=60) | LINE, max_size=40).map(b"\r\n".join)
MAIL = st.tuples(st.lists(LINE, max_size=12), BODY).map(lambda pair: b"".join(pair[0]) + b"\r\n" + pair[1])


def storable(letter: Letter) -> bool:
    """Whether the database can hold every word of it."""
    words = [
        letter.sender,
        letter.subject,
        letter.text,
        letter.message_id,
        *(a.name for a in letter.attachments),
    ]
    return all("\x00" not in word and word.encode() is not None for word in words)


@settings(max_examples=400)
@given(MAIL | st.binary(max_size=600))
def test_whatever_comes_is_a_letter(raw: bytes) -> None:
    letter = read(raw)
    assert storable(letter)
    assert letter.left_out != ("damaged",)  # the last resort was not needed
    nature(cut(raw), "", "upstander.example")
    returned(cut(raw), "upstander.example")
    parted(letter.text)


@settings(max_examples=200)
@given(st.text(alphabet="<>/!-?&#;=\"' abx\n", max_size=200) | st.text(max_size=200))
def test_any_markup_gives_words(html: str) -> None:
    assert "\x00" not in text_of(html)


@given(st.binary(max_size=300))
def test_any_winmail_dat_is_read_or_not(data: bytes) -> None:
    opened(data)
    opened(b"\x78\x9f\x3e\x22\x01\x00" + data)


@settings(max_examples=200)
@given(MAIL, st.integers(0, 200))
def test_words_that_stand_in_a_whole_plain_part_are_kept(junk: bytes, at: int) -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=whole\r\n\r\n--whole\r\n\r\nHelp, he is here.\r\n--whole\r\n"
        + junk.replace(b"--whole", b"")
        + b"\r\n--whole--\r\n"
    )
    assert read(raw).text.startswith("Help, he is here.")


def parts(part: bytes, times: int) -> bytes:
    """A mail that holds a part again and again."""
    return b"Content-Type: multipart/mixed; boundary=b\n\n" + (b"--b\n" + part + b"\n") * times


def winmail(text: bytes) -> bytes:
    """A `winmail.dat` with these words, which stand in the mail nearly so."""
    return (
        b"\x78\x9f\x3e\x22\x01\x00\x01\x0c\x80\x02\x00" + len(text).to_bytes(4, "little") + text + b"\x00\x00"
    )


BOMBS = {
    "five million parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 5_000_000,
    "five million headers": b"a: b\n" * 5_000_000,
    "a hundred thousand parts within parts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(100_000)
    ),
    "a hundred thousand forwards": b"Content-Type: message/rfc822\n\n" * 100_000,
    "parameters without end": b"Content-Type: multipart/mixed; " + b'a="b;' * 12_000 + b"\n\n",
    "addresses without end": b"From: " + b"<a@" * 20_000 + b"\n\nx",
    "brackets without end": b"From: " + b"(" * 60_000 + b"\n\nx",
    "tags that never end": b"Content-Type: text/html\n\n" + b"<a " * 500_000,
    "comments that never end": b"Content-Type: text/html\n\n" + b"<!--" * 400_000,
    "one word of thirty megabytes": b"\n" + b"A" * 30_000_000,
    "three hundred parts of tags": parts(b"Content-Type: text/html\n\n" + b"<a >" * 20_000, 290),
    "a hundred parts of words": parts(b"\n" + b"a b\n" * 60_000, 100),
    "the same words a hundred times for Outlook": parts(b"Content-Type: application/ms-tnef\n\n" + winmail(b"ab" * 8_000), 290),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_little(name: str) -> None:
    raw, begun = BOMBS[name], time.perf_counter()
    tracemalloc.start()
    letter = read(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(letter.attachments) <= PARTS and len(letter.text) <= 200_000
    assert peak < 120_000_000
    assert (
        time.perf_counter() - begun < 20
    )  # (with every allocation traced, on a busy machine: bounded, not fast)


BOUNCE = b"From: MAILER-DAEMON@x\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
RETURNED = {
    "blanks behind a name": BOUNCE + b"--b\n\nMessage-ID:" + b" " * 60_000,
    "blanks and lines behind a name": BOUNCE + b"--b\n\nMessage-ID:" + b" \r\n" * 30_000,
    "a name without end": BOUNCE + b"--b\n\n" + b"Message-ID:\n" * 8_000,
    "a hundred parts of blanks": BOUNCE + (b"--b\n\nMessage-ID:" + b" " * 90_000 + b"\n") * 290,
    "reports without end": BOUNCE + (b"--b\nContent-Type: message/delivery-status\n\n" + b"action :\n\n" * 9_000) * 290,
}


@pytest.mark.parametrize("name", RETURNED)
def test_a_bounce_that_is_a_bomb_costs_little(name: str) -> None:
    top, begun = cut(RETURNED[name]), time.perf_counter()
    assert returned(top, "upstander.example") is None
    assert time.perf_counter() - begun < 5
