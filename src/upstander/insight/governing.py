"""What the programme is governed by: its advisory board, processes, conferences, agreements; one table, five kinds (S-sio)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upstander import clock
from upstander.audit import services as audit
from upstander.insight.errors import CannotDo
from upstander.insight.models import Record

Kind = Record.Kind
Words = str | Promise


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a kind are called; what has no name, this kind has not. `empty` says what belongs there."""

    title: Words
    day: Words
    notes: Words
    empty: Words
    who: Words = ""
    version: Words = ""
    until: Words = ""


COLUMNS: dict[str, Columns] = {
    Kind.BOARD: Columns(
        title=gettext_lazy("Name"), who=gettext_lazy("Sits for"), day=gettext_lazy("Since"), until=gettext_lazy("Term ends"),
        notes=gettext_lazy("Notes"), empty=gettext_lazy("Nobody sits on the board yet."),
    ),
    Kind.MEETING: Columns(
        title=gettext_lazy("Meeting"), who=gettext_lazy("Who was there"), day=gettext_lazy("Held on"),
        until=gettext_lazy("Next meeting"), notes=gettext_lazy("What was decided"),
        empty=gettext_lazy("The board has not met yet."),
    ),
    Kind.PROCESS: Columns(
        title=gettext_lazy("Process"), who=gettext_lazy("Who answers for it"), version=gettext_lazy("Version"),
        day=gettext_lazy("In force since"), until=gettext_lazy("Look at it again by"), notes=gettext_lazy("Where it is kept"),
        empty=gettext_lazy("No process is written down yet."),
    ),
    Kind.CONFERENCE: Columns(
        title=gettext_lazy("Conference"), who=gettext_lazy("Who went"), day=gettext_lazy("On"),
        notes=gettext_lazy("What we brought home"), empty=gettext_lazy("No conference yet."),
    ),
    Kind.AGREEMENT: Columns(
        title=gettext_lazy("Agreement"), who=gettext_lazy("With whom"), day=gettext_lazy("Signed on"),
        until=gettext_lazy("Ends on"), notes=gettext_lazy("What it is about"), empty=gettext_lazy("No agreement yet."),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What is written down of one record."""

    title: str
    day: date
    who: str = ""
    version: str = ""
    until: date | None = None
    notes: str = ""


def records() -> dict[str, list[Record]]:
    """Everything, by kind: what holds now first, of that the latest."""
    found: dict[str, list[Record]] = {kind: [] for kind in COLUMNS}
    for row in Record.objects.order_by("-day", "-made_at", "pk"):
        found[row.kind].append(row)
    return {kind: sorted(rows, key=lambda row: row.ended_at is not None) for kind, rows in found.items()}


@transaction.atomic
def add(kind: str, said: Said, account_id: int, press: UUID) -> Record:
    """Write a record down; `press` as for a contact. Raises CannotDo for a kind that there is not."""
    if kind not in COLUMNS:
        raise CannotDo(_("There is no such table."))
    row, new = Record.objects.get_or_create(
        id=press, defaults={"kind": kind, "made_by": account_id, "made_at": clock.now(), **_columns(said)}
    )
    if new:
        audit.record(f"account:{account_id}", "insight.record_added", "record", press, table=str(kind))
    return row


@transaction.atomic
def change(record_id: UUID, said: Said, ended: bool, account_id: int) -> None:
    """Say it anew; `ended`: it holds no more, and stays to be read. Raises CannotDo where there is none."""
    row = Record.objects.select_for_update().filter(pk=record_id).first()
    if row is None:
        raise CannotDo(_("There is no such record."))
    for name, value in _columns(said).items():
        setattr(row, name, value)
    row.ended_at = (row.ended_at or clock.now()) if ended else None
    row.save(update_fields=["title", "who", "version", "day", "until", "notes", "ended_at"])
    audit.record(f"account:{account_id}", "insight.record_changed", "record", record_id, table=str(row.kind), ended=ended)


def _columns(said: Said) -> dict[str, object]:
    return {
        "title": said.title.strip(), "who": said.who.strip(), "version": said.version.strip(), "day": said.day,
        "until": said.until, "notes": said.notes.strip(),
    }  # fmt: skip
