"""The mail as it leaves: what a reader and a mail server see, and what nobody can smuggle into it."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.mail import Mail, Sender, ascii_address, compose

AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
US = Sender("Upstander", "tips@upstander.example")


def read(mail: Mail, *, critical: bool = False) -> EmailMessage:
    """`mail` as its receiver parses it."""
    raw = compose(mail, US, message_id="<1@upstander.example>", at=AT, critical=critical).as_bytes()
    return message_from_bytes(raw, policy=policy.default)  # type: ignore[return-value]


def mail(**changes) -> Mail:
    values = {
        "to_address": "ana@school.example",
        "to_name": "Ana Rivera",
        "subject": "Notice",
        "text": "Words.\n",
    }
    return Mail(**(values | changes))


def test_the_headers_say_who_to_whom_when_and_that_a_machine_wrote():
    got = read(mail())
    assert got["From"] == "Upstander <tips@upstander.example>"
    assert got["To"] == "Ana Rivera <ana@school.example>"
    assert got["Reply-To"] == "tips@upstander.example"
    assert got["Date"] == "Sun, 22 Nov 2026 03:04:05 +0000"
    assert got["Message-ID"] == "<1@upstander.example>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert not [name for name in got.keys() if name.lower().startswith("list-")]
    assert got["X-Priority"] is None and got["References"] is None


def test_a_critical_and_what_its_renderer_calls_urgent_are_marked_so():
    assert read(mail(), critical=True)["X-Priority"] == "1"
    assert read(mail(urgent=True))["Importance"] == "high"


def test_a_later_mail_stands_in_the_thread_of_the_first():
    got = read(mail(thread="<first@upstander.example>"))
    assert got["In-Reply-To"] == got["References"] == "<first@upstander.example>"


def test_plain_text_comes_first_and_html_beside_it():
    got = read(mail(text="Plain ä.\n", html="<p>Rich ä.</p>"))
    assert [part.get_content_type() for part in got.iter_parts()] == ["text/plain", "text/html"]
    assert got.get_body(("plain",)).get_content().strip() == "Plain ä."


words = st.text(st.characters(blacklist_categories=["Cs"]), max_size=300)


@given(words, words)
def test_any_words_arrive_as_they_were_written(subject: str, text: str):
    got = read(mail(subject=f"A {subject}", text=text))
    assert got["Message-ID"] == "<1@upstander.example>"
    wanted = "".join(text.replace("\x00", "").splitlines()).strip()
    assert "".join(got.get_content().splitlines()).strip() == wanted


def test_a_line_longer_than_mail_may_have_is_wrapped_on_the_way_and_whole_at_the_end():
    long = "x" * 5000 + " ä"
    raw = compose(mail(text=long), US, message_id="<1@u.example>", at=AT, critical=False).as_bytes()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.isascii()
    assert read(mail(text=long)).get_content().strip() == long


@pytest.mark.parametrize("field", ["subject", "to_name", "thread"])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\x00\n"])
def test_a_line_break_in_a_name_or_subject_forges_no_header(field: str, ending: str):
    got = read(mail(**{field: f"Lincoln{ending}Bcc: everybody@evil.example"}))
    assert got["Bcc"] is None
    assert {name.lower() for name in got.keys()} <= {
        "date", "from", "to", "subject", "message-id", "in-reply-to", "references", "auto-submitted",
        "x-auto-response-suppress", "reply-to", "content-type", "content-transfer-encoding", "mime-version",
    }  # fmt: skip


@given(
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=60),
    st.sampled_from(["\r\n", "\n", "\r\n\r\n"]),
)
def test_no_subject_adds_a_header_or_ends_them(text: str, ending: str):
    before = sorted(read(mail()).keys())
    assert sorted(read(mail(subject=f"a{ending}{text}{ending}X: y", to_name=text)).keys()) == before


@pytest.mark.parametrize("name", ["Bcc", "from", "Message-ID", "X-A: b\r\nBcc", "", "Subject"])
def test_a_renderer_cannot_set_what_is_not_its_to_set(name: str):
    with pytest.raises(ValueError, match="may not set"):
        read(mail(headers={name: "x"}))


def test_a_renderer_may_say_where_answers_go():
    assert read(mail(headers={"Reply-To": "desk@upstander.example"}))["Reply-To"] == "desk@upstander.example"


@pytest.mark.parametrize(
    "address",
    [
        "", "ana", "@school.example", "ana@", "ana@@school.example", "a b@school.example", "ana@school.example\nx",
        "ana@school.example, evil@evil.example", "<ana@school.example>", "ana@school.example>", "ana..r@school.example",
        "añá@school.example", "a" * 65 + "@school.example", "ana@-school.example",
    ],
)  # fmt: skip
def test_what_cannot_be_an_address_is_refused_for_good_and_reaches_no_carrier(address: str):
    with pytest.raises(CarrierError) as raised:
        compose(mail(to_address=address), US, message_id="<1@u.example>", at=AT, critical=False)
    assert (raised.value.code, raised.value.permanent) == ("address", True)


def test_an_international_domain_goes_out_in_its_ascii_form():
    assert ascii_address("ana@köln.example") == "ana@xn--kln-sna.example"
