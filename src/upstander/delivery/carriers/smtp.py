"""SMTP (RFC 5321) over a line that stays open from message to message."""

import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from upstander.config import Config
from upstander.delivery.carriers.base import CarrierError, Outgoing

_MESSAGES_A_LINE = 200  # servers close a line that is used for ever
_A_PROBE = 5  # a probe counts as so many: servers bear some dozens of NOOPs
_IDLE = 30.0  # seconds after which a line is not trusted to be open still
_AUTH_CODES = (530, 534, 535, 538)


class _Stale(Exception):
    """The line that was kept open was gone before anything was handed over: a new one may be tried."""


class SmtpCarrier:
    """One line to the mail server. Temporary: 4xx, timeouts, a lost line, also after DATA; and everything
    that the server holds against *us* (greeting, login, sender, policy), which no other mail would survive
    either. Permanent: 5xx against the recipient or the content.
    """

    def __init__(self, config: Config) -> None:
        self.name = "smtp"
        self._config = config
        self._line: smtplib.SMTP | None = None
        self._used = 0
        self._idle_since = 0.0
        self._cut = False
        self._phase = ""  # line, offer or content

    def send(self, mail: Outgoing) -> None:
        """Hand `mail` over. Raises CarrierError."""
        self._cut = False
        content = mail.message.as_bytes()
        kept = self._kept_line()
        try:
            line = kept or self._open()
            try:
                self._offer(line, mail, kept=line is kept)
            except _Stale:
                self._drop()
                line = self._open()
                self._offer(line, mail, kept=False)
            self._hand_over(line, content)
        except CarrierError as error:
            error.untouched, error.line = self._phase != "content", self._phase == "line"
            self._after(error)
            raise
        self._used += 1
        self._idle_since = time.monotonic()

    def probe(self) -> None:
        """Greet the server, and sign in where it asks for that; nothing is handed over. Raises CarrierError."""
        self._cut = False
        line = self._kept_line()
        try:
            if line is not None:
                with self._during("noop"):
                    _expect(line.noop(), 250)
            else:
                self._open()
        except CarrierError:
            self._drop()
            raise
        self._used += _A_PROBE
        self._idle_since = time.monotonic()

    def cut(self) -> None:
        """Shut the line's socket under the sending thread, which then sees it as lost."""
        self._cut = True
        line = self._line
        if line is not None and line.sock is not None:
            with suppress(OSError):
                line.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Say goodbye and close."""
        line, self._line = self._line, None
        if line is not None and line.sock is not None:
            with suppress(OSError, smtplib.SMTPException):
                line.quit()
            line.close()

    def _kept_line(self) -> smtplib.SMTP | None:
        """The open line, unless it is worn or has been idle for long."""
        if self._line is not None and self._used >= _MESSAGES_A_LINE:
            self.close()
        if self._line is not None and time.monotonic() - self._idle_since > _IDLE:
            self._drop()
        return self._line

    def _open(self) -> smtplib.SMTP:
        self._phase = "line"
        c = self._config
        kind = smtplib.SMTP_SSL if c.smtp_tls == "tls" else smtplib.SMTP
        # Made in two steps, so that `cut` finds the socket while the greeting is still awaited.
        line = self._line = kind.__new__(kind)
        self._used = 0
        context = {"context": ssl.create_default_context()} if c.smtp_tls == "tls" else {}
        with self._during("greeting"):
            line.__init__(  # type: ignore[misc]
                c.smtp_host,
                c.smtp_port,
                local_hostname=c.mail_from.rpartition("@")[
                    2
                ],  # not the machine's name, which may take a DNS timeout
                timeout=c.smtp_timeout,
                **context,
            )
        with self._during("helo"):
            line.ehlo_or_helo_if_needed()
        if c.smtp_tls == "starttls":
            with self._during("tls"):
                line.starttls(context=ssl.create_default_context())
        if c.smtp_user:
            with self._during("auth"):
                line.login(c.smtp_user, c.smtp_password)
        return line

    def _offer(self, line: smtplib.SMTP, mail: Outgoing, *, kept: bool) -> None:
        """MAIL and RCPT. Nothing is handed over yet, so a kept line found dead raises _Stale."""
        self._phase = "offer"
        try:
            with self._during("sender"):
                _expect(line.mail(mail.sender), 250)
        except CarrierError as error:
            if kept and not self._cut and error.code in ("lost", "sender-421"):
                raise _Stale from error
            raise
        with self._during("rcpt"):
            _expect(line.rcpt(mail.recipient), 250, 251)

    def _hand_over(self, line: smtplib.SMTP, content: bytes) -> None:
        self._phase = "content"
        with self._during("data"):
            _expect(line.data(content), 250)

    def _after(self, error: CarrierError) -> None:
        """Keep the line only after a plain refusal of this one mail."""
        line = self._line
        if error.code.startswith(("rcpt-", "data-")) and not error.code.endswith("-421") and line is not None:
            with suppress(OSError, smtplib.SMTPException):
                if line.rset()[0] == 250:
                    self._idle_since = time.monotonic()
                    return
        self._drop()

    def _drop(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(OSError):
                line.close()

    @contextmanager
    def _during(self, phase: str) -> Iterator[None]:
        """Turn whatever goes wrong in `phase` into the one error type."""
        if self._cut:
            raise CarrierError("timeout")
        try:
            yield
        except smtplib.SMTPResponseException as error:
            raise refusal(phase, error.smtp_code, error.smtp_error) from None
        except (OSError, smtplib.SMTPException) as error:
            raise CarrierError("timeout" if self._cut else _code(error)) from None


def _expect(answer: tuple[int, bytes], *good: int) -> None:
    if answer[0] not in good:
        raise smtplib.SMTPResponseException(*answer)


def _code(error: Exception) -> str:
    """A constant for what happened to the line."""
    if isinstance(error.__context__, TimeoutError):  # smtplib calls an answer that never came a disconnection
        return "timeout"
    for kind, code in (
        (smtplib.SMTPServerDisconnected, "lost"),
        (smtplib.SMTPException, "protocol"),  # no STARTTLS, no AUTH offered, ...
        (TimeoutError, "timeout"),
        (ConnectionRefusedError, "refused"),
        (socket.gaierror, "dns"),
        (ssl.SSLError, "tls"),
    ):
        if isinstance(error, kind):
            return code
    return "lost"


def refusal(phase: str, code: int, text: bytes | str) -> CarrierError:
    """What a server's answer means.

    Permanent only where it speaks about the recipient or the content. A 5xx in another phase, one that asks
    for a login, and a policy refusal (5.7.x) of the recipient, as a server answers that will not relay for
    us, would meet every mail: those wait, and the carrier turns red.
    """
    said = text.decode("latin-1") if isinstance(text, bytes) else text
    ours = (
        phase not in ("rcpt", "data") or code in _AUTH_CODES or (phase == "rcpt" and said.startswith("5.7."))
    )
    return CarrierError(f"{phase}-{code}", permanent=500 <= code < 600 and not ours)
