"""A signed package: only from a known peer, only for us, never changed, never backwards."""

import base64
import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange.test_stix import CORRECTED, FIRST, RECALLED
from upstander.exchange import package
from upstander.exchange.package import Held, Opened
from upstander.exchange.refusals import Refusal, Refused

PRAIRIE, LAKELAND, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
OWN = package.fingerprint(package.public_of(LAKELAND))
PEERS = {package.fingerprint(package.public_of(PRAIRIE)): package.public_of(PRAIRIE)}
NOW = RECALLED.modified + timedelta(minutes=1)


def opened(data: bytes) -> Opened:
    found = package.opened(data, PEERS, OWN, NOW)
    assert isinstance(found, Opened), found
    return found


def refused(data: bytes) -> str:
    found = package.opened(data, PEERS, OWN, NOW)
    assert isinstance(found, Refused) and found.words
    return found.code


@pytest.mark.req("S-states")
def test_a_package_of_a_peer_is_opened() -> None:
    found = opened(package.packed(FIRST, PRAIRIE, OWN, NOW))
    assert found.bulletin == FIRST
    assert found.signer in PEERS


@pytest.mark.req("S-states")
def test_what_is_signed_is_what_the_signing_envelopes_standard_says() -> None:
    # the example of DSSE's own protocol
    assert package.pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


@pytest.mark.req("S-states")
def test_who_is_no_peer_or_changes_a_word_is_refused() -> None:
    assert refused(package.packed(FIRST, STRANGER, OWN, NOW)) == "unknown-signer"
    assert refused(package.packed(FIRST, PRAIRIE, "ff" * 32, NOW)) == "not-for-us"
    good = json.loads(package.packed(FIRST, PRAIRIE, OWN, NOW))
    body = base64.b64decode(good["payload"])
    changed = base64.b64encode(body.replace(b"three regions", b"nine regions.")).decode()
    assert refused(json.dumps({**good, "payload": changed}).encode()) == "signature"
    forged = json.loads(package.packed(FIRST, STRANGER, OWN, NOW))
    forged["signatures"][0]["keyid"] = good["signatures"][0]["keyid"]
    assert refused(json.dumps(forged).encode()) == "signature"
    assert refused(json.dumps({**good, "payloadType": "text/plain"}).encode()) == "not-a-package"
    assert refused(json.dumps({**good, "signatures": []}).encode()) == "not-a-package"
    assert refused(b"PK\x03\x04 a zip") == "not-json"
    assert refused(b"[" * 100_000) == "not-json"
    assert refused(b" ") == "empty"
    assert refused(b"{" + b" " * package.LARGEST) == "too-large"


@pytest.mark.req("S-states")
def test_what_is_dated_ahead_would_shut_out_every_later_correction_and_is_refused() -> None:
    assert (
        refused(package.packed(replace(FIRST, modified=NOW + timedelta(days=1)), PRAIRIE, OWN, NOW))
        == "future"
    )


@pytest.mark.req("S-products")
def test_tlp_red_leaves_by_no_package() -> None:
    with pytest.raises(ValueError, match="TLP:RED"):
        package.packed(replace(FIRST, markings=("TLP:RED",)), PRAIRIE, OWN, NOW)


def held(found: Opened) -> Held:
    bulletin = found.bulletin
    return Held(bulletin.version, bulletin.modified, bulletin.state == "recalled", found.digest)


@pytest.mark.req("S-states")
def test_nothing_goes_backwards_and_what_was_recalled_never_comes_back() -> None:
    first, corrected, recalled = (
        opened(package.packed(b, PRAIRIE, OWN, NOW)) for b in (FIRST, CORRECTED, RECALLED)
    )
    assert package.judged(None, first) == "new"
    assert package.judged(held(first), first) == "again"
    assert package.judged(held(first), corrected) == "newer"
    assert package.judged(held(corrected), recalled) == "newer"
    revived = replace(CORRECTED, version=4, modified=RECALLED.modified + timedelta(seconds=1))
    backwards = {
        "an older one": (corrected, FIRST),
        "the recalled, corrected": (recalled, CORRECTED),
        "the recalled, revived": (recalled, revived),
        "a higher number with an earlier date": (corrected, replace(FIRST, version=9)),
    }
    for what, (known, late) in backwards.items():
        with pytest.raises(Refusal) as why:
            package.judged(held(known), opened(package.packed(late, PRAIRIE, OWN, NOW)))
        assert why.value.why.code == "rollback", what
    with pytest.raises(Refusal) as why:
        package.judged(
            held(first), opened(package.packed(replace(FIRST, title="Another"), PRAIRIE, OWN, NOW))
        )
    assert why.value.why.code == "same-version"


GOOD = package.packed(FIRST, PRAIRIE, OWN, NOW)


@settings(max_examples=300)
@given(st.randoms(use_true_random=False))
def test_a_package_that_was_damaged_anywhere_is_refused_and_never_raises(chance: random.Random) -> None:
    data = bytearray(GOOD)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data))
        data[at] ^= 1 << chance.randrange(8)
    found = package.opened(bytes(data), PEERS, OWN, NOW)
    assert (
        isinstance(found, Refused) or found.bulletin == FIRST
    )  # two flips of one bit, or a letter of another case in an escape


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_random_bytes_are_no_package(data: bytes) -> None:
    assert isinstance(package.opened(data, PEERS, OWN, NOW), Refused)
