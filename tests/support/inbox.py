"""A person's mailbox in a test: `inbox.expects_mail("Critical").link("/c/")`. A mail that nobody expects fails the test."""

import re
from dataclasses import dataclass, field

from tests.support.eventually import eventually
from tests.support.smtp_server import Received, SmtpServer


@dataclass(frozen=True)
class Letter:
    """A mail as it is read."""

    subject: str
    words: str

    def link(self, path: str) -> str:
        """The address in it whose path begins with `path`."""
        found = re.search(rf"https?://[^/\s]+{re.escape(path)}\S*", self.words)
        assert found, f"no link to {path} in: {self.words}"
        return found[0]


@dataclass
class Inbox:
    """One address at the mail server that takes what leaves the house."""

    server: SmtpServer
    address: str
    seen: set[str] = field(default_factory=set)  # Message-IDs

    def expects_mail(self, part: str, seconds: float = 20.0) -> Letter:
        """A mail that was not seen before, with `part` in its subject or its words; mails come in any order."""
        try:
            found = eventually(lambda: next((m for m in self.unexpected if part in _told(m)), None), seconds)
        except AssertionError:
            raise AssertionError(
                f"no mail with {part!r} for {self.address}, but {list(map(_told, self.unexpected))}"
            ) from None
        self.seen.add(found.message_id)
        return Letter(str(found.message["Subject"]), _words(found))

    @property
    def unexpected(self) -> list[Received]:
        """The mails that came and were not expected yet; one that came twice is there once."""
        mine = {m.message_id: m for m in self.server.messages() if m.recipient == self.address}
        return [m for id, m in mine.items() if id not in self.seen]


def _words(mail: Received) -> str:
    body = mail.message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def _told(mail: Received) -> str:
    return f"{mail.message['Subject']}\n{_words(mail)}"
