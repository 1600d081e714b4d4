"""An HTTPS server on loopback whose certificate a test's own authority signed, and the settings by which a house reaches it."""

import ipaddress
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from upstander import clock


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]  # names in small letters
    body: bytes


@dataclass(frozen=True)
class Said:
    """What is answered: a status, headers, a body; None as status: nothing, until the other side gives up."""

    status: int | None = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def certificate(folder: Path) -> Path:
    """A key and a certificate for localhost and 127.0.0.1, which is its own authority, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), clock.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    path = folder / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path


class Https:
    """The server. `answer(asked)` says what comes back; `seen` is what came. Closed, it lets go of whoever waits."""

    def __init__(self, folder: Path, answer: Callable[[Asked], Said] | None = None) -> None:
        self.seen: list[Asked] = []
        self.answer = answer or (lambda _asked: Said())
        self.certificate = certificate(folder)
        self._let_go = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                asked = Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                said = outer.answer(asked)
                outer.seen.append(asked)
                if said.status is None:
                    outer._let_go.wait()
                    return
                self.send_response(said.status)
                for pair in said.headers:
                    self.send_header(*pair)
                self.send_header("Content-Length", str(len(said.body)))
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(said.body)

            do_GET = do_POST

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """What a house must be told, so that it may speak to this server."""
        return {
            "outward_networks": "127.0.0.0/8 ::1/128",
            "outward_ca": str(self.certificate),
            "outward_timeout": "1",
        }

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._let_go.set()
        self._server.shutdown()
        self._server.server_close()
