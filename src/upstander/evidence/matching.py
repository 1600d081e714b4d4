"""Comparing hashes with the lists of known images that agencies supply: nobody looks, and a match is treated as suspected."""

from functools import lru_cache

import numpy as np
from django.db import transaction
from django.db.models import Max

from upstander.evidence import custody, getting_on, hashing, sealing
from upstander.evidence.hashing import Hashes
from upstander.evidence.models import File, HashList, HashPart
from upstander.vault.keys import keyring

ACTOR = "system:worker"
BYTES = {"sha256": 32, "md5": 16, "pdq": 32}
QUALITY = 50  # a picture with less detail is not compared by PDQ: plain surfaces all look alike


def info(list_id: int, kind: str) -> bytes:
    """What a part of a list is bound to."""
    return f"upstander/evidence-list/1|{list_id}|{kind}".encode()


@lru_cache(maxsize=64)
def _part(part_id: int) -> "np.ndarray[tuple[int, int], np.dtype[np.uint64]]":
    """The hashes of a part, a row each, as numbers of 64 bits; sorted, so that one is found by halves."""
    part = HashPart.objects.get(id=part_id)
    raw = keyring().unwrap("desk", part.key_version, part.sealed, info(part.list_id, part.kind))
    return np.frombuffer(raw, dtype=">u8").reshape(-1, BYTES[part.kind] // 8)


def _exact(part_id: int, wanted: str) -> bool:
    rows = _part(part_id)
    sought = np.frombuffer(bytes.fromhex(wanted), dtype=">u8")
    return bool((rows == sought).all(axis=1).any())


def _near(part_id: int, wanted: tuple[str, ...], threshold: int) -> bool:
    """Whether a PDQ of the list differs in at most `threshold` bits from the picture in any of its orientations."""
    rows = _part(part_id)
    for one in wanted:
        sought = np.frombuffer(bytes.fromhex(one), dtype=">u8")
        if bool((np.bitwise_count(rows ^ sought).sum(axis=1) <= threshold).any()):
            return True
    return False


def matches(found: Hashes, known: HashList) -> str:
    """By which kind of hash a file is on a list; empty where it is not."""
    for part in HashPart.objects.filter(list=known).values("id", "kind"):
        kind, part_id = part["kind"], part["id"]
        getting_on.got_on()
        if kind == "pdq":
            if found.pdq and found.quality >= QUALITY and _near(part_id, found.pdq, known.threshold):
                return kind
        elif (wanted := getattr(found, kind)) and _exact(part_id, wanted):
            return kind
    return ""


@transaction.atomic
def compare(file: File, found: Hashes) -> HashList | None:
    """Compare a file with the lists that it was not compared with yet; seal it where it is on one."""
    newest = HashList.objects.aggregate(n=Max("id"))["n"] or 0
    hit: tuple[HashList, str] | None = None
    for known in HashList.objects.filter(id__gt=file.lists_seen, retired_at=None).order_by("id"):
        if kind := matches(found, known):
            hit = known, kind
            break
    File.objects.filter(id=file.id, state=File.State.QUARANTINED).update(lists_seen=newest)
    if hit is None:
        return None
    known, kind = hit
    if sealing.seal(file.id, File.Ground.LISTED, ACTOR, listed=known.pk):
        custody.record(file.id, "matched", ACTOR, list=known.pk, by=kind)
    return known


def compare_next() -> bool:
    """Compare a file that came before the newest list with it; False where there is none."""
    newest = HashList.objects.filter(retired_at=None).aggregate(n=Max("id"))["n"] or 0
    waiting = File.objects.filter(
        state=File.State.QUARANTINED, sealed_hashes__isnull=False, lists_seen__lt=newest
    )
    file = waiting.order_by("id").first()
    if file is None:
        return False
    found = hashing.of(file)
    if found is not None:
        compare(file, found)
    return True
