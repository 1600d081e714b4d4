"""A browser that is subscribed, and its push service: opens what came (RFC 8291) and checks who signed it (RFC 8292).

It is the other half of the protocol than the product's own.
"""

import json
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.support.https import Asked, Https, Said
from upstander import clock
from upstander.delivery.webpush import Push, read, spelled
from upstander.vault.vapid import point

TAKEN = Said(201, (("Location", "https://localhost/message/1"),))


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


class Phone:
    """A browser's own end of a subscription."""

    def __init__(
        self, endpoint: str, key: ec.EllipticCurvePrivateKey | None = None, auth: bytes = b""
    ) -> None:
        self._key, self._auth = (
            key or ec.generate_private_key(ec.SECP256R1()),
            auth or secrets.token_bytes(16),
        )
        self.endpoint = endpoint

    @property
    def named(self) -> Push:
        """What the browser hands over."""
        return Push(self.endpoint, spelled(point(self._key.public_key())), spelled(self._auth))

    def opened(self, body: bytes) -> bytes:
        """The word that came."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert length == 65 and len(sealed) <= size, "one record"
        shared = self._key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        )
        told = b"WebPush: info\x00" + point(self._key.public_key()) + sender
        material = _derived(shared, self._auth, told, 32)
        key = _derived(material, salt, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = _derived(material, salt, b"Content-Encoding: nonce\x00", 12)
        word, _mark, filling = AESGCM(key).decrypt(nonce, sealed, None).rpartition(b"\x02")
        assert not filling.strip(b"\x00")
        return word


def signed_by(asked: Asked) -> tuple[dict[str, object], bytes]:
    """The claims of the token and the key that signed it; fails where the signature is another's."""
    scheme, _, values = asked.headers["authorization"].partition(" ")
    assert scheme == "vapid"
    given = dict(part.strip().split("=", 1) for part in values.split(","))
    head, claims, signature = given["t"].split(".")
    assert json.loads(read(head)) == {"typ": "JWT", "alg": "ES256"}
    raw, key = read(signature), read(given["k"])
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    public.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    return json.loads(read(claims)), key


class PushService(Https):
    """It takes what is signed for it and not stale; `says` is what it answers to a path instead."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, self._answer)
        self.says: dict[str, Said] = {}
        self.wrong: list[str] = []

    @property
    def settings(self) -> dict[str, str]:
        return super().settings | {"push": "webpush", "push_services": f"localhost:{self.port}"}

    def phone(self, path: str = "") -> Phone:
        """A new phone whose browser is subscribed here."""
        return Phone(f"{self.url}/{path or secrets.token_urlsafe(24)}")

    def _answer(self, asked: Asked) -> Said:
        for wrong in self._faults(asked):
            self.wrong.append(wrong)
            return Said(400)
        return self.says.get(asked.path, TAKEN)

    def _faults(self, asked: Asked) -> list[str]:
        claims, _key = signed_by(asked)
        left = int(str(claims["exp"])) - clock.now().timestamp()
        checks: dict[str, Callable[[], bool]] = {
            "audience": lambda: claims["aud"] == self.url,
            "expiry": lambda: 0 < left <= 24 * 3600,
            "subject": lambda: str(claims["sub"]).startswith("mailto:"),
            "ttl": lambda: int(asked.headers["ttl"]) > 0,
            "encoding": lambda: asked.headers["content-encoding"] == "aes128gcm",
            "size": lambda: len(asked.body) <= 4096,
            "urgency": lambda: asked.headers["urgency"] in ("very-low", "low", "normal", "high"),
            "topic": lambda: len(asked.headers["topic"]) <= 32,
        }
        return [name for name, holds in checks.items() if not holds()]
