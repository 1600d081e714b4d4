"""A bulletin in a signed file: a DSSE envelope (the signing envelope of in-toto and Sigstore), by Ed25519.

The signature is over the exact bytes, so nothing is made canonical, and nothing is unpacked before it holds.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta, Struct

from upstander.exchange import stix
from upstander.exchange.bulletin import Bulletin
from upstander.exchange.refusals import Refusal, Refused
from upstander.exchange.stix_types import Bundle, Stamp

PAYLOAD_TYPE = "application/vnd.upstander.package+json"
FORMAT: Final = 1
LARGEST = 4 * 1024 * 1024  # bytes of a file
SKEW = timedelta(minutes=15)  # by which another programme's clock may be ahead of ours


class _Signature(Struct, frozen=True, forbid_unknown_fields=True):
    keyid: Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
    sig: Annotated[str, Meta(max_length=100)]


class _Envelope(Struct, frozen=True, forbid_unknown_fields=True):
    payload: str
    payloadType: str
    signatures: Annotated[list[_Signature], Meta(min_length=1, max_length=1)]


class _Version(Struct, frozen=True):
    format: int


class _Body(Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal[1]
    to: str
    made: Stamp
    bundle: Bundle


@dataclass(frozen=True, slots=True)
class Opened:
    """What a package held. `signer`: the fingerprint of the peer's key; `digest`: tells the same bundle from another."""

    signer: str
    bulletin: Bulletin
    digest: str


@dataclass(frozen=True, slots=True)
class Held:
    """What is known here of a peer's product: its latest version."""

    version: int
    modified: datetime
    recalled: bool
    digest: str


def fingerprint(public: bytes) -> str:
    """How a public key is known: SHA-256 of its 32 bytes, in hexadecimal."""
    return hashlib.sha256(public).hexdigest()


def public_of(key: Ed25519PrivateKey) -> bytes:
    """The public half, as it is handed to peers."""
    return key.public_key().public_bytes_raw()


def pae(kind: str, body: bytes) -> bytes:
    """What DSSE signs (protocol 1.0.2): kind and body, each with its length before it."""
    said = kind.encode()
    return b"DSSEv1 %d %s %d %s" % (len(said), said, len(body), body)


def packed(bulletin: Bulletin, key: Ed25519PrivateKey, to: str, now: datetime) -> bytes:
    """The file for the peer with the fingerprint `to`; raises ValueError for a bulletin that may not leave."""
    if "TLP:RED" in bulletin.markings:
        raise ValueError("TLP:RED is for named persons: no programme may be sent it")
    own = fingerprint(public_of(key))
    body = msgspec.json.encode(_Body(FORMAT, to, stix.stamp(now), stix.bundle(bulletin, own)))
    signature = _Signature(own, base64.b64encode(key.sign(pae(PAYLOAD_TYPE, body))).decode())
    envelope = _Envelope(base64.b64encode(body).decode(), PAYLOAD_TYPE, [signature])
    return msgspec.json.encode(envelope)


def opened(data: bytes, peers: Mapping[str, bytes], own: str, now: datetime) -> Opened | Refused:
    """What a file holds, signed by one of `peers` (public keys by fingerprint) for the programme `own`; never an exception."""
    try:
        return _opened(data, peers, own, now)
    except Refusal as refusal:
        return refusal.why


def _opened(data: bytes, peers: Mapping[str, bytes], own: str, now: datetime) -> Opened:
    signer, payload = _verified(data, peers)
    try:
        if msgspec.json.decode(payload, type=_Version).format != FORMAT:
            raise Refusal("version")
        body = msgspec.json.decode(payload, type=_Body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise Refusal("stix") from None
    if body.to != own:
        raise Refusal("not-for-us")
    bulletin = stix.read(body.bundle, signer)
    dated(bulletin, now)
    return Opened(signer, bulletin, hashlib.sha256(msgspec.json.encode(body.bundle)).hexdigest())


def dated(bulletin: Bulletin, now: datetime) -> None:
    """Raises Refusal for what is dated in the future: no correction and no recall of it could ever be newer."""
    if bulletin.modified > now + SKEW or bulletin.published > bulletin.modified:
        raise Refusal("future")


def _verified(data: bytes, peers: Mapping[str, bytes]) -> tuple[str, bytes]:
    """Who signed, and the bytes that they signed. Nothing of these is looked at before the signature holds."""
    if not data.strip():
        raise Refusal("empty")
    if len(data) > LARGEST:
        raise Refusal("too-large")
    try:
        envelope = msgspec.json.decode(data, type=_Envelope)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise Refusal("not-a-package" if data.lstrip()[:1] == b"{" else "not-json") from None
    if envelope.payloadType != PAYLOAD_TYPE:
        raise Refusal("not-a-package")
    given = envelope.signatures[0]
    public = peers.get(given.keyid)
    if public is None:
        raise Refusal("unknown-signer")
    try:
        payload, signature = (base64.b64decode(part, validate=True) for part in (envelope.payload, given.sig))
        if fingerprint(public) != given.keyid:
            raise Refusal("unknown-signer")
        Ed25519PublicKey.from_public_bytes(public).verify(signature, pae(PAYLOAD_TYPE, payload))
    except (InvalidSignature, binascii.Error, ValueError):
        raise Refusal("signature") from None
    return given.keyid, payload


def judged(held: Held | None, found: Opened) -> Literal["new", "newer", "again"]:
    """What a package is beside what is known already; raises Refusal for one that would turn time back."""
    bulletin = found.bulletin
    if held is None:
        return "new"
    if bulletin.version == held.version:
        if found.digest != held.digest:
            raise Refusal("same-version")
        return "again"
    later = bulletin.version > held.version and bulletin.modified > held.modified
    if not later or (held.recalled and bulletin.state != "recalled"):
        raise Refusal("rollback")
    return "newer"
