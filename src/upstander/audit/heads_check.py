"""Comparing a heads file with the seals of the table, both read once from the beginning."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from upstander.audit.findings import Report
from upstander.audit.heads import Head, read


class HeadsCheck:
    """`seal` for each seal in the order of n, then `end`. Raises OSError where the file cannot be read.

    Make it before the snapshot in which the seals are read: a head is written after its seal, so what the file holds now,
    the snapshot must show.
    """

    def __init__(self, path: Path, key: Ed25519PublicKey, report: Report) -> None:
        self.path, self.key, self.report = path, key, report
        self._lines = read(path, path.stat().st_size)
        self._before: Head | None = None
        self._gaps: list[int] = []
        self._past = 0
        self._head = self._next()

    def _next(self) -> Head | None:
        """The next head that can be trusted and is not a repetition."""
        for number, head in self._lines:
            where = f"line {number} of {self.path}"
            if head is None:
                self.report.notes.append(f"{where} is no head (a write that broke off, or somebody's hand)")
            elif not head.signed_by(self.key):
                self.report.find(
                    "head_forged", f"{where} (seal {head.n}) is not signed by the sealer", seal=head.n
                )
            elif self._before and head.n == self._before.n and head.root != self._before.root:
                text = f"{where} gives seal {head.n} another root than the line before: the sealer's key signed twice"
                self.report.find("head_differs", text, seal=head.n)
            elif self._before and head.n <= self._before.n:
                continue  # written again after a failure
            else:
                self._before = head
                return head
        return None

    def seal(self, n: int, root: bytes) -> None:
        """Compare seal `n` of the table. Seals that the table lacks in between are the caller's to report."""
        while self._head and self._head.n < n:
            self._head = self._next()
        if self._head is None:
            self._past += 1
        elif self._head.n > n:
            self._gaps.append(n) if len(self._gaps) < 3 else None
        else:
            if self._head.root != root:
                text = f"seal {n} is another one than {self.path} remembers: it was replaced after its head had left"
                self.report.find("head_differs", text, seal=n)
            self._head = self._next()

    def end(self) -> None:
        """What the file remembers beyond the table's last seal is a tail that was cut off."""
        first, last = self._head, self._head
        while self._head:
            last, self._head = self._head, self._next()
        if first and last:
            span = f"seal {first.n}" if first is last else f"seals {first.n} to {last.n}"
            text = f"{span} stood at the end of the chain, as {self.path} remembers, and are gone"
            self.report.find("tail_missing", text, seal=first.n)
        if self._gaps:
            some = ", ".join(map(str, self._gaps))
            self.report.notes.append(f"{self.path} has no head of seal {some} (and perhaps more)")
        if self._past > 60:
            self.report.notes.append(
                f"{self.path} ends {self._past} seals before the table: a cut there would not be seen"
            )
