"""A tip's files as the desk sees them: sealed cards. No content, and a name only while the desk may know it."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise

from upstander.evidence import content, hashing
from upstander.evidence.hashing import Hashes
from upstander.evidence.kinds import KINDS
from upstander.evidence.models import CustodyEvent, File, HashList
from upstander.evidence.queries import SUSPECTED
from upstander.people import queries as people


@dataclass(frozen=True, slots=True)
class Card:
    """One file: what it is, when it came, what became of it."""

    file: File
    name: str
    hashes: Hashes | None
    sealed_by: str
    list: HashList | None
    looked: int

    @property
    def label(self) -> str | Promise:
        """Its kind in words."""
        return KINDS[self.file.kind].label

    @property
    def can_be_shown(self) -> bool:
        """Whether a person could decide to look at it."""
        return self.open and KINDS[self.file.kind].shown

    @property
    def can_be_heard(self) -> bool:
        """Whether a person could decide to listen to it."""
        return self.open and KINDS[self.file.kind].heard

    @property
    def open(self) -> bool:
        """Whether it lies in quarantine, undecided."""
        return self.file.state == File.State.QUARANTINED

    @property
    def suspected(self) -> bool:
        """Whether it is taken for a sexual image of a child."""
        return self.file.ground in SUSPECTED


def cards(tip_number: str) -> list[Card]:
    """The files of a tip, in the order in which they came; the caller writes the audit entry."""
    files = list(File.objects.filter(tip_number=tip_number).order_by("received_at", "id"))
    names = people.names([f.sealed_by for f in files if f.sealed_by])
    looks = Counter(
        CustodyEvent.objects.filter(file__in=[f.id for f in files], act__in=("looked", "listened")).values_list(
            "file_id", flat=True
        )
    )
    lists = HashList.objects.in_bulk([f.matched_list for f in files if f.matched_list])
    return [
        Card(
            file=f,
            name=content.name_of(f),
            hashes=hashing.of(f),
            sealed_by=names.get(f.sealed_by or 0, ""),
            list=lists.get(f.matched_list or 0),
            looked=looks[f.id],
        )
        for f in files
    ]


def suspects(tip_id: UUID) -> bool:
    """Whether a file of this tip is taken for a sexual image of a child: the judgement should say so (D-IV.A.2.c.5)."""
    return File.objects.filter(tip_id=tip_id, ground__in=SUSPECTED).exists()
