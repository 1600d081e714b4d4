"""The keys of one process: a JSON file, mode 0600, with only what that process needs (decisions 1 and 2)."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from upstander.config import ConfigError, config
from upstander.vault.envelope import CannotOpen, Sealed

_HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)  # RFC 9180


@dataclass(frozen=True)
class Keyring:
    """Public halves by audience, private halves by audience and version, and named symmetric secrets."""

    process: str
    public: dict[str, tuple[int, X25519PublicKey]]
    private: dict[tuple[str, int], X25519PrivateKey]
    secrets: dict[str, bytes] = field(repr=False)

    def secret(self, name: str) -> bytes:
        """The secret `name`; raises ConfigError where this process does not hold it."""
        try:
            return self.secrets[name]
        except KeyError:
            raise ConfigError(
                f"The {self.process} process holds no secret '{name}': see {config().key_file}"
            ) from None

    def mac(self, name: str, *parts: bytes) -> bytes:
        """HMAC-SHA-256 under the secret `name` over the length-prefixed `parts`: no two lists of parts look alike."""
        digest = hmac.new(self.secret(name), digestmod=hashlib.sha256)
        for part in parts:
            digest.update(len(part).to_bytes(4, "big") + part)
        return digest.digest()

    def wrap(self, audience: str, data: bytes, info: bytes) -> tuple[int, bytes]:
        """`data` sealed to the public key of `audience` by HPKE, and that key's version."""
        version, key = self.public[audience]
        return version, _HPKE.encrypt(data, key, info=info)

    def unwrap(self, audience: str, version: int, wrapped: Sealed, info: bytes) -> bytes:
        """What `wrap` sealed; raises CannotOpen, also where this process has no such private key."""
        key = self.private.get((audience, version))
        if key is None:
            raise CannotOpen(f"the {self.process} process holds no private key {audience}/{version}")
        try:
            return _HPKE.decrypt(bytes(wrapped), key, info=info)
        except Exception as error:
            raise CannotOpen("the wrapped key does not open") from error


def derive(secret: bytes, salt: bytes, info: bytes, length: int = 32) -> bytes:
    """HKDF-SHA-256 (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def read(path: Path) -> Keyring:
    """The keyring in the file `path`; raises ConfigError that says what to do."""
    try:
        raw = json.loads(path.read_text())
    except FileNotFoundError:
        raise ConfigError(
            f"There is no key file {path}. `upstander up` makes one, or set UPSTANDER_KEYS."
        ) from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"The key file {path} cannot be read: {error}") from None
    b = base64.b64decode
    return Keyring(
        process=raw["process"],
        public={a: (v, X25519PublicKey.from_public_bytes(b(k))) for a, (v, k) in raw["public"].items()},
        private={
            (a, int(v)): X25519PrivateKey.from_private_bytes(b(k))
            for a, versions in raw["private"].items()
            for v, k in versions.items()
        },
        secrets={name: b(value) for name, value in raw["secrets"].items()},
    )


@lru_cache(maxsize=1)
def keyring() -> Keyring:
    """The keys of this process."""
    return read(config().key_file)
