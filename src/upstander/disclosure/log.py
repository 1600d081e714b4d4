"""Reads: a student's log of disclosures as the law wants it (34 CFR 99.32), emergencies, the parents' notices that are due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from upstander import clock
from upstander.disclosure import files, gate, sealing
from upstander.disclosure.acting import Mine
from upstander.disclosure.files import File
from upstander.disclosure.models import Disclosure, Emergency, Student
from upstander.packs.sharing import Then
from upstander.people.queries import names
from upstander.sharing.advise import Facts, NotAFact, advise


@dataclass(frozen=True, slots=True)
class Line:
    """A disclosure, opened. `recipient`, what kind of recipient; `interest`: why they asked; `then`: what had to be done."""

    row: Disclosure
    recipient: str
    kind: str
    interest: str
    record: str
    content: str
    decided: str
    who: str
    notice: str
    then: tuple[Then, ...]

    @property
    def last_day(self) -> datetime | None:
        """A moment of the last day on which the parents are told in time: the clock runs out with that day."""
        return self.row.notice_due_at - timedelta(seconds=1) if self.row.notice_due_at else None

    @property
    def overdue(self) -> bool:
        """Whether the parents should have been told by now."""
        return self.row.notice_due_at is not None and self.row.notified_at is None and self.row.notice_due_at <= clock.now()


@dataclass(frozen=True, slots=True)
class Threat:
    """An emergency, opened."""

    row: Emergency
    threat: str
    why: str
    who: str


def of(student: Student) -> list[Line]:
    """The log of a student, the latest first."""
    return _opened(Disclosure.objects.filter(student=student).order_by("-at", "-made_at").select_related("emergency"))


def one(mine: Mine, disclosure_id: UUID) -> Line | None:
    """A disclosure of a file that who is acting keeps."""
    rows = Disclosure.objects.filter(pk=disclosure_id, student__place__in=mine.keeps)
    return next(iter(_opened(rows.select_related("emergency"))), None)


def _opened(rows: Iterable[Disclosure]) -> list[Line]:
    found, rules = list(rows), gate.rules()
    known = sealing.keys(row.student_id for row in found)
    who = names(row.made_by for row in found)
    lines = []
    for row in found:
        said = sealing.opened(known, row.student_id, gate.WORDS, row.id, row.sealed_words)
        notice = sealing.opened(known, row.student_id, gate.NOTICE, row.id, row.sealed_notice)
        lines.append(
            Line(
                row, said.get("recipient", ""), rules.label("askers", row.who), rules.label("purposes", row.why),
                rules.label("records", row.record), said.get("content", ""), said.get("decided", ""), who.get(row.made_by, ""),
                notice.get("how", ""), _then(row),
            )
        )  # fmt: skip
    return lines


def _then(row: Disclosure) -> tuple[Then, ...]:
    """What the present rules ask for after it; nothing where they no longer know its facts."""
    try:
        return advise(gate.rules(), Facts(row.who, row.record, row.why, row.urgency, frozenset(row.holds))).then
    except NotAFact:
        return ()


def emergencies(student: Student) -> list[Threat]:
    """A student's emergencies, the latest first."""
    rows = list(Emergency.objects.filter(student=student).order_by("-at"))
    known, who = sealing.keys([student.id]), names(row.made_by for row in rows)
    found = []
    for row in rows:
        said = sealing.opened(known, student.id, gate.THREAT, row.id, row.sealed_words)
        found.append(Threat(row, said.get("threat", ""), said.get("why", ""), who.get(row.made_by, "")))
    return found


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to parents that is still owed, by the end of a day."""

    file: File
    last_day: datetime
    overdue: bool


def notices(mine: Mine) -> list[Notice]:
    """The notices that are owed to parents of the files that who is acting keeps, the soonest first."""
    rows = list(
        Disclosure.objects.filter(student__place__in=mine.keeps, notice_due_at__isnull=False, notified_at=None)
        .select_related("student__place").order_by("notice_due_at")
    )  # fmt: skip
    known = {file.id: file for file in files.opened({row.student_id: row.student for row in rows}.values())}
    now = clock.now()
    return [
        Notice(known[row.student_id], row.notice_due_at - timedelta(seconds=1), row.notice_due_at <= now)
        for row in rows
        if row.notice_due_at
    ]


def owed(mine: Mine) -> list[datetime]:
    """When the notices are due that are owed to parents of the files that who is acting keeps."""
    rows = Disclosure.objects.filter(student__place__in=mine.keeps, notice_due_at__isnull=False, notified_at=None)
    return [due for due in rows.values_list("notice_due_at", flat=True) if due is not None]
