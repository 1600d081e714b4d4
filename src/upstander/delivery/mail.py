"""A mail as an upper room renders it, and as it leaves: headers that cannot be forged, UTF-8, lines of any
length.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from types import MappingProxyType

from upstander.delivery.carriers.base import CarrierError


class _Headers(HeaderRegistry):
    """The library's headers, without making the same class anew for each header of each mail."""

    @cache  # noqa: B019 - one registry lives as long as the process
    def __getitem__(self, name: str) -> type[BaseHeader]:
        return super().__getitem__(name)


# Seven-bit on the line whatever the words: some servers on the way still know no 8BITMIME.
_POLICY = policy.SMTP.clone(cte_type="7bit", header_factory=_Headers())
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
# What this room alone says. A renderer may add headers, and choose Reply-To.
_OURS = frozenset(
    "from sender to cc bcc subject date message-id in-reply-to references auto-submitted x-priority"
    " importance mime-version content-type content-transfer-encoding return-path received".split()
)


@dataclass(frozen=True)
class CalendarPart:
    """A calendar that goes along: an iCalendar object, and its METHOD (REQUEST, CANCEL)."""

    method: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """What a renderer hands over.

    `thread` is the Message-ID of the thread's first mail, where this is a later one; `urgent` marks it so for
    the reader (every Critical is).
    """

    to_address: str
    to_name: str
    subject: str
    text: str
    html: str | None = None
    thread: str | None = None
    urgent: bool = False
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    submitted: str = "auto-generated"  # or auto-replied (RFC 3834)
    calendar: CalendarPart | None = None


@dataclass(frozen=True)
class Sender:
    """Who the programme is on an envelope: the name people see, the address of `UPSTANDER_MAIL_FROM`, and the number of text
    messages.
    """

    name: str
    address: str
    number: str = ""


def compose(mail: Mail, sender: Sender, *, message_id: str, at: datetime, critical: bool) -> EmailMessage:
    """The message that leaves, dated `at`.

    Line breaks and other control characters in names, subject and headers become blanks: a school whose
    name holds one must neither forge a header nor stop its own notice. Raises CarrierError (permanent, code
    `address`) where the recipient's address cannot be one, and ValueError for a header that is not the
    renderer's to set.
    """
    message = EmailMessage(policy=_POLICY)
    message["Date"] = format_datetime(at)
    message["From"] = _address(sender.name, sender.address)
    message["To"] = _address(mail.to_name, mail.to_address)
    message["Subject"] = one_line(mail.subject)
    message["Message-ID"] = message_id
    if mail.thread:
        message["In-Reply-To"] = message["References"] = one_line(mail.thread)
    message["Auto-Submitted"] = one_line(mail.submitted)  # RFC 3834: no holiday notice answers it
    message["X-Auto-Response-Suppress"] = "All"
    if critical or mail.urgent:
        message["X-Priority"] = "1"
        message["Importance"] = "high"
    extra = {"Reply-To": sender.address, **mail.headers}
    for name, value in extra.items():
        if name.lower() in _OURS or not _HEADER.fullmatch(name):
            raise ValueError(f"a renderer may not set the header {name!r}")
        message[name] = one_line(value)
    message.set_content(mail.text.replace("\x00", ""))
    if mail.html is not None:
        message.add_alternative(mail.html.replace("\x00", ""), subtype="html")
    if mail.calendar is not None:
        _add_calendar(message, mail.calendar)
    return message


def _add_calendar(message: EmailMessage, part: CalendarPart) -> None:
    """As an alternative of the text (RFC 6047, 2.4), and as a file: what Google's own invitations do, for some clients know only
    the one and some only the other (nodemailer 1202, 1206)."""
    message.add_alternative(part.content.decode(), subtype="calendar", params={"method": part.method})
    message.add_attachment(part.content, maintype="application", subtype="ics", filename="invite.ics")


def one_line(text: str) -> str:
    """`text` without anything that could end a header line."""
    return _CONTROL.sub(" ", text).strip()


def ascii_address(address: str) -> str:
    """`address` as it goes on the envelope, an international domain in ASCII; raises CarrierError."""
    local, _, domain = address.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise CarrierError("address", permanent=True) from None
    if len(local) > 64 or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise CarrierError("address", permanent=True)
    return f"{local}@{domain}"


def _address(name: str, address: str) -> Address:
    return Address(display_name=one_line(name), addr_spec=ascii_address(address))
