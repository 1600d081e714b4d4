"""Reading an agency's list of hashes and keeping it, sealed to the desk's key: the list itself is nobody else's business."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction

from upstander import clock
from upstander.audit import services as audit
from upstander.evidence.matching import BYTES, info
from upstander.evidence.models import HashList, HashPart
from upstander.vault.keys import keyring

PART = 65_536  # hashes in a row of the table
THRESHOLD = 31  # bits of 256 in which two PDQ hashes of one picture may differ, as Meta recommends
_HEX = re.compile(r"[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was not taken, and why."""

    number: int
    why: str


@dataclass(slots=True)
class Read:
    """What a file holds: hashes by kind, each once, and the lines that are none."""

    hashes: dict[str, set[bytes]] = field(default_factory=lambda: {kind: set() for kind in BYTES})
    bad: list[BadLine] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many hashes."""
        return sum(map(len, self.hashes.values()))


def read(lines: Iterable[str], bare: str = "sha256") -> Read:
    """The hashes of a list: a line `kind,hash` or a bare hash. One of 64 digits without a kind is `bare` (sha256 or pdq).

    Empty lines, comments (#) and a heading are left out; further columns are ignored.
    """
    found = Read()
    for number, line in enumerate(lines, start=1):
        cells = [
            c.strip().strip('"').lower() for c in re.split(r"[,;\t]", line.strip().removeprefix("\ufeff"))
        ]
        if not any(cells) or cells[0].startswith("#") or (number == 1 and not _digits(cells)):
            continue
        kind, value = _kind(cells, bare)
        if not kind:
            found.bad.append(BadLine(number, value))
        else:
            found.hashes[kind].add(bytes.fromhex(value))
    return found


def _digits(cells: list[str]) -> bool:
    """Whether a line holds something that could be a hash: a heading does not."""
    return any(len(c) >= 32 and _HEX.fullmatch(c) for c in cells)


def _kind(cells: list[str], bare: str) -> tuple[str, str]:
    """The kind of a line's hash and its digits; or nothing, and why."""
    named = cells[0].replace("-", "").replace("_", "")
    value = next((c for c in cells if len(c) >= 32 and _HEX.fullmatch(c)), "")
    if not value:
        return "", "there is no hash in this line"
    kind = named if named in BYTES else {32: "md5", 64: bare}.get(len(value), "")
    if not kind or len(value) != 2 * BYTES[kind]:
        return "", f"{len(value)} digits are no {kind or 'hash that is known'}"
    return kind, value


@transaction.atomic
def keep(
    found: Read, agency: str, name: str, threshold: int = THRESHOLD, actor: str = "system:admin"
) -> HashList:
    """Store a list; what lies in quarantine is compared with it from now on. Raises ValueError for an empty one."""
    if not found.total:
        raise ValueError("there is no hash in this list")
    made = HashList.objects.create(
        agency=agency, name=name, imported_at=clock.now(), threshold=threshold, entries=found.total
    )
    HashPart.objects.bulk_create(_parts(made.pk, found), batch_size=16)
    audit.record(actor, "evidence.list_imported", "hash_list", made.pk, entries=found.total)
    return made


def _parts(list_id: int, found: Read) -> Iterator[HashPart]:
    for kind, values in found.hashes.items():
        rows = sorted(values)
        for at in range(0, len(rows), PART):
            raw = b"".join(rows[at : at + PART])
            version, sealed = keyring().wrap("desk", raw, info(list_id, kind))
            yield HashPart(list_id=list_id, kind=kind, key_version=version, sealed=sealed)


@transaction.atomic
def retire(list_id: int, actor: str = "system:admin") -> bool:
    """Compare with a list no more and remove its hashes; what it has sealed stays sealed. False where there is none."""
    done = HashList.objects.filter(id=list_id, retired_at=None).update(retired_at=clock.now())
    HashPart.objects.filter(list_id=list_id).delete()
    if done:
        audit.record(actor, "evidence.list_retired", "hash_list", list_id)
    return bool(done)
