"""The key pair by which push services know us (RFC 8292): made from a secret of 32 bytes, and kept as every secret is."""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (SEC 2)


def private_key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """The private key of a secret, always the same; which the relay alone holds."""
    return ec.derive_private_key(1 + int.from_bytes(secret, "big") % (_ORDER - 1), ec.SECP256R1())


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as browsers and push services write it: 65 bytes, uncompressed."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def public_point(secret: bytes) -> bytes:
    """The public half of a secret's pair, which a browser is shown when it subscribes."""
    return point(private_key(secret).public_key())
