"""This programme's own key: its packages are signed with it, and peers know it by its fingerprint."""

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from upstander.exchange import package
from upstander.vault.keys import derive, keyring

SECRET = "exchange"  # noqa: S105 - its name


@lru_cache(maxsize=1)
def own() -> Ed25519PrivateKey:
    """The private half; raises ConfigError in a process that does not hold it."""
    return Ed25519PrivateKey.from_private_bytes(
        derive(keyring().secret(SECRET), b"", b"exchange package ed25519")
    )


def own_public() -> bytes:
    """The public half, as it is handed to peers."""
    return package.public_of(own())


def own_fingerprint() -> str:
    """How peers know it."""
    return package.fingerprint(own_public())


def spoken(fingerprint: str) -> str:
    """A fingerprint in groups of four, to be read out."""
    return " ".join(fingerprint[i : i + 4] for i in range(0, len(fingerprint), 4))
