"""What verification has to say: findings that name a row or a seal, what could not be checked, and notes."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

# Every kind of finding, with what it means; `docs/audit.md` explains them.
KINDS = {
    "changed": "a sealed entry says something else than when it was sealed",
    "moved": "a sealed entry's words are untouched, but its number, time, transaction or cluster is not",
    "removed": "a sealed entry is gone",
    "added": "an entry stands where no seal has one, and nothing can have come later",
    "forged": "an entry was not written by the process that it names",
    "copied": "an entry is the copy of another",
    "unknown_process": "an entry names a process that does not exist",
    "reordered": "the entries of a seal are in another order",
    "seal_changed": "a seal is not as the sealer made it",
    "seal_signature": "a seal is not signed by the sealer",
    "seal_chain": "a seal does not follow the one before it",
    "seal_missing": "seals are gone",
    "tail_missing": "seals are gone from the end of the chain",
    "head_differs": "a seal is another one than the heads file remembers",
    "head_forged": "a line of the heads file is not signed by the sealer",
    "guard": "the trigger that refuses changes is gone or off",
}


@dataclass(frozen=True)
class Finding:
    """One trace of tampering, naming the entry and the seal where there is one."""

    kind: str
    text: str
    entry: int | None = None
    seal: int | None = None


@dataclass
class Report:
    """The result. Every finding is counted; the first `keep` of each kind are kept."""

    keep: int = 100
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    unchecked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    entries: int = 0
    seals: int = 0
    waiting: int = 0
    oldest_seconds: int = 0
    held_by: str = ""

    def find(self, kind: str, text: str, *, entry: int | None = None, seal: int | None = None) -> None:
        """Add one finding; raises KeyError for a kind that is not listed."""
        KINDS[kind]
        self.counts[kind] += 1
        if self.counts[kind] <= self.keep:
            self.findings.append(Finding(kind, text, entry, seal))

    def cannot(self, what: str) -> None:
        """Say, once, what could not be checked."""
        if what not in self.unchecked:
            self.unchecked.append(what)

    @property
    def exit_code(self) -> int:
        """0: as it was written; 1: tampered with; 2: something could not be checked."""
        return 1 if self.counts else 2 if self.unchecked else 0

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        names = ("seals", "entries", "waiting", "oldest_seconds", "held_by", "unchecked", "notes")
        return {
            "result": ("clean", "tampered", "unchecked")[self.exit_code],
            **{name: getattr(self, name) for name in names},
            "counts": dict(self.counts),
            "findings": [{k: v for k, v in vars(found).items() if v is not None} for found in self.findings],
        }
