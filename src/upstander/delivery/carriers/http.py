"""What carriers that are spoken to by HTTP have in common: one request, one answer, and an end to waiting."""

import http.client
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from upstander.delivery.carriers.base import CarrierError

_LARGEST = 65_536  # bytes of an answer that are read


@dataclass(frozen=True)
class Answer:
    """What was answered. `after`: the seconds of a Retry-After, 0 where none is there or it is a date."""

    status: int
    body: bytes
    after: float


class Line:
    """One request at a time; `cut` ends the one under way from another thread."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._line: http.client.HTTPConnection | None = None
        self._cut = False

    def ask(
        self, method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """The answer's status and body; raises CarrierError (temporary) where there is none: with `untouched` and `line` where
        nothing was sent, because nobody was there."""
        answer = self.answer(method, url, body=body, headers=headers)
        return answer.status, answer.body

    def answer(
        self, method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """As `ask`, with how long we are asked to wait. A redirect is an answer: it is not followed."""
        self._cut = False
        parts = urlsplit(url)
        line = self._line = self._opened(parts)
        asked = False
        try:
            line.connect()
            asked = True
            line.request(method, f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", body, dict(headers or {}))
            answer = line.getresponse()
            after = answer.getheader("Retry-After", "")
            wait = float(after) if after.isascii() and after.isdigit() and len(after) < 7 else 0.0
            return Answer(answer.status, answer.read(_LARGEST), wait)
        except (OSError, http.client.HTTPException) as error:
            raise CarrierError("timeout" if self._cut else _code(error), untouched=not asked, line=not asked) from None
        finally:
            self._line = None
            line.close()

    def _opened(self, parts: SplitResult) -> http.client.HTTPConnection:
        """The line to this address, not yet connected."""
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        return kind(parts.netloc, timeout=self._timeout)

    def cut(self) -> None:
        """Make the request under way fail now."""
        self._cut = True
        line = self._line
        if line is not None and line.sock is not None:
            with suppress(OSError):
                line.sock.shutdown(socket.SHUT_RDWR)


def _code(error: Exception) -> str:
    """A constant for what happened to the line."""
    for kind, code in (
        (TimeoutError, "timeout"),
        (ConnectionRefusedError, "refused"),
        (socket.gaierror, "dns"),
        (ssl.SSLError, "tls"),
        (OSError, "lost"),
    ):
        if isinstance(error, kind):
            return code
    return "protocol"
