"""A line to an address that a stranger named: https only, to a public address only, to the very one that was looked at, and
wherever it leads no further.

Whoever may name an address to which a server posts could else make it post inside its own network (CWE-918).
"""

import http.client
import socket
import ssl
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from upstander.config import Config
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.http import Line

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
LONGEST = 1000  # characters of an address that is taken
_TRANSLATED = ip_network("64:ff9b::/96")  # an IPv4 address, as a network without IPv4 spells it (RFC 6052)
# Of no open internet, whatever the library says: a network's own spelling of IPv4 (RFC 8215), the spelling of old, and what was a
# site's own (RFC 3879).
_NOT_PUBLIC = tuple(ip_network(one) for one in ("64:ff9b:1::/48", "::/96", "fec0::/10"))


def networks(config: Config) -> tuple[Network, ...]:
    """What the administrator allows beside the public internet."""
    return tuple(ip_network(one) for one in config.outward_networks.replace(",", " ").split())


def allowed(address: Address, also: Sequence[Network]) -> bool:
    """Whether a line may go to this address: it is public, or in one of these networks."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return allowed(address.ipv4_mapped, also)
        if address in _TRANSLATED:
            return allowed(IPv4Address(address.packed[-4:]), also)
        if address.sixtofour or address.teredo:  # a way into an IPv4 network that we do not know
            return False
    if any(address.version == network.version and address in network for network in also):
        return True
    own = any(address.version == network.version and address in network for network in _NOT_PUBLIC)
    return address.is_global and not address.is_multicast and not own


def checked(url: str) -> SplitResult:
    """The parts of an address that may be posted to; raises CarrierError (permanent) for one that may not, whatever it means."""
    try:
        parts = urlsplit(url)
        port = 443 if parts.port is None else parts.port
    except ValueError:
        raise CarrierError("address", permanent=True) from None
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST
    if (
        not plain
        or parts.scheme != "https"
        or not parts.hostname
        or parts.username
        or parts.password
        or not port
    ):
        raise CarrierError("address", permanent=True)
    return parts


class OutwardLine(Line):
    """One request at a time, to where it may go."""

    def __init__(self, config: Config) -> None:
        super().__init__(config.outward_timeout)
        self._also = networks(config)
        self._trust = ssl.create_default_context()
        if config.outward_ca:
            self._trust.load_verify_locations(config.outward_ca)

    def _opened(self, parts: SplitResult) -> http.client.HTTPConnection:
        checked(parts.geturl())
        return _Checked(parts, self._timeout, self._trust, self._also)


class _Checked(http.client.HTTPSConnection):
    """Connects to an address that it has looked at itself: asked twice, a name may lead to two places."""

    def __init__(
        self, parts: SplitResult, timeout: float, trust: ssl.SSLContext, also: Sequence[Network]
    ) -> None:
        super().__init__(parts.hostname or "", parts.port or 443, timeout=timeout, context=trust)
        self._name, self._trust, self._also = parts.hostname or "", trust, also

    def connect(self) -> None:
        """Open the line; raises CarrierError for an address to which none may go, OSError."""
        self.sock = self._reached()
        self.sock = self._trust.wrap_socket(self.sock, server_hostname=self._name)

    def _reached(self) -> socket.socket:
        found = list(
            dict.fromkeys(
                info[4] for info in socket.getaddrinfo(self._name, self.port, type=socket.SOCK_STREAM)
            )
        )
        if not all(allowed(ip_address(str(place[0]).partition("%")[0]), self._also) for place in found):
            raise CarrierError("private-address", permanent=True)
        failed: OSError = ConnectionRefusedError()
        for place in found:
            try:
                return socket.create_connection((str(place[0]), self.port), self.timeout)
            except OSError as error:
                failed = error
        raise failed
