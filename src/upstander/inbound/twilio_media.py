"""What came with a text, fetched from Twilio piece by piece: the first address must be the account's own, each further one one of
Twilio's, the login is shown to the API alone, and no address of our own network is ever connected to.
"""

import base64
import http.client
import ipaddress
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, urljoin, urlsplit

from upstander.config import Config
from upstander.delivery.carriers import as_second
from upstander.delivery.carriers.outward import allowed

API = "https://api.twilio.com"
_HOPS = 4  # Twilio's API sends on to its store, and that perhaps once more
_MOVED = frozenset([301, 302, 303, 307, 308])
_GONE = frozenset([404, 410])


class Never(Exception):
    """It can never be had: `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotNow(Exception):
    """It cannot be had at the moment: `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Media:
    """One file at a time; `cut` ends the transfer under way from another thread."""

    def __init__(self, settings: Config) -> None:
        """`settings`: of them what is said of each account of Twilio's by which texts come."""
        self._settings = settings
        both = ((settings.sms, settings), (settings.sms2, as_second(settings, "sms")))
        self._accounts = [_Account.of(one) for kind, one in both if kind == "twilio"]
        self._line: http.client.HTTPConnection | None = None

    def pieces(self, url: str, piece: int, most: int) -> Iterator[bytes]:
        """The file at `url`, in pieces of `piece` bytes, the last one shorter. Raises Never (also once it has more than `most`
        bytes), and NotNow where the line or Twilio fails.
        """
        try:
            yield from self._read(self._found(url), piece, most)
        except (OSError, http.client.HTTPException) as error:
            raise NotNow(type(error).__name__) from None
        finally:
            if self._line is not None:
                self._line.close()
            self._line = None

    def cut(self) -> None:
        """Make the transfer under way fail now."""
        line = self._line
        if line is not None and line.sock is not None:
            with suppress(OSError):
                line.sock.shutdown(socket.SHUT_RDWR)

    def _found(self, url: str) -> http.client.HTTPResponse:
        """The answer that holds the file, behind however many addresses."""
        at = _parts(url)
        if self._owner(at) is None:
            raise Never("elsewhere")
        for _ in range(_HOPS):
            answer = self._ask(at)
            if answer.status == 200:
                return answer
            if answer.status in _GONE:
                raise Never("gone")
            if answer.status not in _MOVED:
                raise NotNow(f"twilio-{answer.status}")
            at = _parts(answer.headers.get("Location", ""), at)
        raise Never("elsewhere")

    def _ask(self, at: SplitResult) -> http.client.HTTPResponse:
        if self._line is not None:
            self._line.close()
        self._line = self._connected(at)
        headers = {"Accept": "*/*"}
        if account := self._owner(at):
            login = f"{account.sid}:{account.token}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(login).decode()}"
        self._line.request("GET", f"{at.path or '/'}{'?' if at.query else ''}{at.query}", headers=headers)
        return self._line.getresponse()

    def _owner(self, at: SplitResult) -> "_Account | None":
        """The account of whose message it is a file, at that account's API: nothing else is shown its login."""
        return next((account for account in self._accounts if account.has(at)), None)

    def _connected(self, at: SplitResult) -> http.client.HTTPConnection:
        """A line to whoever may be asked; raises Never for anybody else."""
        timeout = self._settings.sms_timeout
        apis = [account for account in self._accounts if _origin(at) == _origin(account.api)]
        if apis and not at.username:
            if any(account.named for account in apis):  # named by the administrator: taken as written
                kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
                return kind(at.hostname or "", at.port, timeout=timeout)
            return _Public(at.hostname or "", timeout=timeout)
        for known in self._settings.sms_media_hosts.split():
            place = urlsplit(known if "://" in known else f"https://{known}")
            if (
                _origin(at) == _origin(place)
                and not at.username
                and at.path.startswith(f"{place.path.rstrip('/')}/")
            ):
                if place.scheme == "http":  # only where the administrator wrote just that
                    return http.client.HTTPConnection(at.hostname or "", at.port, timeout=timeout)
                return _Public(at.hostname or "", at.port, timeout=timeout)
        raise Never("elsewhere")

    @staticmethod
    def _read(answer: http.client.HTTPResponse, piece: int, most: int) -> Iterator[bytes]:
        announced, had = answer.length, 0
        if announced is not None and announced > most:
            raise Never("too_large")
        while data := answer.read(piece):
            had += len(data)
            if had > most:
                raise Never("too_large")
            yield data
        if announced is not None and had < announced:
            raise NotNow("lost")


@dataclass(frozen=True, slots=True)
class _Account:
    """An account at Twilio. `api`: where its API is; `named`: by the administrator."""

    sid: str
    token: str
    api: SplitResult
    named: bool

    @classmethod
    def of(cls, settings: Config) -> Self:
        """The first account of the settings."""
        return cls(settings.sms_user, settings.sms_password, urlsplit(settings.sms_url or API), bool(settings.sms_url))

    def has(self, at: SplitResult) -> bool:
        """Whether it is a file of a message of this account."""
        path = rf"/2010-04-01/Accounts/{re.escape(self.sid)}/Messages/[A-Za-z0-9]+/Media/[A-Za-z0-9]+"
        return _origin(at) == _origin(self.api) and bool(re.fullmatch(path, at.path)) and not at.query


class _Public(http.client.HTTPSConnection):
    """HTTPS to an address that belongs to nobody's own network, whatever a name server says of the host."""

    def connect(self) -> None:
        """Connect to the first public address; raises OSError where there is none."""
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        public = [row[4] for row in found if is_public(str(row[4][0]))]
        if not public:
            raise OSError("no public address")
        plain = socket.create_connection((str(public[0][0]), int(public[0][1])), self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, not of a private network, the host itself or a group."""
    return allowed(ipaddress.ip_address(address.partition("%")[0]), ())


def _parts(url: str, base: SplitResult | None = None) -> SplitResult:
    """An address, seen from `base`; raises Never for what is none."""
    try:
        return urlsplit(urljoin(base.geturl(), url) if base else url)
    except ValueError:
        raise Never("elsewhere") from None


def _origin(at: SplitResult) -> tuple[str, str, int | None]:
    """Scheme, host and port; raises Never for an address that is none."""
    try:
        return at.scheme, (at.hostname or "").lower(), at.port or {"https": 443, "http": 80}.get(at.scheme)
    except ValueError:
        raise Never("elsewhere") from None
