"""Everything beyond the house: telephones and mailboxes of people, behind a real gateway, a trunk and a mail server.

    with Outside(folder, end_point) as outside:
        principal = outside.phone("+12175550101")
        principal.expects_call().presses("1")
    # leaving it fails where anybody was texted, rung or written to who did not expect it, or waited in vain

What is real: Kannel (bearerbox and smsbox) before the house, SIP and RTP that baresip speaks, SMTP. What is not: the telephone
network behind Kannel's fake centre, the provider's end of the trunk (`sip.py`), and the mail server's disk (`smtp_server.py`).
"""

from contextlib import ExitStack
from pathlib import Path
from typing import Self

from tests.support import kannel
from tests.support.inbox import Inbox
from tests.support.kannel import Kannel
from tests.support.phone import Phone
from tests.support.sip import SipTrunk
from tests.support.smtp_server import SmtpServer

OURS = "+12175550100"


class Outside:
    """Started on entering; leaving it without an error checks that everything that came was expected."""

    def __init__(self, folder: Path, end_point: str) -> None:
        """`end_point`: where the house takes what a gateway brings."""
        self._stack = ExitStack()
        for name in ("kannel", "mail"):
            (folder / name).mkdir(parents=True)
        self.texts = Kannel(folder / "kannel", end_point)
        self.trunk = SipTrunk()
        self.mail = SmtpServer(folder / "mail")
        self._phones: dict[str, Phone] = {}
        self._inboxes: dict[str, Inbox] = {}

    def phone(self, number: str) -> Phone:
        """The telephone with this number; one for each."""
        return self._phones.setdefault(number, Phone(self.texts, number, programme=OURS, trunk=self.trunk))

    def inbox(self, address: str) -> Inbox:
        """The mailbox with this address; one for each."""
        return self._inboxes.setdefault(address, Inbox(self.mail, address))

    def settings(self, listen: int) -> dict[str, str]:
        """What a house is told of the world: its environment. `listen`: a port for its agent."""
        told = {
            "SMS": "kannel", "SMS_URL": self.texts.send_url, "SMS_USER": kannel.USER, "SMS_PASSWORD": kannel.PASSWORD,
            "SMS_TOKEN": kannel.TOKEN, "SMS_NUMBER": OURS, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(self.mail.port),
            "CALLS": "sip", "SIP_TRUNK": f"127.0.0.1:{self.trunk.port}", "SIP_NUMBER": OURS, "SIP_DOMAIN": "trunk.example",
            "SIP_LISTEN": str(listen), "SIP_LINES": "6", "SIP_BRIDGES": "0",
        }  # fmt: skip
        return {f"UPSTANDER_{name}": value for name, value in told.items()}

    def forget(self) -> None:
        """Whatever came until now was nobody's to expect."""
        self.trunk.forget()
        for number in {text.receiver for text in self.texts.arrived}:
            phone = self.phone(number)
            phone.seen.extend(phone.unexpected)
        for mail in self.mail.messages():
            self.inbox(mail.recipient).seen.add(mail.message_id)

    def check(self) -> None:
        """Fail for a text, a call or a mail that nobody expected, and for a telephone that waited in vain."""
        self.trunk.check()
        texts = [
            text
            for number in {t.receiver for t in self.texts.arrived}
            for text in self.phone(number).unexpected
        ]
        assert not texts, f"texted, and nobody expected it: {texts}"
        written = {m.recipient for m in self.mail.messages()}
        mails = {to: [str(m.message["Subject"]) for m in self.inbox(to).unexpected] for to in written}
        assert not any(mails.values()), (
            f"written to, and nobody expected it: { {to: m for to, m in mails.items() if m} }"
        )

    def __enter__(self) -> Self:
        for part in (self.mail, self.trunk, self.texts):
            self._stack.enter_context(part)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._stack.close()
        if kind is None:
            self.check()
